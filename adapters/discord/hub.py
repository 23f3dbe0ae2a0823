"""What the parts of this face share: the service, the way to Discord, whom it knows, the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from adapters.discord.calls import Calls
from adapters.discord.doors import Door, Doors
from adapters.discord.heard import Speaker, own
from adapters.discord.opened import Opened
from bot.chat.parts import Parts
from bot.ports import Contact, Done

PLATFORM = "discord"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub(Parts):
    """What the parts of this face share.

    ``is_in`` says whether a tenant still has the app; None if this process would not know.
    ``opened`` are the forms that are open.
    """

    calls: Calls
    doors: Doors
    is_in: Callable[[str], bool | None]
    opened: Opened = field(default_factory=Opened)
    writing: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def owner(self, speaker: Speaker) -> str:
        """Give the opaque id under which a speaker's things are stored."""
        return self.service.owner(speaker.person)

    async def meet(self, speaker: Speaker, channel: str = "") -> str:
        """Note where somebody is reached, if that is new; gives their opaque id.

        ``channel`` is that of their direct messages with the bot, if it is known.
        """
        owner = self.owner(speaker)
        known = await self.contacts.of(owner, PLATFORM)
        address = {
            "user": speaker.user,
            "channel": channel or (known.address.get("channel", "") if known else ""),
        }
        tenant = speaker.tenant or self._tenant(known, speaker.user)
        if known is None or known.tenant != tenant:
            await self.service.store.reclaim(tenant)  # they came (back) this way
        await self.contacts.meet(owner, PLATFORM, tenant, address)
        return owner

    async def meet_again(self, speaker: Speaker, channel: str = "") -> None:
        """Note that somebody who is known goes on, and by which way; of others nothing is noted."""
        if await self.contacts.of(self.owner(speaker), PLATFORM):
            await self.meet(speaker, channel)

    def _tenant(self, known: Contact | None, user: str) -> str:
        """Tell how somebody is reached who writes to the bot: as before, if that still holds."""
        if known and known.tenant and self.is_in(known.tenant) is not False:
            return known.tenant
        return own(user)

    def one_by_one(self, owner: str) -> asyncio.Lock:
        """Give what lets a person's messages go in one after the other."""
        return self.writing.setdefault(owner, asyncio.Lock())

    async def contact(self, speaker: Speaker) -> Contact:
        """Find where and how somebody is reached."""
        return await self.contacts.known(self.owner(speaker), PLATFORM, own(speaker.user))

    async def show(self, done: Done, door: Door | None = None, *, anew: bool = False) -> None:
        """Have the outcome of a turn delivered: through this door, if it can be."""
        if door:
            self.doors.expect(done.case.id, door)
        await self.courier.take(done, anew=anew)
