"""The evidence log of a case: what happened, told apart from what it seemed; pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import orjson

MOST_ENTRIES = 500
"""Entries of one log."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is noted of one event; each field as in DOMAIN's log entry, "" where nothing was said.

    ``at`` is when it happened, ISO 8601 with an offset or a bare date, ``zone`` the time zone.
    """

    at: str
    zone: str = ""
    channel: str = ""
    who: str = ""
    quote: str = ""
    fact: str = ""
    impression: str = ""
    effect: str = ""
    evidence: str = ""
    done: str = ""
    next_day: str = ""
    next_by: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry with all it ever said: ``versions`` are (when it was written, entry), oldest first.

    ``removed`` is when it was taken out of the log ("": it is in it); its versions stay until the
    case is deleted.
    """

    id: str
    versions: tuple[tuple[str, Entry], ...]
    removed: str = ""

    @property
    def entry(self) -> Entry:
        """What it says now."""
        return self.versions[-1][1]


@dataclass(frozen=True, slots=True)
class Log:
    """The log of a case, in the order in which it was written."""

    entries: tuple[Kept, ...] = ()
    next_id: int = 1


def log_to_bytes(log: Log) -> bytes:
    """Write it down."""
    return orjson.dumps(asdict(log))


def log_from_bytes(opened: bytes) -> Log:
    """Read that back; nothing is an empty log."""
    if not opened:
        return Log()
    read = orjson.loads(opened)
    entries = tuple(
        Kept(
            one["id"],
            tuple((at, Entry(**entry)) for at, entry in one["versions"]),
            one["removed"],
        )
        for one in read["entries"]
    )
    return Log(entries, read["next_id"])
