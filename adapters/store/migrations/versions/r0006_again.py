"""What is needed to try again: days on which somebody was not reached, decisions made anew."""

from __future__ import annotations

from adapters.store.migrations.statements import run

revision = "0006"
down_revision = "0005"

SQLITE: tuple[str, ...] = (
    # Apart from ``attempts``, which counts how often a platform failed.
    "ALTER TABLE reminders ADD COLUMN missed INTEGER NOT NULL DEFAULT 0",
    # When this was written, and not before its case was touched last: what was decided anew after
    # that is not noted yet. Papers from before count as if they knew everything.
    "ALTER TABLE papers ADD COLUMN touched INTEGER NOT NULL DEFAULT 9223372036854775807",
)


def upgrade() -> None:
    """Run by Alembic on an older file."""
    run(SQLITE)
