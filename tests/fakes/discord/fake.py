"""The fake Discord as tests hold it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.fakes.discord import events, shown, writing
from tests.fakes.discord.drafts import Sending
from tests.fakes.discord.events import SignedEvent
from tests.fakes.discord.faults import Fault, Faults, Planned
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.model import (
    DM,
    EVERYTHING,
    GROUP,
    TEXT,
    Call,
    Channel,
    Guild,
    Json,
    Message,
)
from tests.fakes.discord.person import Person, Reaction
from tests.fakes.discord.server import Server
from tests.fakes.discord.servers import Servers
from tests.fakes.discord.sessions import Socket
from tests.fakes.discord.world import GUILDS, World
from tests.fakes.slack.clock import Clock

T = TypeVar("T")


class FakeDiscord:
    """A Discord on loopback, from ``async with`` on, with one application and its bot.

    ``patience`` is how many (real) seconds a person waits for an answer; ``gateway`` has the
    connections, and what can be done to them; ``servers`` changes what is in guilds.
    """

    def __init__(self, shards: int = 1) -> None:
        self.world = World()
        self.world.shards = shards
        self.faults = Faults()
        self.gateway = Gateway(self.world)
        self.servers = Servers(self.world)
        self.patience = 3.0
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    # ------------------------------------------------------------------ begin and end

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def start(self, port: int = 0) -> None:
        """Listen on loopback."""
        app = web.Application(client_max_size=64 * 2**20)
        app.add_routes(Server(self.world, self.faults).routes())
        app.router.add_get("/gateway/", self.gateway.link)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.world.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession(trust_env=False)

    async def close(self) -> None:
        """Let go of everything that hangs, and of all connections."""
        self.faults.release()
        for socket in [*self.gateway.open]:
            await socket.close(1001)
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def check(self) -> None:
        """Fail if the app sent anything that Discord, or we, would refuse."""
        assert not self.world.bugs, f"the fake is not like Discord: {self.world.bugs}"
        found = "\n".join(self.world.violations)
        assert not found, f"the app sent what it must not send:\n{found}"

    # ------------------------------------------------------------------ what it is told

    @property
    def api_url(self) -> str:
        """The address of the REST API, without the version: ``Route.BASE`` is this and ``v10``."""
        return f"{self.world.base}/api/"

    @property
    def gateway_url(self) -> str:
        """The address for ``DiscordWebSocket.DEFAULT_GATEWAY``."""
        return self.world.gateway_url

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @property
    def application_id(self) -> str:
        """The application's id."""
        return self.world.app

    @property
    def verify_key(self) -> str:
        """The application's public key, as the developer portal shows it."""
        key = self.world.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return key.hex()

    @property
    def session(self) -> aiohttp.ClientSession:
        """An HTTP session for requests as Discord makes them; closed with the fake."""
        assert self._session is not None, "the fake was not started"
        return self._session

    @property
    def clock(self) -> Clock:
        """The clock of ids, tokens and signatures."""
        return self.world.clock

    def person(self, name: str, id: str = "", **more: Any) -> Person:
        """Add a person (``locale``, ``installed`` may be given)."""
        account = self.world.account(name, id, **more)
        return Person(self.world, account, self.deliver)

    def guild(
        self, name: str, *, bot: bool = True, shard: int | None = None, owner: str = ""
    ) -> Guild:
        """Add a guild, by default with the bot in it (on this shard), which is told."""
        guild_id = self._id_on(shard)
        channel = Channel(self.world.snowflake(), TEXT, "general", guild_id)
        guild = Guild(guild_id, name, self.world.place(channel), owner=owner)
        self.world.guilds[guild_id] = guild
        everybody = shown.role(guild_id, "@everyone", EVERYTHING)
        self.world.roles[guild_id] = {guild_id: everybody}
        if bot:
            self.world.joined[guild_id] = guild
            self.world.dispatch("GUILD_CREATE", shown.guild(self.world, guild), guild_id, GUILDS)
        return guild

    def _id_on(self, shard: int | None) -> str:
        made = int(self.world.snowflake())
        while shard is not None and (made >> 22) % self.world.shards != shard:
            made += 1 << 22
        return str(made)

    def private_channel(self, *people: Person) -> Channel:
        """Add a channel of these people, without the bot: of two, or a group."""
        kind = DM if len(people) == 2 else GROUP
        there = tuple(one.id for one in people)
        return self.world.place(Channel(self.world.snowflake(), kind, people=there, bot=False))

    def removes_bot(self, guild: Guild) -> None:
        """Somebody removes the bot from a guild; it is told."""
        self.world.leave(guild.id)

    def outage(self, guild: Guild) -> None:
        """A guild cannot be reached for a while; the bot is told."""
        self.world.outages.add(guild.id)
        gone = {"id": guild.id, "unavailable": True}
        self.world.dispatch("GUILD_DELETE", gone, guild.id, GUILDS)

    def recovers(self, guild: Guild) -> None:
        """A guild is back after an outage; the bot is told."""
        self.world.outages.discard(guild.id)
        self.world.dispatch("GUILD_CREATE", self.gateway.available(guild), guild.id, GUILDS)

    def remove(self, message: Message) -> None:
        """Delete a message; the bot is told."""
        writing.remove(self.world, message)

    def fail(
        self,
        operation: str,
        fault: Fault,
        *,
        times: int | None = 1,
        channel: str = "",
        when: Callable[[Call], bool] | None = None,
    ) -> Planned:
        """Let requests of an operation ("*": any) fail, so many times (None: until lifted)."""
        planned = Planned(operation, fault, times, channel, when)
        self.faults.planned.append(planned)
        return planned

    # ------------------------------------------------------------------ what it heard

    @property
    def calls(self) -> list[Call]:
        """All requests in order."""
        return self.world.calls

    def calls_of(self, operation: str) -> list[Call]:
        """Those of one operation."""
        return [call for call in self.world.calls if call.operation == operation]

    def messages_in(self, where: Channel | Guild) -> tuple[Message, ...]:
        """All messages that everybody sees in a channel, oldest first."""
        channel = where.channel if isinstance(where, Guild) else where
        there = self.world.messages.get(channel.id, {}).values()
        return tuple(sorted(there, key=lambda one: int(one.id)))

    @property
    def commands(self) -> list[Json]:
        """The commands that are registered."""
        return self.world.commands

    @property
    def command_puts(self) -> int:
        """How often they were registered."""
        return self.world.command_puts

    @property
    def violations(self) -> list[str]:
        """What the app sent and must not send; a test that expects some clears it."""
        return self.world.violations

    async def until(self, gives: Callable[[], T], seconds: float = 5.0) -> T:
        """Wait until something here is so, and return it; raises TimeoutError."""
        return await self.world.changes.until(gives, seconds)

    async def called(self, operation: str, times: int = 1, seconds: float = 5.0) -> Sequence[Call]:
        """Wait until an operation was called, and answered, so many times."""

        def enough() -> list[Call]:
            there = [call for call in self.calls_of(operation) if call.status]
            return there if len(there) >= times else []

        return await self.until(enough, seconds)

    async def connected(self, count: int = 1, seconds: float = 5.0) -> list[Socket]:
        """Wait for the app's connections: so many became ready or resumed since the start."""

        def there() -> list[Socket]:
            return self.gateway.open if self.gateway.count >= count else []

        return [*await self.until(there, seconds)]

    # ------------------------------------------------------------------ what it sends

    async def deliver(self, sending: Sending, *, patience: float | None = None) -> Reaction:
        """Send something to the app, and wait for its answer if it is an interaction."""
        seconds = self.patience if patience is None else patience
        start = time.monotonic()
        heard = self._send(sending)
        await self.gateway.flush()
        begun = sending.interaction
        if begun is None:
            return Reaction(sending, heard, took=time.monotonic() - start)
        if self.gateway.sessions:
            await self.world.answered(begun, seconds)
        took = time.monotonic() - start
        return Reaction(sending, bool(begun.answer), begun.answer, begun.data, took)

    async def redeliver(self, sending: Sending) -> None:
        """Send the very same event once more, and wait for nothing."""
        self._send(sending)
        await self.gateway.flush()

    def _send(self, sending: Sending) -> bool:
        self.world.dispatch(sending.event, sending.payload, sending.guild, sending.intent)
        return self.gateway.heard_by(sending.guild, sending.intent)

    # ------------------------------------------------------------------ webhook events

    def deauthorized_event(self, person: Person) -> SignedEvent:
        """Make the signed request that tells that a person has removed the app."""
        return events.deauthorized(self.world, person.account)

    def ping_event(self) -> SignedEvent:
        """Make the signed request that asks whether the endpoint is there."""
        return events.ping(self.world)
