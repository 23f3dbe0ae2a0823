"""Arguments and options that several commands take; cheap to import."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.errors import WrongUse

As = Annotated[
    str, typer.Option("--as", metavar="NAME", help="Who you are; else the system's user.")
]
LastCase = Annotated[
    str,
    typer.Argument(
        metavar="[CASE]", help="Its id, the beginning of it, or its nickname; else the last."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="For programs: JSON.")]


def one_or_all(case: str, everything: bool) -> None:
    """Make sure that either one case is named or all are; raises ``WrongUse``."""
    if bool(case.strip()) == everything:
        raise WrongUse("Which cases?", "Name one (“crossroads cases” lists them), or write --all.")


def count(number: int, thing: str) -> str:
    """Write a number with its noun: “1 case”, “2 cases”."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
