"""The evidence log of a case: what happened, told apart from what it seemed; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

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
        raise WrongUse(
            f"A log has at most {MOST_ENTRIES} entries, those taken out among them.",
            "Keep it as a document, and go on in the log of a new case.",
        )
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
    return sorted(there, key=lambda kept: (_instant(kept.entry.at), int(kept.id)), reverse=True)


def _instant(at: str) -> datetime:
    """Give the moment that an entry tells; a bare day is its beginning."""
    moment = datetime.fromisoformat(at)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _with(log: Log, kept: Kept) -> Log:
    return replace(log, entries=tuple(kept if o.id == kept.id else o for o in log.entries))


# ------------------------------------------------------------------ in whose words

_SAID = re.compile(
    r"[“„\"][^“”„\"\n]*[”“\"]|«[^«»\n]*»|»[^«»\n]*«"
    r"|(?<!\w)['‘](?:[^'‘’\n]|(?<=\w)['’](?=\w))*['’](?!\w)"
)
"""What stands in quotation marks; an apostrophe inside a word is none."""


def own_words(entry: Entry) -> str:
    """Give what an entry says in the words of whoever wrote it: no quote, nothing in quotes."""
    fields = (entry.who, entry.fact, entry.impression, entry.effect, entry.done, entry.next_by)
    return "\n".join(_SAID.sub("…", said) for said in fields)


# ------------------------------------------------------------------ what people enter

LONGEST = 1000
"""Characters of a field."""

QUOTE = 3000
"""Characters of what was said, and of what was seen."""

_LONG = {"quote": QUOTE, "fact": QUOTE}
_CLOCK = re.compile(
    r"(?<![\d.:])(?:(\d{1,2})[:.](\d{2})(?:\s*([ap])\.?m\b\.?)?|(\d{1,2})\s*([ap])\.?m\b\.?)(?![\d.:]|\s*[ap]m)",
    re.IGNORECASE,
)

_AHEAD = re.compile(r"\b(tomorrow|in|next|coming)\b", re.IGNORECASE)
"""Words that only a day to come has."""

_ISO = re.compile(r"\d{4}-\d\d-\d\dT")


_TELLS = ("quote", "fact", "impression")
"""What tells something: one of these at least an entry has."""

FIELDS = (
    *("when", "channel", "who", "quote", "fact"),
    *("impression", "effect", "evidence", "done", "next"),
)
"""What can be entered of an entry, by the names that ``read_entry`` knows."""


def read_entry(
    entered: Mapping[str, str], before: Entry, at: datetime, zone: str
) -> tuple[Entry, dict[str, str]]:
    """Read what was entered over an entry; gives it, and what is wrong by field.

    Of ``FIELDS`` “when” is the time and “next” a day, by whom; the others are those of ``Entry``.
    """
    entry, wrong = before, dict[str, str]()
    for name, said in entered.items():
        try:
            entry = _changed(entry, name, said.strip(), at, zone)
        except WrongUse as error:
            wrong[name] = str(error)
    if not wrong and not any(getattr(entry, name) for name in _TELLS):
        place = next((name for name in _TELLS if name in entered), next(iter(entered), ""))
        wrong[place] = "Write what was said, or what you saw."
    return entry, wrong


def _changed(entry: Entry, name: str, said: str, at: datetime, zone: str) -> Entry:
    if len(said) > _LONG.get(name, LONGEST):
        most = _LONG.get(name, LONGEST)
        raise WrongUse(f"That has {len(said)} characters; {most} are the most.")
    match name:
        case "when" if entry.at and said in {"", when_entered(entry)}:
            return entry  # as it was, whatever the zone of whoever looks at it now
        case "when":
            return replace(entry, at=read_moment(said, at), zone=zone)
        case "next":
            day, who = _next(said, at)
            return replace(entry, next_day=day, next_by=who)
        case "channel" | "who" | "quote" | "fact" | "impression" | "effect" | "evidence" | "done":
            return replace(entry, **{name: said})
        case _:
            return entry


def when_entered(entry: Entry) -> str:
    """Write when something happened as it stands in a form, to be read back."""
    if "T" not in entry.at:
        return entry.at
    return f"{datetime.fromisoformat(entry.at):%Y-%m-%d %H:%M}"


def _next(said: str, at: datetime) -> tuple[str, str]:
    """Read “5 March, Ana”: a day, by whom, or both."""
    day, comma, who = said.rpartition(",")
    if comma:
        return read_day(day, at).isoformat(), who.strip()
    try:
        return (read_day(said, at).isoformat() if said else ""), ""
    except WrongUse:
        return "", said


def read_moment(said: str, at: datetime) -> str:
    """Read a day with or without a time, seen from ``at``: ISO 8601. Raises ``WrongUse``."""
    if _ISO.match(said):
        return _from_iso(said, at)
    clock = _CLOCK.search(said)
    rest = (said[: clock.start()] + said[clock.end() :] if clock else said).strip(" ,;")
    rest = re.sub(r"\b(at|um)\s*$", "", rest).strip(" ,;")
    day = _past_day(rest, at) if rest else at.date()
    if clock is None:
        return day.isoformat() if rest else at.isoformat(timespec="minutes")
    hour, minute = _hour(clock)
    if hour > 23 or minute > 59:
        raise WrongUse(f"“{clock[0]}” is no time of day.", "Write it as 14:30.")
    moment = datetime.combine(day, time(hour, minute), at.tzinfo)
    return moment.isoformat(timespec="minutes")


def _past_day(said: str, at: datetime) -> date:
    """Read a day that is not to come: the last 3 March, the last Friday."""
    day, today = read_day(said, at), at.date()
    if day > today and not _AHEAD.search(said):
        for back in (timedelta(days=6), timedelta(days=366)):
            earlier = read_day(said, at - back)
            if earlier <= today:
                return earlier
    if day > today:
        raise WrongUse("That day is still to come.", "Write when it happened.")
    return day


def _from_iso(said: str, at: datetime) -> str:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise WrongUse(f"“{said}” is no time of day.", "Write it as 14:30.") from None
    if moment.date() > at.date() + timedelta(days=1):  # somewhere it is tomorrow already
        raise WrongUse("That day is still to come.", "Write when it happened.")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=at.tzinfo)
    return moment.isoformat(timespec="minutes")


def _hour(clock: re.Match[str]) -> tuple[int, int]:
    hour, minute = int(clock[1] or clock[4]), int(clock[2] or 0)
    half = (clock[3] or clock[5] or "").lower()
    if not half:
        return hour, minute
    # Past twelve “pm” is no time; 24 is refused with the same words as “25:10”.
    return (hour % 12 + (12 if half == "p" else 0), minute) if 1 <= hour <= 12 else (24, minute)
