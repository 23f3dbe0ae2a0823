"""A flow's picture as SVG: sections as frames from top to bottom, conditions beside their steps.

Pure. Text widths are estimated on the wide side, so that nothing runs over an edge in any font.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from adapters.terminal.graph import Group, Node, Picture, spaced

_BOX = 430
_LEFT = 50
_ASIDE = _LEFT + _BOX + 40
_WIDTH = 900
_LINE = 18
_PAD = 12
_GAP = 26
_TEXT_COLUMNS = 54  # characters of 13 px that surely fit into a box
_ASIDE_COLUMNS = 44

_FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif"
_FILLS = {
    "ask": ("#eef4fb", "#31577e"),
    "say": ("#fdf6e3", "#8a6d1b"),
    "set": ("#f2f2f2", "#6b6b6b"),
}
_JUDGE = ("#e6f4ea", "#256b3a")
_KINDS = {"ask": "question", "say": "card", "set": "set at the start", "decide": "decision"}


@dataclass(frozen=True, slots=True)
class _Placed:
    """A step with the lines it is drawn with and its place (top, height in pixels)."""

    node: Node
    lines: tuple[str, ...]
    aside: tuple[str, ...]
    top: int

    @property
    def height(self) -> int:
        drawn = _PAD * 2 + _LINE * (1 + len(self.lines))
        return max(drawn, _LINE * len(self.aside))


def to_svg(drawn: Picture) -> str:
    """Write the picture as an SVG document that a screen reader can read as well."""
    heading, top = _heading(drawn)
    parts: list[str] = []
    steps: list[_Placed] = []
    for group in drawn.groups:
        placed = _place(group, top + 44)
        bottom = placed[-1].top + placed[-1].height + 20
        parts.append(_frame(group.title, top, bottom - top))
        steps += placed
        top = bottom + 18
    arrows = [_arrow(one, other) for one, other in pairwise(steps)]
    legend, height = _legend(drawn, top)
    body = [*parts, *arrows, *(_step(step) for step in steps), *legend]
    return "\n".join([*_opening(drawn, height), *heading, *body, "</svg>"]) + "\n"


def _opening(drawn: Picture, height: int) -> Iterator[str]:
    described = (
        f"{drawn.about} {sum(len(group.nodes) for group in drawn.groups)} steps in order, from top "
        "to bottom. A dashed step is passed over unless the condition beside it holds."
    )
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" role="img" aria-labelledby="title desc" '
        f"style={quoteattr(_FONT)}>"
    )
    yield f'<title id="title">{_text(drawn.title)}</title>'
    yield f'<desc id="desc">{_text(described)}</desc>'
    yield (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#444"/></marker></defs>'
    )
    yield f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>'


def _heading(drawn: Picture) -> tuple[list[str], int]:
    """Write title and description; gives the lines and where they end."""
    titles = textwrap.wrap(drawn.title, 60)
    abouts = textwrap.wrap(drawn.about, 105)
    below = 40 + 28 * len(titles)
    lines = [
        *_lines(titles, _LEFT - 20, 40, ' font-weight="700"', size=22, step=28),
        *_lines(abouts, _LEFT - 20, below, ' fill="#444"'),
    ]
    return lines, below + _LINE * len(abouts) + 12


def _place(group: Group, top: int) -> list[_Placed]:
    placed = []
    for node in group.nodes:
        lines = tuple(textwrap.wrap(node.text, _TEXT_COLUMNS))
        condition = f"if {node.condition}" if node.condition else ""
        step = _Placed(node, lines, tuple(textwrap.wrap(condition, _ASIDE_COLUMNS)), top)
        placed.append(step)
        top += step.height + _GAP
    return placed


def _frame(title: str, top: int, height: int) -> str:
    return (
        f'<rect x="{_LEFT - 20}" y="{top}" width="{_WIDTH - 60}" height="{height}" rx="10" '
        'fill="none" stroke="#bbb"/>'
        f'<text x="{_LEFT - 6}" y="{top + 25}" font-size="15" font-weight="600" fill="#333">'
        f"{_text(textwrap.shorten(title, 90, placeholder=' …'))}</text>"
    )


def _step(step: _Placed) -> str:
    fill, stroke = _FILLS.get(step.node.kind, _JUDGE)
    kind = _KINDS.get(step.node.kind, step.node.kind)
    dashes = ' stroke-dasharray="6 4"' if step.node.condition else ""
    thick = 3 if step.node.kind not in _FILLS else 1.5
    corner = {"ask": 14, "say": 2, "set": 2}.get(step.node.kind, 0)
    middle = step.top + _PAD + 14
    left = _LEFT + _PAD
    right = f' text-anchor="end" fill="{stroke}"'
    box = (
        f'<rect x="{_LEFT}" y="{step.top}" width="{_BOX}" height="{step.height}" rx="{corner}" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="{thick}"{dashes}/>'
    )
    lines = [
        f"<g><title>{_text(_spoken(step.node, kind))}</title>",
        box,
        *_lines([spaced(step.node.id)], left, middle, ' font-weight="700"'),
        *_lines([kind], _LEFT + _BOX - _PAD, middle, right, size=11),
        *_lines(step.lines, left, middle + _LINE),
        *_aside(step),
        "</g>",
    ]
    return "\n".join(lines)


def _aside(step: _Placed) -> Iterator[str]:
    if step.aside:
        middle = step.top + step.height // 2
        yield (
            f'<path d="M{_LEFT + _BOX} {middle}H{_ASIDE - 8}" stroke="#777" '
            'stroke-dasharray="2 3"/>'
        )
        first = middle + 5 - _LINE * (len(step.aside) - 1) // 2
        yield from _lines(step.aside, _ASIDE, first, ' font-style="italic" fill="#333"')


def _lines(
    lines: Sequence[str], left: int, top: int, style: str = "", size: int = 13, step: int = _LINE
) -> Iterator[str]:
    for number, line in enumerate(lines):
        place = f'x="{left}" y="{top + number * step}" font-size="{size}"{style}'
        yield f"<text {place}>{_text(line)}</text>"


def _arrow(one: _Placed, other: _Placed) -> str:
    middle = _LEFT + _BOX // 2
    return (
        f'<path d="M{middle} {one.top + one.height}V{other.top - 2}" stroke="#444" '
        'stroke-width="1.5" marker-end="url(#tip)"/>'
    )


def _legend(drawn: Picture, top: int) -> tuple[list[str], int]:
    """Draw what the named conditions mean; gives the lines and where the picture ends."""
    lines: list[str] = []
    for name, meaning in drawn.legend:
        wrapped = textwrap.wrap(f"{name}: {meaning}", 110)
        lines += [wrapped[0], *(f"    {line}" for line in wrapped[1:])]
    if not lines:
        return [], top
    heading = (
        f'<text x="{_LEFT - 20}" y="{top + 16}" font-size="15" font-weight="600">'
        "What the conditions mean</text>"
    )
    drawn_lines = _lines(lines, _LEFT - 20, top + 40)
    return [heading, *drawn_lines], top + 40 + _LINE * len(lines) + 10


def _spoken(node: Node, kind: str) -> str:
    condition = f" (only if {node.condition})" if node.condition else ""
    return f"{kind}: {spaced(node.id)}{condition}. {node.text}"


def _text(text: str) -> str:
    """Escape text, and leave out what XML cannot hold."""
    return escape("".join(sign for sign in text if sign in "\t\n" or ord(sign) >= 32))
