"""Papers beside cases and people, and what they are to be reminded of."""

from __future__ import annotations

from adapters.store.migrations.statements import run

revision = "0005"
down_revision = "0004"

SQLITE: tuple[str, ...] = (
    # A letter, plan or log of a case is sealed with the case's key, what belongs to the person
    # (no ``case_row``) with theirs: it goes with them.
    """CREATE TABLE papers (
        row INTEGER PRIMARY KEY AUTOINCREMENT,
        person INTEGER NOT NULL REFERENCES people (row) ON DELETE CASCADE,
        case_row INTEGER REFERENCES cases (row) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        body BLOB NOT NULL
    )""",
    "CREATE UNIQUE INDEX papers_of_person ON papers (person, coalesce(case_row, 0), kind)",
    "CREATE INDEX papers_of_case ON papers (case_row) WHERE case_row IS NOT NULL",
    # ``name`` says what of its paper is due: a number, never words.
    """CREATE TABLE reminders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        paper INTEGER NOT NULL REFERENCES papers (row) ON DELETE CASCADE,
        name TEXT NOT NULL,
        platform TEXT NOT NULL,
        due INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        UNIQUE (paper, name)
    )""",
    "CREATE INDEX reminders_due ON reminders (platform, due)",
    # Where it is looked for decisions that nobody has been asked about yet.
    "CREATE INDEX cases_finished ON cases (platform, touched) WHERE status = 'finished'",
    # The marks of deliveries that must not be done twice.
    """CREATE TABLE paper_keys (
        paper INTEGER NOT NULL REFERENCES papers (row) ON DELETE CASCADE,
        mark BLOB NOT NULL,
        PRIMARY KEY (paper, mark)
    ) WITHOUT ROWID""",
)


def upgrade() -> None:
    """Run by Alembic on an older file."""
    run(SQLITE)
