"""Accounts that are one person, several contacts of a person, and cards that stayed behind."""

from __future__ import annotations

from adapters.store.migrations.statements import run

revision = "0004"
down_revision = "0003"

SQLITE: tuple[str, ...] = (
    # By which tenants a person is reached, as keyed marks: one for each of their contacts.
    """CREATE TABLE reached (
        person INTEGER NOT NULL REFERENCES people (row) ON DELETE CASCADE,
        mark BLOB NOT NULL,
        PRIMARY KEY (person, mark)
    ) WITHOUT ROWID""",
    "CREATE INDEX reached_by_mark ON reached (mark)",
    "INSERT INTO reached (person, mark) SELECT row, tenant FROM people WHERE tenant IS NOT NULL",
    "DROP INDEX people_of_tenant",
    "ALTER TABLE people DROP COLUMN tenant",
    # ``alias`` is the opaque id that an account would have by itself, ``mark`` proves that the link
    # is ours, ``body`` names both accounts, sealed with the person's key. A person has two accounts
    # at most.
    """CREATE TABLE links (
        alias TEXT NOT NULL PRIMARY KEY,
        person INTEGER NOT NULL UNIQUE REFERENCES people (row) ON DELETE CASCADE,
        mark BLOB NOT NULL,
        body BLOB NOT NULL
    ) WITHOUT ROWID""",
    # Counts the changes of ``links``: other processes look at this number alone, again and again.
    "CREATE TABLE link_changes (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL)",
    "INSERT INTO link_changes VALUES (1, 0)",
    """CREATE TRIGGER links_added AFTER INSERT ON links BEGIN
        UPDATE link_changes SET number = number + 1;
    END""",
    """CREATE TRIGGER links_removed AFTER DELETE ON links BEGIN
        UPDATE link_changes SET number = number + 1;
    END""",
    # A process that has not heard of a link yet must not add the account as somebody else.
    """CREATE TRIGGER people_linked BEFORE INSERT ON people
    WHEN EXISTS (SELECT 1 FROM links WHERE alias = NEW.owner) BEGIN
        SELECT RAISE(ABORT, 'outrun');
    END""",
    # The accounts that were merged into a person, with their serials if anything was stored of
    # them: forgetting the person must forget them as well, should a backup bring them back.
    """CREATE TABLE merged (
        id INTEGER PRIMARY KEY,
        person INTEGER NOT NULL REFERENCES people (row) ON DELETE CASCADE,
        alias TEXT NOT NULL,
        serial BLOB
    )""",
    "CREATE INDEX merged_of_person ON merged (person)",
    # The card that a case has left where it goes on elsewhere, to be taken away there.
    """CREATE TABLE left_cards (
        id INTEGER PRIMARY KEY,
        case_row INTEGER NOT NULL REFERENCES cases (row) ON DELETE CASCADE,
        platform TEXT NOT NULL,
        ref TEXT NOT NULL,
        at INTEGER NOT NULL
    )""",
    "CREATE INDEX left_cards_by_platform ON left_cards (platform)",
    "CREATE INDEX left_cards_of_case ON left_cards (case_row)",
    """CREATE TRIGGER cases_moved AFTER UPDATE OF platform ON cases
    WHEN OLD.platform <> NEW.platform AND OLD.ref <> '' BEGIN
        INSERT INTO left_cards (case_row, platform, ref, at)
            VALUES (NEW.row, OLD.platform, OLD.ref, NEW.touched);
    END""",
    # op 'sent' as before, but for a card that arrived after its case had gone on elsewhere: it is
    # not the case's card, and is left behind as well.
    "DROP TRIGGER change_sent",
    """CREATE TRIGGER change_sent INSTEAD OF INSERT ON change WHEN NEW.op = 'sent' BEGIN
        INSERT INTO left_cards (case_row, platform, ref, at)
            SELECT row, NEW.platform, NEW.ref, NEW.sent_at FROM cases
            WHERE id = NEW.case_id AND platform <> NEW.platform AND NEW.ref IS NOT NULL;
        UPDATE cases SET sent_turn = NEW.sent_turn, sent_at = NEW.sent_at,
            ref = coalesce(NEW.ref, ref),
            due = CASE WHEN due_turn <= NEW.sent_turn THEN NULL ELSE due END
            WHERE id = NEW.case_id AND coalesce(sent_turn, -1) <= NEW.sent_turn
            AND platform = coalesce(NEW.platform, platform);
        DELETE FROM outbox
            WHERE kind = 'tell' AND turn <= NEW.sent_turn
            AND case_row = (SELECT row FROM cases WHERE id = NEW.case_id);
    END""",
)


def upgrade() -> None:
    """Run by Alembic on an older file."""
    run(SQLITE)
