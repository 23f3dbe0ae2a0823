"""``crossroads lint``: look through a letter that was written elsewhere."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import As, Json
from bot.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.drafting.linter import About
    from bot.drafting.model import Drafts, Finding

MOST_BYTES = 100_000
"""The longest text that is read; no letter comes near it."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("lint")(lint)


def lint(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The letter; - is standard input.")],
    course: Annotated[
        str, typer.Option("--course", metavar="ID", help="Which course it is about.")
    ] = "",
    medium: Annotated[
        str, typer.Option("--medium", metavar="M", help="How it goes out: email, chat, …")
    ] = "",
    case: Annotated[
        str, typer.Option("--case", metavar="CASE", help="Your case: its answers and course count.")
    ] = "",
    name: Annotated[
        list[str] | None, typer.Option("--name", help="Another client's name; may be repeated.")
    ] = None,
    flow: Annotated[
        str, typer.Option("--flow", metavar="ID", help="Whose rules; “flows list” has all.")
    ] = "",
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Look through a letter before you send it.

    Ends with 1 if something blocks it: a gap, no date, nothing about money or data you hold.

    Example: crossroads lint letter.txt
    """
    from bot.commands.letters import last_version
    from bot.drafting.linter import blocked
    from bot.drafting.linter import lint as look_through

    text = last_version(_read(file))
    drafts, about = asyncio.run(_about(course, medium, case, flow, as_name, tuple(name or ())))
    findings = look_through(drafts, text, about)
    if as_json:
        from bot.commands.desk import print_json

        form = [finding_record(finding) for finding in findings]
        print_json({"blocked": blocked(findings), "findings": form})
    else:
        typer.echo("\n".join(finding_lines(findings)))
    if blocked(findings):
        raise typer.Exit(1)


def finding_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Say what was found: what blocks first."""
    from bot.commands.judging import short
    from bot.drafting.linter import GAP_KIND as GAP

    if not findings:
        yield "Nothing stands in the way, and nothing is warned of."
    if gaps := [finding.text for finding in findings if finding.kind == GAP]:
        yield f"BLOCKS  Still to be filled in, or taken out: {', '.join(map(short, gaps))}."
    for finding in findings:
        if finding.kind == GAP:
            continue
        mark = "BLOCKS" if finding.blocks else "warns "
        about = f"“{short(finding.text)}” {finding.says}" if finding.text else f"It {finding.says}"
        yield f"{mark}  {about}. {finding.suggest}"


def finding_record(finding: Finding) -> dict[str, object]:
    """Give a finding as programs read it."""
    return {
        "kind": finding.kind,
        "blocks": finding.blocks,
        "text": finding.text,
        "says": finding.says,
        "suggest": finding.suggest,
    }


async def _about(
    course: str, medium: str, case: str, flow: str, as_name: str, names: tuple[str, ...]
) -> tuple[Drafts, About]:
    from bot.commands.finding import no_such
    from bot.commands.judging import short
    from bot.commands.letters import drafts_in
    from bot.commands.wiring import load_library
    from bot.config import read_settings
    from bot.drafting.linter import About

    if case:
        return await _about_case(course, medium, case, as_name, names)
    settings = read_settings()
    drafts = drafts_in(load_library(settings), flow or settings.flow)
    courses = {known.casefold(): known for known in drafts.courses}
    if course and course.casefold() not in courses:
        raise no_such("course", short(course), list(drafts.courses))
    if medium and medium not in drafts.media:
        raise no_such("medium", short(medium), list(drafts.media))
    return drafts, About(courses.get(course.casefold(), ""), medium, {}, names)


async def _about_case(
    course: str, medium: str, case: str, as_name: str, names: tuple[str, ...]
) -> tuple[Drafts, About]:
    from bot.commands.gathering import gather_letters
    from bot.drafting.linter import About

    letters = await gather_letters(as_name, case)
    chosen = letters.chosen(course)
    known = letters.medium(chosen, medium).id if medium else ""
    return letters.drafts, About(chosen, known, letters.facts, names)


def _read(file: str) -> str:
    name = "Standard input" if file == "-" else file
    try:
        if file == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise WrongUse(
            f"{name} cannot be read: {error.strerror}.", "Name a letter, or -."
        ) from None
    if len(data) > MOST_BYTES:
        raise WrongUse(f"{name} is larger than {MOST_BYTES // 1000} kB.", "Shorten it.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongUse(f"{name} is not UTF-8 text.", "Save it as UTF-8.") from None
