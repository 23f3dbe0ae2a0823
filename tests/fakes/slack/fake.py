"""The fake Slack as tests hold it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TypeVar

import aiohttp
from aiohttp import web

from tests.fakes.slack.applied import apply
from tests.fakes.slack.clock import Clock
from tests.fakes.slack.drafts import COMMANDS, EVENTS, Sending, event
from tests.fakes.slack.faults import Fault, Faults, Planned
from tests.fakes.slack.model import Call, Channel, Group, Json, Message, Team
from tests.fakes.slack.person import Person
from tests.fakes.slack.post import Delivery, post, request
from tests.fakes.slack.server import Server
from tests.fakes.slack.sockets import Socket, Sockets
from tests.fakes.slack.world import World

T = TypeVar("T")


class FakeSlack:
    """A Slack on loopback, from ``async with`` on. It has one workspace, ``team``, to begin with.

    Things are delivered over Socket Mode, or over HTTP once ``http_to`` said where.
    ``patience`` is how many seconds it waits for an acknowledgement.
    """

    def __init__(self) -> None:
        self.world = World()
        self.faults = Faults()
        self.sockets = Sockets(self.world)
        self.patience = 3.0
        self.team = self.add_team("Alpha")
        self._url = ""
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
        app.router.add_get("/link/", self.sockets.link)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.world.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession(trust_env=False)

    async def close(self) -> None:
        """Let go of everything that hangs, and of all connections."""
        self.faults.release()
        for socket in [*self.sockets.open]:
            await socket.close()
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def check(self) -> None:
        """Fail if the app sent anything that Slack, or we, would refuse."""
        found = "\n".join(self.world.violations)
        assert not found, f"the app sent what it must not send:\n{found}"

    # ------------------------------------------------------------------ what it is told

    @property
    def api_url(self) -> str:
        """The address for ``AsyncWebClient(base_url=…)`` and SLACK_API_URL."""
        return f"{self.world.base}/api/"

    @property
    def app_token(self) -> str:
        """The token for Socket Mode."""
        return self.world.app_token

    @property
    def signing_secret(self) -> str:
        """The secret that requests are signed with."""
        return self.world.signing_secret

    @property
    def session(self) -> aiohttp.ClientSession:
        """An HTTP session for requests as Slack, or a browser, makes them; closed with the fake."""
        assert self._session is not None, "the fake was not started"
        return self._session

    @property
    def clock(self) -> Clock:
        """The clock of triggers, time stamps and signatures."""
        return self.world.clock

    def http_to(self, url: str) -> None:
        """Deliver over HTTP from now on, to this url (of /slack/events); "" for Socket Mode."""
        self._url = url

    def add_team(self, name: str, id: str = "", *, enterprise: str = "", org: bool = False) -> Team:
        """Add a workspace; all of one enterprise with ``org`` share one installation."""
        team_id = id or self.world.id("T")
        bot_user, bot_id = self.world.id("U"), self.world.id("B")
        token = f"xoxb-{enterprise}" if org else f"xoxb-{team_id}"
        team = Team(team_id, name, token, bot_user, bot_id, enterprise, org)
        self.world.teams[team_id] = team
        return team

    def person(
        self, name: str, team: Team | None = None, id: str = "", **more: str | int
    ) -> Person:
        """Add a person (``tz``, ``tz_offset`` and ``locale`` may be given)."""
        team = team or self.team
        account = self.world.account(team, name, id, **more)
        return Person(self.world, team, account, self.deliver)

    def channel(
        self,
        name: str,
        *people: Person,
        team: Team | None = None,
        member: bool = True,
        shared: bool = False,
        private: bool = False,
        archived: bool = False,
        wide: bool = False,
        invited: bool = False,
    ) -> Channel:
        """Add a channel with these people, and the bot unless ``member`` is False.

        ``shared``: with another organisation, by Slack Connect; ``invited``: one is asked to.
        """
        channel = Channel(
            self.world.id("C"),
            name,
            member=member,
            shared=shared,
            private=private,
            archived=archived,
            wide=wide,
            invited=invited,
            people=tuple(one.id for one in people),
        )
        (team or self.team).channels[channel.id] = channel
        return channel

    def group(self, handle: str, *people: Person, team: Team | None = None) -> Group:
        """Add a user group."""
        users = tuple(one.id for one in people)
        group = Group(self.world.id("S"), handle, handle.capitalize(), users)
        (team or self.team).groups[group.id] = group
        return group

    def posts(self, channel: Channel, thread: str = "") -> list[Message]:
        """Give what the app has posted in a channel, or in a thread of it, oldest first."""
        there = [one for team in self.world.teams.values() for one in team.posted(channel.id)]
        if thread:
            return [one for one in there if one.thread_ts == thread]
        return [one for one in there if not one.thread_ts or one.broadcast]

    def code(self, team: Team | None = None) -> str:
        """Issue a code as the installation page gets it after the person agreed."""
        code = f"code-{self.world.number()}"
        self.world.codes[code] = (team or self.team).id
        return code

    def revoke(self, token: str, error: str = "token_revoked") -> None:
        """Let a token be refused from now on (also "token_expired", "account_inactive")."""
        self.world.dead[token] = error

    def remove(self, message: Message) -> None:
        """Delete a message, with nobody told."""
        self.world.remove(message)

    def fail(
        self,
        method: str,
        fault: Fault,
        *,
        times: int | None = 1,
        channel: str = "",
        team: str = "",
        when: Callable[[Call], bool] | None = None,
    ) -> Planned:
        """Let calls of a method ("*": any) fail, so many times (None: until lifted)."""
        planned = Planned(method, fault, times, channel, team, when)
        self.faults.planned.append(planned)
        return planned

    # ------------------------------------------------------------------ what it heard

    @property
    def calls(self) -> list[Call]:
        """All calls in order."""
        return self.world.calls

    def calls_of(self, method: str) -> list[Call]:
        """Those of one method."""
        return [call for call in self.world.calls if call.method == method]

    @property
    def violations(self) -> list[str]:
        """What the app sent and must not send; a test that expects some clears it."""
        return self.world.violations

    async def until(self, gives: Callable[[], T], seconds: float = 5.0) -> T:
        """Wait until something here is so, and return it; raises TimeoutError."""
        return await self.world.changes.until(gives, seconds)

    async def called(self, method: str, times: int = 1, seconds: float = 5.0) -> Sequence[Call]:
        """Wait until a method was called, and answered, so many times."""

        def enough() -> list[Call]:
            there = [call for call in self.calls_of(method) if call.status]
            return there if len(there) >= times else []

        return await self.until(enough, seconds)

    async def connected(self, count: int = 1, seconds: float = 5.0) -> list[Socket]:
        """Wait for the app's websockets: so many connections since the start."""

        def there() -> list[Socket]:
            return self.sockets.open if self.sockets.count >= count else []

        return [*await self.until(there, seconds)]

    # ------------------------------------------------------------------ what it sends

    async def deliver(
        self,
        sending: Sending,
        *,
        retry: int = 0,
        reason: str = "http_timeout",
        via: Socket | None = None,
        patience: float | None = None,
    ) -> Delivery:
        """Send something to the app (``retry`` counts repetitions) and apply what it answers."""
        seconds = self.patience if patience is None else patience
        if self._url and via is None:
            now = self.clock.now()
            raw = request(sending, self._url, self.signing_secret, now, retry, reason)
            delivery = await post(self.session, raw, sending, seconds)
        else:
            delivery = await self.sockets.deliver(sending, seconds, retry, reason, via)
        apply(self.world, delivery)
        return delivery

    async def resend(self, delivery: Delivery) -> Delivery:
        """Send the very same HTTP request again, byte by byte."""
        assert delivery.raw is not None, "only what went over HTTP can be sent again"
        return await post(self.session, delivery.raw, delivery.sending, self.patience)

    async def happens(self, inner: Json, team: Team | None = None) -> Delivery:
        """Send any event of a workspace."""
        return await self.deliver(event(self.world, team or self.team, inner))

    async def uninstalled(self, team: Team | None = None) -> Delivery:
        """The app is removed from a workspace: its token is dead, and the app is told."""
        team = team or self.team
        self.revoke(team.bot_token, "account_inactive")
        return await self.happens({"type": "app_uninstalled"}, team)

    async def tokens_revoked(self, team: Team | None = None) -> Delivery:
        """The bot's token is revoked, and the app is told."""
        team = team or self.team
        self.revoke(team.bot_token)
        tokens = {"oauth": [], "bot": [team.bot_user]}
        return await self.happens({"type": "tokens_revoked", "tokens": tokens}, team)

    async def echo(self, message: Message) -> Delivery:
        """Tell the app of a message of its own, as Slack does."""
        inner: Json = {"type": "message", "user": message.user, "text": message.text}
        team = self.world.teams[message.team]
        inner |= {"bot_id": team.bot_id, "channel": message.channel, "channel_type": "im"}
        return await self.happens(inner | {"ts": message.ts, "event_ts": message.ts}, team)

    async def verifies_url(self) -> Delivery:
        """Ask the app to prove that the url is its own (HTTP only)."""
        payload = {"type": "url_verification", "token": "t", "challenge": "challenge-1"}
        return await self.deliver(Sending(EVENTS, payload, self.team.id))

    async def checks_ssl(self) -> Delivery:
        """Probe the url, as Slack does now and then (HTTP only)."""
        return await self.deliver(Sending(COMMANDS, {"ssl_check": "1", "token": "t"}, self.team.id))
