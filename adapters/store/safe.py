"""Small sealed things that belong to no person: how a tenant installed us, one-time values.

A key is stored as a keyed mark and a value sealed, bound to its drawer, key and time. What seals
them is derived from the secret that outlives every rotation of the master keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.store.database import Database
from adapters.store.sealing import Box
from adapters.store.times import micros
from adapters.store.vault import Vault

_KEEP = """
INSERT INTO safe (drawer, mark, until, body) VALUES (?, ?, ?, ?)
ON CONFLICT (drawer, mark) DO UPDATE SET until = excluded.until, body = excluded.body
"""
_KEPT = """
SELECT until, body FROM safe
WHERE drawer = ? AND mark = ? AND (until IS NULL OR until > ?)
"""
_DRAWER = """
SELECT mark, until, body FROM safe
WHERE drawer = ? AND (until IS NULL OR until > ?) ORDER BY rowid
"""


class SqliteSafe:
    """Fulfils ``bot.ports.Safe``; see there what each method does."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def keep(
        self, drawer: str, key: str, value: bytes, until: datetime | None = None
    ) -> None:
        """Keep a value under a key; it is there for all processes from now on."""
        mark = self._vault.marks.thing(drawer, key)
        end = None if until is None else micros(until)
        sealed = thing_box(self._vault.safe_key, drawer, mark).seal(thing_field(end), value)
        await self._database.write(_KEEP, (drawer, mark, end, sealed))

    async def kept(self, drawer: str, key: str, now: datetime) -> bytes | None:
        """Read a value whose time is not over."""
        mark = self._vault.marks.thing(drawer, key)
        rows = await self._database.read(_KEPT, (drawer, mark, micros(now)))
        for end, sealed in rows:
            return self._open(drawer, mark, end, sealed)
        return None

    async def take(self, drawer: str, key: str, now: datetime) -> bytes | None:
        """Read and remove a value; one whose time is over is removed and not given."""
        mark = self._vault.marks.thing(drawer, key)
        rows = await self._database.write(
            "DELETE FROM safe WHERE drawer = ? AND mark = ? RETURNING until, body", (drawer, mark)
        )
        for end, sealed in rows:
            if end is None or end > micros(now):
                return self._open(drawer, mark, end, sealed)
        return None

    async def discard(self, drawer: str, key: str) -> None:
        """Remove a value, if it is there."""
        mark = self._vault.marks.thing(drawer, key)
        await self._database.write("DELETE FROM safe WHERE drawer = ? AND mark = ?", (drawer, mark))

    async def drawer(self, drawer: str, now: datetime) -> Sequence[bytes]:
        """Read all values of a drawer, those first that were put in first."""
        rows = await self._database.read(_DRAWER, (drawer, micros(now)))
        return [self._open(drawer, *row) for row in rows]

    async def sweep(self, now: datetime) -> int:
        """Remove what is past its time."""
        gone = await self._database.write(
            "DELETE FROM safe WHERE until <= ? RETURNING 1", (micros(now),)
        )
        return len(gone)

    def _open(self, drawer: str, mark: bytes, end: int | None, sealed: bytes) -> bytes:
        return thing_box(self._vault.safe_key, drawer, mark).open(thing_field(end), sealed)


def thing_box(key: bytes, drawer: str, mark: bytes) -> Box:
    """Make what seals one thing in the safe."""
    return Box.of(key, drawer, mark.hex())


def thing_field(end: int | None) -> str:
    """Name the field; with the time in it, nobody can make a value last longer unnoticed."""
    return "value" if end is None else f"value until {end}"
