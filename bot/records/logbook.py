"""The evidence log of a case: what happened, told apart from what it seemed; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time

import orjson

from bot.errors import NotFound, WrongUse
from bot.planning.entered import read_day

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


# ------------------------------------------------------------------ what can be done to a log


def add(log: Log, entry: Entry, at: str) -> Log:
    """Write an entry; raises ``WrongUse`` if there are too many."""
    if len(log.entries) >= MOST_ENTRIES:
        raise WrongUse(f"A log has at most {MOST_ENTRIES} entries.", "Export it first.")
    kept = Kept(str(log.next_id), ((at, entry),))
    return replace(log, entries=(*log.entries, kept), next_id=log.next_id + 1)


def edit(log: Log, entry_id: str, entry: Entry, at: str) -> Log:
    """Change an entry; what it said before stays in its history. Raises ``NotFound``."""
    kept = found(log, entry_id)
    if entry == kept.entry:
        return log
    return _with(log, replace(kept, versions=(*kept.versions, (at, entry))))


def remove(log: Log, entry_id: str, at: str) -> Log:
    """Take an entry out of the log, or with "" put it back; raises ``NotFound``."""
    return _with(log, replace(found(log, entry_id), removed=at))


def found(log: Log, entry_id: str) -> Kept:
    """Find an entry; raises ``NotFound``."""
    for kept in log.entries:
        if kept.id == entry_id:
            return kept
    raise NotFound("There is no such entry in this log.", "Open the log again to see what is.")


def in_order(log: Log) -> list[Kept]:
    """List the entries that are in the log by when things happened, the newest first."""
    there = [kept for kept in log.entries if not kept.removed]
    return sorted(there, key=lambda kept: (kept.entry.at, int(kept.id)), reverse=True)


def _with(log: Log, kept: Kept) -> Log:
    return replace(log, entries=tuple(kept if o.id == kept.id else o for o in log.entries))


# ------------------------------------------------------------------ what people enter

LONGEST = 1000
"""Characters of a field."""

QUOTE = 3000
"""Characters of what was said, and of what was seen."""

_LONG = {"quote": QUOTE, "fact": QUOTE}
_CLOCK = re.compile(r"\b(\d{1,2})[:.](\d{2})\b|\b(\d{1,2})\s*(am|pm)\b", re.IGNORECASE)


def read_entry(
    entered: Mapping[str, str], before: Entry, at: datetime, zone: str
) -> tuple[Entry, dict[str, str]]:
    """Read what was entered over an entry; gives it, and what is wrong by field.

    Fields are those of ``Entry``, with ``when`` for the time and ``next`` for “day, by whom”.
    """
    entry, wrong = before, dict[str, str]()
    for name, said in entered.items():
        try:
            entry = _changed(entry, name, said.strip(), at, zone)
        except WrongUse as error:
            wrong[name] = str(error)
    if not wrong and not (entry.quote or entry.fact or entry.impression):
        wrong[next(iter(entered), "")] = "Write what was said, or what you saw."
    return entry, wrong


def _changed(entry: Entry, name: str, said: str, at: datetime, zone: str) -> Entry:
    if len(said) > _LONG.get(name, LONGEST):
        most = _LONG.get(name, LONGEST)
        raise WrongUse(f"That has {len(said)} characters; {most} are the most.")
    match name:
        case "when":
            return replace(entry, at=read_moment(said, at), zone=zone)
        case "next":
            day, _, who = said.partition(",")
            written = read_day(day, at).isoformat() if day.strip() else ""
            return replace(entry, next_day=written, next_by=who.strip())
        case "channel" | "who" | "quote" | "fact" | "impression" | "effect" | "evidence" | "done":
            return replace(entry, **{name: said})
        case _:
            return entry


def read_moment(said: str, at: datetime) -> str:
    """Read a day with or without a time, seen from ``at``: ISO 8601. Raises ``WrongUse``."""
    clock = _CLOCK.search(said)
    rest = (said[: clock.start()] + said[clock.end() :] if clock else said).strip(" ,;")
    rest = re.sub(r"\b(at|um)\s*$", "", rest).strip(" ,;")
    day = read_day(rest, at) if rest else at.date()
    if clock is None:
        return day.isoformat() if rest else at.isoformat(timespec="minutes")
    hour, minute = _hour(clock)
    if hour > 23 or minute > 59:
        raise WrongUse(f"“{clock[0]}” is no time of day.", "Write it as 14:30.")
    moment = datetime.combine(day, time(hour, minute), at.tzinfo)
    return moment.isoformat(timespec="minutes")


def _hour(clock: re.Match[str]) -> tuple[int, int]:
    if clock[1]:
        return int(clock[1]), int(clock[2])
    return int(clock[3]) % 12 + (12 if clock[4].lower() == "pm" else 0), 0
