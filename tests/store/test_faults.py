"""What happens when the file is locked, full, damaged, out of reach, or of another program."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from adapters.store import faults
from bot.engine.model import Tell
from bot.errors import NotFound, SetupError, StoreBusy, StoreDamaged, StoreError, StoreFull
from bot.ports import Delivered
from tests.store.making import ANN, LATER, Open, answer, answers, database_of, raw


async def test_a_lock_that_lasts_is_said_in_words_and_nothing_is_lost(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite(patience=0.05)
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1", "before"))
    with raw(tmp_path) as other:
        other.execute("BEGIN IMMEDIATE")
        works = [answer(ann, f"c{n}", "during", key=f"{n}") for n in range(3)]
        results = await asyncio.gather(*map(store.turn, works), return_exceptions=True)
        assert all(isinstance(result, StoreBusy) for result in results)
        assert "Nothing was lost" in str(results[0])
        assert answers(await store.case(ann, "c1")) == ["before"]
        with pytest.raises(StoreBusy):
            await store.forget(ann, "c1")
        other.execute("ROLLBACK")
    await asyncio.gather(*map(store.turn, works))
    assert answers(await store.case(ann, "c1")) == ["before", "during"]


async def test_marks_outlast_a_lock(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite(patience=0.05)
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    await store.sent("c1", 1, LATER)
    with raw(tmp_path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            await store.turn(answer(ann, "c1"))
        with pytest.raises(StoreBusy):
            await store.due(LATER, "terminal")
        other.execute("ROLLBACK")
    assert await store.due(LATER, "terminal") == []


async def test_what_was_sent_is_not_due_while_the_note_of_it_waits_for_a_lock(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1", "yes", Tell("help", "Hello.")))
    await store.turn(answer(ann, "c2"))
    await store.sent("c1", 1, LATER, "card 1")
    with raw(tmp_path) as other:
        other.execute("BEGIN IMMEDIATE")
        turn = asyncio.create_task(store.turn(answer(ann, "c2")))
        await asyncio.sleep(0)  # lets the turn begin, which takes the mark along
        assert await store.due(LATER, "terminal", case_id="c1") == []
        assert [item.case_id for item in await store.due(LATER, "terminal")] == ["c2"]
        delivered = await store.delivered(ann, "c1")
        assert delivered == Delivered(1, LATER, "card 1", "terminal")
        assert not turn.done()
        other.execute("ROLLBACK")
    await turn
    assert await store.delivered(ann, "c1") == delivered


async def test_marks_that_could_not_be_written_are_joined_to_newer_ones(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite(patience=0.05)
    ann = store.owner(ANN)
    for case_id in ("c1", "c2"):
        await store.turn(answer(ann, case_id))
        await store.sent(case_id, 1, LATER, "card 1")
    with raw(tmp_path) as other:
        other.execute("BEGIN IMMEDIATE")
        due = asyncio.create_task(store.due(LATER, "terminal"))
        await asyncio.sleep(0)  # lets the writing of the marks begin
        await store.sent("c1", 1, LATER)
        await store.sent("c2", 1, LATER, "card 2")
        with pytest.raises(StoreBusy):
            await due
        other.execute("ROLLBACK")
    assert await store.due(LATER, "terminal") == []
    await store.close()
    reopened = await open_sqlite()
    delivered = [await reopened.delivered(ann, case_id) for case_id in ("c1", "c2")]
    assert delivered == [
        Delivered(1, LATER, "card 1", "terminal"),
        Delivered(1, LATER, "card 2", "terminal"),
    ]


async def test_a_store_closes_even_while_another_holds_the_lock(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite(patience=0.05)
    await store.turn(answer(store.owner(ANN), "c1"))
    await store.sent("c1", 1, LATER)
    with raw(tmp_path) as other:
        other.execute("BEGIN IMMEDIATE")
        await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.turn(answer("ann", "c1"))


async def test_a_full_disk_is_said_in_words_and_what_is_stored_stays_readable(
    open_sqlite: Open,
) -> None:
    store = await open_sqlite(max_pages=80)
    ann = store.owner(ANN)

    async def fill() -> None:
        for number in range(1000):
            await store.turn(answer(ann, f"c{number}", "x" * 2000))

    with pytest.raises(StoreFull) as caught:
        await fill()
    assert "no room left" in caught.value.message
    assert caught.value.remedy
    stored = len(await store.cases(ann))
    assert stored > 5
    assert answers(await store.case(ann, "c0")) == ["x" * 2000]
    with pytest.raises(StoreFull):
        await store.turn(answer(ann, "big", "x" * 500_000))
    await store.forget(ann, "c0")
    await store.turn(answer(ann, "there is room again", "x"))
    await store.close()
    roomier = await open_sqlite()
    await roomier.turn(answer(ann, f"c{stored}", "x" * 2000))


async def test_one_work_too_large_for_the_disk_does_not_fail_its_neighbours(
    open_sqlite: Open,
) -> None:
    store = await open_sqlite(max_pages=100)
    ann = store.owner(ANN)
    works = [answer(ann, "c1", "small"), answer(ann, "c2", "x" * 900_000), answer(ann, "c3")]
    results = await asyncio.gather(*map(store.turn, works), return_exceptions=True)
    assert isinstance(results[1], StoreFull)
    assert {case.id for case in await store.cases(ann)} == {"c1", "c3"}


async def test_an_empty_file_is_what_a_crash_at_the_first_start_leaves(
    open_sqlite: Open, tmp_path: Path
) -> None:
    database_of(tmp_path).touch()
    assert (await open_sqlite()).opening.new


async def test_a_file_that_is_no_database_is_refused_in_words(
    open_sqlite: Open, tmp_path: Path
) -> None:
    content = b"This is no database." * 500
    database_of(tmp_path).write_bytes(content)
    with pytest.raises(StoreDamaged) as caught:
        await open_sqlite()
    assert "backup" in caught.value.remedy
    assert database_of(tmp_path).read_bytes() == content


async def test_damaged_pages_are_said_in_words(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    for number in range(50):
        await store.turn(answer(ann, f"c{number}", "x" * 2000))
    await store.close()
    file = database_of(tmp_path)
    content = bytearray(file.read_bytes())
    pages = len(content) // 4096
    for page in range(pages // 2, pages):  # the schema stands at the beginning, so that it opens
        content[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    file.write_bytes(content)
    damaged = await open_sqlite()
    with pytest.raises(StoreDamaged):
        await damaged.cases(ann)
    with pytest.raises(StoreDamaged):
        await damaged.turn(answer(ann, "c49"))


async def test_a_damaged_case_fails_its_own_turns_alone(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite(remember=1)
    ann = store.owner(ANN)
    for case_id in ("c1", "c2", "c3"):
        await store.turn(answer(ann, case_id))
    with raw(tmp_path) as other:
        other.execute("UPDATE cases SET body = zeroblob(100) WHERE id = 'c1'")
    works = [answer(ann, "c1"), answer(ann, "c2")]
    results = await asyncio.gather(*map(store.turn, works), return_exceptions=True)
    assert isinstance(results[0], StoreDamaged)
    assert (await store.case(ann, "c2")).turn == 2


async def test_a_value_of_another_type_is_damage_too(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite(remember=1)
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    with raw(tmp_path) as other:
        other.execute("UPDATE cases SET body = CAST(x'ff00ff' AS TEXT)")
    with pytest.raises(StoreDamaged):
        await store.case(ann, "c1")


async def test_a_folder_that_is_not_there_is_a_matter_of_setting_up(
    open_sqlite: Open, tmp_path: Path
) -> None:
    with pytest.raises(SetupError, match="cannot be opened") as caught:
        await open_sqlite(file=tmp_path / "nowhere" / "crossroads.db")
    assert "CROSSROADS_HOME" in caught.value.remedy


async def test_a_folder_in_place_of_the_file_is_a_matter_of_setting_up(
    open_sqlite: Open, tmp_path: Path
) -> None:
    database_of(tmp_path).mkdir()
    with pytest.raises(SetupError):
        await open_sqlite()


async def test_a_database_of_another_program_is_left_alone(
    open_sqlite: Open, tmp_path: Path
) -> None:
    with raw(tmp_path) as other:
        other.execute("CREATE TABLE recipes (cake TEXT)")
    with pytest.raises(SetupError, match="another program"):
        await open_sqlite()
    with raw(tmp_path) as other:
        assert [name for (name,) in other.execute("SELECT name FROM sqlite_master")] == ["recipes"]


async def test_a_bug_reaches_those_who_wait_and_the_store_goes_on(
    open_sqlite: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    with monkeypatch.context() as broken:
        broken.setattr("adapters.store.turns.find", None)
        works = [answer(ann, "c1"), answer(ann, "c2")]
        results = await asyncio.gather(*map(store.turn, works), return_exceptions=True)
        assert all(isinstance(result, TypeError) for result in results)
    assert (await store.turn(answer(ann, "c1"))).case.turn == 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_BUSY", StoreBusy),
        ("SQLITE_BUSY_SNAPSHOT", StoreBusy),
        ("SQLITE_FULL", StoreFull),
        ("SQLITE_IOERR_WRITE", StoreFull),
        ("SQLITE_IOERR_FSYNC", StoreFull),
        ("SQLITE_IOERR_READ", StoreDamaged),
        ("SQLITE_CORRUPT", StoreDamaged),
        ("SQLITE_NOTADB", StoreDamaged),
        ("SQLITE_CANTOPEN", SetupError),
        ("SQLITE_READONLY_DIRECTORY", SetupError),
        ("SQLITE_CONSTRAINT_UNIQUE", faults.Outrun),
        ("SQLITE_MISUSE", sqlite3.OperationalError),
    ],
)
def test_each_error_of_sqlite_has_its_meaning(name: str, kind: type[Exception]) -> None:
    error = sqlite3.OperationalError("something")
    error.sqlite_errorname = name
    said = faults.said(error, Path("crossroads.db"))
    assert isinstance(said, kind)
    if isinstance(said, StoreError | SetupError):
        assert "crossroads.db" in said.message
        assert said.remedy


async def test_errors_name_no_answer(open_sqlite: Open) -> None:
    store = await open_sqlite()
    with pytest.raises(NotFound) as caught:
        await store.case(store.owner(ANN), "c1")
    assert "ann" not in str(caught.value)
