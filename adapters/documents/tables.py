"""Names with their values in a PDF, as a table of two columns that may run over several pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fpdf.enums import Align

from adapters.documents.canvas import MARGIN, ROOM, Canvas
from adapters.documents.scripts import cleaned, leftward

_SIZE, _LINE, _GAP, _PAD = 9.5, 4.7, 4.0, 0.6
_NARROW = 48.0
"""How wide the names may be to stand in bold; longer ones, as questions, take over half."""
_WIDE = ROOM * 0.58
_WHOLE = 12
"""Lines of a row that is never parted."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """How wide the names are (mm), and whether they are bold, with lines between the rows."""

    names: float
    bold: bool

    @property
    def values(self) -> tuple[float, float]:
        """Where the values begin, and how wide they are."""
        return MARGIN + self.names + _GAP, ROOM - self.names - _GAP


def draw_table(
    canvas: Canvas,
    rows: Sequence[str],
    columns: tuple[str, str] | None,
    ready: Callable[[float], None],
) -> None:
    """Draw "name\\tvalue" rows; ``columns`` stand above them, again on every page.

    ``ready`` is told how much must fit below the headings (mm), and writes them.
    """
    parted = (row.partition("\t") for row in rows)
    pairs = [(cleaned(name), cleaned(value) or "–") for name, _, value in parted]
    shape = _shape(canvas, pairs)
    broken = [_broken(canvas, name, value, shape) for name, value in pairs]
    lines = sum(max(len(part) for _, part in cells) for cells in broken)
    whole = lines <= _WHOLE and not columns
    ready((lines if whole else 3) * _LINE + 2 * _PAD * (len(rows) if whole else 2))
    if columns:
        _head(canvas, columns, shape)
    for cells in broken:
        _row(canvas, cells, columns, shape)


def _shape(canvas: Canvas, pairs: Sequence[tuple[str, str]]) -> _Shape:
    """Give the names what they need; where they are long, all that short values leave."""
    canvas.style(_SIZE, bold=True)
    widest = max((canvas.wide(name) for name, _ in pairs), default=0.0)
    if widest <= _NARROW:
        return _Shape(max(widest + 0.5, 30.0), True)
    canvas.style(_SIZE)
    value = max(canvas.wide(value) for _, value in pairs)
    return _Shape(max(ROOM - _GAP - value - 0.5, _WIDE), False)


Cell = tuple[str, list[str]]


def _broken(canvas: Canvas, name: str, value: str, shape: _Shape) -> tuple[Cell, Cell]:
    """Break both cells of a row into lines."""
    canvas.style(_SIZE, bold=shape.bold)
    left = canvas.broken(name, shape.names)
    canvas.style(_SIZE)
    return (name, left), (value, canvas.broken(value, shape.values[1]))


def _row(
    canvas: Canvas, cells: tuple[Cell, Cell], columns: tuple[str, str] | None, shape: _Shape
) -> None:
    """Write a row: one cell after the other, so that it reads well when copied, if it fits."""
    many = max(len(lines) for _, lines in cells)
    whole = many <= _WHOLE
    if canvas.left < _LINE * (many if whole else 2) + 2 * _PAD:
        _next_page(canvas, columns, shape)
    canvas.set_y(canvas.y + _PAD)
    for part in [range(many)] if whole else [range(n, n + 1) for n in range(many)]:
        if canvas.left < _LINE:
            _next_page(canvas, columns, shape)
        _lines(canvas, cells, part, shape)
    canvas.set_y(canvas.y + _PAD)
    if columns or not shape.bold:
        _rule(canvas, 215)


def _lines(canvas: Canvas, cells: tuple[Cell, Cell], part: range, shape: _Shape) -> None:
    """Write some of the lines of a row, in both of its cells."""
    top = canvas.y
    for number, (text, lines) in enumerate(cells):
        canvas.style(_SIZE, bold=shape.bold and not number)
        canvas.shape(text)
        x, width = shape.values if number else (MARGIN, shape.names)
        canvas.set_y(top)
        for line in lines[part.start : part.stop]:
            canvas.write_line(line, x, width, _LINE, Align.R if leftward(text) else Align.L)
    canvas.set_y(top + _LINE * len(part))


def _next_page(canvas: Canvas, columns: tuple[str, str] | None, shape: _Shape) -> None:
    canvas.add_page()
    if columns:
        _head(canvas, columns, shape)


def _head(canvas: Canvas, columns: tuple[str, str], shape: _Shape) -> None:
    y = canvas.y
    for name, (x, width) in zip(columns, ((MARGIN, shape.names), shape.values), strict=True):
        canvas.style(8.5, grey=0.35)
        canvas.shape(name)
        canvas.set_y(y)
        canvas.write_line(name, x, width, _LINE, Align.L)
    _rule(canvas, 120)


def _rule(canvas: Canvas, grey: int) -> None:
    canvas.set_draw_color(grey)
    canvas.line(MARGIN, canvas.y, MARGIN + ROOM, canvas.y)
