"""Make two accounts one person, and take them apart again.

What belongs to the joining account is opened with its key and sealed anew for the person who stays,
all in one transaction; then its own key is destroyed. Nothing of it goes into the ledger of
erasures: a backup from before brings two people back, as they were then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson

from adapters.store.database import Database, Row, Run
from adapters.store.links import linked_to_bytes
from adapters.store.paper_moving import move_case_papers, move_own_papers
from adapters.store.people import Holder, case_box
from adapters.store.registry import Entry, besides, read_entry, seal_profile, set_contacts
from adapters.store.round_moving import move_rounds, move_votes
from adapters.store.sealing import Marks, Masters
from bot.errors import NotFound, WrongUse
from bot.ports import Linked

_LINKED = """
SELECT 1 FROM links LEFT JOIN people ON people.row = links.person
WHERE links.alias IN (?1, ?2) OR people.owner IN (?1, ?2)
"""
_CASES = """
SELECT cases.row, cases.id, keys.wrapped, cases.name, cases.body
FROM cases JOIN keys ON keys.id = cases.row WHERE cases.person = ?
"""
_EVENTS = """
WITH RECURSIVE chain (id, seq, before, body) AS (
    SELECT events.id, events.seq, events.before, events.body
    FROM cases JOIN events ON events.id = cases.last_event WHERE cases.row = ?
    UNION ALL
    SELECT events.id, events.seq, events.before, events.body
    FROM chain JOIN events ON events.id = chain.before
)
SELECT id, seq, body FROM chain WHERE body IS NOT NULL
"""
_TELLS = "SELECT id, turn, body FROM outbox WHERE case_row = ? AND body IS NOT NULL"
# The edition grows: what another process worked out before, sealed for the account, is refused.
_MOVE_CASE = """
UPDATE cases SET person = ?, edition = edition + 1, name = ?, body = ? WHERE row = ?
"""
_MERGED = "INSERT INTO merged (person, alias, serial) VALUES (?, ?, ?)"
_MOVE_PLATFORM = (
    """
    UPDATE outbox SET platform = ?1 WHERE platform = ?2
        AND case_row IN (SELECT row FROM cases WHERE person = ?3)
    """,
    "UPDATE cases SET platform = ?1, ref = '' WHERE platform = ?2 AND person = ?3",
    """
    UPDATE reminders SET platform = ?1 WHERE platform = ?2
        AND paper IN (SELECT row FROM papers WHERE person = ?3)
    """,
)


async def link(
    database: Database,
    marks: Marks,
    masters: Masters,
    owner: str,
    alias: str,
    accounts: Linked,
    at: datetime,
) -> None:
    """Let an account be a person from now on, with all that is stored of it.

    Raises ``WrongUse`` where one of the two is linked, ``NotFound`` where the person is gone.
    """
    async with database.transaction() as run:
        if owner == alias or await run(_LINKED, (owner, alias)):
            raise WrongUse("One of the two accounts is linked already.", "Unlink it first.")
        person = await read_entry(run, masters, owner)
        if person is None:
            raise NotFound("There is nothing any more to link with.", "Begin anew.")
        if joining := await read_entry(run, masters, alias):
            await move_rounds(run, joining, person)
            await _move_cases(run, joining, person)
            await move_own_papers(run, joining, person)
            await _move_rest(run, marks, joining, person)
            await _remove(run, joining)
        await move_votes(run, masters, alias, owner, at)
        serial = joining.holder.serial if joining else None
        await run(_MERGED, (person.row, alias, serial))
        proof = marks.link(alias, owner, person.holder.serial)
        body = person.holder.box.seal("link", linked_to_bytes(accounts))
        await run("INSERT INTO links VALUES (?, ?, ?, ?)", (alias, person.row, proof, body))


async def unlink(database: Database, marks: Marks, masters: Masters, owner: str) -> Linked | None:
    """Take two accounts apart; gives what was linked."""
    async with database.transaction() as run:
        person = await read_entry(run, masters, owner)
        linked = person.linked() if person else None
        if person is None or linked is None:
            return None
        await run("DELETE FROM links WHERE person = ?", (person.row,))
        await _lose(run, marks, person, linked.joined.platform)
        return linked


async def lose_contact(
    database: Database, marks: Marks, masters: Masters, owner: str, platform: str
) -> None:
    """Forget where a person is reached on a platform; their cases go on where else they are."""
    async with database.transaction() as run:
        if person := await read_entry(run, masters, owner):
            await _lose(run, marks, person, platform)


# ------------------------------------------------------------------ what belongs to the account


async def _move_cases(run: Run, joining: Entry, person: Entry) -> None:
    for row in await run(_CASES, (joining.row,)):
        await _move_case(run, row, joining.holder, person)


async def _move_case(run: Run, case: Row, old: Holder, person: Entry) -> None:
    row, case_id, wrapped, name, body = case
    key = old.unwrap(case_id, wrapped)
    before, after = case_box(key, old, case_id), case_box(key, person.holder, case_id)
    owner = person.holder.owner

    def again(field: str, sealed: bytes) -> bytes:
        return after.seal(field, before.open(field, sealed))

    def owned(field: str, sealed: bytes, whose: str) -> bytes:
        return after.seal(field, _renamed(before.open(field, sealed), whose, owner))

    moved = (person.row, again("name", name) if name else name, owned("case", body, "owner"), row)
    await run(_MOVE_CASE, moved)
    await run("UPDATE keys SET wrapped = ? WHERE id = ?", (person.holder.wrap(case_id, key), row))
    events = await run(_EVENTS, (row,))
    await run.many(
        "UPDATE events SET body = ? WHERE id = ?",
        [(owned(f"event {seq}", sealed, "actor"), event) for event, seq, sealed in events],
    )
    await run.many(
        "UPDATE outbox SET body = ? WHERE id = ?",
        [(again(f"tell {turn}", sealed), item) for item, turn, sealed in await run(_TELLS, (row,))],
    )
    await move_case_papers(run, row, person.row, before, after)


def _renamed(opened: bytes, field: str, owner: str) -> bytes:
    """Say in a case or an event whose it is."""
    return orjson.dumps({**orjson.loads(opened), field: owner})


async def _move_rest(run: Run, marks: Marks, joining: Entry, person: Entry) -> None:
    """Add profile and contacts, where the person has none; nothing is deleted sooner by it."""
    theirs = person.contacts()
    contacts = [*besides(joining.contacts(), *(one.platform for one in theirs)), *theirs]
    await set_contacts(run, marks, person, contacts, kept_days([joining, person]))
    profile = seal_profile(person.holder, {**joining.profile(), **person.profile()})
    await run("UPDATE people SET profile = ? WHERE row = ?", (profile, person.row))
    await run("UPDATE merged SET person = ? WHERE person = ?", (person.row, joining.row))


def kept_days(entries: Sequence[Entry]) -> int:
    """Give the longest of the times that closed cases are kept; 0 is for ever."""
    days = [entry.keep_days for entry in entries if entry.sealed_contacts is not None]
    return 0 if 0 in days else max(days, default=0)


async def _remove(run: Run, joining: Entry) -> None:
    """Take the emptied row away, and destroy the account's own key."""
    await run("DELETE FROM people WHERE row = ?", (joining.row,))
    await run("UPDATE keys SET wrapped = zeroblob(length(wrapped)) WHERE id = ?", (joining.row,))


async def _lose(run: Run, marks: Marks, person: Entry, platform: str) -> None:
    contacts = person.contacts()
    left = besides(contacts, platform)
    await set_contacts(run, marks, person, left, person.keep_days)
    if left:
        for sql in _MOVE_PLATFORM:
            await run(sql, (left[-1].platform, platform, person.row))
