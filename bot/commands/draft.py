"""``crossroads draft``: a letter or a script for a case that has a result."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import As, Json
from bot.errors import NotFound, WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.drafting.versions import Version
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
    save: Annotated[bool, typer.Option("--save", help="Keep it as a version.")] = False,
    versions: Annotated[bool, typer.Option("--versions", help="List the versions kept.")] = False,
    version: Annotated[
        int, typer.Option("--version", metavar="N", min=0, help="Show or edit one kept before.")
    ] = 0,
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Write a letter or a script for what your case came to.

    What you fill in, and each version, is kept sealed beside the case. Nothing is sent.

    Example: crossroads draft "Client Heron" --tone warm --medium email
    """
    from bot.commands.gathering import gather_folder, keep_values
    from bot.commands.letters import read_slots
    from bot.commands.wiring import now
    from bot.drafting.writing import Writing

    if ask and as_json:
        raise WrongUse("With --json nothing is asked.", "Fill in with --set.")
    folder = asyncio.run(gather_folder(as_name, case))
    letters = folder.letters
    chosen = letters.chosen(course)
    form = letters.medium(chosen, medium)
    if versions:
        _list(folder.kept.of(chosen, form.id), as_json=as_json)
        return
    old = _version(folder.kept.of(chosen, form.id), version)
    values = {**folder.kept.values, **read_slots(letters.drafts, set_ or [], now())}
    writing = Writing(letters, chosen, form, values, tuple(name or ()))
    tones = [writing.tone(one) for one in (compare or tone or old.tone).split(",")]
    if compare and (len(tones) != 2 or edit or rehearse or out or save or version):
        raise WrongUse("--compare takes two tones and stands alone.", "Write --compare warm,firm.")
    if ask:
        _ask(writing, values, tones[0])
    kept = folder.kept.values
    if changed := {slot: said for slot, said in values.items() if kept.get(slot, "") != said}:
        asyncio.run(keep_values(as_name, folder.case_id, changed))
    made = [writing.write(one, old.text) for one in tones]
    if edit:
        from bot.commands.editing import edited

        made = [writing.write(tones[0], edited(made[0].text))]
    if edit or save:
        _keep(as_name, folder.case_id, writing, made[0], edited=edit)
    _show(made, writing, beside_each_other=bool(compare), rehearse=rehearse, as_json=as_json)
    if out:
        _save(out, made[0])


def _show(
    made: Sequence[Written],
    writing: Writing,
    *,
    beside_each_other: bool,
    rehearse: bool,
    as_json: bool,
) -> None:
    """Print a draft with what stands around it, or two tones."""
    if as_json:
        from bot.commands.desk import print_json

        records = [record(version, writing) for version in made]
        print_json({"drafts": records} if beside_each_other else records[0])
    elif beside_each_other:
        typer.echo("\n".join(beside(made, writing)))
    else:
        for remark in writing.advice(top=True):
            typer.echo(f"{remark.title}: {remark.text}\n")
        if rehearse:
            _rehearse(made[0])
        else:
            typer.echo(made[0].text)
        typer.echo("\n" + "\n".join(around(made[0], writing)))
        if letter := writing.letters.letter_before(writing.course, writing.medium):
            typer.echo(
                f"The letter first: “--medium {letter.id}” writes what can go before a talk."
            )


def _version(saved: Sequence[Version], number: int) -> Version:
    """Find a version; raises ``NotFound``. Number 0 is none: a text still to be written."""
    from bot.drafting.versions import Version

    if not number:
        return Version(0, "", "", "", "", "")
    found = next((one for one in saved if one.number == number), None)
    if found is None:
        raise NotFound(f"There is no version {number} of this letter.", "--versions lists them.")
    return found


def _list(saved: Sequence[Version], *, as_json: bool) -> None:
    """List the versions of a letter, oldest first."""
    if as_json:
        from dataclasses import asdict

        from bot.commands.desk import print_json

        print_json({"versions": [asdict(version) for version in saved]})
        return
    for one in saved:
        by_hand = ", edited by you" if one.edited else ""
        typer.echo(f"Version {one.number}: {one.tone}, {one.at[:16].replace('T', ' ')}{by_hand}")
    if not saved:
        typer.echo("No version of this letter is kept. --save keeps one.")


def _keep(as_name: str, case_id: str, writing: Writing, made: Written, *, edited: bool) -> None:
    """Keep a text beside the case; the same text is not kept twice."""
    from bot.commands.gathering import keep_version
    from bot.commands.wiring import now
    from bot.drafting.versions import Version

    course, medium, tone = writing.course, writing.medium.id, made.draft.tone
    at, values = now().isoformat(timespec="seconds"), dict(writing.values)
    version = Version(0, course, medium, tone, made.text, at, values, edited)
    kept = asyncio.run(keep_version(as_name, case_id, version))
    number = kept.of(course, medium)[-1].number
    typer.echo(f"Version {number} is kept; --versions lists them.", err=True)


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
    from bot.commands.writing import exists, is_folder, write_documents

    if is_folder(out):
        raise WrongUse(f"{out} is a folder.", "Name a file with --out.")
    path = Path(out)
    try:
        before = path.read_text("utf-8") if exists(path) else ""
    except (OSError, UnicodeDecodeError):
        raise WrongUse(f"{out} cannot be read.", "Name another file with --out.") from None
    made = version.draft
    about = f"{made.course}, {made.medium}, {made.tone}, {now():%Y-%m-%d %H:%M}"
    number, text = next_version(before, version.text, about)
    for written in write_documents(out, {path.name: text}, force=True):
        typer.echo(f"Version {number} written: {written}", err=True)
