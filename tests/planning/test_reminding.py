"""When somebody is reminded: by their own clock, over its changes, never in their quiet hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import WrongUse
from bot.planning.entered import read_anchors, read_day, read_habits
from bot.planning.model import Anchor, Habits, Item, Plan
from bot.planning.record import habits_from_bytes, habits_to_bytes
from bot.planning.reminding import due_at, out_of_quiet, reminders_of
from bot.planning.schedule import move, tick

BERLIN = Habits(zone="Europe/Berlin")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLOCK = st.times().map(lambda at: f"{at:%H:%M}")
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", ""]
)


@given(
    day=st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    zone=ZONES,
    at=CLOCK,
    quiet=st.tuples(CLOCK, CLOCK),
)
def test_it_comes_at_the_time_that_was_set_or_when_the_quiet_hours_end(
    day: date, zone: str, at: str, quiet: tuple[str, str]
) -> None:
    habits = Habits(zone=zone, at=at, quiet=quiet)
    due = due_at(day, habits)
    local = due.astimezone(ZoneInfo(zone or "UTC"))
    wanted = datetime.combine(day, time.fromisoformat(at), local.tzinfo)
    assert due.tzinfo is UTC
    assert due >= wanted.astimezone(UTC)
    assert due - wanted.astimezone(UTC) <= timedelta(hours=25)
    # A change of the clock may push the end of the quiet hours over the hour that is left out.
    assert out_of_quiet(due, habits) - due <= timedelta(hours=1)


def test_the_clock_may_change_without_anybody_being_woken_or_forgotten() -> None:
    before, after = due_at(date(2026, 3, 28), BERLIN), due_at(date(2026, 3, 29), BERLIN)
    assert after - before == timedelta(hours=23)
    before, after = due_at(date(2026, 10, 24), BERLIN), due_at(date(2026, 10, 25), BERLIN)
    assert after - before == timedelta(hours=25)
    early = Habits(zone="Europe/Berlin", at="02:30", quiet=("00:00", "00:00"))
    assert due_at(date(2026, 3, 29), early) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert due_at(date(2026, 10, 25), early) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_quiet_hours_over_midnight_end_on_the_next_morning() -> None:
    late = datetime(2026, 3, 2, 22, tzinfo=ZoneInfo("Europe/Berlin"))
    assert out_of_quiet(late, BERLIN) == datetime(2026, 3, 3, 7, tzinfo=UTC)
    early = datetime(2026, 3, 3, 5, tzinfo=ZoneInfo("Europe/Berlin"))
    assert out_of_quiet(early, BERLIN) == datetime(2026, 3, 3, 7, tzinfo=UTC)
    assert out_of_quiet(NOON, BERLIN) == NOON


PLAN = Plan("RESET", {}, (Item("1", "One", "2026-03-02"), Item("2", "Two", "2026-03-09")), 3)


def test_what_should_have_come_already_comes_tomorrow_not_at_once() -> None:
    due = reminders_of(PLAN, BERLIN, NOON)
    assert due["1"] == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert due["2"] == datetime(2026, 3, 9, 8, tzinfo=UTC)


def test_what_is_the_same_keeps_its_reminder_and_what_is_gone_or_done_loses_it() -> None:
    assert reminders_of(PLAN, BERLIN, NOON, PLAN) == {}
    assert reminders_of(tick(PLAN, "1"), BERLIN, NOON, PLAN) == {"1": None}
    moved = reminders_of(move(PLAN, "2", date(2026, 4, 1)), BERLIN, NOON, PLAN)
    assert moved == {"2": datetime(2026, 4, 1, 7, tzinfo=UTC)}
    gone = Plan("RESET", {}, PLAN.items[1:], 3)
    assert reminders_of(gone, BERLIN, NOON, PLAN) == {"1": None}
    off = Habits(on=False)
    assert set(reminders_of(PLAN, off, NOON).values()) == {None}


# ------------------------------------------------------------------ what people enter


def test_habits_are_read_with_each_mistake_beside_its_field() -> None:
    entered = {"at": "25:00", "quiet": "night", "zone": "Berlin", "country": "Atlantis"}
    habits, wrong = read_habits(entered, BERLIN)
    assert habits == BERLIN
    assert set(wrong) == set(entered)
    entered = {"at": "8:15", "quiet": "21:00–07:00", "zone": "Asia/Tokyo", "country": "germany"}
    habits, wrong = read_habits(entered, BERLIN)
    assert not wrong
    assert habits == Habits("Asia/Tokyo", True, "08:15", ("21:00", "07:00"), "DE")
    assert habits_from_bytes(habits_to_bytes(habits)) == habits
    assert read_habits({"on": "no", "quiet": ""}, habits)[0].quiet == ("00:00", "00:00")


def test_a_zone_that_the_platform_told_is_not_taken_for_chosen() -> None:
    habits, _ = read_habits({"zone": "Europe/Berlin"}, BERLIN)
    assert not habits.chosen_zone


def test_days_are_read_in_any_wording_and_those_that_are_over_refused() -> None:
    anchors = [Anchor("tell", "When?", "", 7), Anchor("end", "End?", "tell", 30)]
    days, wrong = read_anchors(anchors, {"tell": "next friday", "end": "1 March 2026"}, NOON)
    assert days["tell"] == date(2026, 3, 6)
    assert set(wrong) == {"end"}
    with pytest.raises(WrongUse, match="may be"):
        read_day("03/04/2026", NOON)
    assert read_anchors(anchors, {"tell": ""}, NOON) == ({}, {})


def test_a_day_that_is_over_stays_where_the_plan_rests_on_it() -> None:
    anchors = [Anchor("tell", "When?", "", 7), Anchor("end", "End?", "tell", 30)]
    over = NOON.date() - timedelta(days=3)
    stands = {"tell": over, "end": NOON.date() + timedelta(days=3)}
    assert read_anchors(anchors, {"end": ""}, NOON, stands) == ({"tell": over}, {})
    assert read_anchors(anchors, {"tell": over.isoformat()}, NOON, stands) == ({"tell": over}, {})
    assert read_anchors(anchors, {"tell": "today"}, NOON, stands)[0] == {"tell": NOON.date()}
    before = (over - timedelta(days=1)).isoformat()
    assert set(read_anchors(anchors, {"tell": before}, NOON, stands)[1]) == {"tell"}
