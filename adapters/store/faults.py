"""Say in words what SQLite's errors mean, and what to do about them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import CrossroadsError, SetupError, StoreBusy, StoreDamaged, StoreError, StoreFull


class Outrun(Exception):
    """Another process (or an earlier delivery) was faster: read again and do it over."""


@contextmanager
def in_words(file: Path) -> Iterator[None]:
    """Turn the SQLite errors of a block into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise said(error, file) from error


def said(error: sqlite3.Error, file: Path) -> Exception:
    """Give our error for one of SQLite's; what is no fault of the file is given back as it is."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_CONSTRAINT"):
        return Outrun(str(error))
    if not name and isinstance(error, sqlite3.OperationalError):
        return _damaged(file)  # text that is not UTF-8: the driver found it, not SQLite
    for beginnings, make in _KINDS:
        if name.startswith(beginnings):
            return make(file)
    return error


def _busy(file: Path) -> StoreError:
    return StoreBusy(
        f"The database {file} is held by another program. Nothing was lost or changed.",
        "Close the other program, or wait for it, and do this again.",
    )


def _full(file: Path) -> StoreError:
    return StoreFull(
        f"There is no room left to write to {file}. What was stored before is safe and readable.",
        "Free some space (or raise the quota) and do this again.",
    )


def _damaged(file: Path) -> StoreError:
    return StoreDamaged(
        f"{file} is damaged, or not a database at all.",
        "Keep a copy of it, put your newest backup in its place, and start again. "
        "“crossroads db check” tells what can be read; without a backup, the sqlite3 program's "
        "“.recover” may save part of it.",
    )


def _closed_off(file: Path) -> CrossroadsError:
    return SetupError(
        f"The database {file} cannot be opened for writing.",
        "See that you may write to the file and its folder, and that neither is on a read-only "
        "disk; or choose another folder with CROSSROADS_HOME.",
    )


_KINDS = (
    (("SQLITE_BUSY", "SQLITE_LOCKED"), _busy),
    (("SQLITE_IOERR_READ", "SQLITE_IOERR_SHORT_READ", "SQLITE_IOERR_CORRUPTFS"), _damaged),
    (("SQLITE_FULL", "SQLITE_IOERR"), _full),
    (("SQLITE_CORRUPT", "SQLITE_NOTADB"), _damaged),
    (("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"), _closed_off),
)
