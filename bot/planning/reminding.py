"""When somebody is reminded: at their time of day, by their clock, not in their quiet hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import WrongUse
from bot.planning.model import Habits, Plan

_DAY = timedelta(days=1)


def zone_of(habits: Habits) -> ZoneInfo:
    """Give the zone somebody lives by; UTC while none is known, or where it is none any more."""
    return ZoneInfo(habits.zone if is_zone(habits.zone) else "UTC")


def is_zone(name: str) -> bool:
    """Say whether that is the name of a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def see_zone(name: str) -> None:
    """Raise ``WrongUse`` for a name that is no zone; "" is none yet."""
    if name and not is_zone(name):
        remedy = "Write it as Europe/Berlin or America/New_York."
        raise WrongUse(f"“{name[:40]}” is no time zone.", remedy)


def clock_time(text: str) -> time:
    """Read a time of day such as 09:00; raises ``WrongUse``."""
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007 - a clock has none
    except ValueError:
        raise WrongUse(f"“{text[:20]}” is no time of day.", "Write it as 09:00.") from None


def due_at(day: date, habits: Habits) -> datetime:
    """Give the moment at which something of a day is due, in UTC, outside of the quiet hours.

    A time that the change to summer time leaves out is read with the offset from before it, one
    that is there twice is the first of them (RFC 5545, 3.3.5).
    """
    local = datetime.combine(day, clock_time(habits.at), zone_of(habits))
    return out_of_quiet(local, habits)


def out_of_quiet(at: datetime, habits: Habits) -> datetime:
    """Put a moment off to the end of the quiet hours, if it falls into them; in UTC."""
    start, end = (clock_time(text) for text in habits.quiet)
    local = at.astimezone(zone_of(habits))
    clock = local.time().replace(tzinfo=None)
    if start <= end:
        inside = start <= clock < end
        day = local.date()
    else:  # over midnight
        inside = clock >= start or clock < end
        day = local.date() + (_DAY if clock >= start else timedelta())
    if not inside:
        return at.astimezone(UTC)
    ends = datetime.combine(day, end, local.tzinfo).replace(fold=local.fold)  # it may come twice
    return ends.astimezone(UTC)


def reminders_of(
    plan: Plan, habits: Habits, at: datetime, before: Plan | None = None
) -> dict[str, datetime | None]:
    """Say when to remind of each open item of a plan, by its id; None ends a reminder.

    ``before`` is the plan as it was: what is the same there keeps its reminder, or its snooze. What
    should have come before ``at`` comes on the next day.
    """
    same = {item.id: item for item in before.items} if before else {}
    ended = dict.fromkeys({*same} - {item.id for item in plan.items})
    found: dict[str, datetime | None] = {**ended}
    for item in plan.items:
        if item.done or not habits.on:
            found[item.id] = None
        elif item.id not in same or (same[item.id].day, same[item.id].done) != (item.day, False):
            found[item.id] = _from_now_on(date.fromisoformat(item.day), habits, at)
    return found


def moved_along(
    plan: Plan, before: Habits, habits: Habits, at: datetime
) -> dict[str, datetime | None]:
    """Say when to remind of the items of a plan by other habits than before, by their id.

    What has come by the old ones, or should have by the new ones, is not named: it was told, or is
    on its way, or was put off, and stays as it is. If there were no reminders, all that is open
    comes from now on.
    """
    if not (before.on and habits.on):
        return reminders_of(plan, habits, at)
    found: dict[str, datetime | None] = {}
    for item in plan.items:
        day = date.fromisoformat(item.day)
        due = due_at(day, habits)
        if item.done:
            found[item.id] = None
        elif min(due, due_at(day, before)) > at:
            found[item.id] = due
    return found


def _from_now_on(day: date, habits: Habits, at: datetime) -> datetime:
    due = due_at(day, habits)
    today = at.astimezone(zone_of(habits)).date()
    return due if due > at else due_at(today + _DAY, habits)
