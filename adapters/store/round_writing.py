"""What a fold made of a round, written within the transaction that it was read in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.store import round_posts
from adapters.store.database import Run
from adapters.store.people import not_found, open_holder
from adapters.store.round_rows import (
    Counts,
    Stored,
    key_name,
    open_participants,
    round_box,
    seal_participant,
)
from adapters.store.sealing import new_key
from adapters.store.times import micros
from adapters.store.urn import Urn
from adapters.store.vault import Vault
from bot.opinion.model import Round
from bot.opinion.record import round_to_bytes
from bot.rounds.ports import Participant, RoundFolded, RoundWork, Timer, Unchanged

_CASE = """
SELECT cases.row, people.serial, keys.wrapped
FROM people JOIN keys ON keys.id = people.row JOIN cases ON cases.person = people.row
WHERE people.owner = ? AND cases.id = ?
"""
_ADD_KEY = "INSERT INTO keys (wrapped) VALUES (?) RETURNING id"
_BEGIN = """
INSERT INTO rounds (row, id, case_row, platform, stage, case_turn) VALUES (?, ?, ?, ?, ?, ?)
"""
_BODY = """
INSERT INTO round_bodies (round_row, edition, body) VALUES (?, 1, ?)
ON CONFLICT (round_row) DO UPDATE SET edition = edition + 1, body = excluded.body
"""
_PEOPLE = "SELECT voter, answered, body FROM round_people WHERE round_row = ? AND voter IN ({})"
_PUT_PERSON = """
INSERT INTO round_people (round_row, voter, answered, body) VALUES (?, ?, ?, ?)
ON CONFLICT (round_row, voter) DO UPDATE SET answered = excluded.answered, body = excluded.body
"""
_PUT_BALLOT = """
INSERT INTO round_ballots (round_row, mark, body) VALUES (?, ?, ?)
ON CONFLICT (round_row, mark) DO UPDATE SET body = excluded.body
"""
_DESTROY = """
UPDATE keys SET wrapped = zeroblob(length(wrapped))
WHERE id = (SELECT secret FROM rounds WHERE row = ?)
"""
_STATE = """
UPDATE rounds SET stage = ?, case_turn = ?, listed = ?, able = ?, answered = ?, changed = ?
WHERE row = ?
"""
_SET_TIMER = """
INSERT INTO round_timers (round_row, timer, due) VALUES (?, ?, ?)
ON CONFLICT (round_row, timer) DO UPDATE SET due = excluded.due
"""
_MANY = 500


@dataclass(frozen=True, slots=True)
class Writing:
    """One work on its way into the file: what was stored, and what the fold made of it."""

    run: Run
    vault: Vault
    work: RoundWork
    folded: RoundFolded

    async def write(self, stored: Stored | None) -> None:
        """Write all of it. Raises ``NotFound`` for a new round about no case of its owner."""
        folded, round = self.folded, self.folded.round
        if stored is None:
            stored = await self._begin(round)
        elif _name(round) != _name(stored.round):
            raise ValueError("A fold must give back the round that it was given.")
        if round is not stored.round or not stored.edition:
            sealed = stored.box.seal("round", round_to_bytes(round))
            await self.run(_BODY, (stored.row, sealed))
        await self._put_ballots(stored)
        await self._put_counts(stored.row, await self._put_people(stored))
        await self._set_timers(stored.row, folded.timers)
        await round_posts.add(self.run, stored.row, stored.box, folded, self.work.at)

    async def _begin(self, round: Round) -> Stored:
        if round.id != self.work.round_id or self.work.owner not in ("", round.owner):
            raise ValueError("A fold must make the round that was asked for.")
        for case_row, serial, wrapped in await self.run(_CASE, (round.owner, round.case)):
            self.vault.meet([wrapped])
            holder = open_holder(self.vault.masters, round.owner, serial, wrapped)
            key = new_key()
            row = await self._add_key(holder.wrap(key_name(round.id), key))
            place = (row, round.id, case_row, round.platform)
            await self.run(_BEGIN, (*place, round.stage, round.case_turn))
            return Stored(row, round_box(round.id, key), None, Counts(), 0, round)
        raise not_found(round.case)

    async def _add_key(self, wrapped: bytes) -> int:
        return int((await self.run(_ADD_KEY, (wrapped,)))[0][0])

    async def _put_ballots(self, stored: Stored) -> None:
        if self.folded.destroy:
            await self._destroy(stored.row)
            return
        urn = stored.urn
        if urn is None and self.folded.round.stage == "open":
            urn = await self._make_urn(stored)
        if not isinstance(self.folded.ballot, Unchanged):
            await self._put_ballot(stored.row, urn, self.folded.ballot)

    async def _make_urn(self, stored: Stored) -> Urn:
        secret = new_key()
        row = await self._add_key(stored.box.seal("secret", secret))
        await self.run("UPDATE rounds SET secret = ? WHERE row = ?", (row, stored.row))
        return Urn.of(stored.round.id, secret)

    async def _put_ballot(self, row: int, urn: Urn | None, ballot: bytes | None) -> None:
        if urn is None or not self.work.voter:
            raise ValueError("A ballot needs a round that is open, and a voter.")
        mark = urn.mark(self.work.voter)
        if ballot is None:
            await self.run(
                "DELETE FROM round_ballots WHERE round_row = ? AND mark = ?", (row, mark)
            )
        else:
            await self.run(_PUT_BALLOT, (row, mark, urn.seal(mark, ballot)))

    async def _destroy(self, row: int) -> None:
        """Delete all ballots, and overwrite what marks and opens them where it stands."""
        await self.run("DELETE FROM round_ballots WHERE round_row = ?", (row,))
        await self.run(_DESTROY, (row,))
        await self.run("UPDATE rounds SET secret = NULL WHERE row = ?", (row,))

    async def _put_people(self, stored: Stored) -> Counts:
        """Add or replace people, and give the counts after it."""
        new = {person.voter: person for person in self.folded.people}
        old = {person.voter: person for person in await self._people(stored, list(new))}
        rows = [
            (stored.row, voter, person.answered, seal_participant(stored.box, person))
            for voter, person in new.items()
            if person != old.get(voter)
        ]
        if rows:
            await self.run.many(_PUT_PERSON, rows)
        counts = _move(stored.counts, old.values(), new.values())
        listed = self.folded.listed
        return replace(
            counts,
            listed=counts.listed if listed is None else listed,
            changed=counts.changed + self.folded.changed,
        )

    async def _people(self, stored: Stored, voters: Sequence[str]) -> list[Participant]:
        found: list[Participant] = []
        for start in range(0, len(voters), _MANY):
            some = voters[start : start + _MANY]
            rows = await self.run(_PEOPLE.format(",".join("?" * len(some))), (stored.row, *some))
            found += open_participants(stored.box, rows)
        return found

    async def _put_counts(self, row: int, counts: Counts) -> None:
        round = self.folded.round
        numbers = (counts.listed, counts.able, counts.answered, counts.changed)
        await self.run(_STATE, (round.stage, round.case_turn, *numbers, row))

    async def _set_timers(self, row: int, timers: Mapping[Timer, datetime | None]) -> None:
        for timer, at in timers.items():
            if at is None:
                await self.run(
                    "DELETE FROM round_timers WHERE round_row = ? AND timer = ?", (row, timer)
                )
            else:
                await self.run(_SET_TIMER, (row, timer, micros(at)))


def _name(round: Round) -> tuple[str, str, str]:
    return round.id, round.owner, round.case


def _move(counts: Counts, old: Iterable[Participant], new: Iterable[Participant]) -> Counts:
    """Count those who were added or replaced, instead of everybody."""
    able, answered = counts.able, counts.answered
    for people, sign in ((old, -1), (new, 1)):
        for person in people:
            able += sign * (not person.trouble)
            answered += sign * person.answered
    return replace(counts, able=able, answered=answered)
