"""What the tests of the surfaces share: what can be read there, what is stored, a case held."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from tests.discord import render_checks
from tests.discord.driver import pressable
from tests.discord.scene import Scene
from tests.fakes.discord import Channel, Guild, Message, OpenModal, Person, Reaction

TO_THE_END = ("fine", "Heron", "nothing", "low", "keys", "1")
"""What may be typed to hold the errands from the first question to the last."""

Where = Channel | Guild | None


def said(shown: Message | OpenModal) -> str:
    """Give all words that can be read in a message or form, on one line."""
    return render_checks.said(shown.components)


def on(message: Message) -> list[str]:
    """Give the words on all its buttons, those that lead somewhere too."""
    parts = render_checks.nested(message.components)
    return [str(part["label"]) for part in parts if part["type"] == render_checks.BUTTON]


def links(message: Message) -> list[str]:
    """Give the addresses its buttons lead to."""
    return [part["url"] for part in render_checks.nested(message.components) if "url" in part]


def options(message: Message) -> dict[str, str]:
    """Give value and words of everything that can be chosen in its selects."""
    chosen_from = [one for one in pressable(message) if "options" in one]
    return {one["value"]: one["label"] for select in chosen_from for one in select["options"]}


async def asks(at: Scene, somebody: Person, path: str, where: Where = None, /, **more: Any) -> str:
    """Use the command; gives what came of it that only they see."""
    before = {one.id for one in somebody.ephemerals}
    assert (await somebody.slash(path, where=where, **more)).acknowledged
    await at.idle()
    return " ".join(said(one) for one in somebody.ephemerals if one.id not in before)


async def took(at: Scene, reaction: Reaction) -> Reaction:
    """Wait until what was pressed is done."""
    assert reaction.acknowledged, "the app took it"
    await at.idle()
    return reaction


async def writes(at: Scene, somebody: Person, *texts: str) -> None:
    """Write one message after the other, each when the one before was answered."""
    for text in texts:
        await _writes(at, somebody, text)


async def _writes(at: Scene, somebody: Person, text: str) -> None:
    before = {message.id for message in somebody.from_bot}
    await somebody.writes(text)
    await at.fake.until(lambda: {one.id for one in somebody.from_bot} - before)
    await at.idle()


async def begins(at: Scene, somebody: Person, *texts: str, where: Where = None) -> str:
    """Begin a case by the command and write these answers; gives its id."""
    at.fake.clock.advance(5)
    assert (await somebody.slash("start", where=where)).acknowledged
    await at.idle()
    case_id = (await at.store.cases(at.owner(somebody)))[0].id
    await writes(at, somebody, *texts)
    return case_id


def rows(folder: Path, *tables: str) -> dict[str, int]:
    """Count what stands in tables of the database."""
    with sqlite3.connect(folder / "test.db") as database:
        counted = {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in tables or ("people", "cases", "events", "outbox")
        }
    database.close()
    return counted


def in_the_files(folder: Path, *texts: str) -> bool:
    """Say whether a text stands readable in any file of the folder."""
    there = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    return any(text.encode() in content for text in texts for content in there)
