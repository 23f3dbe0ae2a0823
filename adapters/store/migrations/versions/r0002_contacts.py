"""Where people are reached, what is kept in the safe, and which tenants left."""

from __future__ import annotations

from adapters.store.migrations.statements import run

revision = "0002"
down_revision = "0001"

SQLITE: tuple[str, ...] = (
    # ``tenant`` is a keyed mark, ``contact`` is sealed with the person's own key; ``keep_days``
    # stays readable, so that what nobody wants kept is found without opening anything.
    "ALTER TABLE people ADD COLUMN tenant BLOB",
    "ALTER TABLE people ADD COLUMN keep_days INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE people ADD COLUMN contact BLOB",
    "CREATE INDEX people_of_tenant ON people (tenant) WHERE tenant IS NOT NULL",
    "CREATE INDEX people_keeping ON people (keep_days) WHERE keep_days > 0",
    # Small things that belong to no person; ``mark`` stands for the key, ``body`` is sealed.
    """CREATE TABLE safe (
        drawer TEXT NOT NULL,
        mark BLOB NOT NULL,
        until INTEGER,
        body BLOB NOT NULL,
        PRIMARY KEY (drawer, mark)
    )""",
    "CREATE INDEX safe_until ON safe (until) WHERE until IS NOT NULL",
    # The marks of tenants that left, and when everything of theirs is to be erased.
    "CREATE TABLE departures (mark BLOB NOT NULL PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
)


def upgrade() -> None:
    """Run by Alembic on an older file."""
    run(SQLITE)
