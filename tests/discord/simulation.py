"""The app in simcord's Discord: the SDK's own dispatch and caches, without a network.

It takes the place of the SDK's HTTP client and lets the gateway's events in behind the connection,
so logging in and connecting are its own. Its clock is the app's as well; it stands still.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import discord
from discord.http import Route
from simcord import Env, ResponseMessage, UserHandle

from adapters.discord.client import Timing
from adapters.discord.face import Discord, open_discord
from adapters.store.keys import KeyHome
from adapters.store.sqlite import SqliteStore, open_store
from bot.commands.wiring import KINDS, new_case_id
from bot.engine.model import Case, Flow
from bot.ports import Person
from bot.service import Service
from tests.discord.moments import Find
from tests.discord.scene import no_picture
from tests.engine.scenes import ERRANDS, flow_of
from tests.fakes.discord.components import walk

Json = dict[str, Any]
Shown = discord.Message | ResponseMessage

PATIENT = Timing(answer=60.0)
"""An interaction is answered by what it comes to, however long that takes."""

_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
_API = "https://discord.com/api/"


@dataclass
class App:
    """The app as one process runs it."""

    store: SqliteStore
    service: Service
    discord: Discord

    async def close(self) -> None:
        await self.discord.stop()
        await self.store.close()


class Simulation:
    """The app and the Discord it runs in, from ``async with`` on; ``env`` is simcord's handle.

    It runs on the errands, or on ``flow`` (with its files). In the end it fails if a handler of
    ours raised anything.
    """

    def __init__(
        self, folder: Path, flow: Flow | None = None, files: Mapping[str, str] | None = None
    ) -> None:
        self._folder = folder
        self._flow = flow or flow_of(ERRANDS)
        self._files = files or {"flow.yaml": ERRANDS}
        self._env: Env | None = None
        self._sdk = Route.BASE
        self.app: App

    async def __aenter__(self) -> Self:
        self.app = await self._open()
        self._env = Env(self.app.discord.client, shard_count=1)
        await self._env.start()
        await self.app.discord.begin()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.app.close()
        await self.env.shutdown()
        Route.BASE = self._sdk
        if error is None:
            self.env.raise_errors()

    async def restarts(self) -> None:
        """End the app, and begin it anew on what it has stored."""
        await self.app.close()
        self.app = await self._open()
        await self.env.restart_bot(self.app.discord.client)
        await self.app.discord.begin()

    async def _open(self) -> App:
        home = KeyHome(self._folder / "test.key", "")
        store = await open_store(self._folder / "test.db", home, self._now)
        flow = self._flow
        await store.publish(flow.id, flow.version, self._files, self._now())
        service = Service(store, {flow.id: flow}, KINDS)
        face = open_discord(
            "no.token.needed",
            service,
            self._now,
            new_case_id,
            api_url=_API,
            flow=flow.id,
            grace_days=30,
            keep_days=30,
            rounds=store.rounds,
            draw=no_picture,
            timing=PATIENT,
        )
        face.client.ears = face  # so that it is told when simcord lets it connect
        return App(store, service, face)

    def _now(self) -> datetime:
        return self._env.now() if self._env else _BEFORE

    # ------------------------------------------------------------------ what there is

    @property
    def env(self) -> Env:
        assert self._env is not None, "it has not begun"
        return self._env

    async def case_of(self, who: UserHandle) -> Case:
        """Read somebody's only case."""
        owner = self.app.service.owner(Person("discord", str(who.id)))
        (listed,) = await self.app.store.cases(owner)
        return await self.app.store.case(owner, listed.id)

    def calls(self, method: str, path: str) -> list[Any]:
        """Give the bodies of the app's requests to paths that end so."""
        asked = self.env.http_requests
        return [one.json for one in asked if one.method == method and one.path.endswith(path)]


def card(who: UserHandle) -> discord.Message:
    """Give the one message in somebody's direct messages with the bot that is the bot's."""
    (shown,) = [one for one in who.dm_channel.history() if one.author.id != who.id]
    return shown


def parts(message: Shown) -> list[Json]:
    """Give all components of a message."""
    if isinstance(message, ResponseMessage):
        return [*walk(message.components)]
    return [*walk([dict(one.to_dict()) for one in message.components])]


def said(message: Shown) -> str:
    """Give all texts of a message."""
    return "\n".join(one["content"] for one in parts(message) if one["type"] == 10)


def named(message: Shown, find: Find) -> str:
    """Give the id of what can be pressed there, and meets the rule."""
    (found,) = [one for one in parts(message) if "custom_id" in one and find(one)]
    return str(found["custom_id"])
