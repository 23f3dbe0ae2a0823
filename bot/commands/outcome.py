"""``crossroads outcome``: say what came of a decision."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import As, Json, LastCase
from bot.errors import NotFound, WrongUse

if TYPE_CHECKING:
    from bot.commands.desk import Desk
    from bot.planning.model import CheckIns
    from bot.records.outcome import Outcome


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("outcome")(outcome)


def outcome(
    case: LastCase = "",
    answer: Annotated[str, typer.Option("--answer", metavar="ID", help="What happened.")] = "",
    day: Annotated[
        int, typer.Option("--day", metavar="DAYS", help="How long after it; else the last one.")
    ] = 0,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A note with it.")] = "",
    stop: Annotated[bool, typer.Option("--stop", help="Do not ask about it any more.")] = False,
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Say what came of a decision after a week, a month or a quarter, or see what you said.

    Example: crossroads outcome Heron --answer better --note "They pay in time now."
    """
    if (note or day) and not answer:
        raise WrongUse("There is no answer with it.", "Add --answer ID; without it all are listed.")
    asyncio.run(_run(_Wanted(case, answer, day, note, stop, as_json), as_name))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be said of which case."""

    case: str
    answer: str
    day: int
    note: str
    stop: bool
    as_json: bool


async def _run(wanted: _Wanted, as_name: str) -> None:
    from bot.commands.desk import desk
    from bot.papers.followups import checkins_of

    async with desk(as_name) as at:
        case_id = (await at.find(wanted.case)).id
        found = await _begun(at, case_id)
        basis, checkins = await checkins_of(at.service, at.owner, case_id)
        if wanted.answer:
            found = await _answered(at, case_id, found, wanted)
        if wanted.stop:
            found = await _stopped(at, case_id)
    if wanted.as_json:
        _print(case_id, found)
    else:
        _show(basis.case.name or case_id, basis.course, found, checkins)


async def _begun(at: Desk, case_id: str) -> Outcome:
    """Give what is known of a finished case, noting its decision if that was not done yet."""
    from bot.commands.wiring import now
    from bot.papers.followups import begin, outcome_of

    case = await at.service.store.case(at.owner, case_id)
    if case.status != "finished":
        raise NotFound("Nothing was decided in this case yet.", "Go on with the case first.")
    await begin(at.service, at.owner, case_id, now(), "terminal")
    found = await outcome_of(at.service, at.owner, case_id)
    if found is None or not found.days:
        raise WrongUse("The dialogue of this case does not ask what came of it.")
    return found


async def _answered(at: Desk, case_id: str, found: Outcome, wanted: _Wanted) -> Outcome:
    from bot.commands.wiring import now
    from bot.papers.followups import answer

    moment = now()
    return await answer(
        at.service,
        at.owner,
        case_id,
        wanted.day or found.day_meant(moment),
        wanted.answer,
        moment,
        note=wanted.note or None,
    )


async def _stopped(at: Desk, case_id: str) -> Outcome:
    from dataclasses import replace

    from bot.commands.wiring import now
    from bot.papers.followups import change

    def stop(outcome: Outcome) -> Outcome:
        return replace(outcome, stopped=True)

    return await change(at.service, at.owner, case_id, stop, now(), "terminal")


def _print(case_id: str, found: Outcome) -> None:
    from dataclasses import asdict

    from bot.commands.desk import print_json

    print_json({"case": case_id, **asdict(found)})


def _show(name: str, course: str, found: Outcome, checkins: CheckIns) -> None:
    from bot.sheets.due import outcome_rows

    typer.echo(f"{name}: {course}\n\n{checkins.question}")
    for when, what in outcome_rows(found, checkins):
        typer.echo(f"  {when}: {what}")
    if not found.said:
        typer.echo("  You did not say so yet.")
    if found.stopped:
        typer.echo("  You are not asked any more.")
    typer.echo("\nTo say so, add --answer and one of these:")
    for answer, label in checkins.answers.items():
        typer.echo(f"  {answer:<12} {label}")
