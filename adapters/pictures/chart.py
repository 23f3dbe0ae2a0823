"""A bar chart of votes, drawn with matplotlib: every bar says its course and its number.

Nothing depends on colour: the rounds differ in pattern and stand in the order of their legend. The
background is opaque, so the picture reads alike in light and dark surroundings. All measures are
pixels.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matplotlib import get_data_path
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font

from adapters.pictures.lettering import broken, legible
from bot.opinion.chart import ASIDE, Bar, Chart

WIDTH = 1000
MARGIN = 36
LABELS = 435
BARS_AT = MARGIN + LABELS + 20

_DPI = 72  # a point is a pixel
_BAR = 38
_GAP = 26
_SWATCH = 60
_AFTER_BAR = 14

_INK, _SOFT, _PAPER, _FILL = "#1a1a1a", "#525252", "#ffffff", "#2b6cb0"
_PATTERNS = ((_FILL, ""), (_PAPER, "//"), (_PAPER, ".."))
"""Face and hatching of each round."""


@dataclass(frozen=True, slots=True)
class _Face:
    """A size and weight of letters; ``height`` is from one line to the next."""

    size: int
    height: int
    file: str = "DejaVuSans.ttf"
    ink: str = _INK


_TITLE = _Face(32, 42, "DejaVuSans-Bold.ttf")
_LABEL = _Face(27, 35)
_NOTE = _Face(22, 29, ink=_SOFT)
_COUNT = _Face(30, 38, "DejaVuSans-Bold.ttf")


@dataclass(frozen=True, slots=True)
class _Text:
    """Lines in one face."""

    lines: tuple[str, ...]
    face: _Face

    @property
    def height(self) -> int:
        """What the lines take up."""
        return len(self.lines) * self.face.height


@dataclass(frozen=True, slots=True)
class _Row:
    """One course as it is drawn."""

    label: _Text
    note: _Text
    counts: tuple[int, ...]

    @property
    def height(self) -> int:
        """What the course takes up, with the gap to the next."""
        return max(self.label.height + self.note.height, _BAR * len(self.counts)) + _GAP


_Width = Callable[[str, _Face], float]


def draw(chart: Chart) -> bytes:
    """Draw a chart as PNG, without a time or a version in it."""
    out = io.BytesIO()
    FigureCanvasAgg(figure_of(chart)).print_png(out, metadata={"Software": None})
    return out.getvalue()


def figure_of(chart: Chart) -> Figure:
    """Lay a chart out; it becomes as high as it has to be."""
    figure = Figure(figsize=(WIDTH / _DPI, 1), dpi=_DPI, facecolor=_PAPER)
    renderer = FigureCanvasAgg(figure).get_renderer()

    def width(text: str, face: _Face) -> float:
        found, _, _ = renderer.get_text_width_height_descent(text, _font(face), ismath=False)
        return float(found)

    title = _text(chart.title, _TITLE, WIDTH - 2 * MARGIN, width)
    legend = _legend(chart, width)
    rows = [_row(place, bar, width) for place, bar in enumerate(chart.bars, 1)]
    top = MARGIN + title.height + sum(text.height for text in legend) + _GAP
    height = top + sum(row.height for row in rows) - _GAP + MARGIN
    figure.set_size_inches(WIDTH / _DPI, height / _DPI)
    axes = _plane(figure, height)
    _draw_legend(axes, _write(axes, MARGIN, MARGIN, title) + _GAP / 2, legend)
    axes.plot([BARS_AT, BARS_AT], [top - _GAP / 2, height - MARGIN], color=_SOFT, linewidth=2)
    _draw_rows(axes, top, rows, width)
    return figure


# ------------------------------------------------------------------ what stands where


def _legend(chart: Chart, width: _Width) -> list[_Text]:
    """Name the rounds, if there is more than one."""
    room = WIDTH - 3 * MARGIN - _SWATCH
    texts = [_text(name, _LABEL, room, width) for name in chart.rounds]
    return texts if len(texts) > 1 else []


def _row(place: int, bar: Bar, width: _Width) -> _Row:
    label = _text(bar.label, _LABEL, LABELS, width, instead=f"No. {place}")
    note = _text(ASIDE if bar.aside else "", _NOTE, LABELS, width)
    return _Row(label, note, bar.counts)


def _text(text: str, face: _Face, room: float, width: _Width, instead: str = "") -> _Text:
    drawn = legible(text, _letters(), instead)
    return _Text(tuple(broken(drawn, lambda line: width(line, face) <= room)), face)


@cache
def _font(face: _Face) -> FontProperties:
    """Give a font by its file, which comes with the library, whatever else is installed."""
    return FontProperties(fname=_file(face), size=face.size)


def _file(face: _Face) -> str:
    return str(Path(get_data_path(), "fonts", "ttf", face.file))


@cache
def _letters() -> frozenset[int]:
    """List the code points that both fonts have."""
    fonts = (get_font(_file(face)) for face in (_TITLE, _LABEL))
    return frozenset.intersection(*(frozenset(font.get_charmap()) for font in fonts))


# ------------------------------------------------------------------ drawing


def _plane(figure: Figure, height: int) -> Axes:
    """Make axes whose unit is a pixel, from the top left."""
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    return axes


def _draw_legend(axes: Axes, top: float, legend: list[_Text]) -> None:
    for number, text in enumerate(legend):
        _block(axes, MARGIN, top + 3, _SWATCH, text.face.height - 6, number)
        top = _write(axes, 2 * MARGIN + _SWATCH, top, text)


def _draw_rows(axes: Axes, top: float, rows: list[_Row], width: _Width) -> None:
    most = max([1, *(count for row in rows for count in row.counts)])
    longest = WIDTH - MARGIN - BARS_AT - _AFTER_BAR - width(str(most), _COUNT)
    for row in rows:
        middle = top + (row.height - _GAP) / 2
        at = _write(axes, MARGIN, middle - (row.label.height + row.note.height) / 2, row.label)
        _write(axes, MARGIN, at, row.note)
        _bars(axes, middle, row.counts, longest / most)
        top += row.height


def _bars(axes: Axes, middle: float, counts: tuple[int, ...], scale: float) -> None:
    y = middle - _BAR * len(counts) / 2
    for number, count in enumerate(counts):
        if count:
            _block(axes, BARS_AT, y + 3, count * scale, _BAR - 6, number)
        _line(axes, BARS_AT + count * scale + _AFTER_BAR, y + _BAR / 2, str(count), _COUNT)
        y += _BAR


def _block(axes: Axes, x: float, y: float, length: float, height: float, number: int) -> None:
    face, hatch = _PATTERNS[number % len(_PATTERNS)]
    axes.barh(
        *(y, length, height, x),
        align="edge",
        facecolor=face,
        edgecolor=_FILL,
        hatch=hatch,
        linewidth=2,
    )


def _write(axes: Axes, x: float, y: float, text: _Text) -> float:
    """Write lines from a point down; gives where the next may stand."""
    for line in text.lines:
        _line(axes, x, y + text.face.height / 2, line, text.face)
        y += text.face.height
    return y


def _line(axes: Axes, x: float, y: float, text: str, face: _Face) -> None:
    # Without parse_math=False a "$" would begin a formula.
    axes.text(
        *(x, y, text),
        font=_font(face),
        color=face.ink,
        va="center_baseline",
        parse_math=False,
    )
