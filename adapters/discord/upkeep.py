"""What is done without being asked: what nobody wants kept, servers and people that left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from adapters.discord.heard import Speaker, left, own, server
from adapters.discord.hub import PLATFORM, Hub
from adapters.discord.removals import posted, removals
from bot.chat.round_posts import round_posts
from bot.chat.upkeep import House
from bot.errors import DeliveryError
from bot.ports import Contact
from bot.rounds.workspace import keep_on, let_lapse

_SERVERS = "discord_servers"


def house(hub: Hub) -> House:
    """Give what is kept tidy in Discord."""
    return House(
        hub.service,
        hub.contacts,
        hub.courier,
        removals(hub),
        PLATFORM,
        hub.clock,
        partial(_is_there, hub),
        partial(posted, hub),
        round_posts(hub),
    )


async def _is_there(hub: Hub, contact: Contact) -> bool:
    """Say whether the bot is (again) in the server by which somebody came.

    Raises ``DeliveryError`` where another process would know.
    """
    there = hub.is_in(contact.tenant)
    if there is None:
        raise DeliveryError("Whether the bot is in a server is not known here.")
    return there


async def left_server(hub: Hub, guild: str) -> None:
    """Note that the bot was removed from a server: what came by it goes after the grace period."""
    await _abandon(hub, server(guild))
    await hub.safe.discard(_SERVERS, guild)


async def joined_server(hub: Hub, guild: str) -> None:
    """Note that the bot is in a server, and call off what was to be erased for it."""
    await hub.service.store.reclaim(server(guild))
    await keep_on(hub.safe, server(guild), hub.clock())
    await hub.safe.keep(_SERVERS, guild, guild.encode())


async def deauthorized(hub: Hub, user: str) -> None:
    """Note that somebody took the app off their account: their own goes after the grace period.

    Who came by a server is in it still. Who comes back has a tenant that stays.
    """
    owner = hub.owner(Speaker(user))
    contact = await hub.contacts.of(owner, PLATFORM)
    if contact and contact.tenant == own(user):
        await hub.contacts.meet(owner, PLATFORM, left(user), contact.address)
        await _abandon(hub, left(user))


async def _abandon(hub: Hub, tenant: str) -> None:
    end = hub.clock() + timedelta(days=hub.grace_days)
    await hub.service.store.abandon(tenant, end)
    await let_lapse(hub.safe, tenant, hub.clock(), end)


async def compare_servers(hub: Hub, present: Iterable[str]) -> None:
    """See which servers the bot was removed from, or added to, while this program did not run."""
    known = {value.decode() for value in await hub.safe.drawer(_SERVERS, hub.clock())}
    there = set(present)
    for guild in sorted(known - there):
        if hub.is_in(server(guild)) is False:
            await left_server(hub, guild)
    for guild in sorted(there - known):
        await joined_server(hub, guild)
