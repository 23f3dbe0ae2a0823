"""What reminders cost: a hundred thousand that are due in the same minute, while people answer.

The floor is plain sqlite3, which reads and deletes as many rows in pages of the same size. Five are
due to each person, who gets one message with them.
"""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot.engine.model import Answered, Event, Typed
from bot.errors import DeliveryError
from bot.filing import Filed, PaperWork
from bot.papers.reminding import Reminding
from bot.ports import Contact
from bot.rounds.ports import Letter
from tests.rounds.table import TENANT, Clock, Paper, Table, case_of, table

_EACH, _PAGE, _SLOW = 5, 500, 400
_NOON = timedelta(hours=3)


@dataclass
class Counting(Paper):
    """Takes every message at once; with a ``limit``, so many in a second of the clock."""

    clock: Clock = field(default_factory=Clock)
    limit: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    seconds: Counter[datetime] = field(default_factory=Counter)

    async def put(self, letter: Letter) -> str:
        """Count a message, or ask to come again in a second."""
        now = self.clock()
        if self.limit and self.seconds[now] >= self.limit:
            raise DeliveryError("Slowly.", retry_after=timedelta(seconds=1))
        self.seconds[now] += 1
        self.taken[f"{letter.target.address['user']} {letter.sheet.notice}"] += 1
        return letter.mark


async def measure_reminders(folder: Path, many: int = 100_000) -> dict[str, float]:
    """Give the seconds until all are handed over, beside the floor, and the longest turn's wait."""
    found: dict[str, float] = {}
    for name, people, limit in (("", many // _EACH, 0), ("limited_", _SLOW, 100)):
        place = folder / f"{name}reminders"
        place.mkdir()
        found |= {f"{name}{key}": v for key, v in (await _measure(place, people, limit)).items()}
    floor = _floor(folder / "floor.db", many)
    return {**found, "floor_s": floor, "times_floor": found["handed_over_s"] / floor}


async def _measure(folder: Path, people: int, limit: int) -> dict[str, float]:
    clock = Clock()
    async with table(folder, ["turner"], clock) as t:
        forum = Counting(t.store, {}, clock=clock, limit=limit)
        await _fill(t, people)
        who, case_id = t.actor("turner").owner, case_of("turner")
        await t.parts.service.start(who, t.parts.flow, case_id, clock(), platform="paper")
        clock.advance(_NOON)
        gc.freeze()  # as “crossroads run” does
        waits: list[float] = []
        turning = asyncio.create_task(_turns(t, waits))
        reminding = Reminding(t.parts.service, "paper", forum, clock)
        began, rounds = time.perf_counter(), 0
        while forum.taken.total() < people:
            await reminding.round()
            clock.advance(timedelta(seconds=1))
            rounds += 1
        took = time.perf_counter() - began
        turning.cancel()
        await asyncio.gather(turning, return_exceptions=True)
        assert set(forum.taken.values()) == {1}, "nobody gets two"
        assert all(f"You have {_EACH} items due" in one for one in forum.taken)
        assert not await t.store.papers.due(clock(), "paper", _PAGE)
        assert not limit or max(forum.seconds.values()) <= limit
    return {
        "handed_over_s": took,
        "rounds": rounds,
        "turns_meanwhile": len(waits),
        "longest_turn_ms": max(waits) * 1e3,
    }


async def _fill(t: Table, people: int) -> None:
    """Give each person five things that are due within the same minute."""
    for number in range(people):
        owner, name = f"{number:032x}", f"p{number}"
        await t.store.set_contact(owner, Contact("paper", TENANT, {"user": name}))
        begins = t.clock() + _NOON - timedelta(minutes=1)
        due = {str(n): begins + timedelta(seconds=(n * 11 + number) % 60) for n in range(_EACH)}
        filed = Filed(b"a plan", due)
        work = PaperWork(owner, "plan", t.clock(), partial(_as_made, filed), platform="paper")
        await t.store.papers.turn(work)


def _as_made(filed: Filed, _: bytes) -> Filed:
    return filed


async def _turns(t: Table, waits: list[float]) -> None:
    """Answer a question and take that back, over and over, as somebody would meanwhile."""
    owner, case_id, service = t.actor("turner").owner, case_of("turner"), t.parts.service
    while True:
        began = time.perf_counter()
        turn = (await service.view(owner, case_id)).turn
        waits.append(time.perf_counter() - began)
        answered = Answered(owner, turn, t.clock(), "none")
        undone = Typed(owner, t.clock(), "undo", turn + 1)
        events: tuple[Event, ...] = (answered, undone)
        for event in events:
            began = time.perf_counter()
            await service.handle(owner, case_id, event, platform="paper")
            waits.append(time.perf_counter() - began)
            await asyncio.sleep(0.002)


def _floor(path: Path, many: int) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("CREATE TABLE due (id INTEGER PRIMARY KEY, owner TEXT, name TEXT, at INTEGER)")
        db.execute("CREATE INDEX due_at ON due (at, id)")
        rows = [(f"{n // _EACH:032x}", str(n % _EACH), n % 60) for n in range(many)]
        db.execute("BEGIN")
        db.executemany("INSERT INTO due (owner, name, at) VALUES (?, ?, ?)", rows)
        db.execute("COMMIT")
        began = time.perf_counter()
        page = "SELECT id, owner, name FROM due WHERE at <= 60 ORDER BY at, id LIMIT ?"
        while found := db.execute(page, (_PAGE,)).fetchall():
            db.execute("BEGIN")
            db.executemany("DELETE FROM due WHERE id = ?", [(row[0],) for row in found])
            db.execute("COMMIT")
        return time.perf_counter() - began
