"""Bring a database file to this program's form: made, migrated, or refused.

A brand-new file is made directly from the revisions' SQL and stamped as Alembic would, because
importing Alembic takes longer than a person should wait for the first question. Alembic is only
imported when an existing file is older.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from adapters.store import migrations
from adapters.store.faults import in_words, said
from adapters.store.migrations.versions import (
    r0001_first,
    r0002_contacts,
    r0003_rounds,
    r0004_links,
    r0005_papers,
    r0006_again,
)
from bot.errors import SetupError, StoreNewer

_FOLDER = Path(migrations.__file__).parent
_STAMP = (
    "CREATE TABLE alembic_version (\n\tversion_num VARCHAR(32) NOT NULL, \n\t"
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)"
)


class Revision(Protocol):
    """A migration module: its id and its statements."""

    revision: str
    SQLITE: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """All revisions, oldest first, and the folders in which Alembic finds them."""

    revisions: tuple[Revision, ...]
    folders: tuple[Path, ...]

    @property
    def head(self) -> str:
        """The newest revision's id."""
        return self.revisions[-1].revision

    def knows(self, revision: str) -> bool:
        """Say whether a revision is one of ours."""
        return any(known.revision == revision for known in self.revisions)


SCHEMA = Schema(
    (r0001_first, r0002_contacts, r0003_rounds, r0004_links, r0005_papers, r0006_again),
    (_FOLDER / "versions",),
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was done to the file: whether it is new, and the backup if it was migrated."""

    new: bool
    backup: Path | None = None


def prepare(file: Path, at: datetime, patience: float, schema: Schema = SCHEMA) -> Prepared:
    """Make sure that the file exists and has the newest form (blocking).

    ``at`` names the backup that is made beside the file before a migration; ``patience`` is how
    many seconds to wait for a lock. Raises ``StoreNewer``, ``SetupError`` or ``StoreError``.
    """
    _create_private(file)
    with in_words(file):
        connection = sqlite3.connect(file, timeout=patience, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            if _make(connection, schema):
                return Prepared(new=True)
            revision = read_revision(connection, file)
            if revision == schema.head:
                return Prepared(new=False)
            if not schema.knows(revision):
                raise _newer(file)
            backup = _back_up(connection, file, revision, at)
        finally:
            connection.close()
        migrate(file, schema, patience)
    return Prepared(new=False, backup=backup)


def migrate(file: Path, schema: Schema = SCHEMA, patience: float = 5.0) -> None:
    """Run the missing revisions with Alembic (blocking); all of them or none."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy.exc import DBAPIError

    config = Config(attributes={"database": file, "patience": patience})
    config.set_main_option("script_location", _escaped([_FOLDER]))
    config.set_main_option("version_locations", _escaped(schema.folders))
    config.set_main_option("path_separator", "newline")
    try:
        command.upgrade(config, "head")
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise said(error.orig, file) from error
        raise


def _escaped(folders: Sequence[Path]) -> str:
    return "\n".join(str(folder) for folder in folders).replace("%", "%%")


def _create_private(file: Path) -> None:
    """Make the file before SQLite does, so that nobody else can read it."""
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise SetupError(
            f"The database {file} cannot be opened: {error.strerror}.",
            "See that the folder exists and that you may write to it, or choose another one with "
            "CROSSROADS_HOME.",
        ) from error


def _make(connection: sqlite3.Connection, schema: Schema) -> bool:
    """Create everything in an empty file; False if there is something in it already."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            return False
        connection.execute(_STAMP)
        for revision in schema.revisions:
            for statement in revision.SQLITE:
                connection.execute(statement)
        connection.execute("INSERT INTO alembic_version VALUES (?)", (schema.head,))
        connection.execute("COMMIT")
        return True
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def read_revision(connection: sqlite3.Connection, file: Path) -> str:
    """Read the revision of an existing file; raises ``SetupError`` if it is not one of ours."""
    stamped = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    ).fetchone()
    rows = (
        connection.execute("SELECT version_num FROM alembic_version").fetchall() if stamped else []
    )
    if not rows:
        raise SetupError(
            f"{file} is a database of another program.",
            "Choose another folder with CROSSROADS_HOME.",
        )
    return str(rows[0][0])


def _newer(file: Path) -> StoreNewer:
    return StoreNewer(
        f"The database {file} was written by a newer Crossroads. Nothing was changed.",
        "Install the newer version again, or restore the backup beside the file that was made "
        "before the change.",
    )


def _back_up(connection: sqlite3.Connection, file: Path, revision: str, at: datetime) -> Path:
    moment = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    backup = file.with_name(f"{file.name}.{revision}.{moment}.backup")
    copy(connection, backup)
    return backup


def copy(connection: sqlite3.Connection, target: Path) -> None:
    """Copy a live database into a new file of one piece; raises ``SetupError`` if it exists."""
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise SetupError(f"{target} exists already.", "Choose another name.") from None
    except OSError as error:
        raise SetupError(
            f"{target} cannot be written: {error.strerror}.", "Choose another folder."
        ) from error
    copied = False
    try:
        with in_words(target):
            _copy_pages(connection, target)
        copied = True
    finally:
        if not copied:
            target.unlink()


def _copy_pages(connection: sqlite3.Connection, target: Path) -> None:
    other = sqlite3.connect(target, isolation_level=None)
    try:
        connection.backup(other)
        other.execute("PRAGMA journal_mode = DELETE")  # a backup is one file, without a journal
    finally:
        other.close()
