"""``crossroads draft``: a letter or a script for a case that has a result."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import As, Json
from bot.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.drafting.writing import Writing, Written

NEVER_SENT = "Crossroads never writes to a client. Copying and sending this is up to you."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("draft")(draft)


def draft(
    case: Annotated[
        str, typer.Argument(metavar="CASE", help="The case; without it the one touched last.")
    ] = "",
    course: Annotated[
        str, typer.Option("--course", metavar="ID", help="Another course than the one that stands.")
    ] = "",
    tone: Annotated[str, typer.Option("--tone", metavar="T", help="neutral, warm or firm.")] = "",
    medium: Annotated[
        str, typer.Option("--medium", metavar="M", help="email, chat, call, brief, notes, …")
    ] = "",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SLOT=VALUE", help="Fill in a gap; may be repeated."),
    ] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask for what is still a gap.")] = False,
    compare: Annotated[
        str, typer.Option("--compare", metavar="T,T", help="Two tones beside each other.")
    ] = "",
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Go through it line by line; Enter goes on.")
    ] = False,
    edit: Annotated[bool, typer.Option("--edit", help="Change it in your $EDITOR.")] = False,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="Another client's name; may be repeated.")
    ] = None,
    out: Annotated[
        str, typer.Option("--out", metavar="FILE", help="Add it to this file as its next version.")
    ] = "",
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Write a letter or a script for what your case came to.

    What you have not filled in stays a visible gap. Nothing is stored, and nothing is sent.

    Example: crossroads draft "Client Heron" --tone warm --medium email
    """
    from bot.commands.gathering import gather_letters
    from bot.commands.letters import read_slots
    from bot.commands.wiring import now
    from bot.drafting.writing import Writing

    letters = asyncio.run(gather_letters(as_name, case))
    chosen = letters.chosen(course)
    form = letters.medium(chosen, medium)
    values = read_slots(letters.drafts, set_ or [], now())
    writing = Writing(letters, chosen, form, values, tuple(name or ()))
    tones = [writing.tone(one) for one in (compare or tone).split(",")]
    if compare and (len(tones) != 2 or edit or rehearse or out):
        raise WrongUse("--compare takes two tones and stands alone.", "Write --compare warm,firm.")
    if ask and as_json:
        raise WrongUse("With --json nothing is asked.", "Fill in with --set.")
    if ask:
        _ask(writing, values, tones[0])
    versions = [writing.write(one) for one in tones]
    if edit:
        from bot.commands.editing import edited

        versions = [writing.write(tones[0], edited(versions[0].text))]
    if as_json:
        from bot.commands.desk import print_json

        records = [record(version, writing) for version in versions]
        print_json({"drafts": records} if compare else records[0])
    elif compare:
        typer.echo("\n".join(beside(versions, writing)))
    else:
        for remark in writing.advice(top=True):
            typer.echo(f"{remark.title}: {remark.text}\n")
        if rehearse:
            _rehearse(versions[0])
        else:
            typer.echo(versions[0].text)
        typer.echo("\n" + "\n".join(around(versions[0], writing)))
    if out:
        _save(out, versions[0])


def record(written: Written, writing: Writing) -> dict[str, object]:
    """Give a draft as programs read it."""
    from bot.commands.lint import finding_record

    made = written.draft
    advice = (*writing.advice(top=True), *writing.advice(top=False))
    return {
        "case": writing.letters.name,
        "course": made.course,
        "medium": made.medium,
        "tone": made.tone,
        "subject": made.subject,
        "text": written.text,
        "parts": [{"block": part.block, "lines": list(part.lines)} for part in made.parts],
        "gaps": list(writing.gaps(written)),
        "may_add": list(made.offers),
        "blocked": written.blocked,
        "findings": [finding_record(finding) for finding in written.findings],
        "must": [{"text": tick.text, "state": tick.state} for tick in written.ticks],
        "advice": [{"title": one.title, "text": one.text} for one in advice],
    }


def around(version: Written, writing: Writing) -> Iterator[str]:
    """Say what stands around a draft: what was found, the must list, what to know, who sends it."""
    from bot.commands.lint import finding_lines

    yield "Before you copy it"
    yield from (f"  {line}" for line in finding_lines(version.findings))
    yield "What it has to say"
    marks = {"there": "[x]", "gap": "[…]", "unsure": "[?]", "missing": "[ ]"}
    yield from (f"  {marks[tick.state]} {tick.text}" for tick in version.ticks)
    slots = writing.letters.drafts.slots
    gaps = writing.gaps(version)
    if gaps or version.draft.offers:
        yield "To fill in: --set slot=value, or --ask"
        yield from (f"  {slot}: {slots[slot].ask}" for slot in gaps)
        yield from (f"  {slot}: {slots[slot].ask} (if you like)" for slot in version.draft.offers)
    yield "Good to know"
    yield from (f"  {remark.title}: {remark.text}" for remark in writing.advice(top=False))
    yield ""
    yield NEVER_SENT


def beside(versions: Sequence[Written], writing: Writing) -> Iterator[str]:
    """Set two drafts beside each other, or one below the other where there is no room."""
    import shutil

    tones = writing.letters.drafts.tones
    columns = shutil.get_terminal_size().columns
    if columns < 100:
        for version in versions:
            yield f"{tones[version.draft.tone]}\n\n{version.text}\n"
    else:
        yield from _columns(versions, [tones[v.draft.tone] for v in versions], columns)
    yield NEVER_SENT


def _columns(versions: Sequence[Written], titles: list[str], columns: int) -> Iterator[str]:
    from itertools import zip_longest
    from textwrap import wrap

    width = (min(columns, 160) - 3) // 2
    sides = [
        [title, "", *(part for line in v.text.split("\n") for part in wrap(line, width) or [""])]
        for title, v in zip(titles, versions, strict=True)
    ]
    for left, right in zip_longest(*sides, fillvalue=""):
        yield f"{left:<{width}} │ {right}".rstrip()


def _ask(writing: Writing, values: dict[str, str], tone: str) -> None:
    """Ask briefly for each gap; an empty answer leaves it a gap."""
    from bot.commands.wiring import now
    from bot.dossier.letters import read_value

    typer.echo("Enter alone leaves a gap open.")
    made = writing.write(tone).draft
    for slot in (*made.gaps, *made.offers):
        known = writing.letters.drafts.slots[slot]
        while True:
            said = typer.prompt(known.ask, default="", show_default=False, prompt_suffix=" ")
            try:
                values[slot] = read_value(known, said, now())
            except WrongUse as mistake:
                typer.echo(str(mistake))
            else:
                break


def _rehearse(version: Written) -> None:
    """Show it line by line; where somebody sits at a terminal, Enter goes on."""
    waits = sys.stdin.isatty()
    for part in version.draft.parts:
        typer.echo(part.title)
        for line in part.lines:
            typer.echo(f"  {line}")
            if waits:
                typer.prompt("", default="", show_default=False, prompt_suffix="")


def _save(out: str, version: Written) -> None:
    """Add it to a file of the person's own as its next version; the earlier ones stay."""
    from pathlib import Path

    from bot.commands.letters import next_version
    from bot.commands.wiring import now
    from bot.commands.writing import is_folder, write_documents

    if is_folder(out):
        raise WrongUse(f"{out} is a folder.", "Name a file with --out.")
    path = Path(out)
    try:
        before = path.read_text("utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError):
        raise WrongUse(f"{out} cannot be read.", "Name another file with --out.") from None
    made = version.draft
    about = f"{made.course}, {made.medium}, {made.tone}, {now():%Y-%m-%d %H:%M}"
    number, text = next_version(before, version.text, about)
    for written in write_documents(out, {path.name: text}, force=True):
        typer.echo(f"Version {number} written: {written}", err=True)
