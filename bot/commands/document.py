"""``crossroads document``: a letter, plan, log, decision record or whole case to print."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import As, LastCase


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("document")(document)


def document(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="record, letter, plan, log or case.")],
    case: LastCase = "",
    form: Annotated[str, typer.Option("--format", metavar="F", help="pdf, docx or md.")] = "pdf",
    out: Annotated[
        str, typer.Option("--out", metavar="FILE|DIR", help="Where to; - prints it (md alone).")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Write over a file.")] = False,
    as_name: As = "",
) -> None:
    """Write a letter, a plan, a log, a decision record or a whole case as PDF, Word or Markdown.

    Example: crossroads document record Heron --format pdf --out decision.pdf
    """
    from bot.chat.pages import FORMS
    from bot.commands.finding import no_such
    from bot.commands.writing import is_folder, write_bytes
    from bot.errors import WrongUse

    if form not in FORMS:
        raise no_such("format", form, list(FORMS))
    if out == "-" and form != "md":
        raise WrongUse("Only Markdown is printed.", "Name a file with --out.")
    data = asyncio.run(_printed(what, case, form, as_name))
    if out == "-":
        typer.echo(data.decode(), nl=False)
    else:
        name = f"{what}.{form}"
        path = str(Path(out, name)) if is_folder(out) else out or name
        typer.echo(f"Written: {write_bytes(path, data, force=force)}", err=True)


async def _printed(what: str, case: str, form: str, as_name: str) -> bytes:
    from adapters.documents.printer import print_page
    from bot.chat.pages import desk_of
    from bot.commands.desk import desk
    from bot.commands.wiring import now

    async with desk(as_name) as at:
        listed = await at.find(case)
        page = (await desk_of(at.service, at.rounds, at.owner, listed.id)).page(what)
    return await print_page(page, form, now())
