"""The program: its commands, and what a failed one comes to."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
import typer.main

from bot import __version__
from bot.errors import CrossroadsError, WrongUse

_COMMANDS = (
    *("chat", "records", "opinion", "draft", "lint", "plan", "log", "reminders", "outcome"),
    *("document", "insights", "decide", "flows", "keeping", "setup", "run"),
)

app = typer.Typer(
    name="crossroads",
    help="Think through what to do about a client who is trouble.\n\nExample: crossroads chat",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # importing rich takes longer than finding out what is wanted
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"crossroads {__version__}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    """Think through what to do about a client who is trouble.

    Example: crossroads chat
    """


for _module in _COMMANDS:
    import_module(f"bot.commands.{_module}").register(app)


@cache
def program() -> Callable[[], object]:
    """Put the commands together, once a process: that takes longer than most of them."""
    return typer.main.get_command(app)


def main() -> None:
    """Run a command; exit with 0 if all is fine, 1 if what it is about is not, 2 on wrong use."""
    _make_output_forgiving()
    try:
        _see_words(sys.argv)
        program()()
    except CrossroadsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(2 if isinstance(error, WrongUse) else 1)


def _see_words(words: Sequence[str]) -> None:
    """Refuse bytes that are no text: nothing could be kept of them. Raises ``WrongUse``."""
    try:
        "".join(words).encode()
    except UnicodeEncodeError:
        raise WrongUse(
            "What was written behind the command is no valid UTF-8.", "Write it anew."
        ) from None


def _make_output_forgiving() -> None:
    """Let a terminal lack a letter, or the output be closed; neither is a failure."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end
    elif isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
