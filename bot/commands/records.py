"""``crossroads cases``, ``show`` and ``export``: what is stored of one's cases, for reading."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import As, Json, LastCase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.dossier.documents import Dossier
    from bot.dossier.rounds import Asked
    from bot.filing import Paper
    from bot.ports import Listed


class ExportFormat(StrEnum):
    """What a case can be exported as."""

    json = "json"
    markdown = "markdown"


@dataclass(frozen=True, slots=True)
class Taken:
    """What is exported; of a single case, without what is asked and the person's ``own`` papers."""

    dossiers: Sequence[Dossier]
    profile: Mapping[str, str]
    asked: Sequence[Asked] | None
    own: Sequence[Paper] = ()


def register(app: typer.Typer) -> None:
    """Add the commands."""
    from bot.commands import personal

    app.command("cases")(cases)
    app.command("show")(show)
    app.command("export")(export)
    personal.register(app)


def cases(as_name: As = "", as_json: Json = False) -> None:
    """List your cases, the one touched last first.

    Example: crossroads cases
    """
    from bot.commands.desk import print_json

    rows = asyncio.run(_listing(as_name))
    if as_json:
        print_json({"cases": [record for record, _ in rows]})
    elif not rows:
        typer.echo("You have no cases yet. “crossroads chat” begins one.")
    else:
        for _, text in rows:
            typer.echo(text)
        typer.echo(_next([record for record, _ in rows], as_name))


def _next(rows: list[dict[str, object]], as_name: str) -> str:
    """Say how to go on with the unfinished case touched last, or how to see the last one."""
    from adapters.terminal.render import resume_line

    for row in rows:
        if row["status"] not in {"finished", "cancelled"}:
            return f"To go on: {resume_line(str(row['id']), as_name)}"
    return f"To see one: crossroads show {rows[0]['id']}"


def show(
    case: LastCase = "",
    as_name: As = "",
    as_json: Json = False,
    working: Annotated[
        bool, typer.Option("--working", help="Also how the result was worked out.")
    ] = False,
) -> None:
    """Show all there is about a case.

    Its answers, the result, what you decided and why, what your team said, what happened when.

    Example: crossroads show "Client Heron" --working
    """
    from adapters.terminal.render import card_lines
    from bot.commands.desk import print_json, width
    from bot.dossier.documents import case_cards
    from bot.dossier.record import case_record

    dossier = asyncio.run(_dossier(as_name, case))
    if as_json:
        print_json(case_record(dossier))
    else:
        shown = [card_lines(card, width()) for card in case_cards(dossier, working=working)]
        typer.echo("\n\n".join("\n".join(lines) for lines in shown))


def export(
    case: Annotated[
        str, typer.Argument(metavar="CASE", help="The case's id, its beginning or its nickname.")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="All your cases.")] = False,
    form: Annotated[
        ExportFormat, typer.Option("--format", help="For programs or for reading.")
    ] = ExportFormat.json,
    out: Annotated[
        str,
        typer.Option(
            "--out", metavar="FILE|DIR", help="Write here; into a folder: one file for each case."
        ),
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Overwrite files.")] = False,
    as_name: As = "",
) -> None:
    """Write out everything about your cases.

    The files are readable by you alone, but no longer sealed: keep them safe.

    Example: crossroads export --all --format markdown --out my_cases/
    """
    from bot.commands.options import one_or_all
    from bot.commands.writing import is_folder, write_documents

    one_or_all(case, everything)
    taken = asyncio.run(_gather(as_name, case))
    make = _json_documents if form is ExportFormat.json else _markdown_documents
    documents = make(taken, separate=is_folder(out))
    if out:
        for written in write_documents(out, documents, force=force):
            typer.echo(f"Written: {written}")
    else:
        typer.echo("".join(documents.values()), nl=False)


# ------------------------------------------------------------------ gathering


async def _listing(as_name: str) -> list[tuple[dict[str, object], str]]:
    """Give each case as a record and as lines for people."""
    from bot.commands.desk import desk

    async with desk(as_name) as at:
        return [_row(listed, *await at.opened_case(listed.id)) for listed in await at.cases()]


def _row(listed: Listed, case: object, flow: object) -> tuple[dict[str, object], str]:
    from bot.dossier.documents import listing_text, when
    from bot.dossier.record import listing_record
    from bot.engine.model import Case, Flow

    assert isinstance(case, Case)
    assert flow is None or isinstance(flow, Flow)
    title, state = listing_text(flow, case)
    lines = (
        f"{listed.id}  {listed.name or '(no nickname)'}",
        f"  {title}: {state}",
        f"  last touched {when(listed.touched)}",
        "",
    )
    return listing_record(flow, case), "\n".join(lines)


async def _dossier(as_name: str, said: str) -> Dossier:
    """Gather one case, the last one where none is named."""
    from bot.commands.desk import desk

    async with desk(as_name) as at:
        return await at.dossier((await at.find(said)).id)


async def _gather(as_name: str, said: str) -> Taken:
    """Gather one case, or everything where none is named."""
    from bot.commands.desk import desk
    from bot.reading import read_asked

    async with desk(as_name) as at:
        wanted = [await at.find(said)] if said else await at.cases()
        return Taken(
            [await at.dossier(listed.id) for listed in wanted],
            await at.service.store.profile(at.owner),
            None if said else await read_asked(at.rounds, at.owner),
            () if said else await at.service.store.papers.kept(at.owner, ""),
        )


def _json_documents(taken: Taken, *, separate: bool) -> dict[str, str]:
    """Give file name → text: one for each case if separate, else a single one."""
    import orjson

    from bot.commands.wiring import now
    from bot.dossier.record import export_record

    moment, profile = now(), taken.profile
    if separate:
        records = {
            dossier.case.id: export_record([dossier], profile, moment) for dossier in taken.dossiers
        }
        if taken.own:
            records["papers"] = export_record([], profile, moment, own=taken.own)
        if taken.asked:
            records["answers_given"] = export_record([], profile, moment, asked=taken.asked)
    else:
        whole = export_record(taken.dossiers, profile, moment, asked=taken.asked, own=taken.own)
        records = {"cases": whole}
    form = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return {
        f"{name}.json": orjson.dumps(record, option=form).decode()
        for name, record in records.items()
    }


def _markdown_documents(taken: Taken, *, separate: bool) -> dict[str, str]:
    from bot.dossier.documents import case_cards, profile_card
    from bot.dossier.markdown import to_markdown
    from bot.dossier.rounds import asked_cards

    texts = {f"{d.case.id}.md": to_markdown(case_cards(d, working=True)) for d in taken.dossiers}
    if taken.profile:
        texts["profile.md"] = to_markdown([profile_card(taken.profile)])
    if taken.asked:
        texts["answers_given.md"] = to_markdown(asked_cards(taken.asked))
    return texts if separate else {"cases.md": "\n---\n\n".join(texts.values())}
