"""The safe: small sealed things that belong to no person."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import StoreBusy, StoreDamaged
from bot.ports import Safe
from tests.store.making import ANN, LATER, NOON, Open, all_bytes, answer, raw

MOMENT = timedelta(microseconds=1)


async def test_a_value_is_kept_read_replaced_and_discarded(open_any: Open) -> None:
    safe: Safe = (await open_any()).safe
    assert await safe.kept("teams", "T1", NOON) is None
    await safe.keep("teams", "T1", b"first")
    await safe.keep("teams", "T2", b"")
    assert await safe.kept("teams", "T1", NOON) == b"first"
    assert await safe.kept("teams", "T2", NOON) == b""
    await safe.keep("teams", "T1", b"second")
    assert await (await open_any()).safe.kept("teams", "T1", NOON) == b"second"
    await safe.discard("teams", "T1")
    await safe.discard("teams", "T1")
    assert await safe.kept("teams", "T1", NOON) is None
    assert await safe.kept("teams", "T2", NOON) == b""


async def test_a_value_is_there_until_its_time_and_not_after(open_any: Open) -> None:
    safe = (await open_any()).safe
    await safe.keep("states", "s1", b"value", NOON)
    assert await safe.kept("states", "s1", NOON - MOMENT) == b"value"
    assert await safe.kept("states", "s1", NOON) is None
    assert await safe.drawer("states", NOON) == []
    await safe.keep("states", "s1", b"value", LATER)
    assert await safe.kept("states", "s1", NOON) == b"value"
    await safe.keep("states", "s1", b"value")
    assert await safe.kept("states", "s1", LATER) == b"value"


async def test_a_value_is_taken_once(open_any: Open) -> None:
    safe = (await open_any()).safe
    await safe.keep("states", "s1", b"value", LATER)
    assert await safe.take("states", "s1", NOON) == b"value"
    assert await safe.take("states", "s1", NOON) is None
    assert await safe.kept("states", "s1", NOON) is None
    await safe.keep("states", "s2", b"value", NOON)
    assert await safe.take("states", "s2", NOON) is None
    assert await safe.take("states", "s2", NOON - MOMENT) is None  # it is gone for good


async def test_of_many_takers_in_several_processes_one_gets_it(open_any: Open) -> None:
    safes = [(await open_any()).safe for _ in range(3)]
    for number in range(20):
        await safes[0].keep("states", f"{number}", b"value", LATER)
        taken = await asyncio.gather(
            *(safe.take("states", f"{number}", NOON) for safe in safes * 3)
        )
        assert sorted(taken, key=bool) == [None] * 8 + [b"value"]


async def test_a_drawer_is_read_in_the_order_it_was_filled(open_any: Open) -> None:
    safe = (await open_any()).safe
    for number in (3, 1, 2):
        await safe.keep("teams", f"T{number}", b"%d" % number)
    await safe.keep("states", "T9", b"9")
    await safe.keep("teams", "T1", b"one")
    assert await safe.drawer("teams", NOON) == [b"3", b"one", b"2"]
    assert await safe.drawer("no such drawer", NOON) == []


async def test_the_same_key_in_two_drawers_is_two_things(open_any: Open) -> None:
    safe = (await open_any()).safe
    await safe.keep("a", "bc", b"one")
    await safe.keep("ab", "c", b"two")
    assert await safe.take("a", "bc", NOON) == b"one"
    assert await safe.kept("ab", "c", NOON) == b"two"
    assert await safe.kept("ab", "bc", NOON) is None


async def test_sweeping_removes_what_is_past_its_time(open_sqlite: Open, tmp_path: Path) -> None:
    safe = (await open_sqlite()).safe
    for number in range(5):
        await safe.keep("states", f"{number}", b"value", NOON + number * MOMENT)
    await safe.keep("teams", "T1", b"value")
    assert await safe.sweep(NOON - MOMENT) == 0
    assert await safe.sweep(NOON + 2 * MOMENT) == 3
    assert await safe.sweep(LATER) == 2
    with raw(tmp_path) as connection:
        assert connection.execute("SELECT drawer FROM safe").fetchall() == [("teams",)]


async def test_neither_key_nor_value_can_be_read(
    open_sqlite: Open, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    safe = (await open_sqlite()).safe
    await safe.keep("a readable drawer", "canary-key", b"canary-value", LATER)
    await safe.keep("a readable drawer", "canary-other", b"canary-value")
    await safe.kept("a readable drawer", "canary-key", NOON)
    await safe.drawer("a readable drawer", NOON)
    await safe.take("a readable drawer", "canary-key", NOON)
    assert b"a readable drawer" in all_bytes(tmp_path)
    assert b"canary" not in all_bytes(tmp_path)
    assert "INTO safe" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE safe SET body = (SELECT body FROM safe WHERE drawer = 'b') WHERE drawer = 'a'",
        "UPDATE safe SET drawer = 'c' WHERE drawer = 'a'",
        "UPDATE safe SET until = until + 1 WHERE drawer = 'a'",
        "UPDATE safe SET until = NULL WHERE drawer = 'a'",
        "UPDATE safe SET body = zeroblob(60) WHERE drawer = 'a'",
    ],
)
async def test_a_value_that_was_moved_or_changed_does_not_open(
    open_sqlite: Open, tmp_path: Path, change: str
) -> None:
    safe = (await open_sqlite()).safe
    await safe.keep("a", "key", b"value", LATER)
    await safe.keep("b", "key", b"other", LATER)
    with raw(tmp_path) as connection:
        connection.execute(change)
        drawer = "c" if "'c'" in change else "a"
    with pytest.raises(StoreDamaged):
        await safe.drawer(drawer, NOON)
    assert await safe.kept("b", "key", NOON) == b"other"


async def test_the_safe_outlives_a_rotation_of_keys(open_sqlite: Open) -> None:
    store, other = await open_sqlite(), await open_sqlite()
    await store.turn(answer(store.owner(ANN), "c1"))
    await store.safe.keep("teams", "T1", b"before")
    await store.rotate()
    await other.safe.keep("teams", "T2", b"meanwhile")
    await store.rotate()
    reopened = await open_sqlite()
    for safe in (store.safe, other.safe, reopened.safe):
        assert await safe.drawer("teams", NOON) == [b"before", b"meanwhile"]
        assert await safe.kept("teams", "T1", NOON) == b"before"


async def test_forgetting_people_leaves_the_safe_alone(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    await store.safe.keep("teams", "T1", b"value")
    await store.forget(ann)
    assert await store.safe.kept("teams", "T1", NOON) == b"value"


async def test_a_value_is_not_lost_to_a_lock(open_sqlite: Open, tmp_path: Path) -> None:
    safe = (await open_sqlite(patience=0.05)).safe
    await safe.keep("states", "s1", b"value", LATER)
    with raw(tmp_path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            await safe.take("states", "s1", NOON)
        other.execute("ROLLBACK")
    assert await safe.take("states", "s1", NOON) == b"value"
