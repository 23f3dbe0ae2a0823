"""A chart of votes as lines of text: words and numbers first, bars for those who see them. Pure."""

from __future__ import annotations

from adapters.terminal.render import printable
from bot.opinion.chart import ASIDE, Bar, Chart

_CELLS = 24
_PER_VOTE = 4


def chart_lines(chart: Chart, width: int = 0) -> list[str]:
    """Show a chart; where a line has no room for it, the bar has a line of its own."""
    most = max((count for bar in chart.bars for count in bar.counts), default=0)
    said = [_said(bar) for bar in chart.bars]
    room = max(map(len, said), default=0)
    beside = not width or room + 2 + _CELLS <= width
    lines = [printable(chart.title)]
    for bar, text in zip(chart.bars, said, strict=True):
        drawn = "=" * _cells(bar.counts[-1], most)
        if beside:
            lines.append(f"{text:<{room}}  {drawn}".rstrip())
        else:
            lines += [text, f"  {drawn}"] if drawn else [text]
    return lines


def _said(bar: Bar) -> str:
    counts = ", then ".join(map(str, bar.counts))
    votes = "vote" if bar.counts[-1] == 1 else "votes"
    aside = f", {ASIDE}" if bar.aside else ""
    return f"{printable(bar.label)}: {counts} {votes}{aside}"


def _cells(count: int, most: int) -> int:
    """Give how long a bar is; the least that there is can still be seen."""
    if most * _PER_VOTE <= _CELLS:
        return count * _PER_VOTE
    return max(bool(count), count * _CELLS // most)
