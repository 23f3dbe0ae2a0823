"""``crossroads decide``: judge answers that stand in a file, or come from a program."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from bot.commands.options import Json
from bot.errors import WrongUse

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from bot.commands.judging import Judging

MOST_BYTES = 1_000_000
"""The longest document, or line of a stream, that is read."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("decide")(decide)


def decide(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="Answers, YAML or JSON; - is standard input.")
    ] = "",
    as_json: Json = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="One JSON object of answers a line in, one result out.")
    ] = False,
    flow: Annotated[
        str, typer.Option("--flow", metavar="ID", help="Whose decision; “flows list” has all.")
    ] = "",
) -> None:
    """Judge answers exactly as given: question id → option id, nothing filled in.

    Example: crossroads decide answers.yaml --json
    """
    if not file and not jsonl:
        raise WrongUse("Which answers?", "Name a file, or - for standard input.")
    judge = _judging(flow)
    with _opened(file or "-") as source:
        if jsonl:
            _stream(source, judge)
        else:
            _judge_one(_name(file), source, judge, as_json)


def _judging(wanted: str) -> Judging:
    from bot.commands.finding import no_such
    from bot.commands.judging import judging
    from bot.commands.wiring import load_library
    from bot.config import read_settings

    settings = read_settings()
    flow_id = wanted or settings.flow
    library = load_library(settings)
    if flow_id in library.broken:
        raise library.broken[flow_id]
    if flow_id not in library.flows:
        raise no_such("flow", flow_id, list(library.flows))
    return judging(library.flows[flow_id])


def _judge_one(name: str, source: BinaryIO, judge: Judging, as_json: bool) -> None:
    from bot.commands.judging import read_answers

    answers = read_answers(name, _text(name, source))
    if as_json:
        import orjson

        typer.echo(orjson.dumps(judge.result(answers), option=orjson.OPT_INDENT_2).decode())
        return
    import shutil

    from adapters.terminal.render import card_lines
    from bot.commands.wiring import now

    card = judge.card(answers, now().date().isoformat())
    width = min(shutil.get_terminal_size().columns, 88) if sys.stdout.isatty() else 0
    typer.echo("\n".join(card_lines(card, width)))


def _text(name: str, source: BinaryIO) -> str:
    data = source.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise WrongUse(f"{name} is larger than {MOST_BYTES // 1_000_000} MB.", "Shorten it.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongUse(f"{name} is not UTF-8 text.", "Save it as UTF-8.") from None


def _stream(source: BinaryIO, judge: Judging) -> None:
    from bot.commands.judging import result_lines

    out = sys.stdout.buffer
    try:
        for line in result_lines(lines_of(source, MOST_BYTES), judge):
            out.write(line)
            out.flush()
    except BrokenPipeError:
        # Whoever read along has gone. Without this, Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def lines_of(source: BinaryIO, most: int) -> Iterator[bytes | None]:
    """Read lines of at most so many bytes; a longer one is passed over and given as None."""
    while line := source.readline(most + 1):
        if len(line) <= most or line.endswith(b"\n"):
            yield line
            continue
        while (rest := source.readline(most)) and not rest.endswith(b"\n"):
            pass
        yield None


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise WrongUse(
            f"{file} cannot be read: {error.strerror}.", "Name a file of answers, or -."
        ) from None


def _name(file: str) -> str:
    return "standard input" if file == "-" else Path(file).name
