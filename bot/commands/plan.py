"""``crossroads plan``: what to do after a decision, each thing on its day."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import As, Json, LastCase
from bot.errors import WrongUse

if TYPE_CHECKING:
    from bot.commands.desk import Desk
    from bot.papers.plans import Basis, Change
    from bot.planning.model import Habits, Plan

Several = list[str] | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan")(plan)


def plan(
    case: LastCase = "",
    days: Annotated[
        Several, typer.Option("--set", metavar="ID=DAY", help="A day it is reckoned from.")
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Make it again, from other days.")] = False,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Take back what you moved and removed.")
    ] = False,
    country: Annotated[
        str, typer.Option("--country", metavar="CODE", help="Whose holidays count, as in DE-BY.")
    ] = "",
    done: Annotated[Several, typer.Option("--done", metavar="ID", help="Tick it off.")] = None,
    undo: Annotated[Several, typer.Option("--undo", metavar="ID", help="Open it again.")] = None,
    move: Annotated[
        Several, typer.Option("--move", metavar="ID=DAY", help="Put it on another day.")
    ] = None,
    add: Annotated[
        Several, typer.Option("--add", metavar="TEXT=DAY", help="Add something of your own.")
    ] = None,
    drop: Annotated[Several, typer.Option("--drop", metavar="ID", help="Take it out.")] = None,
    ics: Annotated[
        str, typer.Option("--ics", metavar="FILE", help="Write a calendar file; - prints it.")
    ] = "",
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Make a plan with dates of what you decided, look at it, tick off, move and add.

    Example: crossroads plan Heron --set tell="31 March" --ics plan.ics
    """
    changes = _changes(done, undo, move, add, drop)
    wanted = _Wanted(case, days or [], new, afresh, country, changes, ics, as_json)
    asyncio.run(_run(wanted, as_name))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be done with a plan, in this order."""

    case: str
    days: Sequence[str]
    new: bool
    afresh: bool
    country: str
    changes: Sequence[tuple[str, str]]
    ics: str
    as_json: bool

    @property
    def made_again(self) -> bool:
        """Whether a plan that is there is to be made again."""
        return self.new or self.afresh or bool(self.days or self.country)


def _changes(*given: Several) -> list[tuple[str, str]]:
    words = ("done", "undo", "move", "add", "drop")
    return [(word, text) for word, texts in zip(words, given, strict=True) for text in texts or ()]


async def _run(wanted: _Wanted, as_name: str) -> None:
    from bot.commands.desk import desk
    from bot.commands.habits import change_habits
    from bot.commands.wiring import now
    from bot.papers.habits import read_habits
    from bot.papers.plans import basis_of, change, plan_of

    changes = [_change(word, text, now()) for word, text in wanted.changes]
    async with desk(as_name) as at:
        case_id = (await at.find(wanted.case)).id
        basis = await basis_of(at.service, at.owner, case_id)
        if wanted.country:
            await change_habits(at, {"country": wanted.country})
        found = await plan_of(at.service, at.owner, case_id)
        if found is None or wanted.made_again:
            found = await _made(at, basis, found, wanted)
        if changes:
            _see_ids(found, wanted.changes)
            found = await change(at.service, at.owner, case_id, _in_turn(changes), now())
        habits = await read_habits(at.service.store.papers, at.owner)
    if wanted.ics:
        _write_calendar(wanted.ics, found, case_id)
    elif wanted.as_json:
        _print(found, case_id)
    else:
        _show(found, basis, habits)


async def _made(at: Desk, basis: Basis, before: Plan | None, wanted: _Wanted) -> Plan:
    from bot.commands.wiring import now
    from bot.papers.plans import make
    from bot.planning.entered import read_anchors
    from bot.planning.schedule import standing_days

    stands = standing_days(None if wanted.new else before, basis.standing.course)
    given = _given(wanted.days) or ({} if stands else _asked(basis))
    known = {anchor.id: anchor.ask for anchor in basis.anchors}
    for name in given:
        if name not in known:
            there = ", ".join(f"{day} (“{ask}”)" for day, ask in known.items())
            raise WrongUse(
                f"A plan for “{basis.course}” has no day “{name}” to be chosen.",
                f"There is: {there}." if there else "Leave --set out: it begins today.",
            )
    stay = {name: day.isoformat() for name, day in stands.items()}
    days, wrong = read_anchors(basis.anchors, {**stay, **given}, now(), stands)
    if wrong:
        raise WrongUse(" ".join(wrong.values()))
    case_id, afresh = basis.case.id, wanted.afresh
    return await make(at.service, at.owner, case_id, days, now(), afresh=afresh)


def _given(pairs: Sequence[str]) -> dict[str, str]:
    given = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise WrongUse(f"“{pair[:40]}” sets no day.", "Write it as end=“31 March”.")
        given[name.strip()] = text
    return given


def _asked(basis: Basis) -> dict[str, str]:
    """Ask for the days where somebody sits at a terminal; elsewhere the usual ones are taken."""
    if not sys.stdin.isatty():
        return {}
    from bot.commands.wiring import now
    from bot.planning.entered import day_text
    from bot.planning.schedule import usual_days

    usual = usual_days(basis.planning.checklist, basis.standing.course, now().date())
    return {
        anchor.id: typer.prompt(anchor.ask, default=day_text(usual[anchor.id]))
        for anchor in basis.anchors
    }


def _see_ids(plan: Plan, changes: Sequence[tuple[str, str]]) -> None:
    """Refuse numbers that no item has; raises ``WrongUse``."""
    known = {item.id for item in plan.items}
    for word, text in changes:
        item_id = text.rpartition("=")[0].strip() if word == "move" else text
        if word != "add" and item_id not in known:
            remedy = "“crossroads plan” lists the items with their numbers."
            raise WrongUse(f"There is no item “{item_id[:20]}” in this plan.", remedy)


def _in_turn(changes: Sequence[Change]) -> Change:
    """Make one change of several, so that either all of them are kept or none."""

    def change(plan: Plan) -> Plan:
        for one in changes:
            plan = one(plan)
        return plan

    return change


def _change(word: str, text: str, at: datetime) -> Change:
    from functools import partial

    from bot.planning import schedule

    match word:
        case "done" | "undo":
            return partial(schedule.tick, item_id=text, done=word == "done")
        case "drop":
            return partial(schedule.drop, item_id=text)
        case "move":
            item_id, day = _with_day(text, at)
            return partial(schedule.move, item_id=item_id, day=day)
        case _:
            words, day = _with_day(text, at)
            return partial(schedule.add, text=words, day=day)


def _with_day(text: str, at: datetime) -> tuple[str, date]:
    from bot.planning.entered import read_day

    first, equals, day = text.rpartition("=")
    if not equals:
        raise WrongUse(f"“{text[:40]}” names no day.", "Write it with =DAY behind it.")
    return first.strip(), read_day(day, at)


def _write_calendar(out: str, plan: Plan, case_id: str) -> None:
    from bot.commands.wiring import now
    from bot.commands.writing import write_documents
    from bot.planning.calendar import calendar_file

    data = calendar_file(plan, "Crossroads", case_id, now()).decode()
    if out == "-":
        typer.echo(data, nl=False)
    else:
        for path in write_documents(out, {"plan.ics": data}, force=True):
            typer.echo(f"Written: {path}", err=True)


def _print(plan: Plan, case_id: str) -> None:
    from dataclasses import asdict

    from bot.commands.desk import print_json

    print_json({"case": case_id, **asdict(plan)})


def _show(plan: Plan, basis: Basis, habits: Habits) -> None:
    from bot.commands.desk import width
    from bot.commands.wiring import now
    from bot.planning.reminding import zone_of
    from bot.sheets.plans import count_line, day_name, worded

    today = now().astimezone(zone_of(habits)).date() if habits.zone else now().date()
    typer.echo(f"{basis.case.name or basis.case.id}: {basis.named(plan.course)}")
    if plan.course != basis.standing.course:
        typer.echo(f"What counts by now is “{basis.course}”; “--new” makes a plan for that.")
    typer.echo(f"{count_line(plan, today).capitalize()}.\n")
    for item in plan.items:
        mark = "x" if item.done else "!" if item.day < today.isoformat() else " "
        line = f"[{mark}] {item.id:>3}  {day_name(item.day, today):<15} {worded(item)}"
        typer.echo(_wrapped(line, width()))
    typer.echo("\n“--done ID” ticks off, “--move ID=DAY” moves, “--ics FILE” is for your calendar.")


def _wrapped(line: str, columns: int) -> str:
    from textwrap import fill

    return fill(line, columns, subsequent_indent=" " * 25)
