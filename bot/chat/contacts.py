"""Where people are reached: as stored, the ones met last at hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace

from bot.ports import Contact
from bot.service import Service


class Contacts:
    """Reads and notes where people are reached; ``remember`` is how many are kept in memory.

    ``keep_days`` is how long finished cases are kept of somebody who has set nothing.
    """

    def __init__(self, service: Service, remember: int = 2048, keep_days: int = 0) -> None:
        self._service = service
        self._remember = remember
        self._keep_days = keep_days
        self._met: OrderedDict[str, Contact] = OrderedDict()

    async def of(self, owner: str) -> Contact | None:
        """Find where somebody is reached; None if they are not known here."""
        contact = self._met.get(owner)
        if contact is None:
            contact = await self._service.store.contact(owner)
            if contact is not None:
                self._note(owner, contact)
        return contact

    async def known(self, owner: str, platform: str, tenant: str = "") -> Contact:
        """Find where somebody is reached; a blank contact if they are not known here."""
        found = await self.of(owner)
        return found or Contact(platform, tenant, {}, keep_days=self._keep_days)

    async def meet(
        self, owner: str, platform: str, tenant: str, address: Mapping[str, str]
    ) -> Contact:
        """Note where somebody is reached, if that is new."""
        known = await self.known(owner, platform, tenant)
        met = replace(known, platform=platform, tenant=tenant, address=address)
        if met != known:
            await self.change(owner, met)
        return met

    async def change(self, owner: str, contact: Contact) -> None:
        """Store where and how somebody is reached."""
        await self._service.store.set_contact(owner, contact)
        self._note(owner, contact)

    def forget(self, owner: str) -> None:
        """Keep nothing of somebody in memory."""
        self._met.pop(owner, None)

    def _note(self, owner: str, contact: Contact) -> None:
        self._met[owner] = contact
        self._met.move_to_end(owner)
        if len(self._met) > self._remember:
            self._met.popitem(last=False)
