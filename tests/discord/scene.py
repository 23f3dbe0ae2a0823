"""Crossroads on Discord, whole: the real store, service and app, speaking with the fake Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.client import Timing
from adapters.discord.face import Discord, open_discord
from adapters.discord.upkeep import house
from adapters.store.keys import KeyHome
from adapters.store.sqlite import SqliteStore, open_store
from bot.commands.wiring import KINDS, new_case_id
from bot.engine.model import Flow
from bot.opinion.model import Round
from bot.platforms import Shards
from bot.ports import Person
from bot.rounds.postman import Draw
from bot.service import Service
from tests.engine.scenes import ERRANDS, flow_of
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord import Person as Somebody


async def no_pause(seconds: float) -> None:
    """Wait for nothing."""


async def no_picture(round_: Round) -> None:
    """Draw nothing."""


AS_SHIPPED = Timing(servers=0.0, pause=no_pause)


@dataclass
class Scene:
    """The running app beside the fake, whose clock is the app's as well; it stands still."""

    fake: FakeDiscord
    discord: Discord
    store: SqliteStore
    service: Service

    def owner(self, somebody: Somebody) -> str:
        """Give the id under which somebody's things are stored."""
        return self.service.owner(Person("discord", somebody.id))

    def now(self) -> datetime:
        """Tell the time, by the fake's clock."""
        return datetime.fromtimestamp(self.fake.clock.now(), UTC)

    async def later(self, by: timedelta) -> None:
        """Let time pass, then deliver and tidy up once."""
        self.fake.clock.advance(by.total_seconds())
        await self.discord.hub.courier.round()
        await self.discord.hub.postman.round()
        await self.discord.reminding.round()
        await house(self.discord.hub).tidy()
        await self.idle()

    async def idle(self) -> None:
        """Wait until everything that was begun is done."""
        await self.discord.idle()


@asynccontextmanager
async def scene(
    fake: FakeDiscord,
    folder: Path,
    *,
    flows: Mapping[str, tuple[Flow, Mapping[str, str]]] | None = None,
    flow: str = "errands",
    grace_days: int = 30,
    keep_days: int = 30,
    shards: Shards | None = None,
    timing: Timing = AS_SHIPPED,
    patience: float = 5.0,
    draw: Draw = no_picture,
) -> AsyncIterator[Scene]:
    """Run the app on a flow, by default the errands; ``flows`` are loaded flows with their files.

    ``patience`` is how many seconds a locked database is waited for. Opened again on the same
    folder, it goes on as a new process would.
    """
    loaded = flows or {"errands": (flow_of(ERRANDS), {"flow.yaml": ERRANDS})}

    def clock() -> datetime:
        return datetime.fromtimestamp(fake.clock.now(), UTC)

    sdk = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    # Until it has asked, the app knows no gateway: a way to the real one would be a fault.
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL("ws://unknown.invalid/")
    home = KeyHome(folder / "test.key", "")
    store = await open_store(folder / "test.db", home, clock, patience=patience)
    try:
        for one, files in loaded.values():
            await store.publish(one.id, one.version, files, clock())
        service = Service(store, {one.id: one for one, _ in loaded.values()}, KINDS)
        discord = open_discord(
            fake.token,
            service,
            clock,
            new_case_id,
            api_url=fake.api_url.removesuffix("v10"),
            flow=flow,
            grace_days=grace_days,
            keep_days=keep_days,
            rounds=store.rounds,
            draw=draw,
            shards=shards,
            timing=timing,
        )
        try:
            await discord.start()
            yield Scene(fake, discord, store, service)
        finally:
            await discord.stop()
    finally:
        await store.close()
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = sdk
