"""Where a round is to be held: a channel or thread of a server, and who may do what there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from adapters.discord.calls import Calls
from adapters.discord.faults import (
    MISSING_ACCESS,
    UNKNOWN_CHANNEL,
    UNKNOWN_GUILD,
    UNKNOWN_MEMBER,
    UNKNOWN_USER,
    DiscordError,
)
from adapters.discord.heard import MANAGES
from adapters.discord.rights import (
    CHANNEL,
    CHANNELS,
    MEMBER,
    PRIVATE_THREAD,
    SEND,
    SEND_IN_THREADS,
    SERVER,
    THREADS,
    VIEW,
    Channel,
    Member,
    Server,
    missing,
    read,
    rights,
)
from adapters.discord.servers import Servers
from bot.errors import WrongUse
from bot.rounds.ports import Actor

_NOBODY = frozenset({UNKNOWN_MEMBER, UNKNOWN_USER})
_UNSEEN = frozenset({UNKNOWN_CHANNEL, UNKNOWN_GUILD, MISSING_ACCESS})

_LINK = re.compile(
    r"https://(?:\w+\.)?discord(?:app)?\.com/channels/[0-9]{1,20}/([0-9]{1,20})(?:/[0-9]*)?"
)
_ID = re.compile(r"[0-9]{1,20}")
_WRITTEN = re.compile(r"(?:<#)?([0-9]{1,20})>?")

_NO_CHANNEL = WrongUse(
    "I cannot see that channel.", "Choose another one, or let me in: I need “View Channel” there."
)
_NOT_YOURS = WrongUse("You cannot write in that channel.", "Choose one in which you can.")


@dataclass(frozen=True, slots=True)
class Ground:
    """A channel or thread: ``base`` is the channel that the thread is in, else the same.

    ``bot`` is the bot as a member of the server.
    """

    server: Server
    channel: Channel
    base: Channel
    bot: Member

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread."""
        return self.channel.type in THREADS

    @property
    def label(self) -> str:
        """What it is called."""
        name = self.channel.name or ""
        return f"the thread “{name}”" if self.is_thread else f"#{name}"

    @property
    def is_public(self) -> bool:
        """Whether everybody in the server may look at it."""
        everybody = rights(self.server, self.base, "", ())
        return self.channel.type != PRIVATE_THREAD and bool(everybody & VIEW)

    @property
    def writing(self) -> int:
        """What it takes to write there."""
        return SEND_IN_THREADS if self.is_thread else SEND

    def lacks(self, needed: int) -> list[str]:
        """Name what the bot needs and may not do."""
        return missing(self.rights_of(self.bot), needed)

    def rights_of(self, member: Member) -> int:
        """Work out what a member may do there."""
        return rights(self.server, self.base, member.user.id, member.roles)


class Grounds:
    """Looks at servers and channels, each time anew: what one may do there changes."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._servers = Servers(calls)

    async def of(self, channel_id: str) -> Ground:
        """Look at a channel; raises ``DeliveryError``, also where it is none of a server."""
        channel = read(CHANNEL, await self._servers.channel(channel_id))
        guild = channel.guild_id
        if guild is None:
            raise DiscordError(UNKNOWN_CHANNEL, 404, "look at a channel of a server")
        base: Awaitable[Any] | None = None
        if channel.type in THREADS and channel.parent_id:
            base = self._servers.channel(channel.parent_id)
        server, bot, parent = await asyncio.gather(
            self._servers.guild(guild), self._servers.member(guild, self._calls.bot), _or(base)
        )
        return Ground(
            read(SERVER, server),
            channel,
            channel if base is None else read(CHANNEL, parent),
            read(MEMBER, bot),
        )

    async def chosen(self, asker: Actor, said: str) -> Ground:
        """Find the channel that somebody chose, or named by its link, and may write in themselves.

        Raises ``WrongUse`` where that is none.
        """
        try:
            ground = await self.of(_channel_id(said))
        except DiscordError as error:
            if error.code not in _UNSEEN:
                raise
            raise _NO_CHANNEL from None
        if ground.channel.type not in CHANNELS | THREADS:
            raise WrongUse("Nothing can be posted there.", "Choose a text channel or a thread.")
        if asker.address.get("guild", ground.server.id) != ground.server.id:
            raise WrongUse("That channel is in another server.", "Choose one of this server.")
        await self._see_theirs(asker, ground)
        return ground

    async def _see_theirs(self, asker: Actor, ground: Ground) -> None:
        """See that somebody may write there; raises ``WrongUse``."""
        member = await self._as_member(asker, ground.server.id)
        if member is None or missing(ground.rights_of(member), VIEW | ground.writing):
            raise _NOT_YOURS
        if ground.channel.type == PRIVATE_THREAD:
            await self._see_in_thread(asker.user, ground.channel.id)

    async def _as_member(self, asker: Actor, guild: str) -> Member | None:
        """Take what Discord told along with the press, if that was there; else ask."""
        if asker.address.get("guild") != guild:
            return await self.member(guild, asker.user)
        roles = asker.groups - {MANAGES}
        user = {"id": asker.user, "username": asker.name}
        return read(MEMBER, {"user": user, "roles": [*roles]})

    async def _see_in_thread(self, user: str, thread: str) -> None:
        try:
            await self._servers.is_in_thread(thread, user)
        except DiscordError as error:
            if error.status != 404:
                raise
            raise _NOT_YOURS from None

    async def member(self, guild: str, user: str) -> Member | None:
        """Look at somebody; None if they are not in the server. Raises ``DeliveryError``."""
        if not _ID.fullmatch(user):
            return None
        try:
            return read(MEMBER, await self._servers.member(guild, user))
        except DiscordError as error:
            if error.code in _NOBODY:
                return None
            raise


def see_allowed(ground: Ground, needed: int) -> None:
    """See that the bot may do this in a channel; raises ``WrongUse`` that names what it lacks."""
    if lacking := ground.lacks(needed):
        raise WrongUse(
            f"I may not post in {ground.label} as I need to.",
            f"Somebody who manages the server can allow me there: {', '.join(lacking)}.",
        )


async def _or(asked: Awaitable[Any] | None) -> Any:
    return None if asked is None else await asked


def _channel_id(said: str) -> str:
    """Read a channel's id, its mention, or a link to it; raises ``WrongUse``."""
    text = said.strip()
    found = _LINK.fullmatch(text) or _WRITTEN.fullmatch(text)
    if not found:
        raise WrongUse(
            "That is no link to a channel.",
            "In the server, right-click the channel, choose “Copy Link”, and paste that.",
        )
    return found[1]
