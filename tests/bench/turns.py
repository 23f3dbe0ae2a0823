"""The floor of plain aiosqlite, and what a million stored cases cost.

``make bench`` runs it. The disk is noisy, so what is compared is measured by turns, in one run.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite

from adapters.store.batch import welcome
from adapters.store.database import Database, connect
from adapters.store.keys import KeyHome
from adapters.store.people import case_box, new_holder
from adapters.store.sealing import new_key
from adapters.store.sqlite import open_store
from adapters.store.vault import open_vault
from bot.engine.model import Answered, Case, Show, View
from bot.engine.record import case_to_bytes, event_to_bytes
from bot.ports import Folded, Work

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
OWNER = "a1" * 16
ANSWERS = {f"question_{n:02}": f"an_option_{n % 7}" for n in range(14)}
PAST = tuple((("answers", f"question_{n:02}", None), ("shown", "", None)) for n in range(14))

FLOOR = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -8000;
PRAGMA wal_autocheckpoint = 2000;
CREATE TABLE cases (id TEXT PRIMARY KEY, owner TEXT, turn INTEGER, touched INTEGER, body BLOB);
CREATE TABLE events (id INTEGER PRIMARY KEY, case_id TEXT, delivery BLOB UNIQUE, body BLOB);
CREATE INDEX events_of_case ON events (case_id);
CREATE TABLE outbox (id INTEGER PRIMARY KEY, case_id TEXT, turn INTEGER, due INTEGER);
CREATE INDEX outbox_due ON outbox (due);
"""

Figures = dict[str, float]


def a_case(case_id: str, owner: str = OWNER) -> Case:
    """Make a case in mid-dialogue, about 1.5 kB as stored."""
    return Case(
        id=case_id,
        owner=owner,
        flow="some_flow",
        version="f" * 32,
        name="Client Heron",
        turn=14,
        answers=ANSWERS,
        shown={"intro": "0123abcd"},
        asking="question_14",
        past=PAST,
        started=NOON.isoformat(),
        touched=NOON.isoformat(),
    )


def a_work(case_id: str, key: str, owner: str = OWNER) -> Work:
    """Make a work whose fold does next to nothing."""

    def fold(case: Case | None) -> Folded:
        before = case or a_case(case_id, owner)
        after = replace(before, turn=before.turn + 1, revision=before.revision + 1)
        show = Show(View(case_id, after.turn, after.name, after.status, (), None))
        event = Answered(actor=owner, turn=before.turn, at=NOON, value="an_option_3")
        return Folded(after, (show,), (event,))

    return Work(owner, case_id, NOON, fold, Folded, key)


def quantile(seconds: list[float], share: float) -> float:
    """Give the time, in microseconds, that a share of them stays under."""
    return sorted(seconds)[int(len(seconds) * share)] * 1e6


class Floor:
    """Statement by statement on one aiosqlite connection, with rows as large as ours."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._body = os.urandom(len(case_to_bytes(a_case("case"))) + 29)
        event = Answered(actor=OWNER, turn=1, at=NOON, value="an_option_3")
        self._event = os.urandom(len(event_to_bytes(event)) + 29)

    async def turn(self, case_id: str, number: int) -> None:
        """Make one durable turn."""
        run = self._connection.execute
        async with run("SELECT turn, body FROM cases WHERE id = ?", (case_id,)) as cursor:
            await cursor.fetchone()
        await run(
            "INSERT INTO cases VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
            " SET turn = excluded.turn, touched = excluded.touched, body = excluded.body",
            (case_id, OWNER, number, number, self._body),
        )
        await run(
            "INSERT INTO events (case_id, delivery, body) VALUES (?, ?, ?)",
            (case_id, os.urandom(16), self._event),
        )
        await run(
            "INSERT INTO outbox (case_id, turn, due) VALUES (?, ?, ?)", (case_id, number, number)
        )
        await self._connection.commit()


async def _timed(turn: Callable[[int], Awaitable[object]], numbers: range) -> list[float]:
    took = []
    for number in numbers:
        start = time.perf_counter()
        await turn(number)
        took.append(time.perf_counter() - start)
    return took


# ------------------------------------------------------------------ many stored cases

_BULK = {
    "keys": "INSERT INTO keys (id, wrapped) VALUES (?, ?)",
    "cases": "INSERT INTO cases (row, id, person, flow, version, status, turn, edition, touched,"
    " last_event, name, body) VALUES (?, ?, 1, 'some_flow', ?, 'open', 14, 1, 1, ?, ?, ?)",
    "events": "INSERT INTO events (id, case_row, seq, delivery, body) VALUES (?, ?, 1, ?, ?)",
}


async def fill(file: Path, cases: int) -> None:
    """Make a database with many cases of one person, sealed like any others."""
    store = await open_store(file, KeyHome(file.with_suffix(".key")), lambda: NOON)
    await store.close()
    database = await connect(file, safety="FULL")
    try:
        await _fill(database, KeyHome(file.with_suffix(".key")), cases)
    finally:
        await database.close()


async def _fill(database: Database, home: KeyHome, cases: int) -> None:
    vault, _ = await open_vault(database, home)
    holder = new_holder(OWNER)
    await database.change([welcome(vault.masters, holder)])
    for start in range(0, cases, 20_000):
        rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in _BULK}
        for number in range(start, min(cases, start + 20_000)):
            row, case_id, key = number + 2, f"case{number:08}", new_key()
            box = case_box(key, holder, case_id)
            name, body = box.seal("name", b"Client Heron"), case_to_bytes(a_case(case_id))
            rows["keys"].append((row, holder.wrap(case_id, key)))
            rows["cases"].append((row, case_id, "f" * 32, row, name, box.seal("case", body)))
            event = box.seal("event 1", os.urandom(100))
            rows["events"].append((row, row, os.urandom(16), event))
        async with database.transaction() as run:
            for table, statement in _BULK.items():
                await run.many(statement, rows[table])


async def probe(files: dict[int, Path], turns: int) -> dict[int, Figures]:
    """Measure turns on random cases, one in flight, in each database by turns."""
    chance = random.Random(time.time_ns())
    stores = {
        cases: await open_store(file, KeyHome(file.with_suffix(".key")), lambda: NOON)
        for cases, file in files.items()
    }
    took: dict[int, list[float]] = {cases: [] for cases in stores}
    try:
        for number in range(turns):
            for cases, store in stores.items():
                work = a_work(f"case{chance.randrange(cases):08}", f"{number} {chance.random()}")
                start = time.perf_counter()
                await store.turn(work)
                took[cases].append(time.perf_counter() - start)
    finally:
        for store in stores.values():
            await store.close()
    return {
        cases: {
            "p50_us": quantile(seconds, 0.5),
            "p99_us": quantile(seconds, 0.99),
            "resident_mb": _resident() / 1e6,
        }
        for cases, seconds in took.items()
    }


def _resident() -> int:
    pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def measure_many(
    folder: Path, few: int = 1000, many: int = 1_000_000, turns: int = 10_000
) -> Figures:
    """Compare turns with few and with many stored cases, both files in the system's cache.

    Time is measured in one process, on both by turns; memory in a process for each.
    """
    files = {cases: folder / f"{cases}.db" for cases in (few, many)}
    for cases, file in files.items():
        _child("fill", cases, file)
    weights = {cases: _child("probe", 4000, cases, file) for cases, file in files.items()}
    for file in files.values():
        _read_through(file)
    seen = asyncio.run(probe(files, turns))
    resident = {cases: json.loads(weights[cases])[str(cases)]["resident_mb"] for cases in files}
    figures = {
        f"{name}_with_{cases}": seen[cases][name]
        for cases in files
        for name in ("p50_us", "p99_us")
    }
    figures |= {f"resident_mb_with_{cases}": resident[cases] for cases in files}
    figures["p99_ratio"] = seen[many]["p99_us"] / seen[few]["p99_us"]
    figures["more_resident_mb"] = resident[many] - resident[few]
    return figures


def _read_through(file: Path) -> None:
    with file.open("rb") as stream:
        while stream.read(1 << 20):
            pass


def _child(*arguments: object) -> str:
    command = [sys.executable, "-m", "tests.bench.turns", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main(arguments: list[str]) -> None:
    """Do a child's part."""
    match arguments:
        case ["fill", cases, file]:
            asyncio.run(fill(Path(file), int(cases)))
        case ["probe", turns, cases, file]:
            print(json.dumps(asyncio.run(probe({int(cases): Path(file)}, int(turns)))))
        case _:
            sys.exit("This is a part of `make bench`.")


if __name__ == "__main__":
    main(sys.argv[1:])
