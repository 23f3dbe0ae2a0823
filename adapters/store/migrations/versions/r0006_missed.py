"""On how many days somebody could not be reached, apart from how often a platform failed."""

from __future__ import annotations

from adapters.store.migrations.statements import run

revision = "0006"
down_revision = "0005"

SQLITE: tuple[str, ...] = ("ALTER TABLE reminders ADD COLUMN missed INTEGER NOT NULL DEFAULT 0",)


def upgrade() -> None:
    """Run by Alembic on an older file."""
    run(SQLITE)
