"""The first form of the store."""

from __future__ import annotations

from adapters.store.migrations.statements import run

revision = "0001"
down_revision = None

SQLITE: tuple[str, ...] = (
    # The secret behind all keyed HMACs, wrapped by the master key whose id stands in ``master``.
    """CREATE TABLE vault (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        master BLOB NOT NULL,
        secret BLOB NOT NULL
    )""",
    # Every person's and case's own key, wrapped. Rows are only ever added at the end, and a key is
    # destroyed by overwriting it in place: SQLite then never moves one, which could leave a copy
    # behind in a page's unused part. The ids double as row numbers and are never given out twice.
    """CREATE TABLE keys (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        wrapped BLOB NOT NULL
    )""",
    """CREATE TABLE people (
        row INTEGER PRIMARY KEY REFERENCES keys (id),
        owner TEXT NOT NULL UNIQUE,
        serial BLOB NOT NULL,
        profile BLOB
    )""",
    # ``edition`` counts what was written; who writes says which edition they started from. The
    # case's card, the one message that is edited in place, is part of the row: ``due_turn`` is what
    # it should show, ``due`` since when (NULL: it was delivered), ``sent_turn`` what it does show.
    """CREATE TABLE cases (
        row INTEGER PRIMARY KEY REFERENCES keys (id),
        id TEXT NOT NULL UNIQUE,
        person INTEGER NOT NULL REFERENCES people (row),
        flow TEXT NOT NULL,
        version TEXT NOT NULL,
        status TEXT NOT NULL,
        turn INTEGER NOT NULL,
        edition INTEGER NOT NULL,
        touched INTEGER NOT NULL,
        last_event INTEGER,
        platform TEXT NOT NULL DEFAULT '',
        due INTEGER,
        due_turn INTEGER,
        attempts INTEGER NOT NULL DEFAULT 0,
        ref TEXT NOT NULL DEFAULT '',
        sent_turn INTEGER,
        sent_at INTEGER,
        name BLOB,
        body BLOB
    )""",
    "CREATE INDEX cases_of_person ON cases (person)",
    # Without the time: a case that stays due from turn to turn then leaves the index as it is.
    "CREATE INDEX cases_due ON cases (platform) WHERE due IS NOT NULL",
    # Only ever added to, at the end, so that a commit writes few pages. A case's events are found
    # from its last one backwards (``before``): an index of them would cost a page for each turn.
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        case_row INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        before INTEGER,
        delivery BLOB,
        body BLOB
    )""",
    "CREATE UNIQUE INDEX events_by_delivery ON events (delivery) WHERE delivery IS NOT NULL",
    # What else is to be delivered: 'tell' (sealed) and 'wake' (with a later due time).
    """CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        case_row INTEGER NOT NULL REFERENCES cases (row),
        platform TEXT NOT NULL,
        kind TEXT NOT NULL,
        turn INTEGER NOT NULL,
        due INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        body BLOB
    )""",
    "CREATE INDEX outbox_due ON outbox (platform, due)",
    "CREATE INDEX outbox_of_case ON outbox (case_row)",
    """CREATE TABLE flows (
        version TEXT PRIMARY KEY,
        flow TEXT NOT NULL,
        at INTEGER NOT NULL,
        files BLOB NOT NULL
    ) WITHOUT ROWID""",
    # Marks of what was erased, so that neither a late delivery nor a backup brings it back.
    "CREATE TABLE erased (mark BLOB PRIMARY KEY) WITHOUT ROWID",
    # Batches are written as ONE statement, an INSERT of many rows into this view: with aiosqlite
    # each statement costs a change of threads, many times what SQLite itself needs for it.
    """CREATE VIEW change AS SELECT
        NULL AS op, NULL AS case_id, NULL AS owner, NULL AS serial, NULL AS known, NULL AS seq,
        NULL AS turn, NULL AS at, NULL AS due, NULL AS flow, NULL AS version, NULL AS status,
        NULL AS name, NULL AS body, NULL AS delivery, NULL AS event, NULL AS wrapped,
        NULL AS ref, NULL AS platform,
        NULL AS sent_turn, NULL AS sent_at
        WHERE 0""",
    # op 'person': refused if the key was wrapped by a master that another process has replaced.
    """CREATE TRIGGER change_person INSTEAD OF INSERT ON change WHEN NEW.op = 'person' BEGIN
        SELECT RAISE(ABORT, 'outrun')
            WHERE substr(NEW.wrapped, 2, 8) IS NOT (SELECT master FROM vault);
        INSERT INTO keys (wrapped) VALUES (NEW.wrapped);
        INSERT INTO people (row, owner, serial)
            VALUES (last_insert_rowid(), NEW.owner, NEW.serial);
    END""",
    # op 'case': refused if the person was erased, or erased and begun anew, in the meantime.
    """CREATE TRIGGER change_case INSTEAD OF INSERT ON change WHEN NEW.op = 'case' BEGIN
        SELECT RAISE(ABORT, 'outrun') WHERE NOT EXISTS
            (SELECT 1 FROM people WHERE owner = NEW.owner AND serial = NEW.serial);
        INSERT INTO keys (wrapped) VALUES (NEW.wrapped);
        INSERT INTO cases (row, id, person, flow, version, status, turn, edition, touched)
            SELECT last_insert_rowid(), NEW.case_id, row, NEW.flow, '', '', 0, 0, NEW.at
            FROM people WHERE owner = NEW.owner;
    END""",
    # op 'turn': refused if the case is not as it was when the turn was worked out. A name is
    # given only when it changed, an event or a delivery only if there is one, ``due`` with a Show,
    # and ``sent_turn`` if the card of an earlier turn was delivered in the meantime. The second
    # UPDATE is skipped while a case stays due on one platform, which leaves the index alone.
    """CREATE TRIGGER change_turn INSTEAD OF INSERT ON change WHEN NEW.op = 'turn' BEGIN
        SELECT RAISE(ABORT, 'outrun') WHERE NOT EXISTS
            (SELECT 1 FROM cases WHERE id = NEW.case_id AND edition = NEW.known);
        INSERT INTO events (case_row, seq, before, delivery, body)
            SELECT row, NEW.known + 1, last_event, NEW.delivery, NEW.event FROM cases
            WHERE id = NEW.case_id AND (NEW.event IS NOT NULL OR NEW.delivery IS NOT NULL);
        UPDATE cases SET version = NEW.version, status = NEW.status, turn = NEW.turn,
            edition = NEW.seq, touched = NEW.at,
            last_event = CASE changes() WHEN 0 THEN last_event ELSE last_insert_rowid() END,
            due_turn = CASE WHEN NEW.due IS NULL THEN due_turn ELSE NEW.turn END, attempts = 0,
            sent_turn = coalesce(NEW.sent_turn, sent_turn),
            sent_at = coalesce(NEW.sent_at, sent_at), ref = coalesce(NEW.ref, ref),
            name = coalesce(NEW.name, name), body = NEW.body
            WHERE id = NEW.case_id;
        UPDATE cases SET due = coalesce(NEW.due, due), platform = NEW.platform,
            ref = CASE platform WHEN NEW.platform THEN ref ELSE '' END
            WHERE id = NEW.case_id AND (
                platform <> NEW.platform OR NEW.due < due OR (NEW.due IS NOT NULL AND due IS NULL)
            );
        DELETE FROM outbox
            WHERE NEW.sent_turn IS NOT NULL AND kind = 'tell' AND turn <= NEW.sent_turn
            AND case_row = (SELECT row FROM cases WHERE id = NEW.case_id);
    END""",
    # op 'event': the second and later events of a turn.
    """CREATE TRIGGER change_event INSTEAD OF INSERT ON change WHEN NEW.op = 'event' BEGIN
        INSERT INTO events (case_row, seq, before, body)
            SELECT row, NEW.seq, last_event, NEW.event FROM cases WHERE id = NEW.case_id;
        UPDATE cases SET last_event = last_insert_rowid() WHERE id = NEW.case_id;
    END""",
    """CREATE TRIGGER change_effect INSTEAD OF INSERT ON change WHEN NEW.op IN ('tell', 'wake')
    BEGIN
        INSERT INTO outbox (case_row, platform, kind, turn, due, body)
            SELECT row, NEW.platform, NEW.op, NEW.turn, NEW.due, NEW.body
            FROM cases WHERE id = NEW.case_id;
    END""",
    # op 'sent': the card shows ``sent_turn`` or later; it stays due only if a newer turn awaits it.
    """CREATE TRIGGER change_sent INSTEAD OF INSERT ON change WHEN NEW.op = 'sent' BEGIN
        UPDATE cases SET sent_turn = NEW.sent_turn, sent_at = NEW.sent_at,
            ref = coalesce(NEW.ref, ref),
            due = CASE WHEN due_turn <= NEW.sent_turn THEN NULL ELSE due END
            WHERE id = NEW.case_id AND coalesce(sent_turn, -1) <= NEW.sent_turn;
        DELETE FROM outbox
            WHERE kind = 'tell' AND turn <= NEW.sent_turn
            AND case_row = (SELECT row FROM cases WHERE id = NEW.case_id);
    END""",
)


def upgrade() -> None:
    """Run by Alembic on an older file."""
    run(SQLITE)
