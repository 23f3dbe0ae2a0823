"""Pages as DOCX: real headings, lists and tables; every script with its language and fonts."""

from __future__ import annotations

import io
from datetime import datetime

from docx import Document
from docx.document import Document as Written
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from adapters.documents.scripts import Script, by_script, cleaned, leftward
from bot.dossier.pages import COLUMNS, SIGNED, Page
from bot.engine.model import Block, Card

_LANGUAGES = {"val": "en-GB", "eastAsia": "zh-CN", "bidi": "ar-SA"}
"""Of what is not marked otherwise, by kind of script."""

_FONT = "Calibri"
_SIZES = {"Normal": 10, "Heading 1": 18, "Heading 2": 13, "Heading 3": 11, "Footer": 8}
_GREY = RGBColor(90, 90, 90)
_MARGIN, _ROOM = 2.2, 16.6
_NAMES, _WIDE = 4.5, 9.2
"""Widths in centimetres: of names, and of names that are long, as questions are."""
_LONG = 24
"""Characters from which names are long."""


_TOGETHER = 12
"""Rows of a table that stays on one page."""

_AFTER_BIDI = ("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
"""What must stand behind a paragraph's direction: Word insists on the order."""


def print_docx(page: Page, at: datetime) -> bytes:
    """Write a page as DOCX; its properties say what it is and when, not whom it is about."""
    document = Document()
    _prepare(document, page, at)
    annex = len(tuple(page.shown)) - len(page.annex)
    for place, card in enumerate(page.shown):
        before = len(document.paragraphs)
        _card(document, card, 2 if place else 1)
        if page.annex and place == annex:
            document.paragraphs[before].paragraph_format.page_break_before = True
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# ------------------------------------------------------------------ the whole


def _prepare(document: Written, page: Page, at: datetime) -> None:
    known = document.core_properties
    known.title, known.author, known.comments, known.language = page.called, "", "", "en-GB"
    known.last_modified_by, known.created, known.modified = "", at, at
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(_MARGIN)
    section.top_margin = section.bottom_margin = Cm(_MARGIN)
    _styles(document)
    if page.title:
        _footer(section.footer.paragraphs[0], page.title)


def _styles(document: Written) -> None:
    way = "/".join(map(qn, ("w:docDefaults", "w:rPrDefault", "w:rPr")))
    defaults = document.styles.element.find(way)
    assert defaults is not None
    _set(defaults, "w:lang", _LANGUAGES)
    for name, size in _SIZES.items():
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        _plain(style, size)


def _plain(style: ParagraphStyle, size: float) -> None:
    """Have a style in our font and in black, instead of the template's theme."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()
    for slot in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{slot}"), _FONT)
    style.font.size, style.font.color.rgb = Pt(size), RGBColor(0, 0, 0)
    style.paragraph_format.space_after = Pt(4)
    if str(style.name).startswith("Heading"):
        style.paragraph_format.space_before = Pt(size * 0.8)
        style.paragraph_format.keep_with_next = True


def _footer(paragraph: Paragraph, title: str) -> None:
    assert paragraph.style is not None
    stops = paragraph.style.paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(Cm(_ROOM), WD_TAB_ALIGNMENT.RIGHT)
    _write(paragraph, cleaned(title))
    for text, code in (("\tPage ", "PAGE"), (" of ", "NUMPAGES")):
        paragraph.add_run(text)
        _field(paragraph, code)


def _field(paragraph: Paragraph, code: str) -> None:
    """Have Word reckon a number, as that of the page."""
    field, run, text = (OxmlElement(tag) for tag in ("w:fldSimple", "w:r", "w:t"))
    field.set(qn("w:instr"), code)
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


# ------------------------------------------------------------------ cards


def _card(document: Written, card: Card, level: int) -> None:
    if card.title:
        _write(document.add_heading(level=level), cleaned(card.title))
    for block in card.blocks:
        if block.kind != "facts":
            for line in block.lines:
                written = _line(document, block, cleaned(line))
                written.paragraph_format.keep_with_next = card.kind == "signed" or None
        elif card.kind == "signed":
            _place_to_sign(document)
        elif card.kind == "page":
            _small(
                document,
                " · ".join(line.replace("\t", " ") for line in block.lines),
            )
        else:
            _table(document, block, COLUMNS.get(card.kind))


def _line(document: Written, block: Block, line: str) -> Paragraph:
    paragraph: Paragraph
    match block.kind:
        case "heading":
            paragraph = document.add_heading(level=3)
        case "bullets":
            paragraph = document.add_paragraph(style="List Bullet")
        case "notice":
            return _small(document, line)
        case _:
            paragraph = document.add_paragraph()
    _write(paragraph, line)
    return paragraph


def _small(document: Written, text: str) -> Paragraph:
    paragraph = document.add_paragraph()
    _write(paragraph, cleaned(text))
    for run in paragraph.runs:
        run.font.size, run.font.color.rgb = Pt(8.5), _GREY
    return paragraph


def _place_to_sign(document: Written) -> None:
    for name in SIGNED:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(16)
        paragraph.paragraph_format.keep_with_next = name != SIGNED[-1]
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Cm(3))
        stops.add_tab_stop(Cm(11), leader=WD_TAB_LEADER.LINES)
        paragraph.add_run(f"{name}\t\t")


def _table(document: Written, block: Block, columns: tuple[str, str] | None) -> None:
    pairs = [_pair(line) for line in block.lines]
    long = any(len(name) > _LONG for name, _ in pairs)
    texts = [columns, *pairs] if columns else pairs
    table = document.add_table(rows=len(texts), cols=2)
    table.autofit = False
    widths = (_WIDE, _ROOM - _WIDE) if long else (_NAMES, _ROOM - _NAMES)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for place, (row, both) in enumerate(zip(table.rows, texts, strict=True)):
        head = columns is not None and place == 0
        together = head or (len(texts) <= _TOGETHER and place < len(texts) - 1)
        _row(row, both, widths, bold=(head or not long, head), together=together)
        if head:
            _mark(row._tr.get_or_add_trPr(), "w:tblHeader")
    if columns or long:
        _rule(table)
    below = document.add_paragraph().paragraph_format
    below.space_after, below.line_spacing = Pt(0), Pt(5)


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition("\t")
    return cleaned(name), cleaned(value) or "–"


def _rule(table: Table) -> None:
    """Draw thin lines between the rows."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        _set(borders, f"w:{side}", {"val": "single", "sz": "4", "color": "BFBFBF"})
    after = ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    table._tbl.tblPr.insert_element_before(borders, *after)


def _row(
    row: _Row,
    texts: tuple[str, str],
    widths: tuple[float, float],
    *,
    bold: tuple[bool, bool],
    together: bool,
) -> None:
    """Fill a row, which is not parted at the end of a page; ``together``: nor from the next."""
    _mark(row._tr.get_or_add_trPr(), "w:cantSplit")
    for cell, text, width, strong in zip(row.cells, texts, widths, bold, strict=True):
        cell.width = Cm(width)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.paragraph_format.keep_with_next = together or None
        _write(paragraph, text, bold=strong)


# ------------------------------------------------------------------ words


def _write(paragraph: Paragraph, text: str, *, bold: bool = False) -> None:
    """Write a text, each script marked with its language and fonts, in its own direction."""
    for part, script in by_script(text):
        run = paragraph.add_run(part)
        if bold:
            run.bold = run.font.cs_bold = True
        if script:
            _speak(run, script)
    if leftward(text):
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(OxmlElement("w:bidi"), *_AFTER_BIDI)


def _speak(run: Run, script: Script) -> None:
    properties = run._r.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    anywhere = script.slot == "ascii"
    if not anywhere:
        fonts.set(qn("w:hint"), script.slot)
    for slot in ("ascii", "hAnsi", "eastAsia", "cs") if anywhere else (script.slot,):
        fonts.set(qn(f"w:{slot}"), script.font)
    if script.rtl:
        run.font.rtl = True
    if script.language:
        kind = {"eastAsia": "eastAsia", "cs": "bidi"}[script.slot]
        _set(properties, "w:lang", {kind: script.language})
    if script.slot == "cs" and not script.rtl:
        run.font.complex_script = True


def _mark(properties: BaseOxmlElement, tag: str) -> None:
    """Switch something on that the library has no word for."""
    properties.append(OxmlElement(tag))


def _set(properties: BaseOxmlElement, tag: str, values: dict[str, str]) -> None:
    found = properties.find(qn(tag))
    if found is None:
        found = OxmlElement(tag)
        properties.append(found)
    for name, value in values.items():
        found.set(qn(f"w:{name}"), value)
