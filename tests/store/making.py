"""Cases, works and folds that the store's tests are made of."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.store.keys import KeyHome
from adapters.store.sqlite import SqliteStore
from bot.engine.model import Answered, Case, Effect, Event, Show, Started, Tell, Value, View
from bot.ports import Contact, Folded, Person, Work

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANN = Person("terminal", "ann")
BEN = Person("terminal", "ben")
LATER = NOON + timedelta(days=1)

Open = Callable[..., Awaitable[SqliteStore]]


def a_case(owner: str, case_id: str, **more: Any) -> Case:
    """Make a case that has just begun."""
    return Case(case_id, owner, "some_flow", "v1", name="Client Heron", **more)


def show(case: Case) -> Show:
    """Make the effect that shows a case as it is."""
    return Show(View(case.id, case.turn, case.name, case.status, (), None))


def answered(case: Case, value: Value, *effects: Effect, at: datetime = NOON) -> Folded:
    """Fold one answer into a case."""
    after = replace(
        case,
        turn=case.turn + 1,
        revision=case.revision + 1,
        answers={**case.answers, f"question_{case.turn}": value},
    )
    event = Answered(actor=case.owner, turn=case.turn, at=at, value=value)
    return Folded(after, (show(after), *effects), (event,))


def answer(
    owner: str,
    case_id: str,
    value: Value = "yes",
    *effects: Effect,
    key: str = "",
    at: datetime = NOON,
    platform: str = "terminal",
) -> Work:
    """Make a work that begins the case if need be, and answers its next question."""

    def fold(case: Case | None) -> Folded:
        return answered(case or a_case(owner, case_id), value, *effects, at=at)

    return Work(owner, case_id, at, fold, again, key, platform)


def again(case: Case) -> Folded:
    """Show where a case stands."""
    return Folded(case, (show(case),))


def asking(owner: str, case_id: str) -> Work:
    """Make a work that changes nothing, like a side question."""

    def fold(case: Case | None) -> Folded:
        assert case is not None
        return Folded(case, (Tell("why", f"It is turn {case.turn}."),))

    return Work(owner, case_id, NOON, fold, again)


def answers(case: Case) -> list[object]:
    """Give the answers in the order they were given."""
    return list(case.answers.values())


def values(history: list[Event]) -> list[object]:
    """Give the answers that a history tells of."""
    return [event.value for event in history if isinstance(event, Answered)]


def started(case: Case) -> Started:
    """Make the event that began a case."""
    return Started(actor=case.owner, at=NOON, name=case.name)


def reached(tenant: str = "slack:E1:T1", user: str = "U1", **more: Any) -> Contact:
    """Make a contact on Slack."""
    address = {"enterprise": "E1", "team": "T1", "user": user, "channel": "D1"}
    return Contact("slack", tenant, address, **more)


def home_of(folder: Path) -> KeyHome:
    """Tell where the tests keep the key of the database in a folder."""
    return KeyHome(folder / "crossroads.key")


def database_of(folder: Path) -> Path:
    """Tell where the tests keep the database."""
    return folder / "crossroads.db"


@contextmanager
def raw(folder: Path) -> Iterator[sqlite3.Connection]:
    """Look into the database beside the store."""
    with closing(sqlite3.connect(database_of(folder), isolation_level=None)) as connection:
        yield connection


def names(folder: Path, pattern: str) -> list[str]:
    """List the files in a folder."""
    return sorted(path.name for path in folder.glob(pattern))


def all_bytes(folder: Path) -> bytes:
    """Read the database with its journal and index, and what else stands beside it."""
    return b"\n".join(
        path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix != ".key"
    )
