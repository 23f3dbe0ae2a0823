"""What came of a decision, as its owner said after a week, a month and a quarter; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

import orjson

NOTE = 1000
"""Characters of a note."""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer to “what happened?”: an answer's id, a note, and when (ISO 8601)."""

    answer: str
    note: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The check-ins of a case: when its days count from, and what was said (day → answer).

    ``recommended`` and ``chosen`` are courses, as they were when the person decided. ``days`` are
    how long after that it is asked. ``stopped``: they are asked no more. ``workspace`` is where
    it may be counted, "" nowhere.
    """

    recommended: str
    chosen: str
    since: str
    days: tuple[int, ...] = ()
    said: Mapping[str, Said] = field(default_factory=dict)
    stopped: bool = False
    workspace: str = ""

    @property
    def newest(self) -> Said | None:
        """What was said last, by the day that it is about."""
        return self.said[max(self.said, key=int)] if self.said else None

    def day_meant(self, now: datetime) -> int:
        """Tell which check-in it is time for: the last whose day has come, else the first."""
        passed = (now - datetime.fromisoformat(self.since)).days
        come = [day for day in self.days if day <= passed]
        return come[-1] if come else self.days[0]

    def with_answer(self, day: int, said: Said) -> Outcome:
        """Note what was said about a day; what was said of it before is replaced."""
        return replace(self, said={**self.said, str(day): said})


def outcome_to_bytes(outcome: Outcome) -> bytes:
    """Write it down."""
    return orjson.dumps(asdict(outcome))


def outcome_from_bytes(opened: bytes) -> Outcome:
    """Read that back."""
    read = orjson.loads(opened)
    said = {day: Said(**one) for day, one in read.pop("said").items()}
    return Outcome(**{**read, "days": tuple(read["days"])}, said=said)
