"""The messages of rounds: what is to be delivered, and what was."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from typing import cast

import orjson

from adapters.store.database import Database, Row, Run
from adapters.store.round_rows import JOINED, KEYS, open_box
from adapters.store.sealing import Box
from adapters.store.times import micros
from adapters.store.vault import Vault
from bot.rounds.ports import NewPost, Post, Role, RoundFolded, Target

STANDING: tuple[Role, ...] = ("owner", "audience")
"""The roles whose messages are edited as the round goes on."""

_ADD = """
INSERT INTO round_posts (round_row, role, platform, target, what, due) VALUES (?, ?, ?, ?, ?, ?)
"""
_ADD_BENEATH = """
INSERT INTO round_posts (round_row, role, parent, platform, target, what, due)
SELECT round_row, ?, id, platform, target, ?, ? FROM round_posts
WHERE round_row = ? AND role = ? AND (ref <> '' OR given_up = 0) ORDER BY id
"""
_REFRESH = """
INSERT INTO round_roles (round_row, role, edition, due) VALUES (?1, ?2, 1, ?3)
ON CONFLICT (round_row, role) DO UPDATE
SET edition = edition + ?4, due = coalesce(due, excluded.due)
"""
# Once all messages of a role show its edition, the look-up of what is due skips the round.
_SETTLE = """
UPDATE round_roles SET due = NULL WHERE round_row = ? AND role = ? AND NOT EXISTS (
    SELECT 1 FROM round_posts
    WHERE round_posts.round_row = round_roles.round_row AND round_posts.role = round_roles.role
        AND given_up = 0 AND sent_edition < edition
)
"""
_READ = f"""
SELECT {KEYS}, round_posts.id, round_posts.role, round_posts.platform, round_posts.target,
    round_posts.what, round_posts.ref, coalesce(parent.ref, ''), {{edition}}, round_posts.attempts,
    {{since}} AS since
FROM {{tables}}
LEFT JOIN round_posts AS parent ON parent.id = round_posts.parent
JOIN rounds ON rounds.row = round_posts.round_row {JOINED}
"""  # noqa: S608
_ARRIVED = "(round_posts.parent IS NULL OR parent.ref <> '')"
# Each from the short index of what is due; CROSS JOIN keeps SQLite from looking elsewhere first.
_DUE = f"""
{
    _READ.format(
        edition="round_roles.edition",
        since="max(round_roles.due, round_posts.not_before)",
        tables='''round_roles CROSS JOIN round_posts
            ON round_posts.round_row = round_roles.round_row
            AND round_posts.role = round_roles.role''',
    )
}
WHERE round_roles.due <= ?2 AND round_posts.platform = ?1 AND round_posts.given_up = 0
    AND round_posts.sent_edition < round_roles.edition AND round_posts.not_before <= ?2
    AND {_ARRIVED}
UNION ALL
{_READ.format(edition="0", since="round_posts.due", tables="round_posts")}
WHERE round_posts.platform = ?1 AND round_posts.due <= ?2 AND {_ARRIVED}
ORDER BY since, 7 LIMIT ?3
"""
OPENED = _READ.format(edition="round_posts.sent_edition", since="0", tables="round_posts")
"""Reads messages as ``open_post`` takes them, whether they are due or not."""

_DELIVERED = f"{OPENED} WHERE rounds.id = ? AND round_posts.ref <> '' ORDER BY round_posts.id"
_POSTED = """
UPDATE round_posts SET ref = ?, sent_edition = ?, not_before = ?, due = NULL, attempts = 0
WHERE id = ? RETURNING round_row, role
"""
_PUT_OFF = """
UPDATE round_posts
SET not_before = ?1, due = CASE WHEN due IS NULL THEN NULL ELSE ?1 END, attempts = attempts + 1
WHERE id = ?2
"""
_GIVE_UP = """
UPDATE round_posts SET given_up = 1, due = NULL WHERE id = ? RETURNING round_row, role
"""
# What belongs below a message that never came has no place to go.
_GIVE_UP_BENEATH = """
UPDATE round_posts SET given_up = 1, due = NULL
WHERE parent = ?1 AND (SELECT ref FROM round_posts WHERE id = ?1) = ''
"""


async def add(run: Run, row: int, box: Box, folded: RoundFolded, at: datetime) -> None:
    """Note the new messages of a round, and which of those that there are must be edited."""
    for post in folded.posts:
        await _add(run, row, box, post, micros(at))
    brought = {post.role for post in folded.posts}
    await refresh(run, row, folded.refresh, at, brought)


async def refresh(
    run: Run, row: int, roles: Set[Role], at: datetime, brought: Set[Role] = frozenset()
) -> None:
    """Have the messages of these roles edited; ``brought`` are the roles of new messages."""
    standing = [role for role in STANDING if role in roles or role in brought]
    if standing:
        await run.many(_REFRESH, [(row, role, micros(at), role in roles) for role in standing])
        await run.many(_SETTLE, [(row, role) for role in standing])


async def _add(run: Run, row: int, box: Box, post: NewPost, at: int) -> None:
    what = box.seal("what", post.what.encode()) if post.what else None
    due = None if post.role in STANDING else at
    if post.target is not None:
        sealed = box.seal("target", orjson.dumps(dict(post.target.address)))
        await run(_ADD, (row, post.role, post.target.platform, sealed, what, due))
    elif post.beneath is not None:
        await run(_ADD_BENEATH, (post.role, what, due, row, post.beneath))
    else:
        raise ValueError("A message needs a place to go, or another one to stand below.")


class RoundPosts:
    """Reads the messages that are due, and notes what became of them."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def due(self, now: datetime, platform: str, limit: int) -> list[Post]:
        """Read what is due, oldest first."""
        return self._open(await self._database.read(_DUE, (platform, micros(now), limit)))

    async def delivered(self, round_id: str) -> list[Post]:
        """Read what was delivered of a round."""
        return self._open(await self._database.read(_DELIVERED, (round_id,)))

    async def posted(self, post: Post, ref: str, at: datetime, pause: timedelta) -> None:
        """Note that a message was delivered."""
        await self._settle(_POSTED, (ref, post.edition, micros(at + pause), post.id))

    async def put_off(self, post: Post, after: timedelta, now: datetime) -> None:
        """Try a message again later."""
        await self._database.write(_PUT_OFF, (micros(now + after), post.id))

    async def give_up(self, post: Post) -> None:
        """Try a message, and what would stand below it, no more."""
        await self._settle(_GIVE_UP, (post.id,), beneath=post.id)

    async def _settle(
        self, sql: str, parameters: tuple[object, ...], *, beneath: int | None = None
    ) -> None:
        async with self._database.transaction() as run:
            for row, role in await run(sql, parameters):
                if beneath is not None:
                    await run(_GIVE_UP_BENEATH, (beneath,))
                await run(_SETTLE, (row, role))

    def _open(self, rows: Sequence[Row]) -> list[Post]:
        self._vault.meet(row[4] for row in rows)
        boxes: dict[int, Box] = {}
        for row in rows:
            if row[0] not in boxes:
                boxes[row[0]] = open_box(self._vault.masters, row)
        return [open_post(boxes[row[0]], row) for row in rows]


def open_post(box: Box, row: Row) -> Post:
    """Open a message as it was read."""
    number, role, platform, target, what, ref, beneath, edition, attempts = row[6:15]
    return Post(
        id=number,
        round_id=row[1],
        owner=row[2],
        role=cast(Role, role),
        target=Target(platform, orjson.loads(box.open("target", target))),
        what=box.open("what", what).decode() if what else "",
        ref=ref,
        beneath=beneath,
        edition=edition,
        attempts=attempts,
    )
