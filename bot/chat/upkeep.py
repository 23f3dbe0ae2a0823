"""What is done without being asked: what nobody wants kept, and tenants that left."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from bot.chat.contacts import Contacts
from bot.chat.removals import ON_THE_WAY, Removal, Removals
from bot.chat.round_posts import RoundPosts, note_everywhere
from bot.errors import CrossroadsError, DeliveryError
from bot.outbox import Courier
from bot.ports import Contact
from bot.rounds.ports import Rounds
from bot.service import Clock, Service

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """What one platform keeps tidy.

    ``is_there`` says whether the app is (again) installed where somebody is reached; raises
    ``DeliveryError`` while that cannot be told. ``posted`` says what was posted to a person, of
    one case or of all ("all"), and is to be taken away; None if there is nothing. ``rounds`` says
    so of what a team was shown.
    """

    service: Service
    contacts: Contacts
    courier: Courier
    removals: Removals
    platform: str
    clock: Clock
    is_there: Callable[[Contact], Awaitable[bool]]
    posted: Callable[[Contact, str, str], Awaitable[Removal | None]]
    rounds: RoundPosts | None = None

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
        await self._take_up_left(now)
        for owner in await store.abandoned(now):
            await self._see_off(owner)
        for owner, case_id in await store.expired(now, platform=self.platform):
            await self.erase(owner, case_id)
        await self.removals.again(now)
        if self.rounds:
            await self.rounds.removals.again(now)

    async def erase(self, owner: str, case_id: str) -> None:
        """Erase a case that is wanted no longer, and note its card for removal."""
        contact = await self.contacts.of(owner, self.platform)
        if contact and (removal := await self.posted(contact, owner, case_id)):
            await self.removals.note(removal, self.clock())
        await note_elsewhere(self.service, self.platform, owner, case_id, self.clock())
        await self._note_rounds(owner, case_id)
        await self.service.store.forget(owner, case_id)

    async def _note_rounds(self, owner: str, case_id: str) -> None:
        if self.rounds:
            await self.rounds.note(owner, case_id)

    async def _take_up_left(self, now: datetime) -> None:
        """Have cards taken away that stayed behind when their cases went on elsewhere."""
        store = self.service.store
        for card in await store.left_cards(self.platform):
            known = await store.delivered(card.owner, card.case_id)
            back = known.ref if known and known.platform == self.platform else None
            if back == "":
                continue  # the case is here again, and may just be found to have this card
            contact = await self.contacts.of(card.owner, self.platform)
            if contact and back != card.ref:
                removal = Removal(contact.address, card.ref, card.case_id, card.at.timestamp())
                await self.removals.note(removal, now)
            await store.settle_left(card)

    async def _see_off(self, owner: str) -> None:
        """Erase what is left of a person whose tenant went, if it really did.

        That it came back nobody may have told us. Who is also reached elsewhere keeps all but this.
        """
        store = self.service.store
        contact = await self.contacts.of(owner, self.platform)
        if contact is None or not await store.departed(contact.tenant, self.clock()):
            return
        try:
            back = await self.is_there(contact)
        except DeliveryError as error:
            log.warning("Whether the app was installed again is not known yet: %s", error)
            return
        if back:
            await store.reclaim(contact.tenant)
            return
        if removal := await self.posted(contact, owner, "all"):
            await self.removals.note(removal, self.clock())
        await self.courier.drop(owner)
        if len(await store.contacts(owner)) > 1:
            await store.lose_contact(owner, self.platform)
        else:
            await self._note_rounds(owner, "all")
            await store.forget(owner)
        self.contacts.forget(owner)


async def note_elsewhere(
    service: Service, platform: str, owner: str, case_id: str, now: datetime
) -> None:
    """Keep in mind what other platforms show of a case, or of everything ("all").

    They take it away within a minute; to be called before it is erased.
    """
    for contact in await service.store.contacts(owner):
        if contact.platform != platform and contact.address.get("channel"):
            case = "" if case_id == "all" else case_id
            before = (now + ON_THE_WAY).timestamp()
            removals = Removals.elsewhere(service.store.safe, contact.platform)
            await removals.note(Removal(contact.address, case=case, before=before), now)


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


async def expire_unserved(
    service: Service, rounds: Rounds, served: Collection[str], now: datetime
) -> None:
    """Erase what is past its time on platforms that this program does not serve any more.

    What was posted there is kept in mind, should it be served again.
    """
    store = service.store
    for owner, case_id in await store.expired(now):
        card = await store.delivered(owner, case_id)
        contact = await store.contact(owner, card.platform if card else "")
        if contact is None or contact.platform in served or (card and card.platform in served):
            continue
        removal = Removal(contact.address, card.ref if card else "", case_id)
        await Removals.elsewhere(store.safe, contact.platform).note(removal, now)
        await note_elsewhere(service, contact.platform, owner, case_id, now)
        await note_everywhere(rounds, store.safe, owner, case_id, now)
        await store.forget(owner, case_id)
