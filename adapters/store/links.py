"""Which accounts are one person: kept in memory whole, as it is asked for at every step."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from adapters.store.database import Database
from adapters.store.sealing import Marks
from bot.errors import StoreBusy
from bot.ports import Account, Linked

_NUMBER = "SELECT number FROM link_changes"
_LINKS = """
SELECT number, links.alias, links.mark, people.owner, people.serial
FROM link_changes LEFT JOIN links ON TRUE LEFT JOIN people ON people.row = links.person
"""


class Links:
    """Tells whose account it is. Another process may link and unlink: ``refresh`` takes that up.

    A link that something else wrote into the file is none. ``generation`` grows whenever what is
    known here changes.
    """

    def __init__(self, database: Database, marks: Marks) -> None:
        self.generation = 0
        self._database = database
        self._marks = marks
        self._number = -1
        self._owners: Mapping[str, str] = {}
        self._aliases: Mapping[str, str] = {}

    def owner(self, account: str) -> str:
        """Give the person that an account belongs to, by opaque ids."""
        return self._owners.get(account, account)

    def alias(self, owner: str) -> str | None:
        """Give the account that stands for a person, if they linked one."""
        return self._aliases.get(owner)

    async def refresh(self) -> bool:
        """Read the links anew if they were changed; says whether they were."""
        rows = await self._database.read(_NUMBER)
        if rows[0][0] == self._number:
            return False
        rows = await self._database.read(_LINKS)
        self._number = rows[0][0]
        self._owners = {
            alias: owner
            for _, alias, mark, owner, serial in rows
            if alias is not None and mark == self._marks.link(alias, owner, serial)
        }
        self._aliases = {owner: alias for alias, owner in self._owners.items()}
        self.generation += 1
        return True

    async def check(self, account: str) -> None:
        """Raise ``StoreBusy`` if another process has linked this account in the meantime."""
        await self.refresh()
        if self.owner(account) != account:
            raise StoreBusy(
                "This account was linked with another one at this moment.", "Do it again."
            )


def linked_to_bytes(linked: Linked) -> bytes:
    """Write down which accounts are linked."""
    accounts = (linked.main, linked.joined)
    return orjson.dumps([[account.platform, account.name] for account in accounts])


def linked_from_bytes(opened: bytes) -> Linked:
    """Read that back."""
    main, joined = (Account(*account) for account in orjson.loads(opened))
    return Linked(main, joined)
