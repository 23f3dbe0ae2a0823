"""All that happened so far in the fake Discord: people, places, messages, interactions, time."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.fakes.discord.model import (
    DM,
    MODAL,
    Account,
    Call,
    Channel,
    DiscordError,
    Guild,
    Interaction,
    Json,
    Message,
    OpenModal,
)
from tests.fakes.slack.clock import Changes, Clock

GUILDS = 1 << 0
EPOCH = 1_420_070_400_000
RESPONSE_SECONDS = 3
TOKEN_SECONDS = 15 * 60
NONCE_SECONDS = 5 * 60


class Dispatch(Protocol):
    """Tells the app of something, on the shard where this guild is ("": direct messages)."""

    def __call__(self, event: str, data: Json, guild: str = "", intent: int = 0) -> None: ...


def _untold(event: str, data: Json, guild: str = "", intent: int = 0) -> None:
    """Tell nobody: no gateway is there yet."""


class World:
    """The state of the fake. Tests read it through ``FakeDiscord`` and ``Person``."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.changes = Changes()
        self.base = ""
        self.shards = 1
        self.dispatch: Dispatch = _untold
        self.key = Ed25519PrivateKey.generate()
        self._last = 0
        self.app = self.snowflake()
        self.bot = Account(self.snowflake(), "Crossroads", bot=True)
        self.token = f"{self.bot.id}.fake.token"
        self.people: dict[str, Account] = {}
        self.closed: dict[str, int] = {}
        self.channels: dict[str, Channel] = {}
        self.dms: dict[str, Channel] = {}
        self.guilds: dict[str, Guild] = {}
        self.joined: dict[str, Guild] = {}
        self.outages: set[str] = set()
        self.roles: dict[str, dict[str, Json]] = {}
        self.held: dict[tuple[str, str], tuple[str, ...]] = {}
        self.departed: set[tuple[str, str]] = set()
        self.messages: dict[str, dict[str, Message]] = {}
        self.ephemerals: dict[str, dict[str, Message]] = {}
        self.nonces: dict[tuple[str, str], tuple[float, str]] = {}
        self.interactions: dict[str, Interaction] = {}
        self.dismissed: set[str] = set()
        self.modals: dict[str, list[OpenModal]] = {}
        self.modal_ids: set[str] = set()
        self.commands: list[Json] = []
        self.command_puts = 0
        self.violations: list[str] = []
        self.bugs: list[str] = []
        self.calls: list[Call] = []

    # ------------------------------------------------------------------ ids and time

    def snowflake(self) -> str:
        """Make an id: unique, and later than all before, whatever the clock does."""
        millis = int(self.clock.now() * 1000) - EPOCH
        self._last = max(millis << 22, self._last + 1)
        return str(self._last)

    def stamp(self) -> str:
        """Write the time as Discord does."""
        return written(self.clock.now())

    @property
    def gateway_url(self) -> str:
        """The address of the gateway."""
        return f"ws{self.base.removeprefix('http')}/gateway/"

    # ------------------------------------------------------------------ people and places

    def account(self, name: str, user_id: str, **more: Any) -> Account:
        """Add a person."""
        account = Account(user_id or self.snowflake(), name, **more)
        self.people[account.id] = account
        return account

    def user(self, user_id: str) -> Account:
        """Find a person, or the bot; raises DiscordError."""
        if user_id == self.bot.id:
            return self.bot
        if user_id not in self.people:
            raise DiscordError(10013)
        return self.people[user_id]

    def place(self, channel: Channel) -> Channel:
        """Add a channel."""
        self.channels[channel.id] = channel
        return channel

    def drop(self, channel_id: str) -> Channel:
        """Take a channel away, with all that is in it."""
        self.messages.pop(channel_id, None)
        self.changes.tell()
        return self.channels.pop(channel_id)

    def owner_of(self, guild: Guild) -> str:
        """Say who a server belongs to."""
        return guild.owner or next(iter(self.people), self.bot.id)

    def dm(self, user_id: str) -> Channel:
        """Find the direct messages of a person with the bot, or open them."""
        if user_id not in self.dms:
            channel = Channel(self.snowflake(), DM, people=(self.user(user_id).id,))
            self.dms[user_id] = self.place(channel)
        return self.dms[user_id]

    def leave(self, guild_id: str) -> None:
        """Take the bot out of a guild, and tell it."""
        self.joined.pop(guild_id, None)
        self.dispatch("GUILD_DELETE", {"id": guild_id}, guild_id, GUILDS)

    def channel(self, channel_id: str) -> Channel:
        """Find a channel that the bot has access to; raises DiscordError."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise DiscordError(10003)
        if not channel.bot or (channel.guild and channel.guild not in self.joined):
            raise DiscordError(50001)
        return channel

    # ------------------------------------------------------------------ messages

    def keep(self, message: Message) -> Message:
        """Keep a message, or its edited copy."""
        if message.ephemeral_to:
            self.ephemerals.setdefault(message.ephemeral_to, {})[message.id] = message
        else:
            self.messages.setdefault(message.channel, {})[message.id] = message
        self.changes.tell()
        return message

    def remove(self, message: Message) -> None:
        """Make a message disappear."""
        self.messages.get(message.channel, {}).pop(message.id, None)
        self.ephemerals.get(message.ephemeral_to, {}).pop(message.id, None)
        self.changes.tell()

    def current(self, message: Message) -> Message | None:
        """Find a message as it is now; None if it is gone."""
        if message.ephemeral_to:
            return self.ephemerals.get(message.ephemeral_to, {}).get(message.id)
        return self.messages.get(message.channel, {}).get(message.id)

    def message(self, channel: str, message_id: str) -> Message:
        """Find a message that everybody there sees; raises DiscordError."""
        found = self.messages.get(channel, {}).get(message_id)
        if found is None:
            raise DiscordError(10008)
        return found

    def reached(self, interaction: Interaction, message_id: str) -> Message:
        """Find a message by way of an interaction, ephemeral or not; raises DiscordError."""
        there: Iterable[dict[str, Message]] = (
            self.messages.get(interaction.channel.id, {}),
            self.ephemerals.get(interaction.user, {}),
        )
        for messages in there:
            found = messages.get(message_id)
            if found and message_id == interaction.original:
                return found
            if found and found.token == interaction.token:
                return found
        raise DiscordError(10008)

    # ------------------------------------------------------------------ interactions

    def interact(self, kind: int, user: str, channel: Channel, owners: Json) -> Interaction:
        """Begin an interaction."""
        token = f"a{secrets.token_hex(24)}"
        begun = Interaction(self.snowflake(), token, kind, user, channel, self.clock.now(), owners)
        self.interactions[token] = begun
        return begun

    def interaction(self, token: str) -> Interaction:
        """Find an answered interaction whose token still works; raises DiscordError."""
        found = self.interactions.get(token)
        if found is None:
            raise DiscordError(10015)
        if self.clock.now() - found.at > TOKEN_SECONDS:
            raise DiscordError(50027)
        if not found.answer:
            raise DiscordError(10015)
        return found

    def open(self, modal: OpenModal) -> None:
        """Show a modal."""
        self.modals.setdefault(modal.user, []).append(modal)
        self.changes.tell()

    def shut(self, user: str, fits: Callable[[OpenModal], bool]) -> None:
        """Close those modals of a person that fit."""
        there = self.modals.get(user, [])
        there[:] = [one for one in there if not fits(one)]
        self.changes.tell()

    def answer(self, interaction: Interaction, kind: int, data: Json) -> None:
        """Note the first response, which closes the modal that was submitted."""
        interaction.answer, interaction.data = kind, data
        if interaction.kind == MODAL and interaction.opener:
            source = interaction.opener.token
            self.shut(interaction.user, lambda one: one.source == source)
        interaction.answered.set()
        self.changes.tell()

    async def answered(self, interaction: Interaction, seconds: float) -> bool:
        """Wait for the first response, no longer than this."""
        try:
            async with asyncio.timeout(seconds):
                return await interaction.answered.wait()
        except TimeoutError:
            return False


def written(seconds: float) -> str:
    """Write a time as Discord does."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def made(snowflake: str) -> str:
    """Tell when something with this id was made."""
    return written(((int(snowflake) >> 22) + EPOCH) / 1000)
