"""When it is asked what came of a decision; pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.planning.model import Habits
from bot.planning.reminding import due_at, zone_of
from bot.records.outcome import Outcome


def checkins_due(outcome: Outcome, habits: Habits, at: datetime) -> dict[str, datetime | None]:
    """Say when each check-in is due, by its day; None ends one that was answered or is off.

    What should have come while nobody was asked comes no more.
    """
    since = datetime.fromisoformat(outcome.since).astimezone(zone_of(habits)).date()
    found: dict[str, datetime | None] = {}
    for day in outcome.days:
        due = due_at(since + timedelta(days=day), habits)
        asked = habits.on and not outcome.stopped and str(day) not in outcome.said and due > at
        found[str(day)] = due if asked else None
    return found
