"""One SQLite file, opened twice: a connection that writes and one that reads."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

import aiosqlite

from adapters.store.faults import said

Safety = Literal["FULL", "NORMAL"]
Row = tuple[Any, ...]
Read = Callable[[str, Iterable[Any]], Awaitable[list[Row]]]

# The cache holds the upper pages of a million cases' tables; half as many checkpoints as usual
# keep their pauses out of all but a few turns in a thousand.
_PRAGMAS = """
PRAGMA synchronous = {safety};
PRAGMA secure_delete = ON;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -7000;
PRAGMA wal_autocheckpoint = 2000;
"""


class Change(NamedTuple):
    """One row for the view ``change``; what each ``op`` looks at stands with its trigger."""

    op: str | None = None
    case_id: str | None = None
    owner: str | None = None
    serial: bytes | None = None
    known: int | None = None
    seq: int | None = None
    turn: int | None = None
    at: int | None = None
    due: int | None = None
    flow: str | None = None
    version: str | None = None
    status: str | None = None
    name: bytes | None = None
    body: bytes | None = None
    delivery: bytes | None = None
    event: bytes | None = None
    wrapped: bytes | None = None
    ref: str | None = None
    platform: str | None = None
    sent_turn: int | None = None
    sent_at: int | None = None


_NOTHING = Change()
_MOST_ROWS = 1024  # SQLite takes 32,766 parameters in one statement unless built otherwise


@cache
def _insert(rows: int) -> str:
    places = f"({','.join('?' * len(Change._fields))})"
    columns = ",".join(Change._fields)
    return f"INSERT INTO change ({columns}) VALUES {','.join([places] * rows)}"  # noqa: S608


def _statement(changes: Sequence[Change]) -> tuple[str, list[Any]]:
    """Make one statement of the changes, filled up to a power of two with rows that do nothing.

    Preparing a statement costs more than running it, so few different ones are used.
    """
    size = 1 << (len(changes) - 1).bit_length()
    padding = [_NOTHING] * (size - len(changes))
    return _insert(size), list(chain.from_iterable(chain(changes, padding)))


class Database:
    """Runs statements and says in words what goes wrong; ``lock`` is held while writing."""

    def __init__(
        self, file: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection
    ) -> None:
        self.file = file
        self._writer = writer
        self._reader = reader
        self._lock = asyncio.Lock()

    async def read(self, sql: str, parameters: Iterable[Any] = ()) -> list[Row]:
        """Read rows as they were committed last."""
        try:
            return _rows(await self._reader.execute_fetchall(sql, parameters))
        except sqlite3.Error as error:
            raise said(error, self.file) from error

    async def read_to_write(self, sql: str, parameters: Iterable[Any] = ()) -> list[Row]:
        """Read what is about to be changed: its pages are then at hand for the writing."""
        async with self._lock:
            try:
                return _rows(await self._writer.execute_fetchall(sql, parameters))
            except sqlite3.Error as error:
                raise said(error, self.file) from error

    async def change(self, changes: Sequence[Change]) -> None:
        """Write changes together: all or none. Raises ``Outrun`` or ``StoreError``."""
        if len(changes) > _MOST_ROWS:
            async with self.transaction() as run:
                for start in range(0, len(changes), _MOST_ROWS):
                    await run(*_statement(changes[start : start + _MOST_ROWS]))
        else:
            await self.write(*_statement(changes))

    async def write(self, sql: str, parameters: Iterable[Any] = ()) -> list[Row]:
        """Run one statement and commit it: outside a transaction SQLite does both in one go.

        Gives the rows that a ``RETURNING`` asks for.
        """
        async with self._lock:
            try:
                return _rows(await self._writer.execute_fetchall(sql, parameters))
            except sqlite3.Error as error:
                raise said(error, self.file) from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Run]:
        """Run several statements that are committed together, or undone if one fails."""
        async with self._lock:
            try:
                await self._writer.execute_fetchall("BEGIN IMMEDIATE")
                yield Run(self._writer)
                await self._writer.execute_fetchall("COMMIT")
            except sqlite3.Error as error:
                raise said(error, self.file) from error
            finally:
                await self._writer.rollback()  # does nothing after the commit

    async def empty_journal(self) -> bool:
        """Move the write-ahead log into the file and cut it; False if a reader prevents it."""
        async with self._lock:
            try:
                rows = await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as error:
                raise said(error, self.file) from error
        return [row[0] for row in rows] == [0]

    async def try_empty_journal(self) -> bool:
        """Do the same without waiting for anybody who reads or writes."""
        async with self._lock:
            try:
                rows = await self._writer.execute_fetchall("PRAGMA busy_timeout")
                patience = _rows(rows)[0][0]
                await self._writer.execute_fetchall("PRAGMA busy_timeout = 0")
                try:
                    rows = await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    await self._writer.execute_fetchall(f"PRAGMA busy_timeout = {patience}")
            except sqlite3.Error as error:
                raise said(error, self.file) from error
        return [row[0] for row in rows] == [0]

    async def close(self) -> None:
        """Let go of the file; an unclosed connection would keep the process from ending."""
        try:
            await self._reader.close()
        finally:
            await self._writer.close()


def _rows(fetched: Iterable[Iterable[Any]]) -> list[Row]:
    return cast("list[Row]", fetched)  # a list of tuples, whatever the driver's types promise


class Run:
    """Runs statements inside a transaction: ``await run(sql, parameters)`` gives the rows."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def __call__(self, sql: str, parameters: Iterable[Any] = ()) -> list[Row]:
        return _rows(await self._connection.execute_fetchall(sql, parameters))

    async def many(self, sql: str, rows: Iterable[Iterable[Any]]) -> None:
        """Run one statement for each row of parameters."""
        await self._connection.executemany(sql, rows)


async def connect(
    file: Path, *, patience: float = 5.0, safety: Safety = "FULL", max_pages: int = 0
) -> Database:
    """Open a prepared file; ``patience`` is how many seconds to wait for another's lock."""
    pragmas = _PRAGMAS.format(safety=safety)
    if max_pages:
        pragmas += f"PRAGMA max_page_count = {max_pages};"
    writer = await _connect(file, patience, pragmas)
    try:
        reader = await _connect(file, patience, "PRAGMA query_only = ON;")
    except BaseException:
        await writer.close()
        raise
    return Database(file, writer, reader)


async def _connect(file: Path, patience: float, pragmas: str) -> aiosqlite.Connection:
    try:
        connection = await aiosqlite.connect(file, timeout=patience, isolation_level=None)
    except sqlite3.Error as error:
        raise said(error, file) from error
    try:
        await connection.executescript(pragmas)
    except BaseException as error:
        await connection.close()
        if isinstance(error, sqlite3.Error):
            raise said(error, file) from error
        raise
    return connection
