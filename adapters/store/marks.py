"""What was delivered, noted lazily: kept here until the next batch takes it along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.store.database import Change
from adapters.store.people import Recent
from adapters.store.times import micros


@dataclass(frozen=True, slots=True)
class Mark:
    """A case's card was delivered as of ``turn``, under the platform's reference ``ref``."""

    case_id: str
    turn: int
    at: datetime
    ref: str

    @property
    def row(self) -> Change:
        """What to write."""
        return self.on(Change(op="sent", case_id=self.case_id))

    def on(self, change: Change) -> Change:
        """Note the delivery on a row about the same case."""
        return change._replace(sent_turn=self.turn, sent_at=micros(self.at), ref=self.ref or None)


def join(marks: Iterable[Mark], rows: Sequence[Change]) -> list[Change]:
    """Put marks before the rows they come with, or on the first of their case if it is due anew.

    A case that is due again needs no note in between that it was not.
    """
    waiting = {mark.case_id: mark for mark in marks}
    joined = []
    for row in rows:
        due = row.op == "turn" and row.due is not None
        mark = waiting.pop(row.case_id or "", None) if due else None
        joined.append(mark.on(row) if mark else row)
    return [*[mark.row for mark in waiting.values()], *joined]


class SentMarks:
    """The marks that wait to be written, the latest of each case, and some that were."""

    def __init__(self, remember: int) -> None:
        self._waiting: dict[str, Mark] = {}
        self._recent: Recent[str, Mark] = Recent(remember)

    def add(self, mark: Mark) -> None:
        """Note a delivery; an earlier turn never replaces a later one."""
        self._keep(mark)
        self._recent.put(mark.case_id, mark)

    def _keep(self, mark: Mark) -> None:
        before = self._waiting.get(mark.case_id)
        if before is None or before.turn <= mark.turn:
            self._waiting[mark.case_id] = mark

    def latest(self, case_id: str) -> Mark | None:
        """Give the mark this process noted last for a case, if it is still remembered."""
        return self._recent.get(case_id)

    def take(self) -> list[Mark]:
        """Take what waits, to write it."""
        taken = list(self._waiting.values())
        self._waiting.clear()
        return taken

    def put_back(self, marks: list[Mark]) -> None:
        """Let marks wait again that could not be written."""
        for mark in marks:
            self._keep(mark)

    def forget(self, case_id: str) -> None:
        """Keep nothing of a case."""
        self._waiting.pop(case_id, None)
        self._recent.drop(case_id)
