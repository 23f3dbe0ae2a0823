"""What is done without being asked: what nobody wants kept, and tenants that left."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from bot.chat.contacts import Contacts
from bot.chat.removals import Removal, Removals, drawer_of
from bot.errors import CrossroadsError, DeliveryError
from bot.outbox import Courier
from bot.ports import Contact
from bot.service import Clock, Service

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """What one platform keeps tidy.

    ``is_there`` says whether the app is (again) installed where somebody is reached; raises
    ``DeliveryError`` while that cannot be told. ``posted`` says what was posted to a person, of
    one case or of all ("all"), and is to be taken away; None if there is nothing.
    """

    service: Service
    contacts: Contacts
    courier: Courier
    removals: Removals
    platform: str
    clock: Clock
    is_there: Callable[[Contact], Awaitable[bool]]
    posted: Callable[[Contact, str, str], Awaitable[Removal | None]]

    async def keep(self, every: float = 60.0) -> None:
        """Tidy up again and again, ``every`` so many seconds, until cancelled."""
        while True:
            try:
                await self.tidy()
            except CrossroadsError as error:
                log.warning("Tidying up failed and is repeated: %s", error)
            await asyncio.sleep(every)

    async def tidy(self) -> None:
        """Erase what is past its time, and take away messages that are still there."""
        now, store = self.clock(), self.service.store
        await store.safe.sweep(now)
        for owner in await store.abandoned(now):
            await self._see_off(owner)
        for owner, case_id in await store.expired(now, platform=self.platform):
            await self.erase(owner, case_id)
        await self.removals.again(now)

    async def erase(self, owner: str, case_id: str) -> None:
        """Erase a case that is wanted no longer, and note its card for removal."""
        contact = await self.contacts.of(owner)
        if contact and (removal := await self.posted(contact, owner, case_id)):
            await self.removals.note(removal, self.clock())
        await self.service.store.forget(owner, case_id)

    async def _see_off(self, owner: str) -> None:
        """Erase what is left of a person whose tenant went, if it really did.

        That it came back nobody may have told us.
        """
        contact = await self.contacts.of(owner)
        if contact is None or contact.platform != self.platform:
            return
        try:
            back = await self.is_there(contact)
        except DeliveryError as error:
            log.warning("Whether the app was installed again is not known yet: %s", error)
            return
        if back:
            await self.service.store.reclaim(contact.tenant)
            return
        if removal := await self.posted(contact, owner, "all"):
            await self.removals.note(removal, self.clock())
        await self.courier.drop(owner)
        await self.service.store.forget(owner)
        self.contacts.forget(owner)


async def posted_of_case(
    courier: Courier, service: Service, contact: Contact, owner: str, case_id: str
) -> Removal:
    """Say where the card of one case is; nothing more is sent of it.

    Raises ``NotFound`` where it is no case of theirs.
    """
    await service.store.case(owner, case_id)
    await courier.drop(owner, case_id)
    card = await service.store.delivered(owner, case_id)
    ours = card is not None and card.platform == contact.platform
    return Removal(contact.address, card.ref if card and ours else "", case_id)


async def expire_unserved(service: Service, served: Collection[str], now: datetime) -> None:
    """Erase what is past its time on platforms that this program does not serve any more.

    What was posted there is kept in mind, should it be served again.
    """
    store = service.store
    for owner, case_id in await store.expired(now):
        contact = await store.contact(owner)
        card = await store.delivered(owner, case_id)
        if contact is None or contact.platform in served or (card and card.platform in served):
            continue
        removal = Removal(contact.address, card.ref if card else "", case_id)
        await Removals(store.safe, drawer_of(contact.platform), _nothing).note(removal, now)
        await store.forget(owner, case_id)


async def _nothing(removal: Removal) -> None:
    """Take nothing away: there is no way to that platform."""
