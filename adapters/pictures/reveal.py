"""The picture of what a round came to, drawn beside everything else that goes on."""

from __future__ import annotations

import asyncio

from adapters.pictures import draw, load
from bot.opinion.chart import Chart, alt_text, chart_of
from bot.opinion.model import Round
from bot.sheets.model import Picture
from bot.sheets.reveal import team_of


async def draw_reveal(round_: Round) -> Picture | None:
    """Draw how the answers fall on the courses; None where nothing is revealed.

    Of a round that is held still it gets ready to draw, so that its reveal need not wait.
    """
    chart = chart_of_reveal(round_)
    if chart is None:
        await asyncio.to_thread(load)
        return None
    png = await draw_chart(chart)
    return Picture(png, alt_text(chart)) if png else None


async def draw_chart(chart: Chart) -> bytes | None:
    """Draw any chart; None where the library for it is not installed."""
    return await asyncio.to_thread(_draw, chart)


def chart_of_reveal(round_: Round) -> Chart | None:
    """Make the chart that is drawn; None where nothing is revealed."""
    record = round_.record
    if record is None or not record.revealed:
        return None
    title = f"What the team would do: {round_.brief.code_name}"
    counts = {"This round": team_of(round_, record).counts}
    if round_.earlier and round_.earlier.revealed:
        counts = {"The round before": team_of(round_, round_.earlier).counts, **counts}
    return chart_of(title, round_.brief.courses, counts, record.standing.vetoed)


def _draw(chart: Chart) -> bytes | None:
    """Draw a chart, if the library for it is installed: the message says all of it in words too."""
    return draw(chart) if load() else None
