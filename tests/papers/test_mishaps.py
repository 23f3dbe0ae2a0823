"""Reminders where something goes wrong on their way: late, once, and never as if they had come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import DeliveryError, StoreBusy
from bot.filing import Delay, Reminder
from bot.papers.followups import outcome_of
from bot.papers.reminding import TRIES
from bot.planning.model import Habits
from bot.rounds.ports import Letter
from tests.papers.test_counting import firm
from tests.papers.test_reminding import day, hall, utc
from tests.rounds.table import case_of


async def test_who_could_not_be_told_for_a_week_is_not_counted(tmp_path: Path) -> None:
    async with firm(tmp_path) as f:
        f.t.paper.deaf = {"ben"}
        await f.begins()
        for _ in range(TRIES + 1):
            await f.passes(days=1)
        assert "has not reached you" in await f.sees("ben")
        assert "nothing to show yet" in await f.sees("ann")


async def test_a_platform_that_does_not_tell_the_clock_delays_nobody_by_a_day(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path, "ann") as h:
        await h.plan("ann", [day(9)], Habits(zone="Europe/Berlin"))
        h.t.paper.asks_to_wait = timedelta(seconds=37)
        assert await h.at(utc(3, 9, 8)) == 0
        assert await h.waiting("ann") == [utc(3, 9, 8) + timedelta(seconds=37)]
        h.t.paper.asks_to_wait = None
        assert await h.at(utc(3, 9, 8, 1)) == 1


async def test_failures_of_a_platform_are_no_days_on_which_somebody_was_tried(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path, "ann") as h:
        await h.plan("ann", [day(9)])
        h.t.paper.failing.add("ann")
        at = utc(3, 9, 8)
        for _ in range(TRIES + 1):
            await h.at(at)
            (at,) = await h.waiting("ann")
        h.t.paper.failing.clear()
        h.t.paper.deaf.add("ann")
        await h.at(at)
        assert await h.waiting("ann") == [at + timedelta(days=1)]


async def test_what_was_posted_is_noted_although_a_neighbour_s_failed_at_it(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9)])
        await h.plan("ben", [day(9)])
        h.t.paper.failing.add("ann")
        papers = h.t.store.papers
        put_off = papers.put_off

        async def held(reminders: Sequence[Reminder], until: datetime, why: Delay) -> None:
            raise StoreBusy("Held.", "Wait.")

        papers.put_off = held  # type: ignore[method-assign]
        with pytest.raises(StoreBusy):
            await h.at(utc(3, 9, 8))
        papers.put_off = put_off  # type: ignore[method-assign]
        assert await h.waiting("ben") == []
        assert len(await h.waiting("ann")) == 1


async def test_what_was_posted_and_could_not_be_noted_is_looked_for_the_next_time(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path, "ann") as h:
        assert await h.at(utc(3, 9, 7)) == 0
        await h.plan("ann", [day(10)])
        papers = h.t.store.papers
        settle = papers.settle

        async def held(reminders: Sequence[Reminder]) -> None:
            raise StoreBusy("Held.", "Wait.")

        papers.settle = held  # type: ignore[method-assign]
        with pytest.raises(StoreBusy):
            await h.at(utc(3, 10, 8))
        papers.settle = settle  # type: ignore[method-assign]
        assert await h.at(utc(3, 10, 8, 1)) == 1
        assert h.t.paper.letters[-1].attempts > 0
        assert len(h.told()) == 1


async def test_a_clock_that_is_set_back_ends_a_pause(tmp_path: Path) -> None:
    async with hall(tmp_path, "ann") as h:
        await h.plan("ann", [day(9), day(8)])
        put = h.t.paper.put

        async def busy(letter: Letter) -> str:
            raise DeliveryError("Slowly.", retry_after=timedelta(seconds=37))

        h.reminding.forum.put = busy  # type: ignore[method-assign]
        await h.at(utc(4, 20, 8))
        h.reminding.forum.put = put  # type: ignore[method-assign]
        h.t.clock.now = utc(3, 2, 9)
        await h.plan("ben", [day(3)])
        assert await h.at(utc(3, 3, 8)) == 1


async def test_every_decision_of_the_last_weeks_is_noted_at_the_beginning(tmp_path: Path) -> None:
    async with hall(tmp_path, "ann ben cleo dan") as h:
        for name in ("ann", "ben", "cleo", "dan"):
            await h.t.decides(name)
        h.reminding.decisions_at_once = 2
        await h.at(utc(3, 5, 9))
        for name in ("ann", "ben", "cleo", "dan"):
            owner = h.t.actor(name).owner
            assert await outcome_of(h.t.parts.service, owner, case_of(name))


async def test_what_was_decided_while_a_round_went_on_for_hours_is_noted_after_it(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path) as h:
        await h.at(utc(3, 2, 9))
        await h.t.decides("ann")
        await h.at(utc(3, 2, 9) + timedelta(hours=5))
        owner = h.t.actor("ann").owner
        assert await outcome_of(h.t.parts.service, owner, case_of("ann"))
