"""The master keys and the secret behind the marks, opened with the database or refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import TypeVar

from adapters.store.database import Database, Run
from adapters.store.keys import KeyHome, missing
from adapters.store.people import open_holder, wrap_holder
from adapters.store.sealing import Marks, Masters, new_key, safe_key, wrapped_by
from bot.errors import KeyMissing, SetupError

T = TypeVar("T")

_SECRET = ("vault", "secret")
_READ = "SELECT master, secret FROM vault"
_PEOPLE = """
SELECT people.row, people.owner, people.serial, keys.wrapped
FROM people JOIN keys ON keys.id = people.row
WHERE people.row > ? ORDER BY people.row LIMIT 1000
"""


class Vault:
    """The keys in use. Another process may rotate them: then the newer ones are read."""

    def __init__(self, home: KeyHome, masters: Masters, secret: bytes) -> None:
        self._home = home
        self.masters = masters
        self.marks = Marks.of(secret)
        self.safe_key = safe_key(secret)

    def reread(self) -> None:
        """Take up newer master keys; with none to be read, those at hand go on being used."""
        with suppress(SetupError):
            self.masters = self._home.read() or self.masters

    def meet(self, wrapped: Iterable[bytes | None]) -> None:
        """Read the keys again if one of these was wrapped by a master that is not known yet."""
        if any(key and not self.masters.knows(wrapped_by(key)) for key in wrapped):
            self.reread()

    async def reading(self, read: Callable[[Masters], Awaitable[T]]) -> T:
        """Read with the master keys at hand, and again with newer ones if those do not open it."""
        try:
            return await read(self.masters)
        except KeyMissing:
            self.reread()
            return await read(self.masters)

    async def rotate(self, database: Database) -> str:
        """Seal everybody's key under a new master key; gives its id.

        At every moment the key file holds all keys the database needs: the new one is added before
        anything is sealed with it, and the old one removed after nothing is.
        """
        row = (await database.read(_READ))[0]
        masters = self._home.add(in_use=row[0])
        async with database.transaction() as run:
            secret = open_secret(masters, (await run(_READ))[0][1])
            await run(
                "UPDATE vault SET master = ?, secret = ?",
                (masters.current, masters.wrap(secret, *_SECRET)),
            )
            await _rewrap(run, masters)
        self.masters = self._home.keep(masters)
        return masters.current.hex()


async def _rewrap(run: Run, masters: Masters) -> None:
    last = 0
    while people := await run(_PEOPLE, (last,)):
        last = people[-1][0]
        holders = [(row, open_holder(masters, *person)) for row, *person in people]
        await run.many(
            "UPDATE keys SET wrapped = ? WHERE id = ?",
            [(wrap_holder(masters, holder), row) for row, holder in holders],
        )


async def open_vault(database: Database, home: KeyHome) -> tuple[Vault, bool]:
    """Open the vault, or make it in a new database; tells whether a key file was made as well.

    Raises ``KeyMissing`` where there are data but not the key they were sealed with.
    """
    rows = await database.read(_READ)
    masters = home.read()
    if rows and masters is None:
        raise missing(home)
    made = masters is None
    masters = masters or home.make()
    if not rows:
        await database.write(
            "INSERT OR IGNORE INTO vault VALUES (1, ?, ?)",
            (masters.current, masters.wrap(new_key(), *_SECRET)),
        )
        rows = await database.read(_READ)  # another process may have been first
    return Vault(home, masters, open_secret(masters, rows[0][1])), made


def open_secret(masters: Masters, wrapped: bytes) -> bytes:
    """Open the secret behind marks and safe; raises ``KeyMissing`` or ``StoreDamaged``."""
    return masters.unwrap(wrapped, *_SECRET)
