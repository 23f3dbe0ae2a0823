"""What is due when somebody decides anew, moves on, or changes their habits at the same time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.engine.model import Typed
from bot.errors import WrongUse
from bot.papers.due import due_of, put_off
from bot.papers.habits import at_home, read_habits, write_habits
from bot.planning.entered import read_habits as entered_habits
from bot.planning.model import Habits
from bot.planning.reminding import clock_time, out_of_quiet
from bot.planning.schedule import tick
from bot.records.outcome import Outcome
from tests.papers import test_followups as followups
from tests.papers.test_counting import firm
from tests.papers.test_followups import Hall
from tests.papers.test_reminding import BERLIN, day, hall, utc
from tests.rounds.table import MONDAY, case_of

TOKYO = Habits(zone="Asia/Tokyo")


async def decides_anew(h: Hall, name: str, **answers: str) -> None:
    """Let somebody take their decision back and decide again."""
    service, owner = h.t.parts.service, h.t.actor(name).owner
    for _ in range(2):
        undone = Typed(owner, h.t.clock(), "undo")
        await service.handle(owner, case_of(name), undone, platform="paper")
    while (prompt := (await service.view(owner, case_of(name))).prompt) is not None:
        given = answers.get(prompt.step) or (
            prompt.choices[0].id if prompt.choices else "So it is."
        )
        await h.t.answers(name, given)


async def test_a_decision_that_is_taken_back_and_made_anew_is_noted_anew(tmp_path: Path) -> None:
    async with followups.hall(tmp_path) as h:
        await h.t.decides("ann")
        await h.after(0, 1)
        shown = await h.t.orders("ann", "outcome", case_of("ann"))
        await h.t.press("ann", "It is settled", shown.sheet)
        h.t.clock.now = MONDAY + timedelta(days=3)
        await decides_anew(h, "ann", decision="HANDOVER")
        await h.after(3, 1)
        outcome = await h.outcome()
        assert (outcome.recommended, outcome.chosen, outcome.said) == ("RESET", "HANDOVER", {})
        assert (await h.waiting())[0] == ("7", datetime(2026, 3, 12, 9, tzinfo=UTC))
        before = await h.waiting()
        await h.after(3, 2)
        assert await h.waiting() == before


async def test_what_is_taken_back_is_neither_asked_about_nor_counted(tmp_path: Path) -> None:
    async with firm(tmp_path) as f:
        await f.begins()
        assert "5 cases" in await f.sees("ann")
        service, owner = f.t.parts.service, f.t.actor("ben").owner
        undone = Typed(owner, f.t.clock(), "undo")
        await service.handle(owner, case_of("ben"), undone, platform="paper")
        assert "nothing to show yet" in await f.sees("ann")
        assert await due_of(service, owner, day(20)) == []


# ------------------------------------------------------------------ another clock


async def test_who_flies_east_on_the_day_of_a_check_in_is_asked_all_the_same(
    tmp_path: Path,
) -> None:
    async with followups.hall(tmp_path) as h:
        await h.t.decides("ann")
        await h.after(0, 1)
        papers, owner = h.t.store.papers, h.t.actor("ann").owner
        in_the_night = datetime(2026, 3, 9, 2, tzinfo=UTC)
        await at_home(papers, owner, "Asia/Tokyo", in_the_night, "paper")
        assert (await h.waiting())[0][0] == "7"


async def test_what_was_put_off_stays_so_when_somebody_flies(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9), day(12)], Habits(zone="Europe/Berlin"))
        await h.at(utc(3, 9, 8))
        await h.t.press("ann", "Next week")
        papers, owner = h.t.store.papers, h.t.actor("ann").owner
        await at_home(papers, owner, "America/New_York", utc(3, 9, 9), "paper")
        assert await h.waiting("ann") == [utc(3, 12, 13), utc(3, 16, 8)]


async def test_who_flies_west_is_not_reminded_twice_on_a_day(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9)], Habits(zone="Europe/Berlin"))
        await h.at(utc(3, 9, 8))
        papers, owner = h.t.store.papers, h.t.actor("ann").owner
        await at_home(papers, owner, "America/New_York", utc(3, 9, 9), "paper")
        assert await h.waiting("ann") == []


async def test_what_is_asked_is_shown_on_its_day_by_the_persons_own_clock(tmp_path: Path) -> None:
    async with followups.hall(tmp_path) as h:
        owner, papers = h.t.actor("ann").owner, h.t.store.papers
        habits = Habits(zone="America/Los_Angeles", chosen_zone=True)
        await write_habits(papers, owner, habits, h.t.clock(), "paper")
        h.t.clock.now = datetime(2026, 3, 3, 5, tzinfo=UTC)  # there it is still the second
        await h.t.decides("ann")
        await h.after(1, 1)
        (_, due), *_ = await h.waiting()
        assert due == datetime(2026, 3, 9, 16, tzinfo=UTC)
        found = await due_of(h.t.parts.service, owner, day(9))
        assert [one.asked for one in found] == [7]


def test_a_check_in_is_meant_from_the_morning_of_its_day() -> None:
    outcome = Outcome("A", "A", "2026-03-02T17:00:00+00:00", (7, 30))
    assert outcome.day_meant(datetime(2026, 4, 1, 9, tzinfo=UTC)) == 30
    assert outcome.day_meant(datetime(2026, 3, 31, 23, tzinfo=UTC)) == 7
    leap = Outcome("A", "A", "2028-02-22T09:00:00+00:00", (7,))
    assert leap.begun(UTC) + timedelta(days=7) == datetime(2028, 2, 29, tzinfo=UTC).date()


async def test_a_zone_that_is_none_any_more_keeps_nobody_from_plan_and_reminders(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9)], Habits(zone="Europe/Atlantis", chosen_zone=True))
        await h.change("ann", lambda plan: tick(plan, "1", done=False))
        assert await h.at(utc(3, 9, 9)) == 1
    _, wrong = entered_habits({"zone": "Europe/Atlantis"}, BERLIN)
    assert "no time zone" in wrong["zone"]


async def test_a_zone_that_is_not_known_here_is_not_taken_from_the_platform(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        papers, owner = h.t.store.papers, h.t.actor("ann").owner
        assert await at_home(papers, owner, "Mars/Olympus", utc(3, 9, 9), "paper") == Habits()


def test_quiet_hours_end_in_the_second_of_two_hours_as_well() -> None:
    habits = Habits(zone="Europe/Berlin", quiet=("20:00", "02:45"))
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # half past two for the second time
    assert out_of_quiet(second, habits) == datetime(2026, 10, 25, 1, 45, tzinfo=UTC)


@pytest.mark.parametrize("text", ["\x00", "24:00", "9", "09:00:30", "09:00+02:00", "٠٩:٠٠"])
def test_a_time_of_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(WrongUse, match="no time of day"):
        clock_time(text)


# ------------------------------------------------------------------ at the same time


async def test_stopping_reminders_is_not_undone_by_a_zone_that_comes_in_at_the_same_time(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9)], Habits(zone="Europe/Berlin"))
        papers, owner = h.t.store.papers, h.t.actor("ann").owner
        kept = papers.kept
        stopped = replace(Habits(zone="Europe/Berlin"), on=False)

        async def meanwhile(*given: object, **more: object) -> object:
            papers.kept = kept  # type: ignore[method-assign]
            await write_habits(papers, owner, stopped, utc(3, 5, 9), "paper")
            return await kept(*given, **more)  # type: ignore[arg-type]

        papers.kept = meanwhile  # type: ignore[method-assign,assignment]
        await at_home(papers, owner, "Asia/Tokyo", utc(3, 5, 9), "paper")
        assert await read_habits(papers, owner) == replace(TOKYO, on=False)
        assert await h.waiting("ann") == []


async def test_what_is_done_while_all_is_put_off_is_not_reminded_of(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9), day(9)])
        papers, owner = h.t.store.papers, h.t.actor("ann").owner
        turn = papers.turn

        async def meanwhile(work: object) -> object:
            papers.turn = turn  # type: ignore[method-assign]
            await h.change("ann", lambda plan: tick(plan, "1"))
            return await turn(work)  # type: ignore[arg-type]

        papers.turn = meanwhile  # type: ignore[method-assign,assignment]
        await put_off(h.t.parts.service, owner, day(9), day(16), utc(3, 9, 9), "paper", "a press")
        assert await h.waiting("ann") == [utc(3, 16, 8)]
