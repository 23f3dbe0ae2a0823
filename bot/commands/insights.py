"""``crossroads insights``: what came of one's own decisions, counted."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import As, Json
from bot.errors import SetupError, WrongUse

if TYPE_CHECKING:
    from bot.records.insights import Insights


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("insights")(insights)


def insights(
    out: Annotated[
        str, typer.Option("--out", metavar="FILE.png", help="Draw a chart into this new file.")
    ] = "",
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Count what you decided and what came of it; groups of fewer than five stay hidden.

    Example: crossroads insights --out insights.png
    """
    counted = asyncio.run(_counted(as_name))
    said = _drawn(out, counted) if out else ""
    _show(counted, as_json=as_json)
    if said:
        typer.echo(said, err=as_json)


async def _counted(as_name: str) -> Insights:
    from bot.commands.desk import desk
    from bot.papers.insights import decided_cases
    from bot.records.insights import insights_of

    async with desk(as_name) as at:
        return insights_of(await decided_cases(at.service, at.owner))


def _show(counted: Insights, *, as_json: bool) -> None:
    from bot.commands.desk import print_json
    from bot.sheets.insights import insight_lines, insight_record

    if as_json:
        print_json(insight_record(counted))
    else:
        typer.echo("\n".join(insight_lines(counted)))


def _drawn(out: str, counted: Insights) -> str:
    """Draw the chart into a file; gives what it shows in words."""
    from adapters.pictures import draw, load
    from bot.commands.writing import exists, write_bytes
    from bot.sheets.insights import insight_alt, insight_chart

    path = Path(out).expanduser()
    if exists(path):
        raise WrongUse(f"{out} exists already.", "Choose another name with --out.")
    if not counted.groups:
        return f"\nThere is nothing to draw; {out} was not written."
    if not load():
        raise SetupError("Pictures cannot be drawn here.", "Install the extra “pictures”.")
    chart = insight_chart(counted)
    write_bytes(str(path), draw(chart), force=False)
    return f"\nDrawn in {out}. {insight_alt(chart)}"
