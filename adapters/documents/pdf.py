"""Pages as PDF: fonts embedded and shaped, text of both directions."""

from __future__ import annotations

import re
from datetime import datetime
from unicodedata import bidirectional

from fpdf import FPDF
from fpdf.enums import Align

from adapters.documents.fonts import Found, needed
from bot.dossier.pages import Page
from bot.engine.model import Block, Card

_SIZE = 10.5
_LINE = 5.4
_MARGIN = 22.0
_NAMES = 48.0

_JOINED = re.compile(
    "[\u0300-\u036f\u0590-\u1dff\u200c\u200d\u20d0-\u20ff\ua840-\uabff"
    "\ufb1d-\ufdff\ufe00-\ufe0f\ufe20-\ufeff\U00010a00-\U00011fff\U0001f000-\U0010ffff]"
)
"""Marks, joiners, emoji, and the scripts from Hebrew to those of India and beyond."""


def print_pdf(page: Page, at: datetime) -> bytes:
    """Write a page as PDF; the same page and time give the same bytes. Raises ``SetupError``."""
    pdf = _opened(page, needed(_text_of(page)), at)
    for place, card in enumerate(page.shown):
        _card(pdf, card, first=not place)
    return bytes(pdf.output())


def _text_of(page: Page) -> str:
    lines = (line for card in page.shown for block in card.blocks for line in block.lines)
    return "\n".join([page.title, "•–0123456789", *(card.title for card in page.cards), *lines])


def _opened(page: Page, faces: tuple[Found, ...], at: datetime) -> FPDF:
    pdf = FPDF(format="A4")
    pdf.set_margins(_MARGIN, _MARGIN, _MARGIN)
    pdf.set_auto_page_break(True, margin=_MARGIN)
    for one in faces:
        pdf.add_font(one.face.family, "", one.regular)
        pdf.add_font(one.face.family, "B", one.bold or one.regular)
    first, *others = (one.face.family for one in faces)
    pdf.set_font(first, size=_SIZE)
    pdf.set_fallback_fonts(others, exact_match=False)
    pdf.set_title(page.title)
    pdf.set_producer("Crossroads")
    pdf.set_creation_date(at)
    pdf.add_page()
    return pdf


def _card(pdf: FPDF, card: Card, *, first: bool) -> None:
    if card.title:
        pdf.ln(0 if first else 3)
        _heading(pdf, card.title, 17 if first else 13)
    for block in card.blocks:
        for line in block.lines:
            _line(pdf, block, line)
        pdf.ln(1.5)


def _heading(pdf: FPDF, title: str, size: float) -> None:
    """Write a heading; it takes at least two lines with it to the same page."""
    if pdf.will_page_break(size * 0.5 + 3 * _LINE):
        pdf.add_page()
    pdf.set_font(style="B", size=size)
    _paragraph(pdf, title, size * 0.5)
    pdf.set_font(style="", size=_SIZE)
    pdf.ln(1)


def _line(pdf: FPDF, block: Block, line: str) -> None:
    match block.kind:
        case "heading":
            _heading(pdf, line, 11)
        case "bullets":
            _paragraph(pdf, f"• {line}")
        case "facts":
            _fact(pdf, *line.partition("\t")[::2])
        case "notice":
            pdf.set_font(style="B")
            _paragraph(pdf, line)
            pdf.set_font(style="")
        case _:
            _paragraph(pdf, line)


def _fact(pdf: FPDF, name: str, value: str) -> None:
    """Write a name with its value beside it; a long name stands above it."""
    _shape(pdf, name)
    pdf.set_font(style="B")
    if pdf.get_string_width(name) > _NAMES - 3:
        if pdf.will_page_break(3 * _LINE):
            pdf.add_page()
        _paragraph(pdf, name)
        pdf.set_font(style="")
        _paragraph(pdf, value or "–")
        pdf.ln(1)
        return
    if pdf.will_page_break(_LINE):
        pdf.add_page()
    pdf.cell(_NAMES, _LINE, name)
    pdf.set_font(style="")
    pdf.set_left_margin(_MARGIN + _NAMES)
    _paragraph(pdf, value or "–")
    pdf.set_left_margin(_MARGIN)
    pdf.set_x(_MARGIN)


def _paragraph(pdf: FPDF, text: str, height: float = _LINE) -> None:
    for part in text.split("\n"):
        _shape(pdf, part)
        align = Align.R if _leftward(part) else Align.L
        pdf.multi_cell(0, height, part, align=align, new_x="LMARGIN", new_y="NEXT")


def _shape(pdf: FPDF, text: str) -> None:
    """Have a text shaped where its script needs that; breaking lines takes three times as long."""
    pdf.set_text_shaping(bool(_JOINED.search(text)))


def _leftward(text: str) -> bool:
    """Whether a paragraph is written from right to left: its first letter says so."""
    strong = (bidirectional(char) for char in text)
    return next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"
