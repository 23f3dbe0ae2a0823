"""Copy the live database into a file, and look whether a database is sound (both blocking)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adapters.store.faults import in_words
from adapters.store.keys import KeyHome, missing
from adapters.store.paper_check import closed_papers
from adapters.store.people import open_holder
from adapters.store.round_check import closed_rounds
from adapters.store.safe import thing_box, thing_field
from adapters.store.schema import SCHEMA, Schema, copy, read_revision
from adapters.store.sealing import Marks, Masters, safe_key
from adapters.store.vault import open_secret
from bot.engine.record import case_from_bytes
from bot.errors import KeyMissing, SetupError, StoreDamaged

_PEOPLE = """
SELECT people.owner, people.serial, keys.wrapped, people.profile, people.contact, links.body
FROM people JOIN keys ON keys.id = people.row LEFT JOIN links ON links.person = people.row
"""
_LINKS = """
SELECT links.alias, people.owner, people.serial, links.mark
FROM links JOIN people ON people.row = links.person ORDER BY links.alias
"""
_CASES = """
SELECT people.owner, people.serial, person_key.wrapped, cases.id, case_key.wrapped, cases.body
FROM cases
JOIN people ON people.row = cases.person
JOIN keys AS person_key ON person_key.id = people.row
JOIN keys AS case_key ON case_key.id = cases.row
WHERE cases.row IN (SELECT row FROM cases ORDER BY random() LIMIT ?)
"""
_THINGS = "SELECT drawer, mark, until, body FROM safe ORDER BY drawer, rowid"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. ``problems`` are sentences for people; none means all is well.

    The numbers are rows; ``opened`` says how many of the cases were opened with the keys.
    """

    revision: str
    people: int
    cases: int
    events: int
    effects: int
    opened: int
    problems: tuple[str, ...]


def back_up(file: Path, target: Path, patience: float = 5.0) -> None:
    """Copy the database while it is in use; never overwrites. The key file is not part of it.

    Raises ``SetupError`` if there is no database or the target exists, or ``StoreError``.
    """
    with in_words(file):
        connection = _open(file, patience)
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            copy(connection, target)
        finally:
            connection.close()


def check(
    file: Path,
    home: KeyHome,
    *,
    sample: int = 100,
    patience: float = 5.0,
    schema: Schema = SCHEMA,
) -> Checked:
    """Look through the whole file, people's keys, the safe, some cases, rounds and papers.

    Changes nothing. Raises ``SetupError`` if there is no database of ours, or ``StoreError`` if it
    cannot even be read.
    """
    with in_words(file):
        connection = _open(file, patience)
        try:
            return _check(connection, file, home, sample, schema)
        finally:
            connection.close()


def _open(file: Path, patience: float) -> sqlite3.Connection:
    if not file.exists():
        raise SetupError(
            f"There is no database {file} yet.", "It is made by the first “crossroads chat”."
        )
    connection = sqlite3.connect(file, timeout=patience, isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _check(
    connection: sqlite3.Connection, file: Path, home: KeyHome, sample: int, schema: Schema
) -> Checked:
    problems = _unsound(connection)
    revision = read_revision(connection, file)
    if revision != schema.head:
        problems.append(f"The file has the form {revision}; this program expects {schema.head}.")
        return Checked(revision, 0, 0, 0, 0, 0, tuple(problems))
    opened, closed = _open_all(connection, home, sample)
    return Checked(
        revision,
        people=_count(connection, "people"),
        cases=_count(connection, "cases"),
        events=_count(connection, "events"),
        effects=_count(connection, "outbox"),
        opened=opened,
        problems=tuple(problems + closed),
    )


def _unsound(connection: sqlite3.Connection) -> list[str]:
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
    return [] if found == ["ok"] else [f"SQLite finds the file damaged: {line}" for line in found]


def _count(connection: sqlite3.Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return int(row[0])


def _open_all(connection: sqlite3.Connection, home: KeyHome, sample: int) -> tuple[int, list[str]]:
    """Open people, safe, some rounds and cases; give the cases' number and the problems."""
    masters = home.read()
    if masters is None:
        return 0, [str(missing(home))]
    problems = [
        *_closed_people(connection, masters),
        *_closed_things(connection, masters),
        *closed_rounds(connection, masters, sample),
        *closed_papers(connection, masters, sample),
    ]
    opened = 0
    for owner, serial, wrapped, case_id, case_key, body in connection.execute(_CASES, (sample,)):
        try:
            box = open_holder(masters, owner, serial, wrapped).box_of(case_id, case_key)
            case_from_bytes(box.open("case", body))
            opened += 1
        except (KeyMissing, StoreDamaged) as error:
            problems.append(f"Case {case_id}: {error}")
    return opened, problems


def _closed_people(connection: sqlite3.Connection, masters: Masters) -> Iterator[str]:
    """Tell whose key, profile, contact or link does not open."""
    for owner, serial, wrapped, profile, contact, link in connection.execute(_PEOPLE):
        try:
            holder = open_holder(masters, owner, serial, wrapped)
            for field, sealed in (("profile", profile), ("contact", contact), ("link", link)):
                if sealed is not None:
                    holder.box.open(field, sealed)
        except (KeyMissing, StoreDamaged) as error:
            yield f"Person {owner}: {error}"


def _closed_things(connection: sqlite3.Connection, masters: Masters) -> Iterator[str]:
    """Tell what in the safe does not open, by its drawer, and which links are not ours."""
    vault = connection.execute("SELECT secret FROM vault").fetchone()
    if vault is None:
        return  # opening was cut short before anything could be put in
    try:
        secret = open_secret(masters, vault[0])
    except (KeyMissing, StoreDamaged) as error:
        yield f"The vault: {error}"
        return
    key, marks = safe_key(secret), Marks.of(secret)
    for alias, owner, serial, proof in connection.execute(_LINKS):
        if proof != marks.link(alias, owner, serial):
            yield f"Person {owner}: the link with {alias} was not made by Crossroads."
    for drawer, mark, end, body in connection.execute(_THINGS):
        try:
            thing_box(key, drawer, mark).open(thing_field(end), body)
        except StoreDamaged as error:
            yield f"Drawer {drawer}: {error}"
