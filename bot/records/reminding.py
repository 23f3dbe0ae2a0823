"""When it is asked what came of a decision; pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.planning.model import Habits
from bot.planning.reminding import due_at, zone_of
from bot.records.outcome import Outcome


def checkins_due(
    outcome: Outcome, habits: Habits, at: datetime, before: Habits | None = None
) -> dict[str, datetime | None]:
    """Say when each check-in is due, by its day; None ends one that was answered or is off.

    One whose time has come, by these habits or by those of ``before``, is not named: it was told,
    or is on its way, and stays. What should have come while nobody was asked comes no more.
    """
    found: dict[str, datetime | None] = {}
    for day in outcome.days:
        due = _due(outcome, day, habits)
        told = before is not None and before.on and _due(outcome, day, before) <= at
        if not habits.on or outcome.stopped or str(day) in outcome.said:
            found[str(day)] = None
        elif due > at and not told:
            found[str(day)] = due
    return found


def _due(outcome: Outcome, day: int, habits: Habits) -> datetime:
    return due_at(outcome.begun(zone_of(habits)) + timedelta(days=day), habits)
