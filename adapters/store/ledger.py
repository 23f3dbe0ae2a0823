"""The ledger of erasures: a file beside the database, so that a backup brings nothing back.

One line each, ``time · kind · mark``: the mark is a keyed HMAC of a case id, or of a round's id and
somebody who took part in it, or the random serial of a person. It is written before anything is
erased; an unfinished erasure is finished on start.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from bot.errors import StoreFull


@dataclass(frozen=True, slots=True)
class Erasure:
    """One thing to be gone for good."""

    kind: Literal["case", "person", "voter"]
    mark: bytes


def ledger_of(database: Path) -> Path:
    """Tell where the ledger of a database is."""
    return database.with_name(f"{database.name}.erased")


def write(ledger: Path, erasures: Iterable[Erasure], at: datetime) -> None:
    """Add lines and put them on disk; raises ``StoreFull``."""
    lines = "".join(f"{at.isoformat()} {item.kind} {item.mark.hex()}\n" for item in erasures)
    try:
        handle = os.open(ledger, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(f"\n{lines}")  # the empty line ends one that a crash cut short
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise StoreFull(
            f"The ledger of erasures {ledger} cannot be written: {error.strerror}. "
            "Nothing was erased.",
            "Free some space, see that you may write to the file, and do this again.",
        ) from error


def read(ledger: Path) -> set[Erasure]:
    """Read all erasures; a line that a crash cut short is none."""
    try:
        lines = ledger.read_text("ascii").splitlines()
    except FileNotFoundError:
        return set()
    return {erasure for line in lines if (erasure := _parse(line))}


def _parse(line: str) -> Erasure | None:
    match line.split():
        case [_, ("case" | "person" | "voter") as kind, mark] if len(mark) == 32:
            return Erasure(kind, bytes.fromhex(mark))
        case _:
            return None
