"""The bot's side of the Discord bench, in a process of its own.

``bare`` is the floor: discord.py's client as bots use it. To every interaction it answers with the
next card: a fresh ``LayoutView``, built component by component from the same plain values that our
own renderer made, and sent by ``interaction.response.edit_message(view=…)``. It keeps nothing and
writes nothing. ``lean`` is stricter than any bot: it sends those plain values as they are, without
a view, and asks for no message back. ``ours`` is the whole app on a database.

Each says when it is connected, then answers each line of its input with its figures.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import discord
import orjson
from discord import ui
from discord.http import Route
from discord.webhook.async_ import async_context

from adapters.discord.client import Timing
from adapters.discord.face import open_discord
from adapters.discord.heard import own
from adapters.discord.hub import PLATFORM
from adapters.library import read_flow, shipped_flows
from adapters.pictures.reveal import draw_reveal
from adapters.store.keys import KeyHome
from adapters.store.sqlite import open_store
from bot.commands.wiring import KINDS
from bot.engine.load import load_flow
from bot.ports import Contact, Person
from bot.service import Service
from tests.bench.dialogue import FLOW_ID
from tests.bench.discord_presses import (
    TRACK,
    Json,
    case_of,
    channel_of,
    message_of,
    user_of,
)
from tests.bench.figures import figures, now

TOKEN = "a token of the bench"
DATABASE = "bench.db"
CARDS = "cards.json"

Answer = Callable[[discord.Interaction, list[Json]], Awaitable[Any]]


# ------------------------------------------------------------------ the floors


class Bare(discord.AutoShardedClient):
    """Answers every interaction with the next card, and does nothing else."""

    def __init__(self, cards: list[list[Json]], answer: Answer) -> None:
        intents = discord.Intents.none()
        intents.guilds = True
        intents.dm_messages = True
        super().__init__(
            intents=intents,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.0,
        )
        self._cards = cards
        self._answer = answer

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer with the card of the turn after the one that was pressed."""
        data: Json = {**(interaction.data or {})}
        turn = int(data["custom_id"].split(":")[2])
        await self._answer(interaction, self._cards[turn % len(self._cards)])


async def with_view(interaction: discord.Interaction, card: list[Json]) -> None:
    """Answer as bots do."""
    view = ui.LayoutView(timeout=None)
    for part in card:
        view.add_item(item(part))
    await interaction.response.edit_message(view=view)


def item(part: Json) -> ui.Item[Any]:
    """Build one component, with what is in it."""
    match part["type"]:
        case 1:
            return ui.ActionRow(*map(item, part["components"]))
        case 2:
            style = discord.ButtonStyle(part["style"])
            return ui.Button(style=style, label=part["label"], custom_id=part["custom_id"])
        case 3:
            return ui.Select(
                custom_id=part["custom_id"],
                placeholder=part["placeholder"],
                min_values=part["min_values"],
                max_values=part["max_values"],
                options=[discord.SelectOption(**option) for option in part["options"]],
            )
        case 9:
            return ui.Section(*map(item, part["components"]), accessory=item(part["accessory"]))
        case 10:
            return ui.TextDisplay(part["content"])
        case 14:
            return ui.Separator(visible=part.get("divider", True))
        case 17:
            colour = part.get("accent_color")
            return ui.Container(*map(item, part["components"]), accent_colour=colour, id=part["id"])
        case kind:
            raise ValueError(f"The floor knows no component of type {kind}.")


async def with_values(interaction: discord.Interaction, card: list[Json]) -> None:
    """Answer with plain values, past all that the SDK has for making and keeping views."""
    route = Route(
        "POST",
        "/interactions/{webhook_id}/{webhook_token}/callback",
        webhook_id=interaction.id,
        webhook_token=interaction.token,
    )
    mentions: Json = {"parse": []}
    data = {"components": card, "flags": 1 << 15, "allowed_mentions": mentions}
    body = {"type": 7, "data": data}
    await async_context.get().request(route, interaction._session, payload=body)


@asynccontextmanager
async def bare(folder: Path, api_url: str, answer: Answer) -> AsyncIterator[None]:
    """Run the SDK's client alone."""
    Route.BASE = f"{api_url}v10"
    client = Bare(orjson.loads((folder / CARDS).read_bytes()), answer)
    async with client:
        await client.login(TOKEN)
        running = asyncio.create_task(client.connect())
        await client.wait_until_ready()
        yield
    await running


# ------------------------------------------------------------------ ours


@asynccontextmanager
async def ours(folder: Path, api_url: str, people: int) -> AsyncIterator[None]:
    """Run the app on a database where so many people have begun a case each."""
    texts = read_flow(shipped_flows()[FLOW_ID])
    flow = load_flow(texts, KINDS)
    store = await open_store(folder / DATABASE, KeyHome(folder / "bench.key", ""), now)
    try:
        await store.publish(flow.id, flow.version, texts, now())
        service = Service(store, {flow.id: flow}, KINDS)
        await _begin(service, people)
        numbers = count(1)
        face = open_discord(
            TOKEN,
            service,
            now,
            lambda: f"N{next(numbers)}",
            api_url=api_url,
            flow=FLOW_ID,
            grace_days=30,
            keep_days=30,
            rounds=store.rounds,
            draw=draw_reveal,
            # The machine may pause; then still the card is the answer, and nothing else.
            timing=Timing(servers=0.0, answer=60.0),
        )
        try:
            await face.start()
            gc.freeze()  # as “crossroads run” does
            yield
        finally:
            await face.stop()
    finally:
        await store.close()


async def _begin(service: Service, people: int) -> None:
    async def one(number: int) -> None:
        user, case_id = user_of(number), case_of(number)
        owner = service.owner(Person("discord", user))
        address = {"user": user, "channel": channel_of(number)}
        await service.store.set_contact(owner, Contact(PLATFORM, own(user), address))
        done = await service.start(owner, FLOW_ID, case_id, now(), track=TRACK, platform=PLATFORM)
        await service.store.sent(done.case.id, done.case.turn, now(), message_of(number))

    for start in range(0, people, 200):
        await asyncio.gather(*(one(number) for number in range(start, min(people, start + 200))))


# ------------------------------------------------------------------ serving


async def _serve(running: AbstractAsyncContextManager[None], database: Path | None = None) -> None:
    loop = asyncio.get_running_loop()
    async with running:
        print(json.dumps({"connected": True}), flush=True)
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            if line.strip() == "end":
                return
            print(json.dumps(figures(database)), flush=True)


def main(arguments: list[str]) -> None:
    """Run what is asked for until told to end."""
    match arguments:
        case ["bare", folder, api_url, _]:
            asyncio.run(_serve(bare(Path(folder), api_url, with_view)))
        case ["lean", folder, api_url, _]:
            asyncio.run(_serve(bare(Path(folder), api_url, with_values)))
        case ["ours", folder, api_url, people]:
            running = ours(Path(folder), api_url, int(people))
            asyncio.run(_serve(running, Path(folder) / DATABASE))
        case _:
            sys.exit("This is a part of `make bench`.")


if __name__ == "__main__":
    main(sys.argv[1:])
