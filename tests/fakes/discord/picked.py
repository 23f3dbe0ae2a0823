"""What was picked in a form of what Discord knows: people, roles, channels, as they are sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.fakes.discord import shown
from tests.fakes.discord.components import (
    CHANNELS,
    NAMED,
    ROLES,
    USERS,
    NoSuchElement,
    walk,
)
from tests.fakes.discord.model import Channel, Json
from tests.fakes.discord.rights import may, sees
from tests.fakes.discord.world import World


def resolved(
    world: World, where: Channel, user: str, components: Sequence[Json], held: Mapping[str, Any]
) -> Json:
    """Write what was picked; raises NoSuchElement for what Discord does not offer there."""
    found: dict[str, Json] = {}
    for field in walk(components):
        if field["type"] in NAMED:
            for one in held[field["custom_id"]]:
                for kind, body in _told(world, where, user, field, one):
                    found.setdefault(kind, {})[one] = body
    return {"resolved": found} if found else {}


def _told(
    world: World, where: Channel, user: str, field: Json, one: str
) -> Iterator[tuple[str, Json]]:
    if not where.guild:
        raise NoSuchElement("outside of a server Discord offers nothing there")
    match field["type"]:
        case n if n == USERS:
            account = world.user(one)
            yield "users", shown.user(account)
            if (where.guild, one) not in world.departed:
                yield "members", _member(world, where, one)
        case n if n == ROLES:
            if one not in world.roles[where.guild]:
                raise NoSuchElement(f"no role {one!r}")
            yield "roles", world.roles[where.guild][one]
        case n if n == CHANNELS:
            yield "channels", _channel(world, where, user, field, one)


def _member(world: World, where: Channel, one: str) -> Json:
    roles = world.held.get((where.guild, one), ())
    body = shown.member(world.user(one), roles)
    left_out = ("user", "deaf", "mute")
    told = {key: value for key, value in body.items() if key not in left_out}
    return told | {"permissions": str(may(world, world.channels[where.id], one))}


def _channel(world: World, where: Channel, user: str, field: Json, one: str) -> Json:
    there = world.channels.get(one)
    if there is None or there.guild != where.guild or not sees(world, there, user):
        raise NoSuchElement(f"no channel {one!r} is offered")
    if there.kind not in (field.get("channel_types") or [there.kind]):
        raise NoSuchElement(f"a channel of kind {there.kind} is not offered")
    body = shown.channel(world, there)
    told = {"id": one, "type": there.kind, "name": there.name, "parent_id": there.parent or None}
    told |= {"permissions": str(may(world, there, user))}
    kept = ("thread_metadata", "flags", "last_message_id")
    return told | {key: body[key] for key in kept if key in body}
