"""Pages as PDF: what stands on them, laid out; fonts embedded, text of both directions."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

from fpdf.enums import Align

from adapters.documents.canvas import HEIGHT, MARGIN, ROOM, Canvas
from adapters.documents.fonts import check
from adapters.documents.scripts import cleaned, leftward
from adapters.documents.tables import draw_table
from bot.dossier.pages import COLUMNS, SIGNED, Page
from bot.engine.model import Block, Card

_SIZE, _LINE = 9.5, 4.7
_SMALL, _GREY = 8.0, 0.35
_INDENT = 4.5
_SIGNATURE = 26.0
"""How high the place to sign is, in millimetres."""
_BETWEEN = 6.0
_TO_SIGN = (58.0, 34.0, ROOM - 92.0 - 2 * _BETWEEN)
"""How wide the lines to write on are, in the order of what is written there."""


def print_pdf(page: Page, at: datetime) -> bytes:
    """Write a page as PDF; the same page and time give the same bytes. Raises ``SetupError``."""
    text = cleaned(_text_of(page))
    check(text)
    with closing(Canvas(text, page.called, at)) as canvas:
        _draw(canvas, page)
        return canvas.finished()


def _draw(canvas: Canvas, page: Page) -> None:
    writer = _Writer(canvas)
    annex = len(tuple(page.shown)) - len(page.annex)
    for place, card in enumerate(page.shown):
        if place == annex:
            writer.turn_over()
        writer.card(card, page)
    writer.headings_out(0)
    if page.title:
        _number(canvas, cleaned(page.title))


def _text_of(page: Page) -> str:
    blocks = (block for card in page.shown for block in card.blocks)
    fixed = (
        "•–·\u00a0Page of 0123456789",
        *SIGNED,
        *(name for pair in COLUMNS.values() for name in pair),
    )
    lines = (line.replace("\t", "\n", 1) for block in blocks for line in block.lines)
    return "\n".join((*fixed, page.title, *(card.title for card in page.shown), *lines))


def _number(canvas: Canvas, title: str) -> None:
    """Write the title and “Page 1 of 3” at the foot of every page."""
    for number in range(1, canvas.pages_count + 1):
        canvas.page = number
        with canvas.local_context():
            canvas.style(8, grey=_GREY)
            for text, align in (
                (title, Align.L),
                (f"Page {number} of {canvas.pages_count}", Align.R),
            ):
                canvas.set_y(HEIGHT - MARGIN + 7)
                line = canvas.broken(text, ROOM - 30)[0]
                canvas.write_line(line, MARGIN, ROOM, 4, align)


class _Writer:
    """Where a document has got to: headings wait for what they stand above."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self._waiting: list[tuple[str, float, float]] = []

    def turn_over(self) -> None:
        """Begin a new page, unless this one has hardly begun."""
        self.headings_out(0)
        if self.canvas.left < HEIGHT / 2:
            self.canvas.add_page()

    def card(self, card: Card, page: Page) -> None:
        if card.kind == "page":
            self._title(card, page)
        elif card.kind == "signed":
            self._place_to_sign(card)
        else:
            if card.title:
                self._heading(card.title, 13, 4.5)
            for block in card.blocks:
                self._block(block, COLUMNS.get(card.kind))

    def _title(self, card: Card, page: Page) -> None:
        self._heading(card.title, 18, 0)
        self.headings_out(2 * _LINE)
        pairs = (_together(f"{name} {value}") for name, value in page.meta if value)
        meta = "\u00a0· ".join(pairs)
        if meta:
            self.canvas.style(_SMALL, grey=_GREY)
            self._lines(cleaned(meta), MARGIN, ROOM, 4.2)
        y = self.canvas.y + 1.5
        self.canvas.set_draw_color(150)
        self.canvas.line(MARGIN, y, MARGIN + ROOM, y)
        self.canvas.set_y(y + 1)

    def _heading(self, text: str, size: float, above: float) -> None:
        self._waiting.append((cleaned(text), size, above))

    def headings_out(self, need: float) -> None:
        """Write the headings that wait, on the page that still holds ``need`` mm below them."""
        broken = []
        for text, size, above in self._waiting:
            self.canvas.style(size, bold=True)
            broken.append((text, size, above, self.canvas.broken(text, ROOM)))
        height = sum(above + size * 0.47 * len(rows) + 1 for _, size, above, rows in broken)
        if height + need > self.canvas.left and self.canvas.y > MARGIN:
            self.canvas.add_page()
        for text, size, above, rows in broken:
            self.canvas.set_y(self.canvas.y + (above if self.canvas.y > MARGIN else 0))
            self.canvas.style(size, bold=True)
            self.canvas.shape(text)
            for row in rows:
                self.canvas.write_line(row, MARGIN, ROOM, size * 0.47, _side(text))
            self.canvas.set_y(self.canvas.y + 1)
        self._waiting.clear()

    def _block(self, block: Block, columns: tuple[str, str] | None) -> None:
        match block.kind:
            case "heading":
                for line in block.lines:
                    self._heading(line, 10.5, 2.5)
            case "facts":
                draw_table(self.canvas, block.lines, columns, self.headings_out)
            case "bullets":
                for line in block.lines:
                    self._bullet(cleaned(line))
            case "notice":
                for line in block.lines:
                    self._notice(cleaned(line))
            case _:
                for line in block.lines:
                    self._text(cleaned(line), block.kind == "letter")
        if block.kind != "heading":
            self.canvas.set_y(self.canvas.y + 1.5)

    def _text(self, text: str, letter: bool) -> None:
        self._styled(10.5 if letter else _SIZE)
        self._lines(text, MARGIN, ROOM, 5.4 if letter else _LINE)

    def _bullet(self, text: str) -> None:
        self._styled(_SIZE)
        rtl = leftward(text)
        self._lines(text, MARGIN + (0 if rtl else _INDENT), ROOM - _INDENT, _LINE, "•")

    def _notice(self, text: str) -> None:
        self._styled(8.5, grey=_GREY)
        self._lines(text, MARGIN, ROOM, 4.3)

    def _styled(self, size: float, grey: float = 0.0) -> None:
        """Choose the style of a paragraph; the headings above it come first."""
        self.headings_out(2 * _LINE)
        self.canvas.style(size, grey=grey)

    def _lines(self, text: str, x: float, width: float, height: float, mark: str = "") -> None:
        """Write a paragraph, over the end of the page where it must; no line of it stays alone."""
        for part in text.split("\n"):
            rows = self.canvas.broken(part, width)
            for place, row in enumerate(rows):
                if self.canvas.left < height * _kept(place, len(rows)):
                    self.canvas.add_page()
                if mark and place == 0:
                    y = self.canvas.y
                    self.canvas.write_line(mark, MARGIN, ROOM, height, _side(part))
                    self.canvas.set_y(y)
                    mark = ""
                self.canvas.write_line(row, x, width, height, _side(part))

    def _place_to_sign(self, card: Card) -> None:
        self._heading(card.title, 13, 4.5)
        self.headings_out(_SIGNATURE)
        for block in card.blocks:
            if block.kind == "text":
                self._block(block, None)
        canvas, x = self.canvas, MARGIN
        canvas.set_draw_color(80)
        y = canvas.y + 14
        for name, width in zip(SIGNED, _TO_SIGN, strict=True):
            canvas.line(x, y, x + width, y)
            canvas.set_y(y + 0.5)
            canvas.style(_SMALL, grey=_GREY)
            canvas.shape(name)
            canvas.write_line(name, x, width, 4, Align.L)
            x += width + _BETWEEN


def _together(text: str) -> str:
    """Keep a line from ending within a text."""
    return text.replace(" ", "\u00a0")


def _kept(place: int, many: int) -> int:
    """Say how many lines must fit where a line begins: two at the top, two at the end."""
    return 2 if many > 1 and place in {0, many - 2} else 1


def _side(text: str) -> Align:
    return Align.R if leftward(text) else Align.L
