"""Bring the messages of rounds to where they belong, and do what is due of them, in time.

All that is due stands in the store; a postman goes through it again and again. So nothing is lost
when a process ends, and nothing is done twice: what a timer starts is one turn with its end.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from bot.errors import CrossroadsError, DeliveryError, NotFound
from bot.opinion.model import Round
from bot.rounds.council import Council
from bot.rounds.ports import Forum, Held, Letter, Post, Timer, Unreachable
from bot.sheets.model import Picture, Sheet
from bot.sheets.posts import sheet_of
from bot.sheets.shown import Shown

PAUSE = timedelta(seconds=2)
"""The least time between two edits of one message, however many answer."""

_FIRST_RETRY = timedelta(seconds=2)
_LONGEST_RETRY = timedelta(hours=1)

Draw = Callable[[Round], Awaitable[Picture | None]]
"""Draws what a round came to; None where there is nothing to draw yet: then it gets ready."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Postman:
    """Delivers what is due of rounds on one platform; ``wake`` says that something may be."""

    council: Council
    platform: str
    forum: Forum
    draw: Draw
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    _beginning: bool = True

    def wake(self) -> None:
        """Look for what is due now, without waiting for the next round."""
        self._woken.set()

    async def run(self, every: float = 1.0) -> None:
        """Go on until cancelled, at least each so many seconds."""
        while True:
            try:
                await self.round()
            except CrossroadsError as error:  # the store may be busy
                log.warning("A round of second opinions failed and is repeated: %s", error)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), every)
            self._woken.clear()

    async def round(self) -> int:
        """Do what is due now; gives how many messages were delivered."""
        async with self._busy:
            now, rounds = self.council.clock(), self.council.rounds
            for round_id, owner, case_id in await rounds.stale():
                await self.council.look_at(round_id, owner, case_id)
            for round_id, timer in await rounds.due_timers(now, self.platform):
                await self._time_is_up(round_id, timer)
            delivered = 0
            while posts := await rounds.due_posts(self.council.clock(), self.platform):
                done = await asyncio.gather(*(self._deliver(post) for post in posts))
                delivered += sum(done)
                if not all(done):  # those that failed are due later
                    break
            self._beginning = False
            return delivered

    # -------------------------------------------------------------- times

    async def _time_is_up(self, round_id: str, timer: Timer) -> None:
        try:
            held = await self.council.rounds.held(round_id)
            if held.round is None:
                return
            match timer:
                case "remind":
                    whom = held.round.terms.audience
                    # Where each was asked in a chat of their own, they are reminded there.
                    first = bool(whom.get("first") or whom.get("wide"))
                    await self.council.remind(round_id, privately=first)
                case "close":
                    await self.council.close(round_id)
                case "give_up":
                    await self.council.without(round_id)
        except NotFound:  # erased since
            return

    # -------------------------------------------------------------- messages

    async def _deliver(self, post: Post) -> bool:
        """Deliver one message; False if it was put off."""
        rounds = self.council.rounds
        try:
            held = await rounds.held(post.round_id)
            sheet = await self._sheet(post, held)
            if sheet is None:
                await rounds.give_up(post)
                return True
            # What is due as we begin a process that died may have posted, and not noted.
            attempts = max(post.attempts, self._beginning)
            ref = await self.forum.put(_letter(post, sheet, attempts))
        except NotFound:  # erased since
            return True
        except Unreachable as error:
            log.warning("A message of a round can never be delivered: %s", error)
            await rounds.give_up(post)
            if post.role == "audience":
                await self.council.not_reached(post.round_id, post.target)
            return True
        except DeliveryError as error:
            log.warning("A message of a round was put off: %s", error)
            after = error.retry_after or _backoff(post.attempts)
            await rounds.put_off(post, after, self.council.clock())
            return False
        # Of a draft only its asker sees anything, and waits for it.
        drafting = held.round is not None and held.round.stage == "draft"
        await rounds.posted(post, ref, self.council.clock(), timedelta() if drafting else PAUSE)
        await self._see_it_was_wanted(post, ref)
        return True

    async def _see_it_was_wanted(self, post: Post, ref: str) -> None:
        """Take a message away whose round was erased while it was on its way."""
        try:
            await self.council.rounds.held(post.round_id)
        except NotFound:
            try:
                await self.forum.take_away(post.target, ref)
            except DeliveryError as error:
                log.warning("A message of an erased round could not be taken away: %s", error)

    async def _sheet(self, post: Post, held: Held) -> Sheet | None:
        if held.round is None:
            return None
        own = post.role == "owner"
        drawn = post.role == "reveal" or (post.role == "audience" and held.round.record is None)
        return sheet_of(
            Shown(held.round, held.asked, held.answered),
            post.role,
            post.what,
            name=await self.council.name_of(held.round) if own else "",
            remind=not self.forum.writes_first,
            picture=await self.draw(held.round) if drawn else None,
        )


def _letter(post: Post, sheet: Sheet, attempts: int) -> Letter:
    return Letter(
        mark=f"{post.round_id}-{post.id}",
        target=post.target,
        role=post.role,
        sheet=sheet,
        ref=post.ref,
        beneath=post.beneath,
        attempts=attempts,
    )


def _backoff(attempts: int) -> timedelta:
    doublings: int = 2 ** min(attempts, 12)
    return min(_LONGEST_RETRY, _FIRST_RETRY * doublings)
