"""Rounds on SQLite: each piece of work is one transaction, and costs the same in a large round."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from adapters.store.database import Database, Run
from adapters.store.round_posts import RoundPosts
from adapters.store.round_rows import RoundRows, Stored, Wanted, no_round, read_held
from adapters.store.round_writing import Writing
from adapters.store.times import micros
from adapters.store.vault import Vault
from bot.errors import StoreError
from bot.rounds.ports import Held, Post, RoundDone, RoundFolded, RoundWork, Timer

_SEEN = "SELECT 1 FROM round_keys WHERE round_row = ? AND mark = ?"
_TIMERS = """
SELECT rounds.id, round_timers.timer
FROM round_timers JOIN rounds ON rounds.row = round_timers.round_row
WHERE round_timers.due <= ? AND rounds.platform = ?
ORDER BY round_timers.due, rounds.row, round_timers.timer LIMIT ?
"""
_STALE = """
SELECT rounds.id, people.owner, cases.id
FROM rounds JOIN cases ON cases.row = rounds.case_row JOIN people ON people.row = cases.person
WHERE rounds.stage = 'open' AND rounds.case_turn <> cases.turn ORDER BY rounds.row LIMIT ?
"""


class SqliteRounds:
    """Fulfils ``bot.rounds.ports.Rounds``; see there what each method does."""

    def __init__(self, database: Database, vault: Vault, remember: int) -> None:
        self._database = database
        self._vault = vault
        self._rows = RoundRows(vault, remember)
        self._posts = RoundPosts(database, vault)
        self._owed = False

    async def turn(self, work: RoundWork) -> RoundDone:
        """Do the work in one transaction; a fold that gets no round may make one."""
        async with self._database.transaction() as run:
            done, stored = await self._do(run, work)
        if stored:
            self._rows.remember(stored)
        await self._settle()
        return done

    async def _do(self, run: Run, work: RoundWork) -> tuple[RoundDone, Stored | None]:
        stored = await self._rows.find(run, work.round_id)
        if stored and work.owner not in ("", stored.round.owner):
            raise no_round(work.round_id)
        held = await read_held(run, stored, Wanted.by(work)) if stored else Held()
        mark = self._vault.marks.delivery(work.round_id, work.key) if work.key else b""
        if stored and mark and await run(_SEEN, (stored.row, mark)):
            return RoundDone(held, duplicate=True), stored
        folded = work.fold(held)
        if _is_nothing(folded, held):
            return RoundDone(held, folded.note), stored
        await Writing(run, self._vault, work, folded).write(stored)
        self._owed |= folded.destroy
        return await self._after(run, work, mark, folded.note)

    async def _after(
        self, run: Run, work: RoundWork, mark: bytes, note: str
    ) -> tuple[RoundDone, Stored | None]:
        stored = await self._rows.find(run, work.round_id)
        assert stored  # it was just written
        if mark:
            await run("INSERT INTO round_keys VALUES (?, ?)", (stored.row, mark))
        held = await read_held(run, stored, Wanted.by(work))
        return RoundDone(held, note), stored

    async def _settle(self) -> None:
        """Empty the journal of what was destroyed; if a reader prevents it, after a later write."""
        if self._owed:
            with suppress(StoreError):
                self._owed = not await self._database.try_empty_journal()

    async def held(self, round_id: str, voter: str = "") -> Held:
        """Read a round, with one voter's participation and ballot."""
        stored = await self._rows.find(self._database.read, round_id)
        if stored is None:
            raise no_round(round_id)
        return await read_held(self._database.read, stored, Wanted(voter))

    async def asked_by(self, owner: str, case_id: str = "") -> Sequence[Held]:
        """Read the rounds somebody asked for, newest first; no dropped drafts."""
        return await self._rows.asked_by(self._database.read, owner, case_id)

    async def waiting_for(self, voter: str) -> Sequence[Held]:
        """Read the open rounds that somebody can answer in, answered ones too, oldest first."""
        return await self._rows.waiting_for(self._database.read, voter)

    async def due_posts(self, now: datetime, platform: str, limit: int = 100) -> Sequence[Post]:
        """Read messages that are due, oldest first."""
        return await self._posts.due(now, platform, limit)

    async def posts(self, round_id: str) -> Sequence[Post]:
        """Read all messages of a round that were delivered."""
        return await self._posts.delivered(round_id)

    async def posted(self, post: Post, ref: str, at: datetime, pause: timedelta) -> None:
        """Note that a message was delivered at this edition."""
        await self._posts.posted(post, ref, at, pause)
        await self._settle()

    async def put_off(self, post: Post, after: timedelta, now: datetime) -> None:
        """Try a message again later."""
        await self._posts.put_off(post, after, now)
        await self._settle()

    async def give_up(self, post: Post) -> None:
        """Try a message no more."""
        await self._posts.give_up(post)
        await self._settle()

    async def due_timers(
        self, now: datetime, platform: str, limit: int = 100
    ) -> Sequence[tuple[str, Timer]]:
        """List (round id, what is to happen) whose time has come, oldest first."""
        rows = await self._database.read(_TIMERS, (micros(now), platform, limit))
        return cast("list[tuple[str, Timer]]", rows)

    async def stale(self, limit: int = 100) -> Sequence[tuple[str, str, str]]:
        """List (round id, owner, case id) of open rounds whose case has changed."""
        return cast("list[tuple[str, str, str]]", await self._database.read(_STALE, (limit,)))

    def forget(self) -> None:
        """Keep nothing of any round in memory."""
        self._rows.forget()

    async def finish(self) -> None:
        """Empty the journal if that is still owed; the file itself is let go of elsewhere."""
        if self._owed:
            with suppress(StoreError):
                await self._database.empty_journal()


def _is_nothing(folded: RoundFolded, held: Held) -> bool:
    return folded.round is held.round and replace(folded, note="") == RoundFolded(folded.round)
