"""What is to go by itself: closed cases after their time, all of a tenant that left, left cards.

Nothing is erased here. These say what is due to be, and the erasing goes the same way as if the
person had asked for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.store.database import Database
from adapters.store.sealing import Marks
from adapters.store.times import micros, moment
from bot.ports import LeftCard

# CROSS JOIN keeps the order: the few who want their cases deleted first, and then their cases. Who
# goes on with a letter, a plan or a log of a case, or says what came of it, touches it as well.
_EXPIRED = """
SELECT people.owner, cases.id FROM people CROSS JOIN cases ON cases.person = people.row
WHERE people.keep_days > 0 AND cases.status IN ('finished', 'cancelled')
    AND cases.touched <= ?1 - people.keep_days * 86400000000 AND (?2 = '' OR cases.platform = ?2)
    AND NOT EXISTS (
        SELECT 1 FROM papers WHERE papers.case_row = cases.row
            AND papers.touched > ?1 - people.keep_days * 86400000000 AND papers.touched <= ?1
    )
LIMIT ?3
"""
_ABANDON = """
INSERT INTO departures (mark, at) VALUES (?, ?)
ON CONFLICT (mark) DO UPDATE SET at = min(at, excluded.at)
"""
_EMPTY = """
FROM departures WHERE at <= ?
    AND NOT EXISTS (SELECT 1 FROM reached WHERE reached.mark = departures.mark)
"""
_ABANDONED = """
SELECT people.owner FROM departures CROSS JOIN reached ON reached.mark = departures.mark
CROSS JOIN people ON people.row = reached.person
WHERE departures.at <= ? GROUP BY people.row ORDER BY min(departures.at), people.row LIMIT ?
"""
_DEPARTED = "SELECT 1 FROM departures WHERE mark = ? AND at <= ?"
_REACHED = """
SELECT people.row, people.owner FROM reached CROSS JOIN people ON people.row = reached.person
WHERE reached.mark = ? AND reached.person > ? ORDER BY reached.person LIMIT ?
"""
_LEFT_CARDS = """
SELECT left_cards.id, people.owner, cases.id, left_cards.ref, left_cards.at
FROM left_cards CROSS JOIN cases ON cases.row = left_cards.case_row
CROSS JOIN people ON people.row = cases.person
WHERE left_cards.platform = ? ORDER BY left_cards.id LIMIT ?
"""


async def expired(
    database: Database, now: datetime, limit: int, platform: str
) -> Sequence[tuple[str, str]]:
    """List (owner, case id) of closed cases that their owners no longer want kept."""
    rows = await database.read(_EXPIRED, (micros(now), platform, limit))
    return [(owner, case_id) for owner, case_id in rows]


async def abandon(database: Database, marks: Marks, tenant: str, at: datetime) -> None:
    """Note when everything of a tenant is to be erased; of several times the earliest counts."""
    await database.write(_ABANDON, (marks.tenant(tenant), micros(at)))


async def reclaim(database: Database, marks: Marks, tenant: str) -> None:
    """Call that off."""
    await database.write("DELETE FROM departures WHERE mark = ?", (marks.tenant(tenant),))


async def departed(database: Database, marks: Marks, tenant: str, now: datetime) -> bool:
    """Say whether everything of a tenant is to be erased by now."""
    return bool(await database.read(_DEPARTED, (marks.tenant(tenant), micros(now))))


async def abandoned(database: Database, now: datetime, limit: int) -> Sequence[str]:
    """List owners whose tenant is to be erased by now, and forget tenants with nobody left."""
    at = micros(now)
    if await database.read(f"SELECT 1 {_EMPTY} LIMIT 1", (at,)):
        await database.write(f"DELETE {_EMPTY}", (at,))
    return [owner for (owner,) in await database.read(_ABANDONED, (at, limit))]


async def reached(
    database: Database, marks: Marks, tenant: str, after: int, limit: int
) -> Sequence[tuple[int, str]]:
    """List (place, owner) of people whom a tenant reaches, in the order in which they came."""
    rows = await database.read(_REACHED, (marks.tenant(tenant), after, limit))
    return [(place, owner) for place, owner in rows]


async def left_cards(database: Database, platform: str, limit: int) -> Sequence[LeftCard]:
    """List cards on a platform whose cases have gone on elsewhere, oldest first."""
    rows = await database.read(_LEFT_CARDS, (platform, limit))
    return [LeftCard(card, owner, case, ref, moment(at)) for card, owner, case, ref, at in rows]
