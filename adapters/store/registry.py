"""What is kept of a person beside their cases: a profile, and where they are reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from adapters.store.batch import welcome
from adapters.store.database import Database, Read, Run
from adapters.store.faults import Outrun
from adapters.store.links import Links, linked_from_bytes
from adapters.store.people import Holder, new_holder, open_holder
from adapters.store.sealing import Marks, Masters
from adapters.store.vault import Vault
from bot.ports import Contact, Linked

_ENTRY = """
SELECT people.owner, people.serial, keys.wrapped, people.row, people.profile, people.contact,
    people.keep_days, links.body
FROM people JOIN keys ON keys.id = people.row LEFT JOIN links ON links.person = people.row
WHERE people.owner = ?
"""
_SET_CONTACTS = "UPDATE people SET keep_days = ?, contact = ? WHERE row = ?"


@dataclass(frozen=True, slots=True)
class Entry:
    """A person's row: their key, and what it seals."""

    holder: Holder
    row: int
    sealed_profile: bytes | None
    sealed_contacts: bytes | None
    keep_days: int
    sealed_link: bytes | None

    def profile(self) -> dict[str, str]:
        """Open the profile; raises ``StoreDamaged``."""
        if self.sealed_profile is None:
            return {}
        profile: dict[str, str] = orjson.loads(self.holder.box.open("profile", self.sealed_profile))
        return profile

    def contacts(self) -> list[Contact]:
        """Open the contacts, what was noted last at the end; raises ``StoreDamaged``."""
        if self.sealed_contacts is None:
            return []
        opened = orjson.loads(self.holder.box.open("contact", self.sealed_contacts))
        several = opened if isinstance(opened, list) else [opened]  # one, by an older program
        return [Contact(**one, keep_days=self.keep_days) for one in several]

    def contact(self, platform: str) -> Contact | None:
        """Give the contact on a platform, or with none named what was noted last."""
        found = [one for one in self.contacts() if platform in {"", one.platform}]
        return found[-1] if found else None

    def linked(self) -> Linked | None:
        """Tell which accounts are linked, if any are; raises ``StoreDamaged``."""
        if self.sealed_link is None:
            return None
        return linked_from_bytes(self.holder.box.open("link", self.sealed_link))


async def read_entry(read: Read, masters: Masters, owner: str) -> Entry | None:
    """Read a person's row; None if there is none."""
    for _, serial, wrapped, *fields in await read(_ENTRY, (owner,)):
        return Entry(open_holder(masters, owner, serial, wrapped), *fields)
    return None


async def set_contacts(
    run: Run, marks: Marks, entry: Entry, contacts: Sequence[Contact], keep_days: int
) -> None:
    """Write where a person is reached, and by which tenants, within a transaction."""
    sealed = entry.holder.box.seal("contact", _contacts_to_bytes(contacts)) if contacts else None
    await run(_SET_CONTACTS, (keep_days, sealed, entry.row))
    await run("DELETE FROM reached WHERE person = ?", (entry.row,))
    reached = {marks.tenant(contact.tenant) for contact in contacts}
    await run.many("INSERT INTO reached VALUES (?, ?)", [(entry.row, mark) for mark in reached])


def seal_profile(holder: Holder, profile: Mapping[str, str]) -> bytes | None:
    """Seal a profile; None for an empty one."""
    return holder.box.seal("profile", orjson.dumps(dict(profile))) if profile else None


def besides(contacts: Iterable[Contact], *platforms: str) -> list[Contact]:
    """Give the contacts on other platforms."""
    return [contact for contact in contacts if contact.platform not in platforms]


class Registry:
    """Reads and writes people's rows."""

    def __init__(self, database: Database, vault: Vault, links: Links) -> None:
        self._database = database
        self._vault = vault
        self._links = links

    async def entry(self, owner: str) -> Entry | None:
        """Read a person's row; None if there is none."""
        return await self._vault.reading(
            lambda masters: read_entry(self._database.read, masters, owner)
        )

    async def profile(self, owner: str) -> Mapping[str, str]:
        """Read a person's profile, empty if there is none."""
        entry = await self.entry(owner)
        return entry.profile() if entry else {}

    async def set_profile(self, owner: str, profile: Mapping[str, str]) -> None:
        """Store a person's profile, or remove it with an empty one."""
        entry = await self.entry(owner)
        if entry is None and not profile:
            return
        holder = entry.holder if entry else await self.welcome(owner)
        await self._database.write(
            "UPDATE people SET profile = ? WHERE owner = ? AND serial = ?",
            (seal_profile(holder, profile), owner, holder.serial),
        )

    async def contacts(self, owner: str) -> Sequence[Contact]:
        """Read everywhere a person is reached."""
        entry = await self.entry(owner)
        return entry.contacts() if entry else ()

    async def contact(self, owner: str, platform: str) -> Contact | None:
        """Read where a person is reached on a platform, or where that was noted last."""
        entry = await self.entry(owner)
        return entry.contact(platform) if entry else None

    async def set_contact(self, owner: str, contact: Contact) -> None:
        """Store where a person is reached; nothing is written if that is known already."""
        entry = await self.entry(owner)
        if entry and contact in entry.contacts():
            return
        if entry is None:
            await self.welcome(owner)

        async def write(masters: Masters) -> None:
            async with self._database.transaction() as run:
                if known := await read_entry(run, masters, owner):
                    contacts = [*besides(known.contacts(), contact.platform), contact]
                    await set_contacts(run, self._vault.marks, known, contacts, contact.keep_days)

        await self._vault.reading(write)

    async def welcome(self, owner: str) -> Holder:
        """Add a person, or take the one that another process was faster to add."""
        holder = new_holder(owner)
        try:
            await self._database.change([welcome(self._vault.masters, holder)])
        except Outrun:
            self._vault.reread()
            await self._links.check(owner)
            entry = await self.entry(owner)
            return entry.holder if entry else await self.welcome(owner)
        return holder


def _contacts_to_bytes(contacts: Sequence[Contact]) -> bytes:
    """Put down all of the contacts but ``keep_days``, which has a readable column."""
    return orjson.dumps([_contact_record(contact) for contact in contacts])


def _contact_record(contact: Contact) -> dict[str, object]:
    return {
        "platform": contact.platform,
        "tenant": contact.tenant,
        "address": dict(contact.address),
        "discreet": contact.discreet,
    }
