"""Backups of the live database, and the check that looks through it."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.store.backup import back_up, check
from adapters.store.keys import KeyHome
from adapters.store.schema import SCHEMA
from bot.errors import SetupError, StoreDamaged
from tests.store.making import (
    ANN,
    BEN,
    LATER,
    Open,
    answer,
    answers,
    database_of,
    home_of,
    names,
    raw,
    reached,
)


async def test_a_backup_of_the_live_database_opens_elsewhere(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1", "before"))
    back_up(database_of(tmp_path), tmp_path / "copy.db")
    await store.turn(answer(ann, "c1", "after"))
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    assert names(tmp_path, "copy*") == ["copy.db"]
    copy = await open_sqlite(file=tmp_path / "copy.db")
    assert answers(await copy.case(ann, "c1")) == ["before"]


async def test_a_backup_overwrites_nothing(open_sqlite: Open, tmp_path: Path) -> None:
    await open_sqlite()
    target = tmp_path / "holiday.jpg"
    target.write_bytes(b"the sea")
    with pytest.raises(SetupError, match="exists already"):
        back_up(database_of(tmp_path), target)
    assert target.read_bytes() == b"the sea"
    with pytest.raises(SetupError, match="cannot be written"):
        back_up(database_of(tmp_path), tmp_path / "nowhere" / "copy.db")


def test_there_is_nothing_to_back_up_or_check_before_the_first_start(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no database"):
        back_up(database_of(tmp_path), tmp_path / "copy.db")
    with pytest.raises(SetupError, match="no database"):
        check(database_of(tmp_path), home_of(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_backup_of_something_else_leaves_nothing_behind(tmp_path: Path) -> None:
    database_of(tmp_path).write_bytes(b"This is no database." * 500)
    with pytest.raises(StoreDamaged):
        back_up(database_of(tmp_path), tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


async def test_a_sound_database_is_found_sound(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    for owner in (store.owner(ANN), store.owner(BEN)):
        for number in range(3):
            await store.turn(answer(owner, f"{owner} {number}"))
    await store.set_profile(store.owner(ANN), {"field": "legal"})
    await store.set_contact(store.owner(BEN), reached())
    await store.safe.keep("teams", "T1", b"value", LATER)
    found = check(database_of(tmp_path), home_of(tmp_path), sample=4)
    assert found.problems == ()
    assert found.revision == SCHEMA.head
    assert (found.people, found.cases, found.events, found.opened) == (2, 6, 6, 4)


async def test_what_does_not_open_is_found(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    ann, ben = store.owner(ANN), store.owner(BEN)
    await store.turn(answer(ann, "c1"))
    await store.turn(answer(ann, "c2"))
    await store.turn(answer(ben, "c3"))
    with raw(tmp_path) as other:
        other.execute("UPDATE cases SET body = zeroblob(60) WHERE id = 'c1'")
        other.execute(
            "UPDATE keys SET wrapped = CAST(substr(wrapped, 1, 60) || zeroblob(9) AS BLOB)"
            " WHERE id = (SELECT row FROM people WHERE owner = ?)",
            (ben,),
        )
    found = check(database_of(tmp_path), home_of(tmp_path))
    assert found.opened == 1
    assert [problem.split(":")[0] for problem in found.problems] == [
        f"Person {ben}",
        "Case c1",
        "Case c3",
    ]


async def test_a_contact_or_a_thing_in_the_safe_that_does_not_open_is_found(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await store.set_contact(ann, reached())
    await store.safe.keep("states", "s1", b"value", LATER)
    await store.safe.keep("teams", "T1", b"value")
    with raw(tmp_path) as other:
        other.execute("UPDATE people SET contact = zeroblob(60)")
        other.execute("UPDATE safe SET until = until + 1")
    problems = check(database_of(tmp_path), home_of(tmp_path)).problems
    assert [problem.split(":")[0] for problem in problems] == [f"Person {ann}", "Drawer states"]
    with raw(tmp_path) as other:
        other.execute("UPDATE vault SET secret = zeroblob(60)")
    assert check(database_of(tmp_path), home_of(tmp_path)).problems[1].startswith("The vault:")


async def test_a_check_without_the_key_says_so(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    await store.turn(answer(store.owner(ANN), "c1"))
    found = check(database_of(tmp_path), KeyHome(tmp_path / "no key"))
    assert (found.cases, found.opened, len(found.problems)) == (1, 0, 1)
    assert "missing" in found.problems[0]


async def test_damaged_pages_are_found(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    for number in range(50):
        await store.turn(answer(store.owner(ANN), f"c{number}", "x" * 2000))
    await store.close()
    content = bytearray(database_of(tmp_path).read_bytes())
    content[-4096:-4000] = b"\xff" * 96
    database_of(tmp_path).write_bytes(content)
    try:
        found = check(database_of(tmp_path), home_of(tmp_path))
    except StoreDamaged:
        return  # so damaged that not even the check gets through
    assert any("damaged" in problem for problem in found.problems)
