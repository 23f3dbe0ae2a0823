"""A PDF that is written on line by line: the right font for every character, shaped, embedded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from fpdf import FPDF
from fpdf.enums import Align, TextDirection
from fpdf.fonts import TTFFont
from fpdf.line_break import Fragment

from adapters.documents.breaking import lines
from adapters.documents.fonts import Font, runs
from adapters.documents.scripts import leftward, shaped
from bot.errors import SetupError

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 22.0
"""Of a page, in millimetres."""

ROOM = WIDTH - 2 * MARGIN
"""What a line may take, in millimetres."""

_MOST_PICTURES = 250
"""Different emoji of one PDF: its font numbers them with one byte."""


class Canvas(FPDF):
    """A page to write on, in millimetres.

    It breaks lines itself and chooses fonts for whole emoji and letters with their marks; the
    library does the first slowly, and takes the second apart.
    """

    def __init__(self, text: str, title: str, at: datetime) -> None:
        super().__init__(format="A4")
        self._letters = sorted({32, *map(ord, text)})
        self._widths: dict[tuple[str, bool, float], float] = {}
        self.alias_nb_pages("")  # or “{nb}” in a text would become a number
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(False)
        self.c_margin = 0
        self.set_title(title)
        self.set_lang("en")
        self.set_producer("Crossroads")
        self.set_creation_date(at)
        self.add_page()
        for bold in (True, False):
            self._known(runs("a", bold=bold)[0][1])
        self.style(10)

    @property
    def left(self) -> float:
        """What is left of the page, in millimetres."""
        return HEIGHT - MARGIN - float(self.y)

    def wide(self, text: str) -> float:
        """Measure a text on one line, in millimetres, as the style now is."""
        self.shape(text)
        return self._measure(text)

    def style(self, size: float, *, bold: bool = False, grey: float = 0.0) -> None:
        """Choose size (points), weight, and how grey (0 is black) the next lines are."""
        font = runs("a", bold=bold)[0][1]
        self.set_font(font.family, "B" if font.bold else "", size)
        self.set_text_color(round(grey * 255))

    def broken(self, text: str, width: float) -> list[str]:
        """Break a text into lines of this width (millimetres), as the style now is."""
        self.shape(text)
        return list(lines(text, width, self._measure))

    def shape(self, text: str) -> None:
        """Have what follows shaped as this paragraph needs it, in its direction."""
        rtl = leftward(text)
        self.set_text_shaping(rtl or shaped(text), direction="rtl" if rtl else "ltr")

    def write_line(self, line: str, x: float, width: float, height: float, align: Align) -> None:
        """Write one line at ``x``, and go down by its height."""
        self.set_x(x)
        self.cell(width, height, line, align=align, new_x="LMARGIN", new_y="NEXT")

    def finished(self) -> bytes:
        """Give the file; raises ``SetupError`` where it has too many different emoji."""
        if any(font.color_font and len(font.subset) > _MOST_PICTURES for font in self._loaded()):
            raise SetupError(
                f"A PDF takes {_MOST_PICTURES} different emoji at most.", "Choose Word (DOCX)."
            )
        return bytes(self.output())

    def close(self) -> None:
        """Close the files of its fonts; the library leaves open those of emoji."""
        for font in self._loaded():
            font.close()

    def _loaded(self) -> Iterator[TTFFont]:
        return (font for font in self.fonts.values() if isinstance(font, TTFFont))

    def _measure(self, text: str) -> float:
        key = (text, "B" in self.font_style, self.font_size_pt)
        if key not in self._widths:
            self._widths[key] = self.get_string_width(text)
        return self._widths[key]

    def _forward(self) -> bool:
        """Whether this is written from left to right, in a paragraph that is too."""
        known = self.text_shaping or {}
        ways = {known.get("fragment_direction"), known.get("paragraph_direction")}
        return ways == {TextDirection.LTR}

    def _known(self, font: Font) -> None:
        if font.key not in self.fonts:
            style = "B" if font.bold else ""
            self.add_font(font.family, style, font.path, unicode_range=self._letters)

    def _parse_chars(
        self, text: str, markdown: bool, **_: tuple[bool, bool, bool, bool] | None
    ) -> Iterator[Fragment]:
        """Say which font writes what: the library asks here for every line it measures or draws."""
        for part, font in runs(text, bold="B" in self.font_style):
            self._known(font)
            state = self._get_current_graphics_state()
            state.font_family, state.font_style = font.family, "B" if font.bold else ""
            state.current_font = self.fonts[font.key]
            if self._forward() and not shaped(part):
                state.text_shaping = None
            yield Fragment(part, state, self.k)
