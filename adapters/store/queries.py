"""The questions put to the database, and what their rows mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from adapters.store.batch import Job
from adapters.store.database import Database, Read, Row
from adapters.store.marks import Mark
from adapters.store.people import Found, Held, Holder, Place, not_found, open_holder
from adapters.store.sealing import Marks, Masters
from adapters.store.times import micros, moment
from bot.engine.model import Effect, Event, Status, Wake
from bot.engine.record import event_from_bytes, tell_from_bytes
from bot.ports import Delivered, Item, Listed

# Everything a batch needs to know of its cases and their owners, in one question: each row of
# ``asked`` comes back once, whether or not there is such a person or case.
_FIND = """
WITH asked (owner, case_id, mark) AS (VALUES {places})
SELECT asked.owner, asked.case_id,
    people.serial, person_key.wrapped,
    cases.edition, cases.person IS people.row, case_key.wrapped, cases.body,
    erased.mark IS NOT NULL
FROM asked
LEFT JOIN people ON people.owner = asked.owner
LEFT JOIN keys AS person_key ON person_key.id = people.row
LEFT JOIN cases ON cases.id = asked.case_id
LEFT JOIN keys AS case_key ON case_key.id = cases.row
LEFT JOIN erased ON erased.mark = asked.mark
"""

_DELIVERIES = """
SELECT events.delivery, cases.id FROM events JOIN cases ON cases.row = events.case_row
WHERE events.delivery IN ({places})
"""

_LIST = """
SELECT people.serial, person_key.wrapped, case_key.wrapped, cases.id, cases.name, cases.flow,
    cases.version, cases.status, cases.turn, cases.touched
FROM people
JOIN keys AS person_key ON person_key.id = people.row
JOIN cases ON cases.person = people.row
JOIN keys AS case_key ON case_key.id = cases.row
WHERE people.owner = ? ORDER BY cases.touched DESC, cases.row DESC
"""

_HISTORY = """
WITH RECURSIVE chain (id, seq, before, body) AS (
    SELECT events.id, events.seq, events.before, events.body
    FROM cases JOIN events ON events.id = cases.last_event WHERE cases.id = ?
    UNION ALL
    SELECT events.id, events.seq, events.before, events.body
    FROM chain JOIN events ON events.id = chain.before
)
SELECT seq, body FROM chain WHERE body IS NOT NULL ORDER BY seq
"""

_ONGOING = """
SELECT people.owner, cases.id FROM cases JOIN people ON people.row = cases.person
WHERE cases.platform = ? AND cases.status = 'open' AND cases.touched >= ?
ORDER BY cases.touched DESC LIMIT ?
"""

# Cards and the other effects together, each from the short index of what is not delivered. What is
# due at the same time goes out as it is read: what is told comes before the card that follows it.
_DUE = """
SELECT 'show' AS kind, cases.row AS id, people.owner, cases.id, cases.due_turn, cases.due AS due,
    cases.attempts, cases.ref, cases.platform, NULL, NULL, NULL, NULL
FROM cases JOIN people ON people.row = cases.person
WHERE cases.platform = ?1 AND cases.due <= ?2 AND {whose}
UNION ALL
SELECT outbox.kind, outbox.id, people.owner, cases.id, outbox.turn, outbox.due,
    outbox.attempts, CASE cases.platform WHEN ?1 THEN cases.ref ELSE '' END, outbox.platform,
    outbox.body, people.serial, person_key.wrapped, case_key.wrapped
FROM outbox
JOIN cases ON cases.row = outbox.case_row
JOIN people ON people.row = cases.person
JOIN keys AS person_key ON person_key.id = people.row
JOIN keys AS case_key ON case_key.id = cases.row
WHERE {when} AND {whose}
ORDER BY due, kind DESC, id LIMIT ?4
"""
_WHOSE = "(?3 = '' OR people.owner = ?3)"
_DUE_OF_ALL = _DUE.format(when="outbox.platform = ?1 AND outbox.due <= ?2", whose=_WHOSE)
# Once a card arrives, what was to be told up to its turn is struck off. So where one case is asked
# for, what it has to tell comes along with a card that is due, even if it was put off for later.
# The plus keeps SQLite from going through all that the platform has to tell.
_DUE_OF_CASE = _DUE.format(
    when="""+outbox.platform = ?1 AND (outbox.due <= ?2 OR (
        outbox.kind = 'tell' AND cases.platform = ?1 AND cases.due <= ?2
    ))""",
    whose=f"cases.id = ?5 AND {_WHOSE}",
)

_DELIVERED = """
WITH asked (owner, case_id) AS (VALUES {places})
SELECT asked.owner, asked.case_id, cases.sent_turn, cases.sent_at, cases.ref, cases.platform,
    (SELECT max(turn) FROM outbox WHERE outbox.case_row = cases.row AND outbox.kind = 'tell')
FROM asked
JOIN cases ON cases.id = asked.case_id
JOIN people ON people.row = cases.person AND people.owner = asked.owner
"""

# A card that was made due anew since is not put off with the turn that failed.
PUT_OFF = (
    """
    UPDATE cases SET due = ?1, attempts = attempts + 1
    WHERE id = ?2 AND due_turn <= ?3 AND due IS NOT NULL
    """,
    """
    UPDATE outbox SET due = ?1, attempts = attempts + 1
    WHERE kind = 'tell' AND turn <= ?3 AND case_row = (SELECT row FROM cases WHERE id = ?2)
    """,
)


async def find(read: Read, marks: Marks, places: Sequence[Place]) -> dict[Place, Found]:
    """Look up cases and their owners."""
    asked = [value for place in places for value in (*place, marks.erasure(place[1]))]
    rows = await read(_FIND.format(places=",".join(["(?,?,?)"] * len(places))), asked)
    found = [Found((row[0], row[1]), *_found_fields(row)) for row in rows]
    return {item.place: item for item in found}


def _found_fields(
    row: Row,
) -> tuple[bytes | None, bytes | None, int | None, bool, bytes | None, bytes | None, bool]:
    _, _, serial, holder_key, edition, mine, case_key, body, erased = row
    return serial, holder_key, edition, bool(mine), case_key, body, bool(erased)


async def find_deliveries(database: Database, jobs: Sequence[Job]) -> dict[bytes, str]:
    """Tell to which case the jobs' deliveries went that were seen before."""
    return await went_to(database, [job.mark for job in jobs if job.mark])


async def went_to(database: Database, marks: Sequence[bytes]) -> dict[bytes, str]:
    """Tell to which case each of these deliveries went, if it was seen before."""
    if not marks:
        return {}
    rows = await database.read(_DELIVERIES.format(places=",".join("?" * len(marks))), marks)
    return dict(cast("list[tuple[bytes, str]]", rows))


async def ongoing(
    database: Database, platform: str, since: datetime, limit: int
) -> Sequence[tuple[str, str]]:
    """List (owner, case id) of a platform's open cases touched since, the newest first."""
    rows = await database.read(_ONGOING, (platform, micros(since), limit))
    return [(owner, case_id) for owner, case_id in rows]


async def list_cases(database: Database, masters: Masters, owner: str) -> list[Listed]:
    """List a person's cases, last touched first."""
    rows = await database.read(_LIST, (owner,))
    if not rows:
        return []
    holder = open_holder(masters, owner, rows[0][0], rows[0][1])
    return [_listed(holder, row) for row in rows]


def _listed(holder: Holder, row: Row) -> Listed:
    _, _, case_key, case_id, name, flow, version, status, turn, touched = row
    opened = holder.box_of(case_id, case_key).open("name", name).decode() if name else ""
    return Listed(case_id, opened, flow, version, cast(Status, status), turn, moment(touched))


async def read_history(database: Database, case_id: str, held: Held) -> list[Event]:
    """Read the events of a case that was looked up before."""
    if held.box is None:
        raise not_found(case_id)
    rows = await database.read(_HISTORY, (case_id,))
    return [event_from_bytes(held.box.open(f"event {seq}", body)) for seq, body in rows]


@dataclass(frozen=True, slots=True)
class DueQuery:
    """What to look for on a platform: of a person, of a case, or (both empty) of all."""

    now: datetime
    platform: str
    owner: str
    limit: int
    case_id: str


async def read_due(database: Database, masters: Masters, asked: DueQuery) -> list[Item]:
    """Read what is due as far as it is written, oldest first."""
    parameters = (asked.platform, micros(asked.now), asked.owner, asked.limit)
    if asked.case_id:
        rows = await database.read(_DUE_OF_CASE, (*parameters, asked.case_id))
    else:
        rows = await database.read(_DUE_OF_ALL, parameters)
    return [_item(masters, row) for row in rows]


def _item(masters: Masters, row: Row) -> Item:
    kind, number, owner, case_id, turn, due, attempts, ref, platform = row[:9]
    effect: Effect | None = None
    if kind == "wake":
        effect = Wake(moment(due).isoformat())
    elif kind == "tell":
        body, serial, holder_key, case_key = row[9:]
        box = open_holder(masters, owner, serial, holder_key).box_of(case_id, case_key)
        effect = tell_from_bytes(box.open(f"tell {turn}", body))
    return Item(number, owner, case_id, kind, turn, moment(due), attempts, ref, platform, effect)


async def read_deliveries(database: Database, places: Sequence[Place]) -> dict[Place, Row]:
    """Read what is written of the last delivery of each of these cases."""
    asked = [value for place in places for value in place]
    rows = await database.read(_DELIVERED.format(places=",".join(["(?,?)"] * len(places))), asked)
    return {(row[0], row[1]): row[2:] for row in rows}


def delivered(row: Row | None, unwritten: Mark | None) -> Delivered | None:
    """Tell what was delivered last: what is written, or what was noted and is not written yet."""
    if row is None:
        return None
    turn, at, ref, platform, told = row
    if unwritten and not unwritten.counts_on(platform):
        unwritten = None
    telling = told is not None and (unwritten is None or told > unwritten.turn)
    if unwritten and (turn is None or turn <= unwritten.turn):
        ref = unwritten.ref or ref
        return Delivered(unwritten.turn, unwritten.at, ref, platform, telling)
    return None if turn is None else Delivered(turn, moment(at), ref, platform, telling)
