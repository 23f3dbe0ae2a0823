"""What was delivered, noted lazily: kept here until the next batch takes it along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from adapters.store.database import Change
from adapters.store.times import micros
from bot.ports import Item


@dataclass(frozen=True, slots=True)
class Mark:
    """A case's card was delivered as of ``turn``; with ``ref`` empty, under the one it had.

    Where a ``platform`` is given and the case has gone on elsewhere, it is not the case's card.
    """

    case_id: str
    turn: int
    at: datetime
    ref: str
    platform: str = ""

    @property
    def row(self) -> Change:
        """What to write."""
        return self.on(Change(op="sent", case_id=self.case_id, platform=self.platform or None))

    def on(self, change: Change) -> Change:
        """Note the delivery on a row about the same case."""
        return change._replace(sent_turn=self.turn, sent_at=micros(self.at), ref=self.ref or None)

    def counts_on(self, platform: str | None) -> bool:
        """Say whether it tells of the card of a case that is now on this platform."""
        return self.platform in {"", platform}

    def after(self, before: Mark | None) -> Mark:
        """Join it to the mark noted before: an earlier turn never replaces a later one."""
        if before is None or (self.ref and before.turn <= self.turn):
            return self
        if self.turn < before.turn:
            return before
        return replace(self, ref=before.ref) if before.platform == self.platform else self


def join(marks: Iterable[Mark], rows: Sequence[Change]) -> list[Change]:
    """Put marks before the rows they come with, or on the first of their case if it is due anew.

    A case that is due again needs no note in between that it was not.
    """
    waiting = {mark.case_id: mark for mark in marks}
    joined = []
    for row in rows:
        due = row.op == "turn" and row.due is not None
        mark = waiting.get(row.case_id or "") if due else None
        mark = waiting.pop(mark.case_id) if mark and mark.counts_on(row.platform) else None
        joined.append(mark.on(row) if mark else row)
    return [*[mark.row for mark in waiting.values()], *joined]


def still_due(items: Iterable[Item], unwritten: Mapping[str, Mark]) -> list[Item]:
    """Leave out of what was read as due whatever marks that were not written yet speak of."""
    left = []
    for item in items:
        mark = unwritten.get(item.case_id)
        if mark is None or item.kind == "wake" or not mark.counts_on(item.platform):
            left.append(item)
        elif item.turn > mark.turn:
            left.append(replace(item, ref=mark.ref or item.ref))
    return left


class SentMarks:
    """The marks that wait to be written, joined to one for each case, and those on their way."""

    def __init__(self) -> None:
        self._waiting: dict[str, Mark] = {}
        self._writing: list[list[Mark]] = []

    def add(self, mark: Mark) -> None:
        """Note a delivery."""
        self._waiting[mark.case_id] = mark.after(self._waiting.get(mark.case_id))

    @property
    def waiting(self) -> bool:
        """Whether there is anything to be written."""
        return bool(self._waiting)

    @contextmanager
    def writing(self) -> Iterator[list[Mark]]:
        """Take what waits, to write it within the block; if that fails it waits again."""
        taken = list(self._waiting.values())
        self._waiting.clear()
        self._writing.append(taken)
        try:
            yield taken
        except BaseException:
            self._waiting = _joined(chain(taken, self._waiting.values()))
            raise
        finally:
            self._writing.remove(taken)

    def unwritten(self) -> Mapping[str, Mark]:
        """Give, by case, what is not surely in the file."""
        return _joined(chain(*self._writing, self._waiting.values()))

    def unwritten_of(self, case_id: str) -> Mapping[str, Mark]:
        """Give the same of one case."""
        waiting = self._waiting.get(case_id)
        writing = (mark for mark in chain(*self._writing) if mark.case_id == case_id)
        return _joined(chain(writing, (waiting,) if waiting else ()))

    def forget(self, case_id: str) -> None:
        """Keep nothing of a case."""
        self._waiting.pop(case_id, None)


def _joined(marks: Iterable[Mark]) -> dict[str, Mark]:
    """Join marks, in the order they were noted, to one for each case."""
    joined: dict[str, Mark] = {}
    for mark in marks:
        joined[mark.case_id] = mark.after(joined.get(mark.case_id))
    return joined
