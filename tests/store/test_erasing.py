"""What is forgotten is gone: from the file, its journal, and after a backup is restored."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from adapters.store import ledger
from adapters.store.backup import back_up
from bot.engine.model import Tell, Value
from bot.errors import NotFound, StoreBusy, StoreFull
from bot.ports import Person
from tests.store.making import ANN, LATER, NOON, Open, all_bytes, answer, database_of, raw, reached

CANARY = "canary-that-must-go"


def sealed_values(folder: Path) -> dict[str, set[bytes]]:
    """Read every sealed value and wrapped key that is in the database now, by case id."""
    found: dict[str, set[bytes]] = {}
    queries = (
        "SELECT id, body FROM cases",
        "SELECT id, name FROM cases",
        "SELECT cases.id, wrapped FROM cases JOIN keys ON keys.id = cases.row",
        "SELECT cases.id, events.body FROM cases JOIN events ON case_row = cases.row",
        "SELECT cases.id, outbox.body FROM cases JOIN outbox ON case_row = cases.row",
    )
    with raw(folder) as connection:
        for query in queries:
            for case_id, value in connection.execute(query):
                found.setdefault(case_id, set()).add(value)
    return found


def wrapped_keys(folder: Path, case_ids: set[str]) -> set[bytes]:
    with raw(folder) as connection:
        rows = connection.execute(
            "SELECT cases.id, wrapped FROM cases JOIN keys ON keys.id = cases.row"
        ).fetchall()
    return {wrapped for case_id, wrapped in rows if case_id in case_ids}


async def test_nothing_of_a_forgotten_case_can_be_read_even_with_the_key(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    chance = random.Random(1)
    people = [store.owner(Person("terminal", f"{n}")) for n in range(5)]
    places = [(chance.choice(people), f"case {n}") for n in range(60)]
    for number in range(1500):  # enough for SQLite to rearrange its pages many times
        owner, case_id = chance.choice(places)
        text: Value = CANARY * chance.choice((1, 1, 1, 40))
        await store.turn(answer(owner, case_id, text, Tell("x", CANARY), key=f"{number}"))
    gone = {place[1] for place in chance.sample(places, 20)}
    keys = wrapped_keys(tmp_path, gone)
    assert len(keys) == 20
    assert all(key in all_bytes(tmp_path) for key in keys)
    for owner, case_id in places:
        if case_id in gone:
            await store.forget(owner, case_id)
    left = all_bytes(tmp_path)
    assert CANARY.encode() not in left
    # SQLite may leave pieces of sealed rows in the unused parts of pages, but never a key.
    assert not [key for key in keys if key in left or key[13:45] in left]
    assert set(sealed_values(tmp_path)) == {case_id for _, case_id in places} - gone


async def test_nothing_of_a_forgotten_person_is_left(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await store.set_profile(ann, {"field": CANARY})
    for number in range(20):
        await store.turn(answer(ann, f"c{number % 3}", CANARY, Tell("x", CANARY)))
    with raw(tmp_path) as connection:
        serial, wrapped = connection.execute(
            "SELECT serial, wrapped FROM people JOIN keys ON keys.id = people.row"
        ).fetchone()
    before = sealed_values(tmp_path)
    assert wrapped in all_bytes(tmp_path)
    assert (await store.forget(ann)).cases == 3
    left = database_of(tmp_path).read_bytes()
    assert not [value for values in before.values() for value in values if value in left]
    assert wrapped not in left
    assert serial not in left.replace(serial, b"", 1)  # once, among the marks of erasures
    assert ann.encode() not in left
    assert (tmp_path / "crossroads.db-wal").stat().st_size == 0
    with raw(tmp_path) as connection:
        for table in ("people", "cases", "events", "outbox"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608


async def test_a_restored_backup_brings_nothing_back(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    ann, ben, eve = (store.owner(Person("terminal", name)) for name in ("ann", "ben", "eve"))
    for owner, case_id in ((ann, "a1"), (ann, "a2"), (ben, "b1"), (eve, "e1")):
        await store.turn(answer(owner, case_id, CANARY))
    await store.set_contact(ben, reached())
    back_up(database_of(tmp_path), tmp_path / "backup")
    await store.forget(ann, "a1")
    await store.forget(ben)
    await store.turn(answer(ben, "b2", "back again"))
    await store.close()
    shutil.copy(tmp_path / "backup", database_of(tmp_path))
    restored = await open_sqlite()
    assert restored.opening.erased_again == 2
    assert {case.id for case in await restored.cases(ann)} == {"a2"}
    assert await restored.cases(ben) == []
    assert await restored.contact(ben) is None
    assert [case.id for case in await restored.cases(eve)] == ["e1"]
    with pytest.raises(NotFound):
        await restored.turn(answer(ann, "a1"))
    assert (await open_sqlite()).opening.erased_again == 0


async def test_who_comes_back_after_being_forgotten_is_not_forgotten_again(
    open_sqlite: Open,
) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    await store.forget(ann)
    await store.turn(answer(ann, "c2"))
    await store.close()
    again = await open_sqlite()
    assert again.opening.erased_again == 0
    assert [case.id for case in await again.cases(ann)] == ["c2"]


async def test_an_erasure_that_a_crash_cut_short_is_finished(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite(patience=0.05)
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    with raw(tmp_path) as connection:
        mark = connection.execute("SELECT serial FROM people").fetchone()[0]
    await store.close()
    book = ledger.ledger_of(database_of(tmp_path))
    ledger.write(book, [ledger.Erasure("person", mark)], NOON)
    with book.open("a") as stream:
        stream.write("2026-01-01T12:00:00+00:00 case 00aa")  # the crash
    assert (await open_sqlite()).opening.erased_again == 1
    ledger.write(book, [ledger.Erasure("case", b"m" * 16)], NOON)
    assert ledger.read(book) == {
        ledger.Erasure("person", mark),
        ledger.Erasure("case", b"m" * 16),
    }


async def test_the_ledger_names_nobody(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "a-telling-case-id"))
    await store.forget(ann)
    book = ledger.ledger_of(database_of(tmp_path))
    text = book.read_text()
    assert text.count(LATER.isoformat()) == 2
    assert "ann" not in text
    assert ann not in text
    assert "telling" not in text
    assert book.stat().st_mode & 0o077 == 0


async def test_without_a_ledger_nothing_is_erased(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    ledger.ledger_of(database_of(tmp_path)).mkdir()
    with pytest.raises(StoreFull, match="Nothing was erased"):
        await store.forget(ann, "c1")
    assert (await store.case(ann, "c1")).turn == 1


async def test_a_reader_that_holds_the_journal_is_said_in_words(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite(patience=0.05)
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1", CANARY))
    with raw(tmp_path) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM cases").fetchall()
        with pytest.raises(StoreBusy, match="It is erased"):
            await store.forget(ann, "c1")
        other.execute("ROLLBACK")
    with pytest.raises(NotFound):
        await store.case(ann, "c1")


async def test_keys_never_move_within_the_file(open_sqlite: Open, tmp_path: Path) -> None:
    """On this rests that overwriting a key in place leaves no copy of it elsewhere."""
    store = await open_sqlite()
    owners = [store.owner(Person("terminal", f"{n}")) for n in range(300)]
    for number, owner in enumerate(owners):
        await store.turn(answer(owner, f"c{number}"))
        if number % 3 == 0:
            await store.forget(owner)
    await store.close()
    content = database_of(tmp_path).read_bytes()
    with raw(tmp_path) as connection:
        keys = [key for (key,) in connection.execute("SELECT wrapped FROM keys") if any(key)]
    assert len(keys) == 400
    assert {content.count(key) for key in keys} == {1}
