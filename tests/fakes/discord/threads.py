"""The operations on servers, their members, and threads."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.discord import shown
from tests.fakes.discord.checks import refuse
from tests.fakes.discord.model import PRIVATE, THREADS, Call, Channel, DiscordError, Guild, Json
from tests.fakes.discord.rights import (
    MAKE_PRIVATE,
    MANAGE_THREADS,
    VIEW,
    may,
    need,
    sees,
    writing,
)
from tests.fakes.discord.world import World


def guild(world: World, call: Call) -> Json:
    return shown.whole_guild(world, _joined(world, call))


def member(world: World, call: Call) -> Json:
    there, user = _joined(world, call), call.ids["user"]
    account = world.user(user)
    if (there.id, user) in world.departed:
        raise DiscordError(10007)
    return shown.member(account, world.held.get((there.id, user), ()))


def active(world: World, call: Call) -> Json:
    there = _joined(world, call)
    open_ones = [
        one
        for one in world.channels.values()
        if one.kind in THREADS and one.guild == there.id and not one.archived
    ]
    seen = [shown.channel(world, one) for one in open_ones if sees(world, one, world.bot.id)]
    return {"threads": seen, "members": [], "has_more": False}


def begin(world: World, call: Call) -> Json:
    parent = world.channel(call.ids["channel"])
    refuse(world, call)
    body = call.body
    if body.get("type") != PRIVATE:
        raise DiscordError(50035)
    need(world, parent, VIEW | MAKE_PRIVATE)
    made = Channel(
        world.snowflake(),
        PRIVATE,
        body["name"],
        parent.guild,
        (world.bot.id,),
        parent=parent.id,
        maker=world.bot.id,
    )
    return shown.channel(world, world.place(made))


def look(world: World, call: Call) -> Json:
    there = _thread(world, call)
    if call.ids["user"] not in there.people:
        raise DiscordError(10007)
    return shown.thread_member(world, there, call.ids["user"])


def add(world: World, call: Call) -> None:
    there, user = _thread(world, call), call.ids["user"]
    need(world, there, VIEW | writing(there))
    world.user(user)
    if there.archived:
        raise DiscordError(50083)
    if (there.guild, user) in world.departed or not may(world, there, user) & VIEW:
        raise DiscordError(50001)
    world.place(replace(there, people=tuple(dict.fromkeys([*there.people, user]))))


def change(world: World, call: Call) -> Json:
    """Put a thread away or take it out: its maker may, and who may write there takes it out."""
    there = _thread(world, call)
    refuse(world, call)
    wanted = bool(call.body.get("archived"))
    mine = there.maker == world.bot.id
    need(world, there, MANAGE_THREADS if wanted and not mine else writing(there))
    return shown.channel(world, world.place(replace(there, archived=wanted)))


def remove(world: World, call: Call) -> Json:
    there = _thread(world, call)
    need(world, there, MANAGE_THREADS)
    return shown.channel(world, world.drop(there.id))


def _joined(world: World, call: Call) -> Guild:
    found = world.joined.get(call.ids["guild"])
    if found is None:
        raise DiscordError(50001 if call.ids["guild"] in world.guilds else 10004)
    return found


def _thread(world: World, call: Call) -> Channel:
    there = world.channel(call.ids["channel"])
    if there.kind not in THREADS:
        raise DiscordError(50003)
    need(world, there, VIEW)
    return there
