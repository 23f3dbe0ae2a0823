"""Erase a case or a person beyond recovery, and erase again what a backup brought back.

SQLite overwrites deleted rows (secure_delete), but a page it rearranged can keep a copy of a row
in its unused part. So each case and person has a key of their own that is overwritten in place, in
a table whose rows never move: what might be left cannot be opened any more, even with the master
key. At last the write-ahead log is emptied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.store import ledger
from adapters.store.database import Database, Row, Run
from adapters.store.ledger import Erasure
from adapters.store.people import not_found
from adapters.store.round_people import withdraw
from adapters.store.sealing import Marks
from adapters.store.vault import Vault
from bot.errors import StoreBusy
from bot.ports import Forgotten

_CASES = """
SELECT cases.row, cases.id FROM cases JOIN people ON people.row = cases.person
WHERE people.owner = ? ORDER BY cases.row
"""
_EVENTS = """
WITH RECURSIVE chain (id) AS (
    SELECT last_event FROM cases WHERE row IN ({places}) AND last_event IS NOT NULL
    UNION ALL
    SELECT events.before FROM chain JOIN events ON events.id = chain.id
    WHERE events.before IS NOT NULL
)
SELECT id FROM chain
"""
_PERSON = "SELECT row, serial, profile IS NOT NULL FROM people WHERE owner = ?"
_MERGED = """
SELECT merged.alias, merged.serial FROM merged JOIN people ON people.row = merged.person
WHERE people.owner = ?
"""
_PARTS = """
SELECT rounds.id, round_people.voter
FROM round_people JOIN rounds ON rounds.row = round_people.round_row
"""
_ROUND_TABLES = (
    "round_bodies",
    "round_people",
    "round_ballots",
    "round_posts",
    "round_roles",
    "round_timers",
    "round_keys",
)
_MANY = 500


@dataclass(frozen=True, slots=True)
class Doomed:
    """The rows to erase: (row, id) of cases, and (row, serial, has a profile) of persons.

    ``merged`` are the accounts that these persons took in, by (opaque id, serial), ``parts`` the
    (round id, voter) where they take part in the rounds of others.
    """

    cases: Sequence[Row]
    people: Sequence[Row]
    merged: Sequence[Row] = ()
    parts: Sequence[Row] = ()

    def erasures(self, marks: Marks) -> list[Erasure]:
        """Name them for the ledger."""
        serials = [row[1] for row in (*self.people, *self.merged) if row[1]]
        people = [Erasure("person", serial) for serial in serials]
        cases = [Erasure("case", marks.erasure(case_id)) for _, case_id in self.cases]
        return [
            *people,
            *cases,
            *(Erasure("voter", _part_mark(marks, *part)) for part in self.parts),
            *(
                Erasure("voter", _part_mark(marks, round_id, alias))
                for round_id, _ in self.parts
                for alias, _ in self.merged
            ),
        ]


def _part_mark(marks: Marks, round_id: str, voter: str) -> bytes:
    return marks.erasure(f"{round_id} {voter}")


async def forget(
    database: Database, vault: Vault, owner: str, case_id: str | None, at: datetime
) -> tuple[Forgotten, list[str]]:
    """Erase one case or all of a person; gives counts and case ids. Raises ``NotFound``."""
    async with database.transaction() as run:
        doomed = await _find(run, owner, case_id)
        ledger.write(ledger.ledger_of(database.file), doomed.erasures(vault.marks), at)
        forgotten = await _erase(run, vault, doomed, at)
    await _empty_journal(database)
    return forgotten, [case_id for _, case_id in doomed.cases]


async def _find(run: Run, owner: str, case_id: str | None) -> Doomed:
    cases = await run(_CASES, (owner,))
    if case_id is None:
        parts = await run(f"{_PARTS} WHERE round_people.voter = ?", (owner,))
        return Doomed(cases, await run(_PERSON, (owner,)), await run(_MERGED, (owner,)), parts)
    mine = [row for row in cases if row[1] == case_id]
    if not mine:
        raise not_found(case_id)
    return Doomed(mine, ())


async def replay(database: Database, vault: Vault, at: datetime) -> int:
    """Erase again what the ledger names and this file has not erased; gives the cases' number."""
    written = ledger.read(ledger.ledger_of(database.file))
    if not written:
        return 0
    done = {mark for (mark,) in await database.read("SELECT mark FROM erased")}
    owed = {item for item in written if item.mark not in done}
    if not owed:
        return 0
    async with database.transaction() as run:
        doomed = await _find_owed(run, vault.marks, {item.mark for item in owed})
        forgotten = await _erase(run, vault, doomed, at)
        await _remember(run, owed)
    await _empty_journal(database)
    return forgotten.cases


async def _find_owed(run: Run, marks: Marks, owed: set[bytes]) -> Doomed:
    people = [row for row in await run("SELECT row, serial, 1 FROM people") if row[1] in owed]
    gone = {row for row, *_ in people}
    cases = await run("SELECT row, id, person FROM cases")
    return Doomed(
        [(row, id) for row, id, person in cases if person in gone or marks.erasure(id) in owed],
        people,
        parts=[part for part in await run(_PARTS) if _part_mark(marks, *part) in owed],
    )


async def _erase(run: Run, vault: Vault, doomed: Doomed, at: datetime) -> Forgotten:
    events = effects = 0
    rows = [row for row, *_ in doomed.cases]
    for start in range(0, len(rows), _MANY):
        some = rows[start : start + _MANY]
        events += await _delete_events(run, some)
        effects += await _delete(run, "outbox", "case_row", some)
        await _erase_rounds(run, some)
        await _delete(run, "cases", "row", some)
        await _destroy_keys(run, some)
    await withdraw(run, vault, doomed.parts, at)
    for row, _, _ in doomed.people:
        await _delete(run, "people", "row", [row])
        await _destroy_keys(run, [row])
    await _remember(run, doomed.erasures(vault.marks))
    profile = any(has_profile for _, _, has_profile in doomed.people)
    return Forgotten(len(rows), events, effects, profile)


async def _delete(run: Run, table: str, column: str, rows: Sequence[int]) -> int:
    """Delete rows of one of our own tables and give their number."""
    await run(f"DELETE FROM {table} WHERE {column} IN ({_places(rows)})", rows)  # noqa: S608
    counted = await run("SELECT changes()")
    return int(counted[0][0])


async def _delete_events(run: Run, rows: Sequence[int]) -> int:
    found = await run(_EVENTS.format(places=_places(rows)), rows)
    ids = [event_id for (event_id,) in found]
    for start in range(0, len(ids), _MANY):
        await _delete(run, "events", "id", ids[start : start + _MANY])
    return len(ids)


async def _erase_rounds(run: Run, cases: Sequence[int]) -> None:
    found = await run(f"SELECT row, secret FROM rounds WHERE case_row IN ({_places(cases)})", cases)  # noqa: S608
    rows = [row for row, _ in found]
    for table in _ROUND_TABLES:
        await _delete(run, table, "round_row", rows)
    await _delete(run, "rounds", "row", rows)
    await _destroy_keys(run, [*rows, *(secret for _, secret in found if secret is not None)])


async def _destroy_keys(run: Run, rows: Sequence[int]) -> None:
    await run(
        f"UPDATE keys SET wrapped = zeroblob(length(wrapped)) WHERE id IN ({_places(rows)})",  # noqa: S608
        rows,
    )


def _places(rows: Sequence[int]) -> str:
    return ",".join("?" * len(rows))


async def _remember(run: Run, erasures: Iterable[Erasure]) -> None:
    await run.many(
        "INSERT OR IGNORE INTO erased VALUES (?)", [(erasure.mark,) for erasure in erasures]
    )


async def _empty_journal(database: Database) -> None:
    if not await database.empty_journal():
        raise StoreBusy(
            "It is erased, but another program reads the database, and its journal still holds "
            "the sealed rows.",
            "Close the other program: the journal goes with it.",
        )
