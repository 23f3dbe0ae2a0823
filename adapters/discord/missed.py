"""Direct messages that came while the program did not run: read from the history, in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.discord.faults import DiscordError
from adapters.discord.heard import Wrote
from adapters.discord.hub import PLATFORM, Hub
from adapters.discord.parse import id_at, parse_message
from bot.errors import CrossroadsError

_SINCE = timedelta(days=30)
"""How long a case may have rested for its chat to be looked at."""

_MOST = 1_000
_PAGE = 100
log = logging.getLogger(__name__)


class Missed:
    """Reads what people wrote below the cards of their open cases; ``hear`` takes it.

    The gateway tells of nothing that came while nobody was connected. Messages that were taken
    before are known by their ids and count once. What cannot be read now waits to be read.
    """

    def __init__(self, hub: Hub, hear: Callable[[Wrote], Awaitable[None]]) -> None:
        self._hub = hub
        self._hear = hear
        self._waiting: dict[str, str] = {}
        self._finding = asyncio.Lock()

    async def expect(self) -> None:
        """Find whose chat is to be looked at; what they write now comes after that."""
        store = self._hub.service.store
        since = self._hub.clock() - _SINCE
        async with self._finding:
            for owner, case_id in await store.ongoing(PLATFORM, since, _MOST):
                self._waiting.setdefault(owner, case_id)

    async def read(self) -> bool:
        """Go through those whose chat is to be looked at, and take what was written.

        Says whether all of it could be read.
        """
        for owner in [*self._waiting]:
            async with self._hub.one_by_one(owner):
                await self.read_of(owner)
        return not self._waiting

    async def read_of(self, owner: str) -> None:
        """Take what one person wrote, if that has not been looked at since we were away.

        Nothing else that they wrote may be under way.
        """
        async with self._finding:
            if owner not in self._waiting:
                return
        try:
            await self._take(owner, self._waiting[owner])
        except CrossroadsError as error:
            log.warning("Missed messages could not be read: %s", error)
            if not isinstance(error, DiscordError):
                return  # it may be read another time; what Discord refuses will not be
        self._waiting.pop(owner, None)

    async def _take(self, owner: str, case_id: str) -> None:
        contact = await self._hub.contacts.of(owner, PLATFORM)
        if contact is None or not contact.address.get("channel"):
            return
        if (start := await self._start(owner, case_id)) is None:
            return
        for wrote in await self._below(contact.address["channel"], start):
            await self._hear(wrote)

    async def _start(self, owner: str, case_id: str) -> str | None:
        """Say below which message to look: the card; None if no chat has it.

        Where none was noted yet, one may be there all the same since the case was begun.
        """
        store = self._hub.service.store
        if card := await store.delivered(owner, case_id):
            return card.ref if card.ref.isdecimal() else None
        touched = [one.touched for one in await store.cases(owner) if one.id == case_id]
        return id_at(touched[0]) if touched else None

    async def _below(self, channel: str, ref: str) -> list[Wrote]:
        """Read what people wrote below a message, oldest first."""
        found: list[Wrote] = []
        after, answered = ref, 0
        while page := await self._hub.calls.messages(channel, limit=_PAGE, after=after):
            ordered = sorted(page, key=lambda message: int(message["id"]))
            found += [wrote for message in ordered if (wrote := parse_message(message))]
            ours = [int(one["id"]) for one in ordered if self._is_ours(one)]
            answered = max([answered, *ours])
            after = str(ordered[-1]["id"])
            if len(page) < _PAGE:
                break
        return [replace(one, answered=int(one.message) < answered) for one in found]

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        return bool(message.get("author", {}).get("id") == self._hub.calls.bot)
