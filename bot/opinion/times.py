"""When a round closes and when it reminds: working days in the audience's own time zone."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

REMIND = timedelta(hours=24)
"""How long before the close those who have not answered are reminded."""

_SOON = timedelta(hours=1)
_SATURDAY = 5


def closing(start: datetime, hours: int, zone: tzinfo) -> datetime:
    """Give the time that is so many hours after a start, Saturdays and Sundays left out.

    A round of 48 hours that begins on Friday at three closes on Tuesday at three, by the clocks of
    the zone, whether they are changed in between or not.
    """
    local = start.astimezone(zone)
    if local.weekday() >= _SATURDAY:
        monday = local.date() + timedelta(days=7 - local.weekday())
        local = datetime.combine(monday, time(), zone)
    days, rest = divmod(hours, 24)
    for _ in range(days):
        local = _workday(local + timedelta(days=1))
    return _workday(local + timedelta(hours=rest))


def _workday(moment: datetime) -> datetime:
    """Give the same time of day on the next working day, if it is none."""
    late = moment.weekday() >= _SATURDAY
    return moment + timedelta(days=7 - moment.weekday() if late else 0)


def reminder(opened: datetime, close: datetime) -> datetime | None:
    """Give when to remind; None where that would be as good as at the opening."""
    at = close - REMIND
    return at if at >= opened + _SOON else None


def said(moment: datetime, zone: tzinfo, name: str) -> str:
    """Write a time for people: Tuesday 1 December 2026, 15:00 (Europe/Berlin)."""
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M} ({name})"
