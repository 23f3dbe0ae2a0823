"""What somebody may do in a server's channel, worked out as Discord's documentation says."""

from __future__ import annotations

from tests.fakes.discord.model import EVERYTHING, PRIVATE, THREADS, Channel, DiscordError
from tests.fakes.discord.world import World

ADMINISTRATOR, MANAGE_SERVER, VIEW, SEND = 1 << 3, 1 << 5, 1 << 10, 1 << 11
ATTACH, HISTORY, MANAGE_THREADS = 1 << 15, 1 << 16, 1 << 34
MAKE_PRIVATE, SEND_IN_THREADS = 1 << 36, 1 << 38


def may(world: World, there: Channel, user: str) -> int:
    """Work out what somebody may do in a channel of a server, as bits."""
    guild = world.guilds[there.guild]
    if user == world.owner_of(guild):
        return EVERYTHING
    held = [guild.id, *world.held.get((guild.id, user), ())]
    bits = 0
    for role in held:
        bits |= int(world.roles[guild.id][role]["permissions"])
    if bits & ADMINISTRATOR:
        return EVERYTHING
    base = world.channels[there.parent] if there.kind in THREADS else there
    for group in ([guild.id], held[1:], [user]):
        special = [one for one in base.overwrites if one["id"] in group]
        for one in special:
            bits &= ~int(one["deny"])
        for one in special:
            bits |= int(one["allow"])
    return bits if bits & VIEW else 0


def sees(world: World, there: Channel, user: str) -> bool:
    """Say whether somebody sees a channel of a server, or is in a private thread."""
    if (there.guild, user) in world.departed:
        return False
    bits = may(world, there, user)
    inside = there.kind != PRIVATE or user in there.people or bool(bits & MANAGE_THREADS)
    return inside and bool(bits & VIEW)


def need(world: World, there: Channel, bits: int) -> None:
    """See that the bot may do this in a channel; raises DiscordError."""
    if not there.guild:
        return
    if not sees(world, there, world.bot.id):
        raise DiscordError(50001)
    if bits & ~may(world, there, world.bot.id):
        raise DiscordError(50013)


def writing(there: Channel) -> int:
    """Give what it takes to write there."""
    return SEND_IN_THREADS if there.kind in THREADS else SEND
