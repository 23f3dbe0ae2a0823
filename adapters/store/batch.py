"""Fold works over their cases, in memory, into the rows to write. Nothing here touches the file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType

from adapters.store.database import Change
from adapters.store.people import (
    Found,
    Held,
    Holder,
    Place,
    case_box,
    new_holder,
    not_found,
    wrap_holder,
)
from adapters.store.sealing import Box, Masters, new_key
from adapters.store.times import micros
from bot.engine.model import Case, Show, Tell, Wake
from bot.engine.record import case_to_bytes, event_to_bytes, tell_to_bytes
from bot.ports import Done, Folded, Work


class Job:
    """A piece of work and its caller, who waits on ``answer``.

    ``mark`` stands for its delivery id. As a context manager it takes what goes wrong with its own
    work, whatever that is, and hands it to its caller: it must not fail the neighbours.
    """

    __slots__ = ("answer", "done", "error", "mark", "place", "work")

    def __init__(self, work: Work, mark: bytes, answer: asyncio.Future[Done]) -> None:
        self.work = work
        self.mark = mark
        self.answer = answer
        self.place: Place = (work.owner, work.case_id)
        self.done: Done | None = None
        self.error: Exception | None = None

    def __enter__(self) -> None:
        self.done = self.error = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if isinstance(error, Exception):
            self.error = error
            return True
        return False

    def settle(self) -> None:
        """Give the caller the outcome, unless they went away."""
        if self.answer.done():
            return
        if self.done is not None:
            self.answer.set_result(self.done)
        elif self.error is not None:
            self.answer.set_exception(self.error)

    def fail(self, error: BaseException) -> None:
        """Give the caller an error, unless they went away."""
        if not self.answer.done():
            self.answer.set_exception(error)


class Batch:
    """Works in the order they came. ``rows`` is what to write, ``held`` how cases are after it.

    ``remembered`` are cases as this process wrote them last, ``found`` as they were just read.
    ``seen`` says which case a delivery went to, where that was looked up; it grows with the batch.
    ``unsure`` tells that an outcome rests on a remembered case alone, or on a delivery's being new,
    and that no written row will check this.
    """

    def __init__(
        self,
        masters: Masters,
        remembered: Mapping[Place, Held],
        found: Mapping[Place, Found],
        seen: Mapping[bytes, str] | None,
    ) -> None:
        self.rows: list[Change] = []
        self.held: dict[Place, Held] = {}
        self.unsure = False
        self._masters = masters
        self._remembered = remembered
        self._found = found
        self._looked_up = seen is not None
        self._seen = dict(seen or {})
        self._holders: dict[str, Holder] = {}

    def add(self, job: Job) -> None:
        """Do one work; its outcome or error is noted on the job."""
        rows = len(self.rows)
        with job:
            job.done = self._do(job)
        if len(self.rows) == rows:
            self.unsure |= self._is_unsure(job)

    def _is_unsure(self, job: Job) -> bool:
        """Say whether a work that wrote nothing might have come out otherwise."""
        again = job.done is not None and job.done.duplicate
        remembered = job.place in self._remembered and job.place not in self.held
        return remembered or (bool(job.mark) and not self._looked_up and not again)

    def _do(self, job: Job) -> Done:
        work = job.work
        first = self._seen.get(job.mark) if job.mark else None
        held = self._look_up((work.owner, first or work.case_id))
        if first is not None:
            return _again(work, held.case)
        folded = work.fold(held.case)
        if folded.case is not held.case:
            self._keep(job, held, folded)
        return Done(folded.case, folded.effects)

    def _look_up(self, place: Place) -> Held:
        held = self.held.get(place) or self._remembered.get(place)
        if held is None:
            held = self.held[place] = self._found[place].open(self._masters)
        return held

    def _keep(self, job: Job, held: Held, folded: Folded) -> None:
        """Turn what became of the case into rows; nothing is noted unless all of it succeeds."""
        work, case = job.work, folded.case
        if (case.owner, case.id) != job.place:
            raise ValueError("A fold must give back the case that it was given to.")
        rows: list[Change] = []
        holder = held.holder or self._holders.get(work.owner) or self._welcome(work.owner, rows)
        box = held.box or _open_case(holder, case, work.at, rows)
        after = held.edition + max(1, len(folded.events))
        rows += _turn_rows(job, held, folded, box, after)
        self.rows += rows
        self._holders[work.owner] = holder
        self.held[job.place] = Held(holder, case, after, box)
        if job.mark:
            self._seen[job.mark] = case.id

    def _welcome(self, owner: str, rows: list[Change]) -> Holder:
        holder = new_holder(owner)
        rows.append(welcome(self._masters, holder))
        return holder


def welcome(masters: Masters, holder: Holder) -> Change:
    """Make the row that adds a person."""
    wrapped = wrap_holder(masters, holder)
    return Change(op="person", owner=holder.owner, serial=holder.serial, wrapped=wrapped)


def _again(work: Work, case: Case | None) -> Done:
    if case is None:
        raise not_found(work.case_id)
    folded = work.again(case)
    return Done(folded.case, folded.effects, duplicate=True)


def _open_case(holder: Holder, case: Case, at: datetime, rows: list[Change]) -> Box:
    key = new_key()
    rows.append(
        Change(
            op="case",
            case_id=case.id,
            owner=holder.owner,
            serial=holder.serial,
            flow=case.flow,
            at=micros(at),
            wrapped=holder.wrap(case.id, key),
        )
    )
    return case_box(key, holder, case.id)


def _turn_rows(job: Job, held: Held, folded: Folded, box: Box, after: int) -> list[Change]:
    case, events, effects = folded.case, folded.events, folded.effects
    named = held.case.name if held.case else ""
    at = micros(job.work.at)
    first = held.edition + 1
    turn = Change(
        op="turn",
        case_id=case.id,
        known=held.edition,
        seq=after,
        turn=case.turn,
        at=at,
        due=at if any(isinstance(effect, Show) for effect in effects) else None,
        version=case.version,
        status=case.status,
        name=None if case.name == named else box.seal("name", case.name.encode()),
        body=box.seal("case", case_to_bytes(case)),
        delivery=job.mark or None,
        event=box.seal(f"event {first}", event_to_bytes(events[0])) if events else None,
        platform=job.work.platform,
    )
    more = [
        Change(
            op="event",
            case_id=case.id,
            seq=seq,
            event=box.seal(f"event {seq}", event_to_bytes(event)),
        )
        for seq, event in enumerate(events[1:], first + 1)
    ]
    return [turn, *more, *_effect_rows(job.work, folded, box)]


def _effect_rows(work: Work, folded: Folded, box: Box) -> list[Change]:
    rows = []
    for effect in folded.effects:
        match effect:
            case Tell():
                body = box.seal(f"tell {folded.case.turn}", tell_to_bytes(effect))
                rows.append(_effect_row("tell", work, folded.case, micros(work.at), body))
            case Wake(at=iso):
                due = micros(datetime.fromisoformat(iso))
                rows.append(_effect_row("wake", work, folded.case, due, None))
            case Show():
                pass  # the turn's own row says that the card is due
    return rows


def _effect_row(op: str, work: Work, case: Case, due: int, body: bytes | None) -> Change:
    return Change(
        op=op, case_id=case.id, turn=case.turn, due=due, body=body, platform=work.platform
    )
