"""What the parts of this face share: the service, the way to Discord, whom it knows, the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.discord.calls import Calls
from adapters.discord.doors import Door, Doors
from adapters.discord.heard import Speaker, own
from bot.chat.background import Background
from bot.chat.beginning import Beginning
from bot.chat.clicks import DoubleClicks
from bot.chat.contacts import Contacts
from bot.outbox import Courier
from bot.ports import Contact, Done, Safe
from bot.service import Clock, Service

PLATFORM = "discord"


@dataclass(frozen=True, slots=True)
class Hub:
    """What the parts of this face share.

    ``flow`` is the id of the dialogue that is begun, ``grace_days`` how long cases are kept after
    the app was removed, ``new_id`` draws a case's id. ``is_in`` says whether a tenant
    still has the app; None if this process would not know.
    """

    service: Service
    safe: Safe
    courier: Courier
    calls: Calls
    contacts: Contacts
    doors: Doors
    clock: Clock
    new_id: Callable[[], str]
    flow: str
    is_in: Callable[[str], bool | None]
    grace_days: int = 30
    background: Background = field(default_factory=Background)
    double_clicks: DoubleClicks = field(default_factory=DoubleClicks)

    @property
    def beginning(self) -> Beginning:
        """The ways to begin."""
        return Beginning(self.service, self.flow)

    def owner(self, speaker: Speaker) -> str:
        """Give the opaque id under which a speaker's things are stored."""
        return self.service.owner(speaker.person)

    async def meet(self, speaker: Speaker, channel: str = "") -> str:
        """Note where somebody is reached, if that is new; gives their opaque id.

        ``channel`` is that of their direct messages with the bot, if it is known.
        """
        owner = self.owner(speaker)
        known = await self.contacts.of(owner)
        address = {
            "user": speaker.user,
            "channel": channel or (known.address.get("channel", "") if known else ""),
        }
        tenant = speaker.tenant or self._tenant(known, speaker.user)
        if known is None or known.tenant != tenant:
            await self.service.store.reclaim(tenant)  # they came (back) this way
        await self.contacts.meet(owner, PLATFORM, tenant, address)
        return owner

    def _tenant(self, known: Contact | None, user: str) -> str:
        """Tell how somebody is reached who writes to the bot: as before, if that still holds."""
        if known and known.tenant and self.is_in(known.tenant) is not False:
            return known.tenant
        return own(user)

    async def contact(self, speaker: Speaker) -> Contact:
        """Find where and how somebody is reached."""
        return await self.contacts.known(self.owner(speaker), PLATFORM, own(speaker.user))

    async def show(self, done: Done, door: Door | None = None, *, anew: bool = False) -> None:
        """Have the outcome of a turn delivered: through this door, if it can be."""
        if door:
            self.doors.expect(done.case.id, door)
        await self.courier.take(done, anew=anew)

    async def idle(self) -> None:
        """Wait until everything that was begun is done, deliveries included."""
        await self.courier.idle()
        await self.background.idle()
        await self.courier.idle()

    async def stop(self) -> None:
        """Give up what is under way; what was to be delivered stays due."""
        await self.background.stop()
        await self.courier.stop()
