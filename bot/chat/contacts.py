"""Where people are reached: as stored, the ones met last at hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace

from bot.ports import Contact
from bot.service import Service


class Contacts:
    """Reads and notes where people are reached; ``remember`` is how many are kept in memory.

    ``keep_days`` is how long finished cases are kept of somebody who has set nothing. What is at
    hand is good for reaching somebody; settings may have been changed on another platform.
    """

    def __init__(self, service: Service, remember: int = 2048, keep_days: int = 0) -> None:
        self._service = service
        self._remember = remember
        self._keep_days = keep_days
        self._met: OrderedDict[tuple[str, str], Contact] = OrderedDict()
        self._generation = 0

    async def of(self, owner: str, platform: str = "") -> Contact | None:
        """Find where somebody is reached on a platform; None if they are not known there.

        With no platform named: where that was noted last.
        """
        return self._at_hand(owner, platform) or await self._read(owner, platform)

    async def known(self, owner: str, platform: str, tenant: str = "") -> Contact:
        """Read where and how somebody is reached; a blank contact if they are not known there."""
        found = await self._read(owner, platform)
        if found is None:
            elsewhere = await self._service.store.contact(owner)
            days = elsewhere.keep_days if elsewhere else self._keep_days
            found = Contact(platform, tenant, {}, keep_days=days)
        return found

    async def meet(
        self, owner: str, platform: str, tenant: str, address: Mapping[str, str]
    ) -> Contact:
        """Note where somebody is reached, if that is new."""
        known = self._at_hand(owner, platform)
        if known is None or (known.tenant, known.address) != (tenant, address):
            stored = await self.known(owner, platform, tenant)
            known = replace(stored, tenant=tenant, address=address)
            await self.change(owner, known)
        return known

    async def change(self, owner: str, contact: Contact) -> None:
        """Store where and how somebody is reached; nothing is written if that is stored already."""
        await self._service.store.set_contact(owner, contact)
        self._note(owner, contact.platform, contact)

    def forget(self, owner: str) -> None:
        """Keep nothing of somebody in memory."""
        for place in [place for place in self._met if place[0] == owner]:
            del self._met[place]

    def _at_hand(self, owner: str, platform: str) -> Contact | None:
        generation = self._service.store.links.generation
        if generation != self._generation:  # who is who has changed
            self._met.clear()
            self._generation = generation
        return self._met.get((owner, platform))

    async def _read(self, owner: str, platform: str) -> Contact | None:
        contact = await self._service.store.contact(owner, platform)
        if contact is not None:
            self._note(owner, contact.platform, contact)
        return contact

    def _note(self, owner: str, platform: str, contact: Contact) -> None:
        place = (owner, platform)
        self._met[place] = contact
        self._met.move_to_end(place)
        if len(self._met) > self._remember:
            self._met.popitem(last=False)
