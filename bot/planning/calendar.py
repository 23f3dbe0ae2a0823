"""A plan as a calendar file (RFC 5545), for whichever calendar somebody uses."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

from bot.planning.model import Plan
from bot.planning.schedule import open_items


def calendar_file(plan: Plan, title: str, case_id: str, at: datetime) -> bytes:
    """Write what is still to be done as whole-day events, the same each time for the same item.

    ``title`` names the calendar; what stands in the events are the items' own texts.
    """
    from icalendar import Calendar, Event  # late: it takes a tenth of a second

    calendar = Calendar()
    calendar.add("prodid", "-//Crossroads//Plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    for item in open_items(plan):
        day = date.fromisoformat(item.day)
        event = Event()
        event.add("uid", f"{_uid(case_id, item.id)}@crossroads.invalid")
        event.add("dtstamp", at.astimezone(UTC))
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", item.text)
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _uid(case_id: str, item_id: str) -> str:
    return hashlib.sha256(f"{case_id} {item_id}".encode()).hexdigest()[:24]
