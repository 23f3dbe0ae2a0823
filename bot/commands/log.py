"""``crossroads log``: what happened, as facts, kept beside a case."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import As, Json
from bot.errors import WrongUse

if TYPE_CHECKING:
    from bot.drafting.model import Finding
    from bot.papers.log import Change
    from bot.records.logbook import Log

CaseOption = Annotated[
    str, typer.Option("--case", metavar="CASE", help="A case as in “show”; else the last one.")
]
Entered = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=TEXT",
        help="when, channel, who, quote, fact, impression, effect, evidence, done or next.",
    ),
]
EntryId = Annotated[str, typer.Argument(metavar="ID", help="The entry's number.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(invoke_without_command=True)
    group.callback()(log)
    group.command("add")(add)
    group.command("edit")(edit)
    group.command("remove")(remove)
    group.command("restore")(restore)
    app.add_typer(group, name="log")


def log(
    context: typer.Context, case: CaseOption = "", as_name: As = "", as_json: Json = False
) -> None:
    """Show the log of a case, oldest first, with what was changed.

    Example: crossroads log --case Heron
    """
    if context.invoked_subcommand:
        if case or as_name or as_json:
            raise WrongUse(
                "Options stand behind the whole command.",
                f"Write: crossroads log {context.invoked_subcommand} … --as NAME",
            )
        return
    asyncio.run(_run(case, as_name, as_json=as_json))


def add(entered: Entered = None, case: CaseOption = "", as_name: As = "") -> None:
    """Write an entry: what was said, word for word, and what you saw.

    Example: crossroads log add --set when="today 14:30" --set fact="He called four times."
    """
    asyncio.run(_run(case, as_name, _fields(entered)))


def edit(entry: EntryId, entered: Entered = None, case: CaseOption = "", as_name: As = "") -> None:
    """Change an entry; what it said before stays in its history.

    Example: crossroads log edit 1 --set effect="The report was a day late."
    """
    asyncio.run(_run(case, as_name, _fields(entered), entry))


def remove(entry: EntryId, case: CaseOption = "", as_name: As = "") -> None:
    """Take an entry out of the log; “restore” puts it back.

    Example: crossroads log remove 1
    """
    asyncio.run(_moved(case, as_name, entry, removed=True))


def restore(entry: EntryId, case: CaseOption = "", as_name: As = "") -> None:
    """Put an entry back that was taken out.

    Example: crossroads log restore 1
    """
    asyncio.run(_moved(case, as_name, entry, removed=False))


def _fields(pairs: list[str] | None) -> dict[str, str]:
    from bot.commands.finding import no_such
    from bot.records.logbook import FIELDS

    fields = {}
    for pair in pairs or ():
        name, equals, said = pair.partition("=")
        if not equals:
            raise WrongUse(f"“{pair[:40]}” sets nothing.", "Write it as fact=“He called.”")
        if name.strip() not in FIELDS:
            raise no_such("field", name.strip()[:40], list(FIELDS))
        fields[name.strip()] = said
    if not fields:
        raise WrongUse("There is nothing to write down.", "Add --set fact=“…” or --set quote=“…”.")
    return fields


async def _run(
    case: str,
    as_name: str,
    fields: dict[str, str] | None = None,
    entry_id: str = "",
    *,
    as_json: bool = False,
) -> None:
    from bot.commands.desk import desk
    from bot.commands.wiring import now
    from bot.papers import log as papers
    from bot.papers.letters import Shelf
    from bot.records import logbook
    from bot.sheets.log import pointed_out

    remarks: Sequence[Finding] = ()
    async with desk(as_name) as at:
        case_id = (await at.find(case)).id
        kept = await papers.log_of(at.service, at.owner, case_id)
        if fields is not None:
            change = _written(fields, entry_id)
            kept = await papers.change(at.service, at.owner, case_id, change, now())
            written = logbook.found(kept, entry_id) if entry_id else kept.entries[-1]
            shelf = Shelf(at.service)
            remarks = await papers.pointed_out(shelf, at.service, at.owner, case_id, written.entry)
    _show(kept, case_id, as_json=as_json)
    for line in pointed_out(remarks):
        typer.echo(line, err=True)


def _written(fields: dict[str, str], entry_id: str) -> Change:
    """Write an entry over what is there then; raises ``WrongUse`` with all that is wrong."""
    from bot.commands.wiring import now
    from bot.records import logbook

    at = now()
    stamp = at.isoformat(timespec="seconds")
    given = fields if entry_id or "when" in fields else {"when": "", **fields}

    def change(log: Log) -> Log:
        before = logbook.found(log, entry_id).entry if entry_id else logbook.Entry("")
        entry, wrong = logbook.read_entry(given, before, at, at.tzname() or "")
        if wrong:
            raise WrongUse(" ".join(f"{name}: {said}" for name, said in wrong.items()))
        if entry_id:
            return logbook.edit(log, entry_id, entry, stamp)
        return logbook.add(log, entry, stamp)

    return change


async def _moved(case: str, as_name: str, entry_id: str, *, removed: bool) -> None:
    from functools import partial

    from bot.commands.desk import desk
    from bot.commands.wiring import now
    from bot.papers import log as papers
    from bot.records import logbook

    stamp = now().isoformat(timespec="seconds") if removed else ""
    async with desk(as_name) as at:
        case_id = (await at.find(case)).id
        change = partial(logbook.remove, entry_id=entry_id, at=stamp)
        kept = await papers.change(at.service, at.owner, case_id, change, now())
    _show(kept, case_id)


def _show(log: Log, case_id: str, *, as_json: bool = False) -> None:
    from dataclasses import asdict

    from adapters.terminal.render import card_lines
    from bot.commands.desk import print_json, width
    from bot.sheets.log import log_card

    if as_json:
        print_json({"case": case_id, **asdict(log)})
        return
    typer.echo("\n".join(card_lines(log_card(log), width())))
