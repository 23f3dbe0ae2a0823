"""What is kept of a person beside their cases: a profile, and where they are reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from adapters.store.batch import welcome
from adapters.store.database import Database
from adapters.store.faults import Outrun
from adapters.store.people import Holder, new_holder, open_holder
from adapters.store.sealing import Masters
from adapters.store.vault import Vault
from bot.ports import Contact

_ENTRY = """
SELECT people.serial, keys.wrapped, people.profile, people.contact, people.keep_days
FROM people JOIN keys ON keys.id = people.row WHERE people.owner = ?
"""
_SET_CONTACT = """
UPDATE people SET tenant = ?, keep_days = ?, contact = ? WHERE owner = ? AND serial = ?
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A person's row: their key, and what it seals."""

    holder: Holder
    sealed_profile: bytes | None
    sealed_contact: bytes | None
    keep_days: int

    def profile(self) -> dict[str, str]:
        """Open the profile; raises ``StoreDamaged``."""
        if self.sealed_profile is None:
            return {}
        profile: dict[str, str] = orjson.loads(self.holder.box.open("profile", self.sealed_profile))
        return profile

    def contact(self) -> Contact | None:
        """Open the contact, if there is one; raises ``StoreDamaged``."""
        if self.sealed_contact is None:
            return None
        opened = orjson.loads(self.holder.box.open("contact", self.sealed_contact))
        return Contact(**opened, keep_days=self.keep_days)


class Registry:
    """Reads and writes people's rows."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def profile(self, owner: str) -> Mapping[str, str]:
        """Read a person's profile, empty if there is none."""
        entry = await self._entry(owner)
        return entry.profile() if entry else {}

    async def set_profile(self, owner: str, profile: Mapping[str, str]) -> None:
        """Store a person's profile, or remove it with an empty one."""
        entry = await self._entry(owner)
        if entry is None and not profile:
            return
        holder = entry.holder if entry else await self._welcome(owner)
        sealed = holder.box.seal("profile", orjson.dumps(dict(profile))) if profile else None
        await self._database.write(
            "UPDATE people SET profile = ? WHERE owner = ? AND serial = ?",
            (sealed, owner, holder.serial),
        )

    async def contact(self, owner: str) -> Contact | None:
        """Read where a person is reached."""
        entry = await self._entry(owner)
        return entry.contact() if entry else None

    async def set_contact(self, owner: str, contact: Contact) -> None:
        """Store where a person is reached; nothing is written if that is known already."""
        entry = await self._entry(owner)
        if entry and entry.contact() == contact:
            return
        holder = entry.holder if entry else await self._welcome(owner)
        tenant = self._vault.marks.tenant(contact.tenant)
        sealed = holder.box.seal("contact", _contact_to_bytes(contact))
        await self._database.write(
            _SET_CONTACT, (tenant, contact.keep_days, sealed, owner, holder.serial)
        )

    async def _entry(self, owner: str) -> Entry | None:
        async def read(masters: Masters) -> Entry | None:
            rows = await self._database.read(_ENTRY, (owner,))
            for serial, wrapped, *fields in rows:
                return Entry(open_holder(masters, owner, serial, wrapped), *fields)
            return None

        return await self._vault.reading(read)

    async def _welcome(self, owner: str) -> Holder:
        """Add a person, or take the one that another process was faster to add."""
        holder = new_holder(owner)
        try:
            await self._database.change([welcome(self._vault.masters, holder)])
        except Outrun:
            self._vault.reread()
            entry = await self._entry(owner)
            return entry.holder if entry else await self._welcome(owner)
        return holder


def _contact_to_bytes(contact: Contact) -> bytes:
    """Put down all of a contact but ``keep_days``, which has a readable column."""
    return orjson.dumps(
        {
            "platform": contact.platform,
            "tenant": contact.tenant,
            "address": dict(contact.address),
            "discreet": contact.discreet,
        }
    )
