"""Tell when the database was written to last, for comparing it with the clock (blocking)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from adapters.store.faults import in_words
from adapters.store.times import moment


def newest(file: Path, patience: float = 5.0) -> datetime | None:
    """Give the time at which a case was touched last; None if there is no case.

    The database must exist and be of the newest form. Raises ``StoreError``.
    """
    with in_words(file), closing(sqlite3.connect(file, timeout=patience)) as connection:
        connection.execute("PRAGMA query_only = ON")
        (touched,) = connection.execute("SELECT max(touched) FROM cases").fetchone()
    return None if touched is None else moment(touched)
