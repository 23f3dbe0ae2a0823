"""Working days in the audience's own time zone, whatever its clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.opinion.times import REMIND, closing, reminder, said

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Cairo",
    "America/Santiago",
)
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "hours", "close"),
    [
        ("2026-03-02 10:00", 48, "2026-03-04 10:00"),  # Monday
        ("2026-03-05 15:00", 48, "2026-03-09 15:00"),  # Thursday: over a weekend
        ("2026-03-06 15:00", 48, "2026-03-10 15:00"),  # Friday
        ("2026-03-07 12:00", 24, "2026-03-10 00:00"),  # Saturday counts from Monday on
        ("2026-03-08 23:59", 24, "2026-03-10 00:00"),
        ("2026-03-06 15:00", 240, "2026-03-20 15:00"),
        ("2026-03-27 15:00", 48, "2026-03-31 15:00"),  # clocks go forward on the 29th
        ("2026-10-23 15:00", 48, "2026-10-27 15:00"),  # and back on the 25th
        ("2026-03-06 20:00", 8, "2026-03-09 04:00"),
    ],
)
def test_saturdays_and_sundays_do_not_count(start: str, hours: int, close: str) -> None:
    assert closing(at(start), hours, BERLIN) == at(close)


def test_where_the_audience_lives_decides_which_day_it_is() -> None:
    friday_evening = datetime(2026, 3, 6, 23, 30, tzinfo=UTC)
    berlin = closing(friday_evening, 24, BERLIN)
    assert berlin == at("2026-03-10 00:00"), "there it is Saturday already"
    new_york = ZoneInfo("America/New_York")
    assert closing(friday_evening, 24, new_york) == at("2026-03-09 18:30", new_york)


moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, st.integers(1, 400), st.sampled_from(ZONES))
@example(datetime(2026, 3, 27, 14, tzinfo=UTC), 48, "Europe/Berlin")
@example(datetime(2026, 4, 23, 22, tzinfo=UTC), 24, "Africa/Cairo")
def test_it_always_closes_later_and_on_a_working_day(
    start: datetime, hours: int, zone: str
) -> None:
    close = closing(start, hours, ZoneInfo(zone)).astimezone(UTC)
    assert close > start
    assert close.astimezone(ZoneInfo(zone)).weekday() < 5


@given(moments, st.integers(1, 400), st.integers(0, 100), st.sampled_from(ZONES))
def test_more_hours_never_close_it_sooner(
    start: datetime, hours: int, more: int, zone: str
) -> None:
    there = ZoneInfo(zone)
    sooner = closing(start, hours, there).astimezone(UTC)
    assert closing(start, hours + more, there).astimezone(UTC) >= sooner


@given(moments, st.integers(0, 200), st.sampled_from(ZONES))
def test_a_later_start_never_closes_sooner(start: datetime, minutes: int, zone: str) -> None:
    there = ZoneInfo(zone)
    later = closing(start + timedelta(minutes=minutes), 48, there).astimezone(UTC)
    # Where the clocks go back, two moments have the same time of day.
    assert later >= closing(start, 48, there).astimezone(UTC) - timedelta(hours=1)


@given(moments, st.integers(1, 20), st.sampled_from(ZONES))
def test_so_many_days_later_it_closes_at_the_same_time_of_day(
    start: datetime, days: int, zone: str
) -> None:
    there = ZoneInfo(zone)
    local = start.astimezone(there)
    close = closing(start, 24 * days, there)
    if local.weekday() < 5:
        assert close.time() == local.time()


def test_the_reminder_comes_a_day_before_the_close() -> None:
    opened, close = at("2026-03-02 10:00"), at("2026-03-04 10:00")
    assert reminder(opened, close) == at("2026-03-03 10:00")


@given(moments, st.timedeltas(timedelta(minutes=1), timedelta(days=30)))
def test_a_reminder_never_comes_with_the_opening(opened: datetime, open_for: timedelta) -> None:
    found = reminder(opened, opened + open_for)
    assert (found is None) == (open_for < REMIND + timedelta(hours=1))
    assert found is None or found >= opened + timedelta(hours=1)


def test_a_time_is_said_with_its_zone() -> None:
    moment = datetime(2026, 12, 1, 14, 5, tzinfo=UTC)
    assert said(moment, BERLIN, "Europe/Berlin") == (
        "Tuesday 1 December 2026, 15:05 (Europe/Berlin)"
    )
