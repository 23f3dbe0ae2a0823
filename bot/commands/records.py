"""``crossroads cases``, ``show`` and ``export``: what is stored of one's cases, for reading."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import As, CaseName, Json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.dossier.documents import Dossier
    from bot.ports import Listed


class ExportFormat(StrEnum):
    """What a case can be exported as."""

    json = "json"
    markdown = "markdown"


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
    case: CaseName,
    as_name: As = "",
    as_json: Json = False,
    working: Annotated[
        bool, typer.Option("--working", help="Also how the result was worked out.")
    ] = False,
) -> None:
    """Show all there is about a case.

    Its answers, the result, what you decided and why, and what happened when.

    Example: crossroads show "Client Heron" --working
    """
    from adapters.terminal.render import card_lines
    from bot.commands.desk import print_json, width
    from bot.dossier.documents import case_cards
    from bot.dossier.record import case_record

    (dossier,), _ = asyncio.run(_dossiers(as_name, case))
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
    dossiers, profile = asyncio.run(_dossiers(as_name, case))
    make = _json_documents if form is ExportFormat.json else _markdown_documents
    documents = make(dossiers, profile, separate=is_folder(out))
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


async def _dossiers(as_name: str, said: str) -> tuple[list[Dossier], Mapping[str, str]]:
    """Gather one case, or all where none is named, and the person's profile."""
    from bot.commands.desk import desk

    async with desk(as_name) as at:
        wanted = [await at.find(said)] if said else await at.cases()
        profile = await at.service.store.profile(at.owner)
        return [await at.dossier(listed.id) for listed in wanted], profile


def _json_documents(
    dossiers: list[Dossier], profile: Mapping[str, str], *, separate: bool
) -> dict[str, str]:
    """Give file name → text: one for each case if separate, else a single one."""
    import orjson

    from bot.commands.wiring import now
    from bot.dossier.record import export_record

    groups = {d.case.id: [d] for d in dossiers} if separate else {"cases": dossiers}
    moment = now()
    return {
        f"{name}.json": orjson.dumps(
            export_record(group, profile, moment),
            option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
        ).decode()
        for name, group in groups.items()
    }


def _markdown_documents(
    dossiers: list[Dossier], profile: Mapping[str, str], *, separate: bool
) -> dict[str, str]:
    from bot.dossier.documents import case_cards, profile_card
    from bot.dossier.markdown import to_markdown

    texts = {f"{d.case.id}.md": to_markdown(case_cards(d, working=True)) for d in dossiers}
    if profile:
        texts["profile.md"] = to_markdown([profile_card(profile)])
    return texts if separate else {"cases.md": "\n---\n\n".join(texts.values())}
