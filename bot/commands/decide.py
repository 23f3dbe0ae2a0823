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
    from bot.engine.model import Card
    from bot.opinion.movement import Team

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
    votes: Annotated[
        str, typer.Option("--votes", metavar="FILE", help="A team's votes, weighed beside it.")
    ] = "",
) -> None:
    """Judge answers exactly as given: question id → option id, nothing filled in.

    Example: crossroads decide answers.yaml --json
    """
    if not file and not jsonl:
        raise WrongUse("Which answers?", "Name a file, or - for standard input.")
    if votes and jsonl:
        raise WrongUse("--votes go with one set of answers.", "Leave --jsonl or --votes out.")
    if votes == file == "-":
        raise WrongUse("Answers and votes cannot both be standard input.", "Name a file for one.")
    judge = _judging(flow)
    with _opened(file or "-", "answers") as source:
        if jsonl:
            _stream(source, judge)
        else:
            _judge_one(_name(file), source, judge, as_json, votes)


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


def _judge_one(name: str, source: BinaryIO, judge: Judging, as_json: bool, votes_file: str) -> None:
    from bot.commands.judging import read_document
    from bot.commands.voting import team_card
    from bot.commands.wiring import now
    from bot.dossier.rounds import team_record

    answers = read_document(name, _text(name, source))
    team = _team(votes_file, judge, answers) if votes_file else None
    if as_json:
        import orjson

        form = {**judge.result(answers), **({"team": team_record(team)} if team else {})}
        typer.echo(orjson.dumps(form, option=orjson.OPT_INDENT_2).decode())
        return
    _show(judge.card(answers, now().date().isoformat()))
    if team:
        typer.echo()
        _show(team_card(team, judge.standing(answers), judge.courses))


def _team(file: str, judge: Judging, answers: object) -> Team:
    from bot.commands.judging import read_document
    from bot.commands.voting import FORM, read_votes
    from bot.opinion.movement import weigh

    standing, name = judge.standing(answers), _name(file)
    with _opened(file, "votes") as source:
        votes = read_votes(read_document(name, _text(name, source), FORM), judge.courses)
    return weigh(standing, judge.courses, votes)


def _show(card: Card) -> None:
    import shutil

    from adapters.terminal.render import card_lines

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


def _opened(file: str, what: str) -> AbstractContextManager[BinaryIO]:
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise WrongUse(
            f"{file} cannot be read: {error.strerror}.", f"Name a file of {what}, or -."
        ) from None


def _name(file: str) -> str:
    return "standard input" if file == "-" else Path(file).name
