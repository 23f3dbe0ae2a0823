"""The private threads in which named people are asked: made once, and put away in the end."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from adapters.discord.calls import Calls
from adapters.discord.faults import (
    GONE,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    UNKNOWN_GUILD,
    UNKNOWN_MEMBER,
    UNKNOWN_USER,
    DiscordError,
)
from adapters.discord.rights import CHANNEL, PRIVATE_THREAD, THREAD_LIST, read
from adapters.discord.servers import Servers

_A_WEEK = 10_080
"""Minutes without a message after which a thread is put away; the longest there is."""

_CANNOT_COME = frozenset({UNKNOWN_MEMBER, UNKNOWN_USER, MISSING_ACCESS})

log = logging.getLogger(__name__)


class PrivateThreads:
    """Makes the threads that targets describe: see ``adapters.discord.audiences``."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._servers = Servers(calls)

    async def find(self, address: Mapping[str, str]) -> str:
        """Find a thread by its name, which no other has, or make it; and let people in."""
        opened = read(THREAD_LIST, await self._servers.threads(address["guild"]))
        wanted = (address["thread_name"], address["channel"], self._calls.bot)
        ours = (
            one.id for one in opened.threads if (one.name, one.parent_id, one.owner_id) == wanted
        )
        thread = next(ours, "") or await self._make(address)
        for user in dict.fromkeys([*address["members"].split(","), address["asker"]]):
            await self._let_in(thread, user)
        return thread

    async def _make(self, address: Mapping[str, str]) -> str:
        wanted = {
            "name": address["thread_name"],
            "type": PRIVATE_THREAD,
            "invitable": False,
            "auto_archive_duration": _A_WEEK,
        }
        told = await self._servers.begin_thread(address["channel"], wanted)
        return read(CHANNEL, told).id

    async def _let_in(self, thread: str, user: str) -> None:
        try:
            await self._servers.add_to_thread(thread, user)
        except DiscordError as error:
            if error.code not in _CANNOT_COME:
                raise
            log.warning("Somebody who was asked has left the server meanwhile.")

    async def put_away(self, thread: str) -> None:
        """Delete a thread; without the right to, it is archived, as its maker may."""
        try:
            await self._servers.delete_thread(thread)
        except DiscordError as error:
            if error.code == MISSING_PERMISSIONS:
                await self._servers.archive(thread, archived=True)
            elif error.code not in {*GONE, UNKNOWN_GUILD, MISSING_ACCESS}:
                raise
