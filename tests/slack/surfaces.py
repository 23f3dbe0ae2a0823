"""What the tests of the surfaces share: what can be read there, what is stored, a case held."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fakes.slack import Person
from tests.slack.scene import Scene

TO_THE_END = ("fine", "Heron", "nothing", "low", "keys", "1")
"""What may be typed to hold the errands from the first question to the last."""


def said(shown: Any) -> str:
    """Give all words that can be read in blocks, a message or a view, one a line."""
    return "\n".join(_words(getattr(shown, "blocks", shown)))


def _words(shown: Any) -> Iterator[str]:
    if isinstance(shown, dict):
        if isinstance(shown.get("text"), str):
            yield shown["text"]
        for value in shown.values():
            yield from _words(value)
    elif isinstance(shown, list | tuple):
        for value in shown:
            yield from _words(value)


def on(shown: Any) -> list[str]:
    """Give the words on all buttons of a message or view."""
    rows = [block["elements"] for block in shown.blocks if block["type"] == "actions"]
    return [one["text"]["text"] for row in rows for one in row if one["type"] == "button"]


async def writes(at: Scene, somebody: Person, *texts: str) -> None:
    """Write one message after the other, each when the one before was answered."""
    for text in texts:
        assert (await somebody.writes(text)).acknowledged
        await at.idle()


async def begins(at: Scene, somebody: Person, *texts: str) -> str:
    """Begin a case and write these answers; gives its id."""
    at.fake.clock.advance(5)
    assert (await somebody.slash("start")).acknowledged
    await at.idle()
    await writes(at, somebody, *texts)
    return (await at.store.cases(at.owner(somebody)))[0].id


def rows(folder: Path, *tables: str) -> dict[str, int]:
    """Count what stands in tables of the database."""
    with sqlite3.connect(folder / "test.db") as database:
        counted = {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in tables or ("people", "cases", "events", "outbox", "safe")
        }
    database.close()
    return counted


def in_the_files(folder: Path, text: str) -> bool:
    """Say whether a text stands readable in any file of the folder."""
    return any(text.encode() in file.read_bytes() for file in folder.iterdir() if file.is_file())
