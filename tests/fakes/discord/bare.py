"""A tiny bare discord.py client to drive the fake with, and the parts of its messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import yarl

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.model import ASKS, CHOICES, SAYS, THINKS, UPDATES, V2, Json

QUIET: Json = {"allowed_mentions": {"parse": []}}
COMMAND: Json = {
    "name": "crossroads",
    "description": "A guided dialogue",
    "type": 1,
    "contexts": [0, 1, 2],
    "integration_types": [0, 1],
    "options": [
        {"type": 1, "name": "start", "description": "Begin"},
        {
            "type": 1,
            "name": "resume",
            "description": "Go on",
            "options": [
                {"type": 3, "name": "case", "description": "Which", "autocomplete": True},
            ],
        },
        {"type": 1, "name": "think", "description": "Take time"},
        {"type": 1, "name": "write", "description": "Open a form"},
    ],
}


def button(name: str, label: str = "Yes", **more: Any) -> Json:
    return {"type": 2, "style": 1, "custom_id": name, "label": label} | more


def row(*parts: Json) -> Json:
    return {"type": 1, "components": list(parts)}


def select(name: str, *values: str, **more: Any) -> Json:
    options = [{"label": one.title(), "value": one} for one in values]
    return {"type": 3, "custom_id": name, "options": options} | more


def words(text: str) -> Json:
    return {"type": 10, "content": text}


def card(text: str, *rows: Json) -> Json:
    """A message of components alone."""
    box = {"type": 17, "components": [words(text), *rows]}
    return QUIET | {"flags": V2, "components": [box]}


def field(name: str = "value", label: str = "Say it", **more: Any) -> Json:
    part = {"type": 4, "custom_id": name, "style": 2} | more
    return {"type": 18, "label": label, "component": part}


def modal(name: str, *fields: Json, title: str = "Your words") -> Json:
    return {"custom_id": name, "title": title, "components": list(fields or (field(),))}


class Bare(discord.AutoShardedClient):
    """Answers a greeting with a card, a click with an edit or a modal, and so on."""

    def __init__(self, **more: Any) -> None:
        intents = discord.Intents(guilds=True, dm_messages=True)
        super().__init__(intents=intents, max_messages=None, guild_ready_timeout=0.0, **more)
        self.joined: list[str] = []
        self.parted: list[str] = []
        self.lost: list[str] = []
        self.heard: list[str] = []
        self.numbers = count(1)
        self.adapter = AsyncWebhookAdapter()  # type: ignore[no-untyped-call]

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for nothing: the fake lets anybody identify at once."""

    async def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Make a request of the REST API with the bot's token."""
        given = {} if body is None else {"json": body}
        return await self.http.request(Route(method, path), **given, **more)

    async def hook(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Make a request that needs an interaction's token alone."""
        session = self.http._HTTPClient__session  # type: ignore[attr-defined]
        route = Route(method, path)
        return await self.adapter.request(route, session, payload=body, **more)

    async def respond(self, to: discord.Interaction, kind: int, data: Json | None = None) -> None:
        """Give the first response."""
        body = {"type": kind} | ({} if data is None else {"data": data})
        await self.hook("POST", f"/interactions/{to.id}/{to.token}/callback", body)

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message.content)
        if message.author != self.user:
            body = card("Shall we?", row(button("yes"), button("write", "Write")))
            await self.ask("POST", f"/channels/{message.channel.id}/messages", body)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.joined.append(guild.name)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.parted.append(guild.name)

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        self.lost.append(guild.name)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        if interaction.type is discord.InteractionType.application_command:
            await self._commanded(interaction, data["options"][0]["name"])
        elif interaction.type is discord.InteractionType.autocomplete:
            choices = [{"name": "Her case", "value": "1"}]
            await self.respond(interaction, CHOICES, {"choices": choices})
        elif interaction.type is discord.InteractionType.modal_submit:
            said = data["components"][0]["component"]["value"]
            await self.respond(interaction, UPDATES, card(f"You said {said}"))
        elif data["custom_id"] == "write":
            await self.respond(interaction, ASKS, modal(f"words-{next(self.numbers)}"))
        else:
            await self.respond(interaction, UPDATES, card("Done"))

    async def _commanded(self, to: discord.Interaction, name: str) -> None:
        if name == "think":
            await self.respond(to, THINKS, {"flags": 64})
            path = f"/webhooks/{to.application_id}/{to.token}/messages/@original"
            await self.hook("PATCH", path, QUIET | {"content": "Thought."})
        elif name == "write":
            await self.respond(to, ASKS, modal(f"words-{next(self.numbers)}"))
        else:
            await self.respond(to, SAYS, QUIET | {"content": f"You said {name}", "flags": 64})


@asynccontextmanager
async def serving(fake: FakeDiscord, **more: Any) -> AsyncIterator[Bare]:
    """Run the bare client against the fake, with its command registered."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = fake.api_url, yarl.URL(fake.gateway_url)
    try:
        async with Bare(**more) as client:
            await client.login(fake.token)
            await client.ask("PUT", f"/applications/{fake.application_id}/commands", [COMMAND])
            running = asyncio.create_task(client.connect())
            await fake.connected(fake.world.shards)
            yield client
            await client.close()
            await running
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
