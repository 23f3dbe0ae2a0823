"""Days that people write for plans: as far away as anybody plans, and no further."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.errors import WrongUse
from bot.planning.entered import read_anchors, read_day, read_habits
from bot.planning.model import Anchor, Habits

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize("said", ["31 December 9999", "9999-12-31", "0001-01-01", "1 May 2200"])
def test_a_day_that_nobody_lives_to_see_is_refused(said: str) -> None:
    with pytest.raises(WrongUse, match="too far away"):
        read_day(said, NOON)
    _, wrong = read_anchors([Anchor("tell", "When?", "", 14)], {"tell": said}, NOON)
    assert set(wrong) == {"tell"}


def test_a_day_in_a_lifetime_is_taken() -> None:
    assert read_day("1 May 2100", NOON) == date(2100, 5, 1)
    assert read_day("1 May 1950", NOON) == date(1950, 5, 1)


@pytest.mark.parametrize("said", ["23:59-", "-08:00", "DE-", "from eight to nine", "8-9-10"])
def test_hours_that_are_none_are_refused_with_how_to_write_them(said: str) -> None:
    habits, wrong = read_habits({"quiet": said}, Habits())
    assert wrong == {"quiet": f"“{said[:20]}” are no hours. Write them as 20:00-08:00."}
    assert habits == Habits()


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("Germny", "Did you mean DE (Germany)"),
        ("GER", "(Germany)"),
        ("Europe/Berlin", "Write it as DE, US or GB-SCT, or by its name in English."),
        ("GB-XX", "There are: GB, GB-"),
    ],
)
def test_a_country_that_is_not_known_is_met_with_those_that_may_be_meant(
    said: str, remedy: str
) -> None:
    habits, wrong = read_habits({"country": said}, Habits())
    assert remedy in wrong["country"]
    assert habits == Habits()
