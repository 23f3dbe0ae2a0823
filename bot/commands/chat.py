"""``crossroads chat`` and ``crossroads resume``: the dialogue itself."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import As, LastCase
from bot.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from adapters.terminal.conversation import Face
    from adapters.terminal.lines import Lines
    from bot.engine.model import Tell
    from bot.service import Service

Plain = Annotated[
    bool, typer.Option("--plain", help="Plain lines without colours; also used in a pipe.")
]
Jsonl = Annotated[
    bool, typer.Option("--jsonl", help="For programs: one JSON object a line, out and in.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("chat")(chat)
    app.command("resume")(resume)


def chat(
    flow: Annotated[
        str, typer.Option("--flow", metavar="ID", help="Which dialogue; “flows list” has all.")
    ] = "",
    fast: Annotated[
        bool, typer.Option("--fast", help="The short way: --track fast, where a dialogue has one.")
    ] = False,
    track: Annotated[
        str, typer.Option("--track", metavar="NAME", help="Which way through the dialogue.")
    ] = "",
    plain: Plain = False,
    jsonl: Jsonl = False,
    as_name: As = "",
) -> None:
    """Begin a new case and be led from the first question to a result.

    Every answer is saved at once; “help” lists what you can write besides answers.

    Example: crossroads chat --fast
    """
    if fast and track not in {"", "fast"}:
        raise WrongUse("--fast and --track name different ways.", "Leave one of them out.")
    _hold(_begin(flow, "fast" if fast else track, _how(plain, jsonl), as_name))


def resume(
    case: LastCase = "",
    plain: Plain = False,
    jsonl: Jsonl = False,
    as_name: As = "",
) -> None:
    """Go on with a case where you left it.

    Example: crossroads resume "Client Heron"
    """
    _hold(_go_on(case, _how(plain, jsonl), as_name))


# ------------------------------------------------------------------ doing it


def _hold(conversation: Coroutine[None, None, None]) -> None:
    try:
        asyncio.run(conversation)
    except KeyboardInterrupt:
        # In the middle of saving: the store still finishes that before it closes.
        typer.echo("\nStopped. What you answered is saved; go on with: crossroads resume")
    except BrokenPipeError:
        # Whoever read along has gone; what was answered is saved. Without this, Python would
        # complain once more when it empties the pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


async def _begin(flow: str, track: str, how: str, as_name: str) -> None:
    from adapters.terminal.conversation import Seat, begin
    from adapters.terminal.render import resume_line
    from bot.commands.wiring import new_case_id, now, opened, person
    from bot.config import read_settings

    settings = read_settings()
    wanted = flow or settings.flow
    async with opened(settings, wanted=wanted) as service:
        owner, case_id = service.owner(person(as_name)), new_case_id()
        seat = Seat(owner, case_id, resume_line(case_id, as_name))
        face, listening = _face(how)
        with listening:
            news = await _open_cases(service, owner, as_name)
            await begin(service, face, seat, now, wanted, track, news)


async def _go_on(said: str, how: str, as_name: str) -> None:
    from adapters.terminal.conversation import Seat, go_on
    from adapters.terminal.render import resume_line
    from bot.commands.wiring import find_case, now, opened, person
    from bot.config import read_settings

    async with opened(read_settings()) as service:
        owner = service.owner(person(as_name))
        case_id = (await find_case(service, owner, said)).id
        face, listening = _face(how)
        with listening:
            await go_on(service, face, Seat(owner, case_id, resume_line(case_id, as_name)), now)


async def _open_cases(service: Service, owner: str, as_name: str) -> Tell | None:
    from adapters.terminal.render import due_text, open_cases_text
    from bot.engine.model import Tell

    listed = await service.store.cases(owner)
    cases = [case for case in listed if case.status not in {"finished", "cancelled"}]
    due = await _due(service, owner) if listed else 0
    lines = [due_text(due, as_name)] if due else []
    lines += [open_cases_text(cases, as_name)] if cases else []
    return Tell("open_cases", "\n".join(lines)) if lines else None


async def _due(service: Service, owner: str) -> int:
    """Count what is due: in a terminal nothing comes by itself, so it is said when one comes."""
    from bot.commands.wiring import now
    from bot.papers.due import due_of
    from bot.papers.followups import begin_finished
    from bot.papers.habits import read_habits
    from bot.planning.reminding import zone_of

    await begin_finished(service, owner, now(), "terminal")
    habits = await read_habits(service.store.papers, owner)
    today = now().astimezone(zone_of(habits)).date()
    due = await due_of(service, owner, today) if habits.on else ()
    return sum(len(case.items) + bool(case.asked) for case in due)


# ------------------------------------------------------------------ the face


def _how(plain: bool, jsonl: bool) -> str:
    """Choose the face; a pipe, a file and a terminal without abilities get plain lines."""
    if plain and jsonl:
        raise WrongUse("--plain and --jsonl are two different ways.", "Leave one of them out.")
    if jsonl:
        return "jsonl"
    able = os.environ.get("TERM", "dumb") != "dumb"
    return "fancy" if able and not plain and _at_terminal() else "plain"


def _at_terminal() -> bool:
    """Say whether somebody types here and reads here; a closed stream is None."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _face(how: str) -> tuple[Face, AbstractContextManager[None]]:
    """Make the face, and what must be around the conversation for Ctrl-C to be heard."""
    if how == "fancy":
        from adapters.terminal.fancy import FancyFace

        return FancyFace(), nullcontext()
    from adapters.terminal.lines import Lines

    lines = Lines(0)
    if how == "jsonl":
        from adapters.terminal.machine import MachineFace

        return MachineFace(lines, sys.stdout.buffer), lines.heeding_interrupts()
    return _plain(lines), lines.heeding_interrupts()


def _plain(lines: Lines) -> Face:
    import shutil

    from adapters.terminal.plain import PlainFace

    width = min(shutil.get_terminal_size().columns, 88) if sys.stdout.isatty() else 0
    return PlainFace(lines, sys.stdout, width, "> " if _at_terminal() else "")
