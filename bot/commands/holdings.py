"""What is stored about a person: counted, dated and weighed, never opened for others to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.commands.options import count
from bot.commands.wiring import key_home, now
from bot.engine.record import case_to_bytes, event_to_bytes
from bot.reading import read_asked

if TYPE_CHECKING:
    from bot.commands.desk import Desk

_LATER = timedelta(days=36_500)
_MOST_EFFECTS = 100_000
_SEALED = (
    "Answers, nicknames, texts and profile are sealed with AES-256-GCM under a key of your own; "
    "ids, states and times stay readable."
)
_RETENTION = "Kept until you delete it; nothing is deleted by itself, nothing is sent anywhere."


@dataclass(frozen=True, slots=True)
class Holdings:
    """The numbers; ``size`` is bytes of answers and history before sealing.

    ``rounds`` are the second opinions asked for, ``answers`` those of the person's own that wait
    for the close of somebody else's.
    """

    owner: str
    database: str
    database_size: int
    key: str
    cases: int
    events: int
    effects: int
    rounds: int
    answers: int
    papers: int
    profile: dict[str, str]
    size: int
    first: datetime | None
    last: datetime | None


async def gather(at: Desk) -> Holdings:
    """Count what is stored about the person at the desk."""
    store, listed = at.service.store, await at.cases()
    size = events = 0
    times = [case.touched for case in listed]
    for case in listed:
        size += len(case_to_bytes(await store.case(at.owner, case.id)))
        for event in await store.history(at.owner, case.id):
            size += len(event_to_bytes(event))
            events += 1
            times.append(event.at)
    due = await store.due(now() + _LATER, "terminal", at.owner, _MOST_EFFECTS)
    database = at.settings.database
    return Holdings(
        owner=at.owner,
        database=str(database),
        database_size=database.stat().st_size,
        key=key_home(at.settings).describe()[0],
        cases=len(listed),
        events=events,
        effects=len(due),
        rounds=len(await at.rounds.asked_by(at.owner)),
        answers=sum(asked.answered for asked in await read_asked(at.rounds, at.owner)),
        papers=len(await store.papers.kept(at.owner)),
        profile=dict(await store.profile(at.owner)),
        size=size,
        first=min(times, default=None),
        last=max(times, default=None),
    )


def holdings_text(held: Holdings) -> str:
    """Say it to the person."""
    lines = [
        f"Stored about you: {_counted(held)}",
        f"How much: {held.size} bytes of answers and history",
        f"From when: {_day(held.first)} to {_day(held.last)}" if held.first else "From when: –",
        f"Where: {held.database} ({held.database_size} bytes, everybody's together)",
        f"Under: the code {held.owner}, which names nobody",
        f"Sealed: {_SEALED}",
        f"Key: {held.key}",
        f"How long: {_RETENTION}",
        "Take it with you: crossroads export --all",
        "Delete it: crossroads forget --all",
    ]
    return "\n".join(lines)


def _counted(held: Holdings) -> str:
    return ", ".join(
        [
            count(held.cases, "case"),
            count(held.events, "event") + " of their history",
            count(held.effects, "message") + " still to be shown",
            count(len(held.profile), "profile answer"),
            count(held.rounds, "second opinion") + " asked for",
            count(held.answers, "answer") + " waiting for a close",
            count(held.papers, "paper") + " kept beside them (letters, plans, logs and the like)",
        ]
    )


def holdings_record(held: Holdings) -> dict[str, object]:
    """Give it as JSON types."""
    return {
        "cases": held.cases,
        "events": held.events,
        "effects": held.effects,
        "rounds": held.rounds,
        "answers": held.answers,
        "papers": held.papers,
        "profile": held.profile,
        "bytes": held.size,
        "first": held.first.isoformat(timespec="seconds") if held.first else None,
        "last": held.last.isoformat(timespec="seconds") if held.last else None,
        "database": held.database,
        "database_bytes": held.database_size,
        "owner": held.owner,
        "key": held.key,
        "sealed": _SEALED,
        "retention": _RETENTION,
        "export": "crossroads export --all",
        "delete": "crossroads forget --all",
    }


def _day(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M") if at else "–"
