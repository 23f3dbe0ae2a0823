"""``crossroads reminders``: how you are reminded, and what is due."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import As, Json

if TYPE_CHECKING:
    from datetime import date

    from bot.planning.model import Habits
    from bot.sheets.due import DueCase

Given = str | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reminders")(reminders)


def reminders(
    at: Annotated[Given, typer.Option("--at", metavar="TIME", help="At what time of day.")] = None,
    quiet: Annotated[
        Given, typer.Option("--quiet", metavar="HOURS", help="Never between, as in 20:00-08:00.")
    ] = None,
    zone: Annotated[
        Given, typer.Option("--zone", metavar="NAME", help="Time zone, as in Europe/Berlin.")
    ] = None,
    country: Annotated[
        Given, typer.Option("--country", metavar="CODE", help="Whose holidays count, as in DE-BY.")
    ] = None,
    on: Annotated[
        bool | None, typer.Option("--on/--off", help="Be reminded, or of nothing.")
    ] = None,
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """See what is due and how you are reminded, or change that.

    Example: crossroads reminders --at 09:00 --quiet 20:00-08:00 --zone Europe/Berlin
    """
    given = {"at": at, "quiet": quiet, "zone": zone, "country": country}
    wanted = {name: said for name, said in given.items() if said is not None}
    if on is not None:
        wanted["on"] = "yes" if on else "no"
    asyncio.run(_run(wanted, as_name, as_json))


async def _run(wanted: dict[str, str], as_name: str, as_json: bool) -> None:
    from bot.commands.desk import desk
    from bot.commands.habits import change_habits
    from bot.commands.wiring import now
    from bot.papers.due import due_of
    from bot.papers.followups import begin_finished
    from bot.papers.habits import read_habits
    from bot.planning.reminding import zone_of

    async with desk(as_name) as here:
        await begin_finished(here.service, here.owner, now(), "terminal")
        if wanted:
            await change_habits(here, wanted)
        habits = await read_habits(here.service.store.papers, here.owner)
        today = now().astimezone(zone_of(habits)).date()
        due = await due_of(here.service, here.owner, today)
    if as_json:
        _print(habits, due)
    else:
        _show(habits, due, today)


def _print(habits: Habits, due: Sequence[DueCase]) -> None:
    from dataclasses import asdict

    from bot.commands.desk import print_json

    print_json({"habits": asdict(habits), "due": [asdict(case) for case in due]})


def _show(habits: Habits, due: Sequence[DueCase], today: date) -> None:
    from bot.sheets.plans import day_name, reminded

    for case in due:
        typer.echo(f"{case.name} ({case.case_id})")
        for item in case.items:
            typer.echo(f"  {item.id:>3}  {day_name(item.day, today):<15} {item.text}")
        if case.asked:
            typer.echo(f"  What came of it? “crossroads outcome {case.case_id}” says so.")
    if not due:
        typer.echo("Nothing is due now.")
    typer.echo(f"\n{reminded(habits)}")
    typer.echo("That comes in Slack and Discord; in a terminal, this list says what is due.")
    start, end = habits.quiet
    typer.echo(f"Never between {start} and {end}." if start != end else "There are no quiet hours.")
    typer.echo(
        f"Holidays of {habits.country} count." if habits.country else "Weekends alone count."
    )
