"""Discord as one of the program's faces: its parts put together, begun and ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, repeat

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.calls import Calls
from adapters.discord.client import Client, Timing, quiet_sdk_logs
from adapters.discord.commands import payload
from adapters.discord.delivery import Cards
from adapters.discord.doors import Door, Doors
from adapters.discord.events import Events
from adapters.discord.faults import FAILURES, in_words
from adapters.discord.forum import DiscordForum
from adapters.discord.heard import Acted, Speaker, Spot, Wrote
from adapters.discord.hub import PLATFORM, Hub
from adapters.discord.invite import EVENTS_PATH
from adapters.discord.missed import Missed
from adapters.discord.reception import act, hear
from adapters.discord.syncing import sync
from adapters.discord.upkeep import (
    compare_servers,
    deauthorized,
    house,
    joined_server,
    left_server,
)
from bot.chat.background import Background
from bot.chat.contacts import Contacts
from bot.chat.parts import DrawChart, Printer, no_chart, only_markdown
from bot.config import proxy_for
from bot.errors import DeliveryError, SetupError
from bot.outbox import Courier
from bot.papers.reminding import Reminding
from bot.platforms import Shards
from bot.ports import Receive
from bot.rounds.council import Council
from bot.rounds.ports import Rounds
from bot.rounds.postman import Draw, Postman
from bot.service import Clock, Service

_VERSION = "v10"
_AGAIN = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds between tries to log in while Discord cannot be reached."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Discord:
    """The running face; made by ``open_discord``. It fulfils ``adapters.discord.client.Ears``."""

    hub: Hub
    client: Client
    token: str
    timing: Timing
    missed: Missed
    reminding: Reminding
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    connection: asyncio.Task[None] | None = None
    failed: str = ""

    @property
    def routes(self) -> Mapping[tuple[str, str], Receive]:
        """What is to be served over HTTP."""
        events = Events(self._key, lambda user: deauthorized(self.hub, user), self.hub.clock)
        return {("POST", EVENTS_PATH): events.receive}

    @property
    def begun(self) -> str:
        """What is said once it has started."""
        return "Discord is connected."

    def _key(self) -> str:
        application = self.client.application
        return application.verify_key if application else ""

    # ------------------------------------------------------------------ begun and ended

    async def start(self) -> None:
        """Log in, register the commands, and connect; returns when Discord can be heard.

        Raises ``SetupError`` where Discord refuses the token or what is asked for.
        """
        await self._log_in()
        await self.begin()
        self.connection = asyncio.create_task(self._connect())
        ready = asyncio.create_task(self.client.wait_until_ready())
        await asyncio.wait({self.connection, ready}, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            ready.cancel()
            raise SetupError(self.failed or "Discord closed the connection.", _LOOK)

    async def begin(self) -> None:
        """Register the commands, deliver, tidy up, and be ready to hear; it is logged in by now."""
        await self._register()
        await self.hub.shelf.warm()
        self.client.ears = self
        self.tasks += [
            asyncio.create_task(self.hub.courier.run()),
            asyncio.create_task(self.hub.postman.run()),
            asyncio.create_task(self.reminding.run()),
            asyncio.create_task(house(self.hub).keep()),
        ]

    async def _log_in(self) -> None:
        """Log in, for as long as it takes; and learn where the gateway is."""
        for wait in _waits():
            try:
                with in_words("log in"):
                    await self.client.login(self.token)
                    shards, url, _ = await self.client.http.get_bot_gateway()
            except DeliveryError as error:
                if getattr(error, "status", 0) in {401, 403}:
                    raise SetupError("Discord does not take DISCORD_TOKEN.", _LOOK) from None
                log.warning("%s It is tried again in %s seconds.", error, wait)
                await self.client.http.close()
                self.client.http.connector = discord.utils.MISSING  # that one is closed as well
                await self.timing.pause(wait)
            except discord.LoginFailure:
                raise SetupError("Discord does not take DISCORD_TOKEN.", _LOOK) from None
            else:
                # A session that ends comes back here, wherever it was resumed before.
                DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
                # Without a number of shards the SDK would ask once more, and fail for good.
                self.client.shard_count = self.client.shard_count or shards
                return

    async def _register(self) -> None:
        hub = self.hub
        commands = payload(hub.beginning.every, hub.beginning.others)
        try:
            await sync(
                hub.calls.put_commands, hub.safe, hub.calls.application, commands, hub.clock()
            )
        except DeliveryError as error:
            log.warning("The commands could not be registered, the next start tries it: %s", error)

    async def _connect(self) -> None:
        """Stay connected; a connection that ends for good is told by ``state``."""
        try:
            await self.client.connect()
        except discord.PrivilegedIntentsRequired:
            self.failed = "Discord wants an intent to be allowed that Crossroads does not need."
        except discord.ConnectionClosed as error:
            self.failed = f"Discord closed the connection for good, with code {error.code}."
        except FAILURES as error:
            self.failed = f"The connection to Discord ended: {type(error).__name__}."
        if self.failed:
            log.error("%s %s", self.failed, _LOOK)

    async def lost(self) -> str:
        """Wait until Discord has closed the connection for good; says why."""
        if self.connection:
            await asyncio.shield(self.connection)
        return self.failed

    async def state(self) -> str:
        """Say "ok", or in a few words what is wrong."""
        if self.failed or not self.client.is_ready():
            return "not connected"
        slow = [beat for _, beat in self.client.latencies if not beat < self.timing.heartbeat]
        closed = [one for one in self.client.shards.values() if one.is_closed()]
        return "not connected" if slow or closed else "ok"

    async def idle(self) -> None:
        """Wait until everything that was heard or begun is done, deliveries included."""
        await self.client.idle()
        await self.hub.idle()

    async def stop(self) -> None:
        """Listen no more, give what is under way some seconds, and let go of the network.

        What is not delivered by then stays due.
        """
        self.client.ears = None
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(self.timing.grace):
                await self.idle()
        await self.client.give_up()
        await self.hub.stop()
        if self.connection:
            await self.client.close()
            await asyncio.gather(self.connection, return_exceptions=True)
        else:
            await self.client.http.close()
        await self.hub.calls.close()

    # ------------------------------------------------------------------ what happens

    async def act(self, heard: Acted | None, spot: Spot) -> None:
        """Answer an interaction, once however often it is told."""
        if self.hub.doors.is_new(spot.id):
            await act(self.hub, heard, Door(self.hub.calls, spot), self.timing.answer)

    async def hear(self, heard: Wrote) -> None:
        """Take a direct message."""
        await hear(self.hub, heard, self.missed)

    async def joined(self, guild: str) -> None:
        """Note that the bot was added to a server."""
        await joined_server(self.hub, guild)

    async def left(self, guild: str) -> None:
        """Note that the bot was removed from a server."""
        await left_server(self.hub, guild)

    async def connected(self) -> None:
        """Find who may have written while nobody was connected."""
        await self.missed.expect()

    async def ready(self) -> None:
        """Look at what happened while nobody was connected."""
        if self.client.shard_ids is None or 0 in self.client.shard_ids:
            await self._read_missed()
        await compare_servers(self.hub, [str(guild.id) for guild in self.client.guilds])

    async def _read_missed(self) -> None:
        await self.missed.expect()
        if not await self.missed.read():
            self.tasks.append(asyncio.create_task(self._read_again()))

    async def _read_again(self) -> None:
        """Read what was missed, for as long as it takes."""
        for wait in _waits():
            await self.timing.pause(wait)
            if await self.missed.read():
                return


_LOOK = (
    "“crossroads doctor” tells more; the token is at https://discord.com/developers/applications."
)


def _waits() -> Iterator[float]:
    """Give the waits between tries, the last one for ever."""
    return chain(_AGAIN, repeat(_AGAIN[-1]))


AS_SHIPPED = Timing()


def open_discord(
    token: str,
    service: Service,
    clock: Clock,
    new_id: Callable[[], str],
    *,
    api_url: str,
    flow: str,
    grace_days: int,
    keep_days: int,
    rounds: Rounds,
    draw: Draw,
    printer: Printer = only_markdown,
    draw_chart: DrawChart = no_chart,
    shards: Shards | None = None,
    timing: Timing = AS_SHIPPED,
) -> Discord:
    """Put the face together; nothing is sent or heard before ``start``.

    ``rounds`` keeps second opinions, ``draw`` makes their pictures. To be called in the running
    loop. Where the API is the SDK knows once for the whole process.
    """
    quiet_sdk_logs()
    Route.BASE = f"{api_url}{_VERSION}"
    client = Client(shards, proxy_for(api_url), timing)
    calls = Calls(client, timing.call)
    contacts = Contacts(service, keep_days=keep_days)
    doors, background = Doors(), Background()
    cards = Cards(calls, contacts, doors, lambda act: background.after([act]))
    courier = Courier(service, PLATFORM, cards, clock)
    forum = DiscordForum(calls, lambda user: service.owner(Speaker(user).person), new_id)
    hub = Hub(
        service=service,
        courier=courier,
        contacts=contacts,
        clock=clock,
        new_id=new_id,
        flow=flow,
        forum=forum,
        postman=Postman(Council(service, rounds, clock), PLATFORM, forum, draw),
        grace_days=grace_days,
        printer=printer,
        draw_chart=draw_chart,
        background=background,
        calls=calls,
        doors=doors,
        is_in=client.is_in,
    )
    missed = Missed(hub, lambda wrote: hear(hub, wrote))
    reminding = Reminding(service, PLATFORM, forum, clock)
    return Discord(hub, client, token, timing, missed, reminding)
