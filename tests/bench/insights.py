"""What it costs to count a workspace's decisions: ten cases each of a thousand people.

The floor reads the same sealed rows with plain sqlite3, and opens none of them.
"""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median

from bot.filing import Filed, PaperWork
from bot.papers.counting import shown_here, take_part
from bot.ports import Contact, Person
from bot.records.counting import Here, place_of
from bot.records.insights import FEWEST, insights_of
from bot.records.outcome import Outcome, Said, outcome_to_bytes
from tests.rounds.table import TENANT, Table, table
from tests.store.making import database_of
from tests.store.test_contacts import close_case

_PEOPLE, _EACH, _TIMES = 1000, 10, 5


async def measure_insights(folder: Path) -> dict[str, float]:
    """Give the seconds of one look, beside the floor, and how long a turn waits meanwhile."""
    place = folder / "insights"
    place.mkdir()
    async with table(place, []) as t:
        here = Here("paper", TENANT, t.clock().isoformat())
        for number in range(_PEOPLE):
            await _person(t, here, number)
        gc.freeze()  # as “crossroads run” does
        waits = asyncio.create_task(_longest_wait(done := asyncio.Event()))
        took = [await _look(t, here) for _ in range(_TIMES)]
        done.set()
        floor = _floor(database_of(place))
        return {
            "cases": _PEOPLE * _EACH,
            "look_s": median(took),
            "floor_s": floor,
            "times_floor": median(took) / floor,
            "longest_wait_ms": await waits * 1000,
        }


async def _person(t: Table, here: Here, number: int) -> None:
    owner, at = t.store.owner(Person(TENANT, f"p{number}")), t.clock()
    await t.store.set_contact(owner, Contact("paper", TENANT, {"user": f"p{number}"}))
    await take_part(t.parts.service, owner, here, at, out=False)
    for which in range(_EACH):
        case_id, course = f"C{number}-{which}", "RESET" if which % 3 else "LEAVE_OPENLY"
        await t.parts.service.start(owner, t.parts.flow, case_id, at, track="fast")
        await close_case(t.store, owner, case_id, at=at)
        said = {"7": Said("better" if which % 2 else "worse")}
        body = outcome_to_bytes(
            Outcome("RESET", course, here.since, (7,), said, workspace=place_of(here))
        )
        await t.store.papers.turn(PaperWork(owner, "outcome", at, partial(_filed, body), case_id))


def _filed(body: bytes, _: bytes) -> Filed:
    return Filed(body)


async def _look(t: Table, here: Here) -> float:
    begun = time.perf_counter()
    found = await shown_here(t.parts.service, here, TENANT)
    assert insights_of(found, FEWEST).cases == _PEOPLE * _EACH
    return time.perf_counter() - begun


async def _longest_wait(done: asyncio.Event) -> float:
    """Give the longest time for which the loop did nothing else."""
    longest, last = 0.0, time.perf_counter()
    while not done.is_set():
        await asyncio.sleep(0)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest


def _floor(file: Path) -> float:
    with closing(sqlite3.connect(file)) as connection:
        begun = time.perf_counter()
        rows = connection.execute("SELECT body FROM papers").fetchall()
        took = time.perf_counter() - begun
    assert len(rows) == _PEOPLE * (_EACH + 1)
    return took
