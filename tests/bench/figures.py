"""What a measured process says of itself: the CPU it used, its memory, and the turns on disk."""

from __future__ import annotations

import os
import resource
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def figures(database: Path | None) -> dict[str, float]:
    """Give the figures as they are now; without a database there are no turns."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return {
        "cpu_s": used.ru_utime + used.ru_stime,
        "resident_mb": pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        "events": _events(database) if database else 0,
    }


def _events(database: Path) -> int:
    """Count what is on disk: an event for each turn."""
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT max(id) FROM events").fetchone()[0])
