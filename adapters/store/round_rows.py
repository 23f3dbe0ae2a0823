"""Rounds as they are read: the questions put to the database, and what is opened of the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import orjson

from adapters.store.database import Read, Row
from adapters.store.people import Recent, open_holder
from adapters.store.sealing import Box, Masters
from adapters.store.urn import Urn
from adapters.store.vault import Vault
from bot.errors import NotFound
from bot.opinion.model import Round
from bot.opinion.record import round_from_bytes
from bot.rounds.ports import Held, Participant, RoundWork

KEYS = "rounds.row, rounds.id, people.owner, people.serial, person_key.wrapped, round_key.wrapped"
"""What ``open_box`` needs of a round."""

JOINED = """
JOIN cases ON cases.row = rounds.case_row
JOIN people ON people.row = cases.person
JOIN keys AS person_key ON person_key.id = people.row
JOIN keys AS round_key ON round_key.id = rounds.row
"""
"""The tables that ``KEYS`` are in, besides ``rounds``."""

URN = "LEFT JOIN keys AS secret_key ON secret_key.id = rounds.secret"
"""Where ``secret_key.wrapped`` comes from, which ``open_urn`` needs as well."""

STATE = f"""
{KEYS}, secret_key.wrapped, rounds.listed, rounds.able, rounds.answered, rounds.changed
"""
"""What ``open_stored`` needs, before the edition and the body."""

BODIES = f"{JOINED} {URN} JOIN round_bodies ON round_bodies.round_row = rounds.row"
"""The tables that ``STATE``, edition and body are in, besides ``rounds``."""

_FIND = f"SELECT {STATE}, round_bodies.edition FROM rounds {BODIES} WHERE rounds.id = ?"  # noqa: S608
_BODY = "SELECT edition, body FROM round_bodies WHERE round_row = ?"
_ASKED = f"""
SELECT {STATE}, round_bodies.edition, round_bodies.body FROM rounds {BODIES}
WHERE people.owner = ?1 AND (?2 = '' OR cases.id = ?2) AND rounds.stage <> 'dropped'
ORDER BY rounds.row DESC
"""  # noqa: S608
# CROSS JOIN keeps the order: what somebody takes part in, and of that what is open.
_WAITING = f"""
SELECT {STATE}, round_bodies.edition, round_bodies.body, round_people.answered, round_people.body
FROM round_people CROSS JOIN rounds ON rounds.row = round_people.round_row {BODIES}
WHERE round_people.voter = ? AND rounds.stage = 'open' ORDER BY rounds.row
"""  # noqa: S608
_PARTICIPANT = "SELECT voter, answered, body FROM round_people WHERE round_row = ? AND voter = ?"
_PARTICIPANTS = "SELECT voter, answered, body FROM round_people WHERE round_row = ? ORDER BY voter"
_BALLOT = "SELECT mark, body FROM round_ballots WHERE round_row = ? AND mark = ?"
# By their marks, which tell nothing of who voted or when.
_BALLOTS = "SELECT mark, body FROM round_ballots WHERE round_row = ? ORDER BY mark"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of those on the list can answer (if there is one), have, and changed theirs."""

    listed: bool = True
    able: int = 0
    answered: int = 0
    changed: int = 0

    @property
    def asked(self) -> int | None:
        """How many can answer; None where nobody can tell."""
        return self.able if self.listed else None


@dataclass(frozen=True, slots=True)
class Stored:
    """A round as stored, with what opens it; there is an urn until its secret is destroyed."""

    row: int
    box: Box
    urn: Urn | None
    counts: Counts
    edition: int
    round: Round

    @property
    def held(self) -> Held:
        """The round with its counts."""
        counts = self.counts
        return Held(self.round, counts.asked, counts.answered, counts.changed)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be read besides the round itself; see ``RoundWork``."""

    voter: str = ""
    everyone: bool = False
    opened: bool = False

    @classmethod
    def by(cls, work: RoundWork) -> Wanted:
        """Tell what a piece of work asks for."""
        return cls(work.voter, work.everyone, work.opened)


class RoundRows:
    """Reads rounds. The bodies read last are kept, so that a ballot need not open one again."""

    def __init__(self, vault: Vault, remember: int) -> None:
        self._vault = vault
        self._remembered: Recent[int, Stored] = Recent(remember)

    def remember(self, stored: Stored) -> None:
        """Keep a round as it was committed."""
        self._remembered.put(stored.row, stored)

    def forget(self) -> None:
        """Keep nothing of any round in memory."""
        self._remembered.clear()

    async def find(self, read: Read, round_id: str) -> Stored | None:
        """Read a round; None if there is none."""
        for row in await read(_FIND, (round_id,)):
            known = self._remembered.get(row[0])
            if known and (known.edition, known.round.owner) == (row[-1], row[2]):
                return replace(known, urn=open_urn(known.box, row), counts=_counts(row))
            self._vault.meet([row[4]])
            for edition, body in await read(_BODY, (row[0],)):
                return open_stored(self._vault.masters, (*row[:-1], edition, body))
        return None

    async def asked_by(self, read: Read, owner: str, case_id: str) -> list[Held]:
        """Read the rounds of an owner, newest first."""
        rows = await read(_ASKED, (owner, case_id))
        return [stored.held for stored, _ in self._open(rows)]

    async def waiting_for(self, read: Read, voter: str) -> list[Held]:
        """Read the open rounds that somebody can answer in."""
        rows = await read(_WAITING, (voter,))
        helds = [
            replace(stored.held, participant=open_participant(stored.box, (voter, *row[-2:])))
            for stored, row in self._open(rows)
        ]
        return [held for held in helds if held.participant and not held.participant.trouble]

    def _open(self, rows: Sequence[Row]) -> Iterator[tuple[Stored, Row]]:
        self._vault.meet(row[4] for row in rows)
        return ((open_stored(self._vault.masters, row), row) for row in rows)


def open_stored(masters: Masters, row: Row) -> Stored:
    """Open a round from ``STATE``, edition and body; raises ``KeyMissing``, ``StoreDamaged``."""
    box = open_box(masters, row)
    edition, body = row[11:13]
    round = replace(round_from_bytes(box.open("round", body)), owner=row[2])
    return Stored(row[0], box, open_urn(box, row), _counts(row), edition, round)


def open_box(masters: Masters, row: Row) -> Box:
    """Open what seals a round from ``KEYS``; raises ``KeyMissing`` or ``StoreDamaged``."""
    _, round_id, owner, serial, holder_key, round_key = row[:6]
    holder = open_holder(masters, owner, serial, holder_key)
    return round_box(round_id, holder.unwrap(key_name(round_id), round_key))


def round_box(round_id: str, key: bytes) -> Box:
    """Make what seals a round's fields; whose round it is, its wrapped key tells."""
    return Box.of(key, "round", round_id)


def key_name(round_id: str) -> str:
    """Name a round among what an owner has keys of: never as any of their cases."""
    return f"round {round_id}"


def open_urn(box: Box, row: Row) -> Urn | None:
    """Open the urn of a round that has one from ``KEYS`` and the secret's key."""
    return None if row[6] is None else Urn.of(row[1], box.open("secret", row[6]))


def _counts(row: Row) -> Counts:
    listed, able, answered, changed = row[7:11]
    return Counts(bool(listed), able, answered, changed)


async def read_held(read: Read, stored: Stored, wanted: Wanted) -> Held:
    """Read what is wanted of a round besides itself."""
    held = stored.held
    if wanted.voter:
        people = await read(_PARTICIPANT, (stored.row, wanted.voter))
        held = replace(
            held,
            participant=next(open_participants(stored.box, people), None),
            ballot=await _read_ballot(read, stored, wanted.voter),
        )
    if wanted.everyone:
        people = await read(_PARTICIPANTS, (stored.row,))
        held = replace(held, participants=tuple(open_participants(stored.box, people)))
    if wanted.opened and stored.urn:
        rows = await read(_BALLOTS, (stored.row,))
        held = replace(held, ballots=tuple(stored.urn.open(*row) for row in rows))
    return held


async def _read_ballot(read: Read, stored: Stored, voter: str) -> bytes | None:
    if stored.urn is None:
        return None
    for row in await read(_BALLOT, (stored.row, stored.urn.mark(voter))):
        return stored.urn.open(*row)
    return None


def seal_participant(box: Box, participant: Participant) -> bytes:
    """Seal all of a participant but whether they answered, which has a readable column."""
    given = {
        "name": participant.name,
        "address": dict(participant.address),
        "remind": participant.remind,
        "trouble": participant.trouble,
    }
    filled = {key: value for key, value in given.items() if value}
    return box.seal(f"voter {participant.voter}", orjson.dumps(filled))


def open_participants(box: Box, rows: Iterable[Row]) -> Iterator[Participant]:
    """Open participants from (voter, answered, body); raises ``StoreDamaged``."""
    return (open_participant(box, row) for row in rows)


def open_participant(box: Box, row: Row) -> Participant:
    """Open a participant from (voter, answered, body); raises ``StoreDamaged``."""
    voter, answered, body = row
    opened = orjson.loads(box.open(f"voter {voter}", body))
    return Participant(voter=voter, answered=bool(answered), **opened)


def no_round(round_id: str) -> NotFound:
    """Make the error that is the same for no round and for somebody else's."""
    return NotFound(
        f"There is no round “{round_id}” here.", "“opinion” lists the rounds that you asked for."
    )
