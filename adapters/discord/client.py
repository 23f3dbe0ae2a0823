"""The gateway: the SDK's client, which keeps the connection and tells what happens."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

import discord

from adapters.discord.heard import Acted, Spot, Wrote
from adapters.discord.parse import parse_interaction, parse_message, parse_spot
from bot.errors import CrossroadsError
from bot.platforms import Shards

Pause = Callable[[float], Awaitable[None]]

_BETWEEN = 5.0
"""Seconds between two identifications."""

_NEVER = logging.CRITICAL + 1

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take, in seconds; ``pause`` waits before something is tried again.

    ``answer``: until an interaction is told that it was received. ``call``: one try of one call.
    ``heartbeat``: until a silent connection counts as lost. ``servers``: until no further server is
    waited for at the start. ``grace``: what is under way when the face stops.
    """

    pause: Pause = asyncio.sleep
    answer: float = 1.5
    call: float = 10.0
    heartbeat: float = 60.0
    servers: float = 2.0
    grace: float = 5.0


class Ears(Protocol):
    """What is done with what happens on Discord."""

    async def act(self, heard: Acted | None, spot: Spot) -> None:
        """Answer an interaction; None is one that is not ours."""

    async def hear(self, heard: Wrote) -> None:
        """Take a direct message."""

    async def joined(self, guild: str) -> None:
        """Note that the bot was added to a server."""

    async def left(self, guild: str) -> None:
        """Note that the bot was removed from a server."""

    async def connected(self) -> None:
        """Note that a new session has begun, before anything is heard in it."""

    async def ready(self) -> None:
        """Look at what may have been missed: a new session has begun."""


def quiet_sdk_logs() -> None:
    """Silence the SDK's loggers, whatever the root logger lets through: they log content."""
    for name in ("discord", "aiohttp"):
        logger = logging.getLogger(name)
        logger.setLevel(_NEVER)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


class Client(discord.AutoShardedClient):
    """Connects to the shards that are set, or to all; hands what happens on to ``ears``.

    It keeps no messages, members or views, so that nothing grows with use; every button and form
    comes through ``on_interaction``, also those made before a restart.
    """

    def __init__(self, shards: Shards | None, proxy: str | None, timing: Timing) -> None:
        intents = discord.Intents.none()
        intents.guilds = True
        intents.dm_messages = True
        sharding: dict[str, Any] = {}
        if shards:
            sharding = {"shard_ids": list(shards.ids), "shard_count": shards.count}
        super().__init__(
            intents=intents,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=30.0,
            heartbeat_timeout=timing.heartbeat,
            guild_ready_timeout=timing.servers,
            proxy=proxy,
            **sharding,
        )
        self.ears: Ears | None = None
        self._timing = timing
        self._under_way: set[asyncio.Task[Any]] = set()

    def is_in(self, tenant: str) -> bool | None:
        """Say whether a tenant has the app; None if this process would not know."""
        kind, _, name = tenant.removeprefix("discord:").partition(":")
        if kind != "server":
            return kind == "user"
        if not self.is_ready():
            return None
        if self.get_guild(int(name)):
            return True
        shard = (int(name) >> 22) % (self.shard_count or 1)
        return False if self.shard_ids is None or shard in self.shard_ids else None

    async def idle(self) -> None:
        """Wait until everything that was heard is dealt with."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def give_up(self) -> None:
        """Stop dealing with what is still under way."""
        for task in (tasks := [*self._under_way]):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Let some seconds pass between the shards' identifications, as Discord asks for."""
        if not initial:
            await self._timing.pause(_BETWEEN)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer a command, a button or a form."""
        if self.ears is None:
            return
        told = _told(interaction)
        heard = parse_interaction(told)
        spot = heard.spot if heard else parse_spot(told)
        if spot is not None:
            await self._minded(self.ears.act(heard, spot))

    async def on_message(self, message: discord.Message) -> None:
        """Take a direct message."""
        if self.ears is None or not isinstance(message.channel, discord.DMChannel):
            return
        wrote = parse_message(
            {
                "id": str(message.id),
                "channel_id": str(message.channel.id),
                "author": {
                    "id": str(message.author.id),
                    "bot": message.author.bot,
                    "username": message.author.name,
                    "global_name": message.author.global_name,
                },
                "content": message.content,
                "type": message.type.value,
            }
        )
        if wrote:
            await self._minded(self.ears.hear(wrote))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note that the bot was added to a server."""
        if self.ears:
            await self._minded(self.ears.joined(str(guild.id)))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that the bot was removed from a server; an outage is told otherwise."""
        if self.ears:
            await self._minded(self.ears.left(str(guild.id)))

    async def on_shard_connect(self, shard_id: int) -> None:
        """Note that a new session has begun where direct messages are told, on the first shard."""
        if self.ears and shard_id == 0:
            await self._minded(self.ears.connected())

    async def on_ready(self) -> None:
        """Look at what may have been missed."""
        if self.ears:
            await self._minded(self.ears.ready())

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """Report a fault of ours by its kind alone: its words may hold what somebody said."""
        kind = sys.exc_info()[0]
        log.error("%s failed for a fault of ours: %s.", event_method, kind and kind.__name__)

    async def _minded(self, task: Awaitable[None]) -> None:
        """Do something for which nobody waits; that it was refused is noted, not what it was."""
        if event := asyncio.current_task():
            self._under_way.add(event)
            event.add_done_callback(self._under_way.discard)
        try:
            await task
        except CrossroadsError as error:
            log.warning("Something that happened on Discord could not be handled: %s", error)


def _told(interaction: discord.Interaction) -> dict[str, Any]:
    """Give what is needed of an interaction, as plain values."""
    message, who = interaction.message, interaction.user
    guild = interaction.guild_id
    roles = who.roles if isinstance(who, discord.Member) else []
    return {
        "type": interaction.type.value,
        "id": str(interaction.id),
        "token": interaction.token,
        "user": str(who.id),
        "name": who.display_name,
        "bot": who.bot,
        "roles": [str(role.id) for role in roles],
        "manages": interaction.permissions.manage_guild,
        "guild": str(guild) if guild else None,
        "channel": str(interaction.channel_id) if interaction.channel_id else None,
        "place": (getattr(interaction.channel, "name", None) or "")[:100],
        "private": guild is None and interaction.context.dm_channel is True,
        "server": str(guild) if guild and interaction.is_guild_integration() else None,
        "own": interaction.is_user_integration(),
        "message": str(message.id) if message else None,
        "flags": message.flags.value if message else 0,
        "data": interaction.data or {},
    }
