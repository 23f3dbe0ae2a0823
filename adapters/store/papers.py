"""Papers on SQLite: each piece of work is one transaction; what is due is found without opening."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any, cast

import orjson

from adapters.store.database import Database, Read, Row, Run
from adapters.store.people import Holder, not_found, open_holder
from adapters.store.registry import Registry
from adapters.store.sealing import Box, Masters
from adapters.store.times import micros, moment
from adapters.store.vault import Vault
from bot.errors import StoreBusy, StoreDamaged
from bot.filing import Delay, Filed, Gathered, Kind, Paper, PaperDone, PaperWork, Reminder

log = logging.getLogger(__name__)

_PERSON = """
SELECT people.row, people.owner, people.serial, keys.wrapped
FROM people JOIN keys ON keys.id = people.row WHERE people.owner = ?
"""
_CASE = """
SELECT cases.row, cases.id, keys.wrapped FROM cases JOIN keys ON keys.id = cases.row
WHERE cases.person = ? AND cases.id = ?
"""
_FIND = """
SELECT row, body FROM papers WHERE person = ? AND coalesce(case_row, 0) = ? AND kind = ?
"""
_KEPT = """
SELECT cases.row, coalesce(cases.id, ''), keys.wrapped, papers.kind, papers.body
FROM papers LEFT JOIN cases ON cases.row = papers.case_row LEFT JOIN keys ON keys.id = cases.row
WHERE papers.person = ?1 AND (?2 IS NULL OR coalesce(cases.id, '') = ?2)
    AND (?3 IS NULL OR papers.kind IN (SELECT value FROM json_each(?3)))
ORDER BY papers.row
"""
_ADD = """
INSERT INTO papers (person, case_row, kind, body, touched)
VALUES (?1, ?2, ?3, ?4, max(?5, coalesce((SELECT touched FROM cases WHERE row = ?2), 0)))
RETURNING row
"""
_UPDATE = """
UPDATE papers SET body = ?1,
    touched = max(?2, coalesce((SELECT touched FROM cases WHERE cases.row = papers.case_row), 0))
WHERE row = ?3
"""
_SEEN = "SELECT 1 FROM paper_keys WHERE paper = ? AND mark = ?"
_REMIND = """
INSERT INTO reminders (paper, name, platform, due) VALUES (?, ?, ?, ?)
ON CONFLICT (paper, name) DO UPDATE
SET platform = excluded.platform, due = excluded.due, attempts = 0, missed = 0
"""
_MOVE = """
UPDATE reminders SET platform = ?3, due = ?4, attempts = 0, missed = 0
WHERE paper = ?1 AND name = ?2
"""
_FIELDS = """
SELECT reminders.id, people.owner, coalesce(cases.id, ''), papers.kind, reminders.name,
    reminders.due, reminders.attempts, reminders.missed
"""
_OF = """
JOIN people ON people.row = papers.person LEFT JOIN cases ON cases.row = papers.case_row
"""
_REMINDERS = f"""
{_FIELDS} FROM reminders JOIN papers ON papers.row = reminders.paper {_OF}
WHERE people.owner = ? ORDER BY reminders.due, reminders.id
"""
# From the short index of what is due to the people it is of, and from them to all they have due;
# the + keeps SQLite from going through that index again for each of them.
_DUE = f"""
WITH first (person) AS MATERIALIZED (
    SELECT DISTINCT papers.person FROM (
        SELECT paper FROM reminders WHERE platform = ?1 AND due <= ?2 ORDER BY due, id LIMIT ?3
    ) AS soonest JOIN papers ON papers.row = soonest.paper
)
{_FIELDS} FROM first CROSS JOIN papers ON papers.person = first.person
CROSS JOIN reminders ON reminders.paper = papers.row {_OF}
WHERE +reminders.platform = ?1 AND +reminders.due <= ?2 ORDER BY reminders.due, reminders.id
"""  # noqa: S608
_WITHOUT = """
SELECT people.owner, cases.id FROM cases JOIN people ON people.row = cases.person
WHERE cases.status = 'finished' AND cases.platform = ?1 AND cases.touched >= ?2 AND NOT EXISTS (
    SELECT 1 FROM papers
    WHERE papers.case_row = cases.row AND papers.kind = ?3 AND papers.touched >= cases.touched
)
ORDER BY cases.touched LIMIT ?4
"""
# The + has SQLite go by the person, of whom there are few papers, and not through all of a kind.
_GATHER = """
WITH page (person) AS MATERIALIZED (
    SELECT person FROM reached WHERE mark = ?1 AND person > ?2 ORDER BY person LIMIT ?3
)
SELECT people.row, people.owner, people.serial, theirs.wrapped, coalesce(cases.version, ''),
    coalesce(cases.status, '') = 'finished',
    cases.row, coalesce(cases.id, ''), keys.wrapped, papers.kind, papers.body
FROM page CROSS JOIN people ON people.row = page.person
CROSS JOIN keys AS theirs ON theirs.id = people.row
LEFT JOIN papers ON papers.person = people.row
    AND +papers.kind IN (SELECT value FROM json_each(?4))
LEFT JOIN cases ON cases.row = papers.case_row LEFT JOIN keys ON keys.id = cases.row
ORDER BY people.row, papers.row
"""
_PEOPLE = 20
"""People whose papers are gathered at once."""
_SETTLE = "DELETE FROM reminders WHERE id = ? AND due = ?"
_PUT_OFF = """
UPDATE reminders SET due = ?, attempts = attempts + ?, missed = missed + ? WHERE id = ? AND due = ?
"""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a paper is kept: of which person and case, and what seals it there."""

    person: int
    case_row: int | None
    box: Box


class SqlitePapers:
    """Fulfils ``bot.filing.Papers``; see there what each method does."""

    def __init__(self, database: Database, vault: Vault, registry: Registry) -> None:
        self._database = database
        self._vault = vault
        self._registry = registry

    async def turn(self, work: PaperWork) -> PaperDone:
        """Do the work in one transaction."""
        if not work.case_id and await self._registry.entry(work.owner) is None:
            await self._registry.welcome(work.owner)
        return await self._vault.reading(lambda masters: self._do(masters, work))

    async def _do(self, masters: Masters, work: PaperWork) -> PaperDone:
        async with self._database.transaction() as run:
            place = await _place(run, masters, work.owner, work.case_id)
            if place is None:
                raise StoreBusy("This person was deleted at this moment.", "Do it again.")
            row, body = await _find(run, place, work.kind)
            mark = self._mark(work)
            if row and mark and await run(_SEEN, (row, mark)):
                return PaperDone(body, duplicate=True)
            filed = work.fold(body)
            await _write(run, place, work, row, body, filed, mark)
        return PaperDone(filed.body, filed.note)

    def _mark(self, work: PaperWork) -> bytes:
        return self._vault.marks.delivery(work.owner, f"paper {work.key}") if work.key else b""

    async def read(self, owner: str, kind: Kind, case_id: str = "") -> bytes:
        """Read a paper, empty if there is none."""

        async def read(masters: Masters) -> bytes:
            place = await _place(self._database.read, masters, owner, case_id)
            return (await _find(self._database.read, place, kind))[1] if place else b""

        return await self._vault.reading(read)

    async def kept(
        self, owner: str, case_id: str | None = None, *, kinds: Collection[Kind] = ()
    ) -> Sequence[Paper]:
        """Read all papers of a person (of some kinds), or those of one case."""
        wanted = orjson.dumps(list(kinds)).decode() if kinds else None

        async def read(masters: Masters) -> list[Paper]:
            found = await _person(self._database.read, masters, owner)
            if found is None:
                return []
            person, holder = found
            rows = await self._database.read(_KEPT, (person, case_id, wanted))
            return [_opened(holder, row) for row in rows]

        return await self._vault.reading(read)

    async def reminders(self, owner: str) -> Sequence[Reminder]:
        """List all that a person is to be reminded of, the soonest first."""
        return [_reminder(row) for row in await self._database.read(_REMINDERS, (owner,))]

    async def due(self, now: datetime, platform: str, limit: int = 500) -> Sequence[Reminder]:
        """List what is due on a platform, oldest first."""
        rows = await self._database.read(_DUE, (platform, micros(now), limit))
        return [_reminder(row) for row in rows]

    async def finished_without(
        self, kind: Kind, platform: str, since: datetime, limit: int = 100
    ) -> Sequence[tuple[str, str]]:
        """List (owner, case id) of finished cases that have no such paper, or an older one."""
        rows = await self._database.read(_WITHOUT, (platform, micros(since), kind, limit))
        return cast("list[tuple[str, str]]", rows)

    async def gather(self, tenant: str, kinds: Collection[Kind]) -> AsyncIterator[Gathered]:
        """Read papers of these kinds of everybody whom a tenant reaches, a page of people each."""
        mark, wanted, last = self._vault.marks.tenant(tenant), orjson.dumps(list(kinds)), 0
        while rows := await self._database.read(_GATHER, (mark, last, _PEOPLE, wanted.decode())):
            last = rows[-1][0]
            found = [row for row in rows if row[-1] is not None]
            for one in await self._vault.reading(partial(_gathered, found)):
                yield one

    async def settle(self, reminders: Sequence[Reminder]) -> None:
        """Note that these were delivered."""
        async with self._database.transaction() as run:
            await run.many(_SETTLE, [(one.id, micros(one.due)) for one in reminders])

    async def put_off(self, reminders: Sequence[Reminder], until: datetime, why: Delay) -> None:
        """Try these again at another time."""
        counted = (micros(until), why == "failed", why == "missed")
        async with self._database.transaction() as run:
            rows = [(*counted, one.id, micros(one.due)) for one in reminders]
            await run.many(_PUT_OFF, rows)


def paper_field(kind: str) -> str:
    """Name the field that a paper is sealed as."""
    return f"paper {kind}"


async def _person(read: Read, masters: Masters, owner: str) -> tuple[int, Holder] | None:
    for row, known, serial, wrapped in await read(_PERSON, (owner,)):
        return row, open_holder(masters, known, serial, wrapped)
    return None


async def _place(read: Read, masters: Masters, owner: str, case_id: str) -> _Place | None:
    """Find where a paper belongs; raises ``NotFound`` where it is no case of theirs."""
    found = await _person(read, masters, owner)
    if found is None:
        if case_id:
            raise not_found(case_id)
        return None
    person, holder = found
    if not case_id:
        return _Place(person, None, holder.box)
    for row, known, wrapped in await read(_CASE, (person, case_id)):
        return _Place(person, row, holder.box_of(known, wrapped))
    raise not_found(case_id)


async def _find(read: Read, place: _Place, kind: Kind) -> tuple[int, bytes]:
    """Read (row, body) of a paper; (0, b"") if there is none."""
    for row, sealed in await read(_FIND, (place.person, place.case_row or 0, kind)):
        return row, place.box.open(paper_field(kind), sealed)
    return 0, b""


async def _write(
    run: Run, place: _Place, work: PaperWork, row: int, body: bytes, filed: Filed, mark: bytes
) -> None:
    if not filed.body:
        await run("DELETE FROM papers WHERE row = ?", (row,))
        return
    if filed.body is body and not filed.reminders:
        return
    if filed.body is not body:
        row = await _keep(run, place, work, row, filed.body)
    ended = [(row, name) for name, due in filed.reminders.items() if due is None]
    await run.many("DELETE FROM reminders WHERE paper = ? AND name = ?", ended)
    there = [(row, n, work.platform, micros(due)) for n, due in filed.reminders.items() if due]
    await run.many(_MOVE if filed.moves else _REMIND, there)
    if mark:
        await run("INSERT INTO paper_keys VALUES (?, ?)", (row, mark))


async def _keep(run: Run, place: _Place, work: PaperWork, row: int, body: bytes) -> int:
    """Write what a paper holds; gives its row."""
    sealed, at = place.box.seal(paper_field(work.kind), body), micros(work.at)
    if row:
        await run(_UPDATE, (sealed, at, row))
        return row
    added = await run(_ADD, (place.person, place.case_row, work.kind, sealed, at))
    return int(added[0][0])


def _opened(holder: Holder, row: Sequence[Any]) -> Paper:
    case_row, case_id, wrapped, kind, sealed = row
    box = holder.box if case_row is None else holder.box_of(case_id, wrapped)
    return Paper(case_id, cast("Kind", kind), box.open(paper_field(kind), sealed))


async def _gathered(rows: Sequence[Row], masters: Masters) -> list[Gathered]:
    found: list[Gathered] = []
    for (_, owner, serial, wrapped), rest in groupby(rows, key=lambda row: row[:4]):
        try:
            holder = open_holder(masters, owner, serial, wrapped)
            found += [
                Gathered(owner, version, bool(finished), _opened(holder, paper))
                for _, _, _, _, version, finished, *paper in rest
            ]
        except StoreDamaged:  # the others' are wanted all the same
            log.error("Papers of somebody do not open; “crossroads db check” shows which.")
    return found


def _reminder(row: Row) -> Reminder:
    id_, owner, case_id, kind, name, due, attempts, missed = row
    return Reminder(id_, owner, case_id, cast("Kind", kind), name, moment(due), attempts, missed)
