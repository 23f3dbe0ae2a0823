"""Crossroads in Slack, whole: the real store, service and app, speaking with the fake Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from adapters.http.server import Server
from adapters.slack.face import Secrets, Slack, Timing, open_slack
from adapters.slack.upkeep import house
from adapters.store.keys import KeyHome
from adapters.store.sqlite import SqliteStore, open_store
from bot.commands.wiring import KINDS, new_case_id
from bot.engine.model import Flow
from bot.opinion.model import Round
from bot.ports import Person
from bot.rounds.postman import Draw
from bot.service import Clock, Service
from tests.engine.scenes import ERRANDS, flow_of
from tests.fakes.slack import FakeSlack
from tests.fakes.slack import Person as Somebody

Mode = Literal["http", "socket"]
AS_SHIPPED = Timing()


async def no_picture(round_: Round) -> None:
    """Draw nothing."""


@dataclass
class Scene:
    """The running app beside the fake; ``time`` is the app's clock, which stands still."""

    fake: FakeSlack
    slack: Slack
    store: SqliteStore
    service: Service
    server: Server

    def owner(self, somebody: Somebody) -> str:
        """Give the id under which somebody's things are stored."""
        team = somebody.team
        tenant = f"slack:{team.enterprise or '-'}:{team.id}"
        return self.service.owner(Person(tenant, somebody.id))

    def now(self) -> datetime:
        """Tell the time, by the fake's clock."""
        return datetime.fromtimestamp(self.fake.clock.now(), UTC)

    async def later(self, by: timedelta) -> None:
        """Let time pass, then deliver and tidy up once."""
        self.fake.clock.advance(by.total_seconds())
        await self.slack.hub.courier.round()
        await house(self.slack.hub).tidy()
        await self.idle()

    async def idle(self) -> None:
        """Wait until everything that was begun is done, what is due of rounds included."""
        await self.slack.hub.idle()
        await self.slack.hub.postman.round()
        await self.slack.reminding.round()


@asynccontextmanager
async def scene(
    fake: FakeSlack,
    folder: Path,
    mode: Mode = "http",
    *,
    flows: Mapping[str, tuple[Flow, Mapping[str, str]]] | None = None,
    flow: str = "errands",
    oauth: bool = False,
    grace_days: int = 30,
    timing: Timing = AS_SHIPPED,
    draw: Draw = no_picture,
    new_id: Callable[[], str] = new_case_id,
) -> AsyncIterator[Scene]:
    """Run the app on a flow, by default the errands; ``flows`` are loaded flows with their files.

    Opened again on the same folder, it goes on as a new process would.
    """
    loaded = flows or {"errands": (flow_of(ERRANDS), {"flow.yaml": ERRANDS})}
    clock = _clock(fake)
    store = await open_store(folder / "test.db", KeyHome(folder / "test.key", ""), clock)
    try:
        for one, files in loaded.values():
            await store.publish(one.id, one.version, files, clock())
        service = Service(store, {one.id: one for one, _ in loaded.values()}, KINDS)
        secrets = Secrets(
            bot_token="" if oauth else fake.team.bot_token,
            app_token=fake.app_token if mode == "socket" else "",
            signing_secret=fake.signing_secret,
            client_id=fake.world.client_id if oauth else "",
            client_secret=fake.world.client_secret if oauth else "",
            api_url=fake.api_url,
        )
        slack = open_slack(
            secrets,
            service,
            clock,
            new_id,
            rounds=store.rounds,
            draw=draw,
            flow=flow,
            grace_days=grace_days,
            timing=timing,
        )
        async with _serving(slack) as server:
            host, port = server.address
            fake.http_to("" if mode == "socket" else f"http://{host}:{port}/slack/events")
            yield Scene(fake, slack, store, service, server)
    finally:
        await store.close()


def _clock(fake: FakeSlack) -> Clock:
    return lambda: datetime.fromtimestamp(fake.clock.now(), UTC)


@asynccontextmanager
async def _serving(slack: Slack) -> AsyncIterator[Server]:
    server = Server("127.0.0.1", 0, slack.routes)
    await server.start()
    try:
        await slack.start()
        yield server
    finally:
        await server.stop()
        await slack.stop()
