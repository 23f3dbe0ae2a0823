"""A new file, an older one, a newer one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from adapters.store.backup import check
from adapters.store.people import open_holder
from adapters.store.schema import SCHEMA, Schema, migrate, prepare
from bot.engine.model import Tell
from bot.errors import StoreBusy, StoreNewer
from bot.ports import Delivered
from tests.store.making import (
    ANN,
    BEN,
    LATER,
    NOON,
    Open,
    answer,
    answers,
    database_of,
    home_of,
    raw,
    reached,
)

_NEXT = f"""
revision = "next"
down_revision = "{SCHEMA.head}"
SQLITE = (
    "ALTER TABLE people ADD COLUMN colour TEXT",
    "CREATE TABLE colours (name TEXT)",
)

def upgrade():
    from adapters.store.migrations.statements import run
    run(SQLITE)
"""


def next_schema(folder: Path, text: str = _NEXT) -> Schema:
    """Make a schema that is one revision ahead of the program's own."""
    folder.mkdir()
    (folder / "next.py").write_text(text, "utf-8")
    module = ModuleType("next")
    exec(text, module.__dict__)  # noqa: S102 - the text stands above
    revisions = (*SCHEMA.revisions, module)
    return Schema(revisions, (*SCHEMA.folders, folder))


def layout(folder: Path) -> list[tuple[str, ...]]:
    with raw(folder) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
        return [(kind, name, " ".join((sql or "").split())) for kind, name, sql in rows]


def test_the_direct_way_and_alembic_make_the_same_database(tmp_path: Path) -> None:
    for way in ("direct", "alembic"):
        (tmp_path / way).mkdir()
    prepare(database_of(tmp_path / "direct"), LATER, 5.0)
    migrate(database_of(tmp_path / "alembic"))
    assert layout(tmp_path / "direct") == layout(tmp_path / "alembic")
    for way in ("direct", "alembic"):
        with raw(tmp_path / way) as connection:
            assert connection.execute("SELECT * FROM alembic_version").fetchall() == [
                (SCHEMA.head,)
            ]


def test_the_direct_way_and_alembic_agree_over_several_revisions(tmp_path: Path) -> None:
    schema = next_schema(tmp_path / "versions")
    for way in ("direct", "alembic"):
        (tmp_path / way).mkdir()
    prepare(database_of(tmp_path / "direct"), LATER, 5.0, schema)
    prepare(database_of(tmp_path / "alembic"), LATER, 5.0)
    assert prepare(database_of(tmp_path / "alembic"), LATER, 5.0, schema).backup
    assert layout(tmp_path / "direct") == layout(tmp_path / "alembic")


async def test_an_older_file_is_migrated_and_a_backup_made_first(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    await store.close()
    assert store.opening.new
    schema = next_schema(tmp_path / "versions")
    migrated = await open_sqlite(schema=schema)
    backup = migrated.opening.backup
    assert backup == tmp_path / f"crossroads.db.{SCHEMA.head}.{LATER:%Y%m%dT%H%M%SZ}.backup"
    assert backup.stat().st_mode & 0o077 == 0
    assert answers(await migrated.case(ann, "c1")) == ["yes"]
    await migrated.close()
    again = await open_sqlite(schema=schema)
    assert again.opening.backup is None
    from_backup = await open_sqlite(file=backup)
    assert answers(await from_backup.case(ann, "c1")) == ["yes"]


async def test_a_file_of_the_first_form_is_brought_to_the_newest(
    open_sqlite: Open, tmp_path: Path
) -> None:
    first = Schema(SCHEMA.revisions[:1], SCHEMA.folders)
    assert first.head == "0001"
    store = await open_sqlite(schema=first)
    ann, ben = store.owner(ANN), store.owner(BEN)
    await store.turn(answer(ann, "c1", "yes", Tell("help", "Hello."), key="d1"))
    await store.turn(answer(ann, "c1", "no"))
    await store.turn(answer(ben, "c2"))
    await store.sent("c2", 1, NOON, "card 2")
    await store.close()
    profile_by_hand(tmp_path, ann, {"field": "legal"})
    migrated = await open_sqlite()
    assert migrated.opening.backup
    assert migrated.opening.backup.name.startswith("crossroads.db.0001.")
    assert answers(await migrated.case(ann, "c1")) == ["yes", "no"]
    assert len(await migrated.history(ann, "c1")) == 2
    assert (await migrated.turn(answer(ann, "c1", "yes", key="d1"))).duplicate
    assert [item.kind for item in await migrated.due(LATER, "terminal")] == ["tell", "show"]
    assert await migrated.delivered(ben, "c2") == Delivered(1, NOON, "card 2", "terminal")
    assert await migrated.profile(ann) == {"field": "legal"}
    assert await migrated.contact(ann) is None
    assert await migrated.expired(LATER) == []
    await migrated.set_contact(ann, reached(keep_days=1))
    await migrated.safe.keep("teams", "T1", b"value")
    again = await open_sqlite()
    assert again.opening.backup is None
    assert await again.contact(ann) == reached(keep_days=1)
    assert await again.profile(ann) == {"field": "legal"}
    assert await again.safe.kept("teams", "T1", NOON) == b"value"
    assert check(database_of(tmp_path), home_of(tmp_path)).problems == ()


def profile_by_hand(folder: Path, owner: str, profile: dict[str, str]) -> None:
    """Put a profile into a file of the first form."""
    masters = home_of(folder).read()
    assert masters
    with raw(folder) as connection:
        serial, wrapped = connection.execute(
            "SELECT serial, wrapped FROM people JOIN keys ON keys.id = people.row WHERE owner = ?",
            (owner,),
        ).fetchone()
        box = open_holder(masters, owner, serial, wrapped).box
        sealed = box.seal("profile", json.dumps(profile).encode())
        connection.execute("UPDATE people SET profile = ? WHERE owner = ?", (sealed, owner))


def test_two_revisions_at_once_make_the_same_database_as_a_new_one(tmp_path: Path) -> None:
    newest = next_schema(tmp_path / "versions")
    for way in ("old", "new"):
        (tmp_path / way).mkdir()
    first = Schema(SCHEMA.revisions[:1], SCHEMA.folders)
    prepare(database_of(tmp_path / "old"), LATER, 5.0, first)
    backup = prepare(database_of(tmp_path / "old"), LATER, 5.0, newest).backup
    assert backup
    prepare(database_of(tmp_path / "new"), LATER, 5.0, newest)
    assert layout(tmp_path / "old") == layout(tmp_path / "new")


async def test_a_migration_that_fails_leaves_the_file_as_it_was(
    open_sqlite: Open, tmp_path: Path
) -> None:
    await (await open_sqlite()).close()
    before = layout(tmp_path)
    broken = _NEXT.replace('"CREATE TABLE colours (name TEXT)"', '"CREATE TABLE people (x)"')
    with pytest.raises(Exception, match="already exists"):
        await open_sqlite(schema=next_schema(tmp_path / "versions", broken))
    assert layout(tmp_path) == before
    assert not (await open_sqlite()).opening.new


async def test_a_newer_file_is_refused_and_left_alone(open_sqlite: Open, tmp_path: Path) -> None:
    await (await open_sqlite(schema=next_schema(tmp_path / "versions"))).close()
    before = database_of(tmp_path).read_bytes()
    with pytest.raises(StoreNewer, match="newer Crossroads"):
        await open_sqlite()
    assert database_of(tmp_path).read_bytes() == before


async def test_a_locked_file_is_not_waited_for_forever(open_sqlite: Open, tmp_path: Path) -> None:
    with raw(tmp_path) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            await open_sqlite(patience=0.05)


async def test_nobody_else_may_read_the_file(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    await store.turn(answer(store.owner(ANN), "c1"))
    names = ("crossroads.db", "crossroads.db-wal", "crossroads.db-shm", "crossroads.key")
    assert [(tmp_path / name).stat().st_mode & 0o077 for name in names] == [0, 0, 0, 0]


def test_a_new_store_is_opened_without_importing_alembic(tmp_path: Path) -> None:
    program = f"""
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from adapters.store.keys import KeyHome
from adapters.store.sqlite import open_store
async def main():
    folder = Path({str(tmp_path)!r})
    now = lambda: datetime(2026, 1, 1, tzinfo=UTC)
    store = await open_store(folder / "crossroads.db", KeyHome(folder / "key"), now)
    await store.close()
asyncio.run(main())
assert not {{"alembic", "sqlalchemy"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
