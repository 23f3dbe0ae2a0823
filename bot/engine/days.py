"""Days as people write them: 2026-03-31, 31 March, next Friday, in two weeks, the 5th."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

MAX_TYPED_DAY = 60
"""Characters; whoever writes more is not naming a day."""

_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(
    r"\b(?:(?:mon|fri|sun)(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|sat(?:urday)?)\b",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})(?:\s*[./-]\s*(\d{4}|\d{2})?)?\Z")
_NTH = re.compile(r"(?:on )?(?:the )?(\d{1,2})(?:st|nd|rd|th|\.)\Z", re.IGNORECASE)
_LEADING = re.compile(r"\A(?:next|this|on|coming)\s+", re.IGNORECASE)


def find_days(text: str, at: datetime) -> tuple[date, ...]:
    """Read a day, seen from ``at``: one if it is clear, two if it may mean either, or none.

    03/04/2026 is the third of April to some and the fourth of March to others.
    """
    if len(text) > MAX_TYPED_DAY:
        return ()
    try:
        return (date.fromisoformat(text),)
    except ValueError:
        pass
    today = at.date()
    if numeric := _NUMERIC.match(text):
        return _numeric_days(numeric, today)
    if nth := _NTH.match(text):
        return _next_with(int(nth[1]), today)
    if not re.search(r"\d\s*\D|\D\s*\d|[^\W\d]{3}", text):  # "12", "a", "--"
        return ()
    return _worded_day(text, at)


def _numeric_days(numeric: re.Match[str], today: date) -> tuple[date, ...]:
    first, second, year = numeric.groups()
    pairs = ((int(second), int(first)), (int(first), int(second)))
    days = (_day(year, month, day, today) for month, day in pairs)
    return tuple(dict.fromkeys(day for day in days if day is not None))


def _day(year: str | None, month: int, day: int, today: date) -> date | None:
    """Make a day; without a year it is the next there is, leap days too."""
    if year:
        years = [int(year) + (2000 if len(year) == 2 else 0)]
    else:
        years = list(range(today.year, min(today.year + 9, 9999)))
    for candidate in years:
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year or found >= today:
            return found
    return None


def _next_with(day: int, today: date) -> tuple[date, ...]:
    """Find the next month's day of this number, today included."""
    for ahead in range(62):  # two months hold every number from 1 to 31
        try:
            found = today + timedelta(days=ahead)
        except OverflowError:
            return ()
        if found.day == day:
            return (found,)
    return ()


def _worded_day(text: str, at: datetime) -> tuple[date, ...]:
    import dateparser  # late: it takes a while to import and most turns need no date

    weekday = _WEEKDAY.search(text)
    settings: dict[str, object] = {
        "RELATIVE_BASE": at.replace(tzinfo=None),
        "PREFER_DATES_FROM": "future",
        "REQUIRE_PARTS": [] if weekday else ["day"],
        "DATE_ORDER": "DMY",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    try:
        found = dateparser.parse(_LEADING.sub("", text, 1), languages=["en"], settings=settings)
    except OverflowError:  # beyond the year 9999
        return ()
    if found is None:
        return ()
    # "mon 5" and "friday 32" are taken for other things than days by the parser.
    if weekday and found.weekday() != _NAMES.index(weekday[0][:3].casefold()):
        return ()
    return (found.date(),)
