"""The operations on the bot itself, its application, its guilds and the gateway's address."""

from __future__ import annotations

from tests.fakes.discord import shown
from tests.fakes.discord.model import Call, DiscordError, Json
from tests.fakes.discord.world import World


def me(world: World, call: Call) -> Json:
    return shown.me(world)


def application(world: World, call: Call) -> Json:
    return shown.application(world)


def gateway(world: World, call: Call) -> Json:
    return {"url": world.gateway_url}


def gateway_bot(world: World, call: Call) -> Json:
    limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
    return {"url": world.gateway_url, "shards": world.shards, "session_start_limit": limit}


def guilds(world: World, call: Call) -> list[Json]:
    return [
        {
            "id": one.id,
            "name": one.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": shown.PERMISSIONS,
            "features": [],
        }
        for one in world.joined.values()
    ]


def leave(world: World, call: Call) -> None:
    if call.ids["guild"] not in world.joined:
        raise DiscordError(10004)
    world.leave(call.ids["guild"])
