"""Pages as DOCX: real headings, lists and tables, in the words' own direction."""

from __future__ import annotations

import io
from datetime import datetime
from unicodedata import bidirectional

from docx import Document
from docx.document import Document as Written
from docx.oxml import OxmlElement
from docx.shared import Cm
from docx.text.paragraph import Paragraph

from bot.dossier.pages import Page
from bot.engine.model import Block, Card

_NAMES, _VALUES = 5.0, 11.0


def print_docx(page: Page, at: datetime) -> bytes:
    """Write a page as DOCX, with nothing but its title and time in the properties."""
    document = Document()
    known = document.core_properties
    known.title, known.author, known.comments = page.title[:255], "", ""
    known.last_modified_by, known.created, known.modified = "", at, at
    for place, card in enumerate(page.shown):
        _card(document, card, level=2 if place else 1)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _card(document: Written, card: Card, level: int) -> None:
    if card.title:
        _directed(document.add_heading(card.title, level))
    for block in card.blocks:
        if block.kind == "facts":
            _table(document, block)
        else:
            for line in block.lines:
                _line(document, block, line)


def _line(document: Written, block: Block, line: str) -> None:
    match block.kind:
        case "heading":
            _directed(document.add_heading(line, 3))
        case "bullets":
            _directed(document.add_paragraph(line, "List Bullet"))
        case "notice":
            _directed(document.add_paragraph(line, "Intense Quote"))
        case _:
            _directed(document.add_paragraph(line))


def _table(document: Written, block: Block) -> None:
    table = document.add_table(rows=0, cols=2)
    for line in block.lines:
        name, _, value = line.partition("\t")
        cells = table.add_row().cells
        cells[0].width, cells[1].width = Cm(_NAMES), Cm(_VALUES)
        cells[0].paragraphs[0].add_run(name).bold = True
        cells[1].paragraphs[0].add_run(value)
        _directed(cells[1].paragraphs[0])
    document.add_paragraph()


def _directed(paragraph: Paragraph) -> None:
    """Mark what is written from right to left as such: the first letter says so."""
    strong = (bidirectional(char) for char in paragraph.text)
    if next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") == "L":
        return
    paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for run in paragraph.runs:
        run.font.rtl = True
