"""Slack as one of the program's faces: its parts put together, begun and ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.app import PATIENCE, Http, new_bolt
from adapters.slack.calls import Calls, Pause
from adapters.slack.delivery import Cards
from adapters.slack.directory import Directory
from adapters.slack.faults import SlackError
from adapters.slack.forum import SlackForum
from adapters.slack.grants import Grants, Installations, SingleWorkspace
from adapters.slack.heard import tenant
from adapters.slack.hub import PLATFORM, Hub
from adapters.slack.install import Credentials, Installing
from adapters.slack.installations import Shelf
from adapters.slack.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH, SCOPES
from adapters.slack.session import new_session
from adapters.slack.signed import Signatures
from adapters.slack.sockets import Socket
from adapters.slack.upkeep import house
from bot.chat.contacts import Contacts
from bot.chat.parts import DrawChart, Printer, no_chart, only_markdown
from bot.errors import DeliveryError
from bot.outbox import Courier
from bot.papers.reminding import Reminding
from bot.ports import Receive
from bot.rounds.council import Council
from bot.rounds.ports import Rounds
from bot.rounds.postman import Draw, Postman
from bot.rounds.workspace import keep_on
from bot.service import Clock, Service

_REACHED = 30.0
"""Seconds for which it is believed that Slack can be reached, once it could."""


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What the app has from Slack; what is "" is not used. The client's two are for OAuth."""

    bot_token: str = ""
    app_token: str = ""
    signing_secret: str = ""
    client_id: str = ""
    client_secret: str = ""
    api_url: str = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take, in seconds; ``pause`` waits before something is tried again.

    ``turn``: until what was heard must be durable. ``call``: one call of Slack. ``ping``: between
    two pings of the socket. ``grace``: what is under way when the face stops.
    """

    pause: Pause = asyncio.sleep
    turn: float = PATIENCE
    call: float = 10.0
    ping: float = 5.0
    grace: float = 5.0


@dataclass(slots=True)
class Slack:
    """The running face; made by ``open_slack``."""

    hub: Hub
    calls: Calls
    http: Http | None
    socket: Socket | None
    installing: Installing | None
    reminding: Reminding
    timing: Timing = Timing()
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    reached: float = float("-inf")

    @property
    def routes(self) -> Mapping[tuple[str, str], Receive]:
        """What is to be served over HTTP."""
        routes: dict[tuple[str, str], Receive] = {}
        if self.http:
            routes["POST", EVENTS_PATH] = self.http.receive
        if self.installing:
            routes["GET", INSTALL_PATH] = self.installing.install
            routes["GET", REDIRECT_PATH] = self.installing.callback
        return routes

    @property
    def begun(self) -> str:
        """What is said once it has started."""
        return "Slack is connected." if self.socket else "Slack may call."

    async def start(self) -> None:
        """Begin to deliver what is due and to listen; returns when Slack can be heard."""
        await self.hub.shelf.warm()
        self.tasks += [
            asyncio.create_task(self.hub.courier.run()),
            asyncio.create_task(self.hub.postman.run()),
            asyncio.create_task(self.reminding.run()),
            asyncio.create_task(house(self.hub).keep()),
        ]
        if self.socket:
            await self.socket.start()

    async def lost(self) -> str:
        """Wait for ever: whatever Slack refuses may be set right while we run."""
        never: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        return await never

    async def state(self) -> str:
        """Say "ok", or in a few words what is wrong."""
        if self.socket and not await self.socket.connected():
            return "not connected"
        now = asyncio.get_running_loop().time()
        if now - self.reached < _REACHED:
            return "ok"
        try:
            await self.calls.call("", "api.test")
        except SlackError:
            pass  # it answered
        except DeliveryError:
            return "not reached"
        self.reached = now
        return "ok"

    async def stop(self) -> None:
        """Listen no more, give what is under way some seconds, and let go of the network.

        What is not delivered by then stays due.
        """
        if self.socket:
            await self.socket.stop()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(self.timing.grace):
                await self.hub.idle()
        await self.hub.stop()
        if isinstance(self.hub.grants, Installations):
            await self.hub.grants.close()
        await self.calls.close()


def open_slack(
    secrets: Secrets,
    service: Service,
    clock: Clock,
    new_id: Callable[[], str],
    *,
    rounds: Rounds,
    draw: Draw,
    printer: Printer = only_markdown,
    draw_chart: DrawChart = no_chart,
    flow: str,
    grace_days: int,
    timing: Timing = Timing(),
) -> Slack:
    """Put the face together; nothing is sent or heard before ``start``.

    ``draw`` makes the picture of what a round came to. To be called in the running loop. Raises
    ``SetupError`` where a secret is missing.
    """
    calls = Calls(new_session(timing.call, secrets.api_url), secrets.api_url, timing.pause)
    contacts = Contacts(service)
    shelf = Shelf(service.store.safe, clock)
    grants: Grants = SingleWorkspace(calls, secrets.bot_token)
    if secrets.client_id:
        client = (secrets.client_id, secrets.client_secret)
        grants = Installations(shelf, calls, *client, clock)
    cards = Cards(calls, grants, contacts)
    courier = Courier(service, PLATFORM, cards, clock)
    forum = SlackForum(calls, Directory(calls, grants), service.owner)
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
        calls=calls,
        grants=grants,
    )
    installing = _installing(secrets, hub, shelf) if secrets.client_id else None
    app = new_bolt(hub, timing.turn)
    http = _http(app, secrets, clock) if secrets.signing_secret else None
    socket = _socket(app, secrets, calls, timing) if secrets.app_token else None
    reminding = Reminding(service, PLATFORM, forum, clock)
    return Slack(hub, calls, http, socket, installing, reminding, timing)


def _socket(app: AsyncApp, secrets: Secrets, calls: Calls, timing: Timing) -> Socket:
    return Socket(
        app, secrets.app_token, calls.client, pause=timing.pause, ping_interval=timing.ping
    )


def _http(app: AsyncApp, secrets: Secrets, clock: Clock) -> Http:
    return Http(app, Signatures(secrets.signing_secret, lambda: clock().timestamp()))


def _installing(secrets: Secrets, hub: Hub, shelf: Shelf) -> Installing:
    credentials = Credentials(secrets.client_id, secrets.client_secret, list(SCOPES))

    async def installed(enterprise: str, team: str) -> None:
        back = tenant(enterprise, team)
        await hub.service.store.reclaim(back)
        await keep_on(hub.safe, back, hub.clock())

    return Installing(credentials, shelf, hub.safe, hub.calls, hub.clock, installed)
