"""A tiny bare discord.py client to drive the fake with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
import yarl

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter
from tests.fakes.discord import FakeDiscord, Person
from tests.fakes.discord.model import ASKS, CHOICES, SAYS, THINKS, UPDATES, Json
from tests.fakes.discord.parts import COMMAND, QUIET, answer, button, card, modal, row


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
        # The adapter makes requests with the same token one after another
        route.webhook_token = path
        return await self.adapter.request(route, session, payload=body, **more)

    async def respond(self, to: discord.Interaction, kind: int, data: Json | None = None) -> None:
        """Give the first response."""
        path = f"/interactions/{to.id}/{to.token}/callback"
        await self.hook("POST", path, answer(kind, data))

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
async def pointed(fake: FakeDiscord, token: str = "", **more: Any) -> AsyncIterator[Bare]:
    """Make a client that is logged in, and not connected yet."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = f"{fake.api_url}v10", yarl.URL(fake.gateway_url)
    try:
        async with Bare(**more) as client:
            await client.login(token or fake.token)
            yield client
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@asynccontextmanager
async def serving(fake: FakeDiscord, **more: Any) -> AsyncIterator[Bare]:
    """Run the bare client against the fake, with its command registered."""
    async with pointed(fake, **more) as client:
        await client.ask("PUT", f"/applications/{fake.application_id}/commands", [COMMAND])
        running = asyncio.create_task(client.connect())
        await fake.connected(fake.world.shards)
        yield client
        await client.close()
        await running


async def refused(call: Awaitable[Any]) -> int:
    """Give the code that a request is refused with."""
    with pytest.raises(discord.HTTPException) as caught:
        await call
    return caught.value.code


async def opened(client: Bare, person: Person) -> str:
    """Open direct messages with a person, and give the path of their messages."""
    channel = await client.ask("POST", "/users/@me/channels", {"recipient_id": int(person.id)})
    assert channel["id"] == person.dm
    return f"/channels/{person.dm}/messages"
