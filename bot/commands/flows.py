"""``crossroads flows``: list, check, draw and try out the dialogues."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import count

if TYPE_CHECKING:
    from bot.commands.checking import Checked

FlowId = Annotated[str, typer.Argument(metavar="FLOW", help="The flow's id; “flows list” has all.")]


class GraphFormat(StrEnum):
    """What a flow can be drawn as."""

    mermaid = "mermaid"
    svg = "svg"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    flows = typer.Typer(
        help="List, check, draw and try out dialogues.\n\nExample: crossroads flows list",
        no_args_is_help=True,
    )
    flows.command("list")(list_flows)
    flows.command("check")(check)
    flows.command("graph")(graph)
    flows.command("talk")(talk)
    app.add_typer(flows, name="flows")


def list_flows() -> None:
    """List the dialogues there are.

    Those shipped with the program, and your own (CROSSROADS_FLOWS).

    Example: crossroads flows list
    """
    from bot.config import read_settings

    own = read_settings().flows
    for flow_id, folder in _folders().items():
        where = "your own" if own and str(folder).startswith(str(own)) else "shipped"
        checked = _checked(folder)
        typer.echo(f"{flow_id}  ({where})")
        if checked.flow is None:
            typer.echo(f"  does not load; “crossroads flows check {folder}” tells why")
            continue
        typer.echo(f"  {checked.flow.title}")
        typer.echo(f"  tracks: {', '.join(checked.flow.tracks) or 'none'}")
        typer.echo(f"  version: {checked.flow.version}")


def check(
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH", help="A flow's folder, a folder of flows, or a flow's id; else all."
        ),
    ] = "",
) -> None:
    """Check dialogues and play their talks.

    Exit code 1 if one does not load, or a talk does not hold. Every mistake is one line: file,
    line, what is wrong, what to do about it.

    Example: crossroads flows check my_flows/agency
    """
    wrong = 0
    for flow_id, folder in _wanted(path).items():
        checked = _checked(folder)
        for error in checked.errors:
            typer.echo(f"{_where(folder)}/{error}")
        for note in checked.notes:
            typer.echo(f"{_where(folder)}/{note.file}:{note.line}: note: {_sentence(note)}")
        wrong += len(checked.errors)
        if not checked.errors:
            assert checked.flow is not None
            steps, talks = len(checked.flow.steps), checked.talks
            typer.echo(f"{flow_id}: fine ({steps} steps, {count(talks, 'talk')} played)")
    if wrong:
        typer.echo(f"{count(wrong, 'mistake')} found.", err=True)
        raise typer.Exit(1)


def graph(
    flow: FlowId,
    form: Annotated[
        GraphFormat, typer.Option("--format", help="Mermaid text, or a picture.")
    ] = GraphFormat.mermaid,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write here, not to the screen.")
    ] = None,
) -> None:
    """Draw a dialogue as a flowchart.

    Its steps in order, by section, with their conditions.

    Example: crossroads flows graph troubled_client --format svg --out flow.svg
    """
    from adapters.library import read_flow
    from adapters.terminal.graph import picture, to_mermaid
    from adapters.terminal.svg import to_svg
    from bot.commands.checking import written_conditions
    from bot.commands.wiring import KINDS
    from bot.engine.load import load_flow

    files = read_flow(_folder(flow))
    compiled = load_flow(files, KINDS)
    drawn = picture(compiled, written_conditions(files, compiled))
    text = to_svg(drawn) if form is GraphFormat.svg else to_mermaid(drawn)
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")
        typer.echo(f"Drawn in {out}.")


def talk(
    flow: FlowId,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The talk to play; else all of them.")
    ] = "",
) -> None:
    """Play a dialogue's talks and print them.

    Exit code 1 if one does not hold.

    Example: crossroads flows talk troubled_client full_reset
    """
    from adapters.library import read_flow
    from bot.commands.checking import TALK_DAY, read_talk, talk_files
    from bot.commands.wiring import KINDS
    from bot.engine.load import load_flow
    from bot.engine.talk import TalkMismatch, run_talk
    from bot.errors import FlowErrors

    files = read_flow(_folder(flow))
    compiled = load_flow(files, KINDS)
    for file in _talks_called(name, talk_files(files)):
        script, mistakes = read_talk(file, files[file])
        if script is None:
            raise FlowErrors(mistakes)
        typer.echo(f"# {script.id}: {script.about}")
        try:
            for line in run_talk(compiled, script, TALK_DAY):
                typer.echo(line)
        except TalkMismatch as mismatch:
            typer.echo(
                f"{_where(_folder(flow))}/{file}:{mismatch.line}: {mismatch.message}", err=True
            )
            raise typer.Exit(1) from None
        typer.echo("")


# ------------------------------------------------------------------ finding


def _folders() -> dict[str, Traversable]:
    from adapters.library import own_flows, shipped_flows
    from bot.config import read_settings

    return {**shipped_flows(), **own_flows(read_settings().flows)}


def _folder(flow_id: str) -> Traversable:
    from bot.commands.finding import no_such

    folders = _folders()
    if flow_id not in folders:
        raise no_such("flow", flow_id, list(folders))
    return folders[flow_id]


def _wanted(path: str) -> Mapping[str, Traversable]:
    """Find what is to be checked: a flow's folder, all in a folder, one by id, or all."""
    from adapters.library import own_flows
    from bot.errors import WrongUse

    if not path:
        return _folders()
    place = Path(path)
    if place.name == "flow.yaml":
        place = place.parent
    if (place / "flow.yaml").is_file():
        return {place.resolve().name: place}
    if place.is_dir():
        found = own_flows(place)
        if not found:
            raise WrongUse(f"There is no flow in {path}.", "Name a folder with a flow.yaml in it.")
        return found
    return {path: _folder(path)}


def _talks_called(name: str, files: list[str]) -> list[str]:
    from bot.commands.finding import no_such
    from bot.errors import WrongUse

    names = {file.removeprefix("talks/").rsplit(".", 1)[0]: file for file in files}
    if not names:
        raise WrongUse("This flow has no talks.", "docs/flows.md says how to write one.")
    if not name:
        return list(names.values())
    if name not in names:
        raise no_such("talk", name, list(names))
    return [names[name]]


def _checked(folder: Traversable) -> Checked:
    from adapters.library import read_flow
    from bot.commands.checking import Checked, check_files
    from bot.commands.wiring import KINDS
    from bot.errors import FlowError

    try:
        files = read_flow(folder)
    except FlowError as error:
        return Checked(None, (error,))
    name = folder.resolve().name if isinstance(folder, Path) else folder.name
    return check_files(name, files, KINDS)


def _where(folder: Traversable) -> str:
    """Name a folder as the person would: from where they are, if it is below."""
    path, here = Path(str(folder)), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _sentence(note: object) -> str:
    from bot.errors import FlowError

    assert isinstance(note, FlowError)
    return f"{note.message} {note.remedy}"
