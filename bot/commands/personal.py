"""``crossroads mydata``, ``forget`` and ``profile``: what is stored of a person, and its end."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import As, Json, count, one_or_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.commands.holdings import Holdings
    from bot.ports import Forgotten, Listed


_WORD = "delete"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("mydata")(mydata)
    app.command("forget")(forget)
    app.command("profile")(profile)


# ------------------------------------------------------------------ mydata


def mydata(as_name: As = "", as_json: Json = False) -> None:
    """Tell what is stored about you.

    How much it is, where, how it is sealed, how long it is kept, how to take or delete it.

    Example: crossroads mydata
    """
    from bot.commands.desk import print_json
    from bot.commands.holdings import holdings_record, holdings_text

    held = asyncio.run(_holdings(as_name))
    if as_json:
        print_json(holdings_record(held))
    else:
        typer.echo(holdings_text(held))


async def _holdings(as_name: str) -> Holdings:
    from bot.commands.desk import desk
    from bot.commands.holdings import gather

    async with desk(as_name) as at:
        return await gather(at)


# ------------------------------------------------------------------ forget


def forget(
    case: Annotated[
        str, typer.Argument(metavar="CASE", help="The case's id, its beginning or its nickname.")
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="All your cases and your profile.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    as_name: As = "",
) -> None:
    """Delete cases for good; asks first.

    Tells what was deleted and what a deletion cannot reach.

    Example: crossroads forget "Client Heron"
    """
    one_or_all(case, everything)
    asyncio.run(_forget(as_name, case, yes=yes))


async def _forget(as_name: str, said: str, *, yes: bool) -> None:
    from bot.commands.desk import desk

    async with desk(as_name) as at:
        cases = await at.cases()
        if _gone_already(said, cases):
            typer.echo(f"Nothing is stored under “{said}”: there was nothing to delete.")
            return
        case = await at.find(said) if said else None
        if not yes:
            _confirm(_meant(case, len(cases)))
        forgotten = await at.service.store.forget(at.owner, case.id if case else None)
        typer.echo(_deleted(forgotten))
        typer.echo(_not_reached(at.settings.home, at.settings.database.name))


def _gone_already(said: str, cases: Sequence[Listed]) -> bool:
    """Say whether a whole id was given that is not there: deleting it once more changes nothing.

    Ids are written in capitals; a nickname that is not there is a mistake rather.
    """
    from bot.commands.wiring import new_case_id

    whole = said.isalnum() and said == said.upper() and len(said) == len(new_case_id())
    return whole and all(case.id != said for case in cases)


def _meant(case: Listed | None, cases: int) -> str:
    if case:
        return f"the case {case.id} ({case.name or 'no nickname'})"
    return f"everything that is stored about you: {count(cases, 'case')}, and your profile"


def _confirm(what: str) -> None:
    """Let the person type a word before something is deleted; raises ``WrongUse``, or ends."""
    from bot.errors import WrongUse

    if not sys.stdin.isatty():
        raise WrongUse(
            f"This would delete {what}, and there is nobody to ask.",
            "Add --yes if that is what you want. Nothing was deleted.",
        )
    typer.echo(f"This deletes {what} for good; it cannot be undone.")
    typer.echo("To keep a copy first: crossroads export")
    said = typer.prompt(f"Type “{_WORD}” to go on, anything else to stop", default="")
    if str(said).strip().casefold() != _WORD:
        typer.echo("Nothing was deleted.")
        raise typer.Exit


def _deleted(forgotten: Forgotten) -> str:
    """Say how much was deleted."""
    counts = (
        (forgotten.cases, "case", ""),
        (forgotten.events, "event", " of their history"),
        (forgotten.effects, "message", " still to be shown"),
        (int(forgotten.profile), "profile", ""),
    )
    said = [count(number, thing) + more for number, thing, more in counts if number]
    return f"Deleted: {', '.join(said)}." if said else "There was nothing to delete."


def _not_reached(home: Path, database: str) -> str:
    """Say what a deletion cannot reach, and what to do about it."""
    lines = [
        "Not reached: files you exported, and backups (sealed) made before now. Delete them too;",
        "a backup that is put back into this folder has the same deleted again when it is opened.",
    ]
    backups = sorted(home.glob(f"{database}.*.backup"))
    lines += [f"  here is a backup: {path}" for path in backups]
    return "\n".join(lines)


# ------------------------------------------------------------------ profile


def profile(
    answers: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION=OPTION", help="What to store; none after = drops it."),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Drop everything.")] = False,
    as_name: As = "",
) -> None:
    """Store answers that are always the same.

    New cases begin with them. Without arguments: what is stored, and what could be.

    Example: crossroads profile
    """
    from bot.errors import WrongUse

    if clear and answers:
        raise WrongUse("Either store answers or drop all of them.", "Leave out one of the two.")
    asyncio.run(_profile(as_name, answers or [], clear=clear))


async def _profile(as_name: str, answers: list[str], *, clear: bool) -> None:
    from bot.commands.desk import desk
    from bot.commands.profile import changed, profile_text

    async with desk(as_name) as at:
        stored = dict(await at.service.store.profile(at.owner))
        flows = tuple(at.service.flows.values())
        wanted = {} if clear else changed(flows, stored, answers)
        if wanted != stored:
            await at.service.store.set_profile(at.owner, wanted)
        typer.echo(profile_text(flows, wanted))
