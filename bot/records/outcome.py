"""What came of a decision, as its owner said after a week, a month and a quarter; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, tzinfo

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
    it may be counted, "" nowhere, and ``marked`` when that was noted.
    """

    recommended: str
    chosen: str
    since: str
    days: tuple[int, ...] = ()
    said: Mapping[str, Said] = field(default_factory=dict)
    stopped: bool = False
    workspace: str = ""
    marked: str = ""

    @property
    def newest(self) -> Said | None:
        """What was said last, by the day that it is about."""
        return self.said[max(self.said, key=int)] if self.said else None

    def day_meant(self, now: datetime) -> int:
        """Tell which check-in it is time for: the last whose day has come, else the first."""
        come = [day for day in self.days if self.has_come(day, now)]
        return come[-1] if come else self.days[0]

    def has_come(self, day: int, now: datetime) -> bool:
        """Say whether so many days have passed since the decision, by the clock of ``now``."""
        return self._has_come(day, now.date(), now.tzinfo)

    def begun(self, zone: tzinfo | None) -> date:
        """Give the day from which its days are counted, by the clock of a zone."""
        return datetime.fromisoformat(self.since).astimezone(zone).date()

    def asked_on(self, today: date, zone: tzinfo) -> int:
        """Tell which check-in is due and was not answered: the last whose day has come, else 0."""
        come = [day for day in self.days if self._has_come(day, today, zone)]
        return come[-1] if come and not self.stopped and str(come[-1]) not in self.said else 0

    def _has_come(self, day: int, today: date, zone: tzinfo | None) -> bool:
        return day <= (today - self.begun(zone)).days

    def after(self, before: Outcome) -> Outcome:
        """Take the place of a decision that was taken back and made anew.

        What was said of the same course stays, and that nothing is to be asked.
        """
        said = before.said if before.chosen == self.chosen else {}
        return replace(self, said=said, stopped=before.stopped)

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
