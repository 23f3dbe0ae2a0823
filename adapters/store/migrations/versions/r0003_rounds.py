"""Second opinions: rounds, who takes part, their ballots, and what is to be posted."""

from __future__ import annotations

from adapters.store.migrations.statements import run

revision = "0003"
down_revision = "0002"

SQLITE: tuple[str, ...] = (
    # ``row`` is the round's own key. ``secret`` is the key of its ballots: it is there from the
    # opening until it is destroyed. ``able`` counts those on its list who can answer; where it is
    # not ``listed`` nobody can tell how many may. A ballot changes none but the small rows here.
    """CREATE TABLE rounds (
        row INTEGER PRIMARY KEY REFERENCES keys (id),
        id TEXT NOT NULL UNIQUE,
        case_row INTEGER NOT NULL REFERENCES cases (row),
        platform TEXT NOT NULL,
        stage TEXT NOT NULL,
        case_turn INTEGER NOT NULL,
        listed INTEGER NOT NULL DEFAULT 1,
        able INTEGER NOT NULL DEFAULT 0,
        answered INTEGER NOT NULL DEFAULT 0,
        changed INTEGER NOT NULL DEFAULT 0,
        secret INTEGER REFERENCES keys (id)
    )""",
    "CREATE INDEX rounds_of_case ON rounds (case_row)",
    "CREATE INDEX rounds_open ON rounds (stage) WHERE stage = 'open'",
    # ``edition`` counts how often the body was written, so that it need not be read again.
    """CREATE TABLE round_bodies (
        round_row INTEGER PRIMARY KEY REFERENCES rounds (row),
        edition INTEGER NOT NULL,
        body BLOB NOT NULL
    )""",
    # Who takes part, and who answered what: two tables that have nothing in common. Neither holds
    # a time, a number or an order; a ballot's ``mark`` is a keyed HMAC of its voter.
    """CREATE TABLE round_people (
        round_row INTEGER NOT NULL REFERENCES rounds (row),
        voter TEXT NOT NULL,
        answered INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (round_row, voter)
    ) WITHOUT ROWID""",
    "CREATE INDEX round_people_voter ON round_people (voter)",
    """CREATE TABLE round_ballots (
        round_row INTEGER NOT NULL REFERENCES rounds (row),
        mark BLOB NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (round_row, mark)
    ) WITHOUT ROWID""",
    # What is sent once is ``due`` until it is delivered. Messages that are edited are due while
    # they show an older edition than their role's (``round_roles``), but not before ``not_before``.
    """CREATE TABLE round_posts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        round_row INTEGER NOT NULL REFERENCES rounds (row),
        role TEXT NOT NULL,
        parent INTEGER,
        platform TEXT NOT NULL,
        target BLOB NOT NULL,
        what BLOB,
        ref TEXT NOT NULL DEFAULT '',
        due INTEGER,
        not_before INTEGER NOT NULL DEFAULT 0,
        sent_edition INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        given_up INTEGER NOT NULL DEFAULT 0
    )""",
    """CREATE INDEX round_posts_of_round
        ON round_posts (round_row, role, given_up, sent_edition)""",
    "CREATE INDEX round_posts_due ON round_posts (platform, due) WHERE due IS NOT NULL",
    "CREATE INDEX round_posts_beneath ON round_posts (parent) WHERE parent IS NOT NULL",
    # Which state of the round a role's messages should show, and ``due`` since when (NULL: all do).
    """CREATE TABLE round_roles (
        round_row INTEGER NOT NULL REFERENCES rounds (row),
        role TEXT NOT NULL,
        edition INTEGER NOT NULL,
        due INTEGER,
        PRIMARY KEY (round_row, role)
    ) WITHOUT ROWID""",
    "CREATE INDEX round_roles_due ON round_roles (due) WHERE due IS NOT NULL",
    """CREATE TABLE round_timers (
        round_row INTEGER NOT NULL REFERENCES rounds (row),
        timer TEXT NOT NULL,
        due INTEGER NOT NULL,
        PRIMARY KEY (round_row, timer)
    ) WITHOUT ROWID""",
    "CREATE INDEX round_timers_due ON round_timers (due)",
    # The marks of deliveries that must not be done twice.
    """CREATE TABLE round_keys (
        round_row INTEGER NOT NULL REFERENCES rounds (row),
        mark BLOB NOT NULL,
        PRIMARY KEY (round_row, mark)
    ) WITHOUT ROWID""",
)


def upgrade() -> None:
    """Run by Alembic on an older file."""
    run(SQLITE)
