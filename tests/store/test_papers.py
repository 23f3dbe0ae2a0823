"""Papers beside cases and persons: kept sealed, moved with their person, and gone with them."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.store.backup import back_up, check
from adapters.store.papers import _DUE, _GATHER, _WITHOUT
from adapters.store.schema import SCHEMA, Schema
from adapters.store.sqlite import SqliteStore
from bot.errors import NotFound, StoreDamaged
from bot.filing import Filed, Kind, PaperWork
from bot.ports import Contact, Person
from tests.store.making import (
    ANN,
    BEN,
    NOON,
    Open,
    all_bytes,
    answer,
    answers,
    database_of,
    home_of,
    raw,
    reached,
)
from tests.store.test_contacts import close_case
from tests.store.test_links import BOTH, two

DAY = timedelta(days=1)
SECRET = b"a line that is nobody's business"


def writing(
    owner: str,
    kind: Kind,
    body: bytes,
    case_id: str = "",
    reminders: Mapping[str, datetime | None] | None = None,
    **more: str,
) -> PaperWork:
    """Make a work that puts a paper in place of what was there."""
    filed = Filed(body, reminders or {}, "noted")
    return PaperWork(owner, kind, NOON, lambda _: filed, case_id, **more)


async def filed(store: SqliteStore) -> str:
    """Give Ann a case with a plan and habits of her own."""
    ann = store.owner(ANN)
    await store.turn(answer(ann, "a1"))
    await store.papers.turn(writing(ann, "plan", SECRET, "a1", {"1": NOON, "2": NOON + DAY}))
    await store.papers.turn(writing(ann, "habits", b"habits"))
    return ann


def rows(folder: Path) -> list[int]:
    with raw(folder) as connection:
        return [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("papers", "reminders", "paper_keys")
        ]


async def test_a_paper_is_read_as_it_was_written_and_stands_nowhere_in_the_clear(
    open_any: Open, tmp_path: Path
) -> None:
    ann = await filed(await open_any())
    store = await open_any()
    assert await store.papers.read(ann, "plan", "a1") == SECRET
    assert await store.papers.read(ann, "habits") == b"habits"
    assert await store.papers.read(ann, "log", "a1") == b""
    assert [(one.case_id, one.kind) for one in await store.papers.kept(ann)] == [
        ("a1", "plan"),
        ("", "habits"),
    ]
    assert [one.kind for one in await store.papers.kept(ann, "")] == ["habits"]
    assert SECRET not in all_bytes(tmp_path)


async def test_nobody_reads_or_writes_beside_another_persons_case(open_any: Open) -> None:
    store = await open_any()
    await filed(store)
    ben = store.owner(BEN)
    await store.turn(answer(ben, "b1"))
    with pytest.raises(NotFound):
        await store.papers.read(ben, "plan", "a1")
    with pytest.raises(NotFound):
        await store.papers.turn(writing(ben, "plan", b"mine", "a1"))
    assert await store.papers.kept(ben) == []


async def test_a_redelivery_does_nothing_again(open_any: Open) -> None:
    store = await open_any()
    ann = await filed(store)
    first = await store.papers.turn(writing(ann, "log", b"one", "a1", key="k1"))
    second = await store.papers.turn(writing(ann, "log", b"two", "a1", key="k1"))
    assert (first.duplicate, second.duplicate, second.body) == (False, True, b"one")


async def test_a_fold_that_fails_leaves_everything_as_it_was(open_any: Open) -> None:
    def fails(_: bytes) -> Filed:
        raise NotFound("It is gone.", "Begin anew.")

    store = await open_any()
    ann = await filed(store)
    with pytest.raises(NotFound):
        await store.papers.turn(PaperWork(ann, "plan", NOON, fails, "a1"))
    assert await store.papers.read(ann, "plan", "a1") == SECRET
    assert len(await store.papers.reminders(ann)) == 2


async def test_two_processes_lose_nothing_of_one_paper(open_any: Open) -> None:
    one = await open_any()
    ann = await filed(one)
    other = await open_any()

    def adding(mark: bytes) -> PaperWork:
        return PaperWork(ann, "log", NOON, lambda body: Filed(body + mark), "a1")

    work = [store.papers.turn(adding(b"x")) for _ in range(20) for store in (one, other)]
    await asyncio.gather(*work)
    assert await one.papers.read(ann, "log", "a1") == b"x" * 40


async def test_what_is_due_comes_oldest_first_with_all_of_a_person(open_any: Open) -> None:
    store = await open_any()
    ann = await filed(store)
    ben = store.owner(BEN)
    await store.turn(answer(ben, "b1"))
    await store.papers.turn(writing(ben, "plan", b"p", "b1", {"1": NOON + DAY / 2}))
    soonest = await store.papers.due(NOON + 2 * DAY, "terminal", limit=1)
    assert [(one.owner, one.name) for one in soonest] == [(ann, "1"), (ann, "2")]
    all_due = await store.papers.due(NOON + 2 * DAY, "terminal")
    assert [one.owner for one in all_due] == [ann, ben, ann]
    assert await store.papers.due(NOON + 2 * DAY, "slack") == []


async def test_a_reminder_that_was_set_anew_is_neither_settled_nor_put_off(open_any: Open) -> None:
    store = await open_any()
    ann = await filed(store)
    old = await store.papers.due(NOON, "terminal")
    await store.papers.turn(writing(ann, "plan", b"moved", "a1", {"1": NOON + 3 * DAY}))
    await store.papers.settle(old)
    await store.papers.put_off(old, NOON + 9 * DAY, "failed")
    assert [one.due for one in await store.papers.reminders(ann)] == [NOON + DAY, NOON + 3 * DAY]


async def test_an_empty_paper_goes_with_its_reminders(open_any: Open, tmp_path: Path) -> None:
    store = await open_any()
    ann = await filed(store)
    await store.papers.turn(writing(ann, "plan", b"", "a1"))
    assert rows(tmp_path) == [1, 0, 0]


async def test_a_case_that_is_erased_takes_its_papers_along(open_any: Open, tmp_path: Path) -> None:
    store = await open_any()
    ann = await filed(store)
    await store.papers.turn(writing(ann, "plan", SECRET, "a1", key="k1"))
    await store.forget(ann, "a1")
    assert rows(tmp_path) == [1, 0, 0]
    await store.forget(ann)
    assert rows(tmp_path) == [0, 0, 0]


async def test_a_paper_does_not_open_in_another_place(open_any: Open, tmp_path: Path) -> None:
    store = await open_any()
    ann = await filed(store)
    await store.turn(answer(ann, "a2"))
    await store.papers.turn(writing(ann, "plan", b"other", "a2"))
    with raw(tmp_path) as connection:
        connection.execute(
            "UPDATE papers SET body = (SELECT body FROM papers WHERE row = 1) WHERE row = 3"
        )
    with pytest.raises(StoreDamaged):
        await store.papers.read(ann, "plan", "a2")
    problems = check(database_of(tmp_path), home_of(tmp_path)).problems
    assert [line.split(":")[0] for line in problems] == ["Paper 3"]


async def test_papers_move_with_a_linked_account(open_any: Open, tmp_path: Path) -> None:
    store = await open_any()
    main, joining = await two(store)
    at = {"1": NOON + DAY}
    await store.papers.turn(writing(joining, "plan", SECRET, "j1", at, platform="discord"))
    await store.papers.turn(writing(joining, "habits", b"theirs"))
    await store.papers.turn(writing(main, "habits", b"mine"))
    await store.links.link(main, joining, BOTH)
    assert await store.papers.read(main, "plan", "j1") == SECRET
    assert await store.papers.read(main, "habits") == b"mine"
    assert [one.owner for one in await store.papers.due(NOON + DAY, "discord")] == [main]
    assert check(database_of(tmp_path), home_of(tmp_path)).problems == ()
    await store.links.unlink(main)
    assert [one.owner for one in await store.papers.due(NOON + DAY, "slack")] == [main]


async def test_habits_of_the_joining_account_stay_where_the_person_has_none(open_any: Open) -> None:
    store = await open_any()
    main, joining = await two(store)
    await store.papers.turn(writing(joining, "habits", b"theirs"))
    await store.links.link(main, joining, BOTH)
    assert await store.papers.read(main, "habits") == b"theirs"


async def test_what_is_due_is_found_through_its_index(open_any: Open, tmp_path: Path) -> None:
    await filed(await open_any())
    with raw(tmp_path) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {_DUE}", ("terminal", 0, 500)).fetchall()
    steps = " ".join(step[-1] for step in plan)
    assert "reminders_due (platform=? AND due<?)" in steps
    assert "SCAN reminders" not in steps
    assert "SCAN papers" not in steps


async def test_what_was_decided_is_found_through_indexes(open_any: Open, tmp_path: Path) -> None:
    await filed(await open_any())
    with raw(tmp_path) as connection:
        values = ("terminal", 0, "outcome", 100)
        plan = connection.execute(f"EXPLAIN QUERY PLAN {_WITHOUT}", values).fetchall()
    steps = " ".join(step[-1] for step in plan)
    assert "cases_finished (platform=? AND touched>?)" in steps
    assert "papers_of_case (case_row=?)" in steps


async def test_papers_open_and_are_written_after_the_keys_were_rotated(
    open_any: Open, tmp_path: Path
) -> None:
    store = await open_any()
    ann = await filed(store)
    await store.rotate()
    for one in (store, await open_any()):
        assert await one.papers.read(ann, "plan", "a1") == SECRET
        assert await one.papers.read(ann, "habits") == b"habits"
    await store.papers.turn(writing(ann, "log", b"after", "a1"))
    assert await (await open_any()).papers.read(ann, "log", "a1") == b"after"
    assert check(database_of(tmp_path), home_of(tmp_path)).problems == ()


async def test_a_restored_backup_brings_no_erased_paper_back(
    open_any: Open, tmp_path: Path
) -> None:
    store = await open_any()
    ann = await filed(store)
    ben = store.owner(BEN)
    await store.papers.turn(writing(ben, "habits", b"theirs"))
    back_up(database_of(tmp_path), tmp_path / "backup")
    await store.forget(ann, "a1")
    await store.forget(ben)
    await store.close()
    shutil.copy(tmp_path / "backup", database_of(tmp_path))
    restored = await open_any()
    assert restored.opening.erased_again == 1  # of cases alone
    assert [one.body for one in await restored.papers.kept(ann)] == [b"habits"]
    assert await restored.papers.kept(ben) == []
    assert await restored.papers.due(NOON + 9 * DAY, "terminal") == []
    assert rows(tmp_path) == [1, 0, 0]


async def test_a_file_from_before_there_were_papers_keeps_its_cases_and_takes_papers(
    open_any: Open, tmp_path: Path
) -> None:
    number = [revision.revision for revision in SCHEMA.revisions].index("0005")
    store = await open_any(schema=Schema(SCHEMA.revisions[:number], SCHEMA.folders))
    ann = store.owner(ANN)
    await store.turn(answer(ann, "a1", "yes"))
    await store.close()
    migrated = await open_any()
    assert migrated.opening.backup
    assert answers(await migrated.case(ann, "a1")) == ["yes"]
    assert await migrated.papers.kept(ann) == []
    await migrated.papers.turn(writing(ann, "plan", SECRET, "a1", {"1": NOON}))
    assert [one.case_id for one in await migrated.papers.due(NOON, "terminal")] == ["a1"]
    assert check(database_of(tmp_path), home_of(tmp_path)).problems == ()


async def test_papers_from_before_it_was_noted_when_they_were_written_are_read_and_due_as_before(
    open_any: Open, tmp_path: Path
) -> None:
    store = await open_any()
    ann = await filed(store)
    await close_case(store, ann, "a1")
    await store.papers.turn(writing(ann, "outcome", b"{}", "a1"))
    await store.close()
    with raw(tmp_path) as connection:  # as revision 0005 left it
        connection.execute("ALTER TABLE papers DROP COLUMN touched")
        connection.execute("ALTER TABLE reminders DROP COLUMN missed")
        connection.execute("UPDATE alembic_version SET version_num = '0005'")
        connection.commit()
    migrated = await open_any()
    assert migrated.opening.backup
    assert await migrated.papers.read(ann, "plan", "a1") == SECRET
    (due,) = await migrated.papers.due(NOON, "terminal")
    assert (due.name, due.attempts) == ("1", 0)
    assert await migrated.papers.finished_without("outcome", "terminal", NOON - DAY) == []
    assert check(database_of(tmp_path), home_of(tmp_path)).problems == ()


async def test_papers_are_gathered_of_everybody_whom_a_tenant_reaches_and_of_nobody_else(
    open_any: Open,
) -> None:
    store = await open_any()
    people = [store.owner(Person("slack:-:T1", str(number))) for number in range(5)]
    for number, owner in enumerate(people):
        tenant = "slack:-:T2" if number == 3 else "slack:-:T1"
        await store.set_contact(owner, Contact("slack", tenant, {"user": str(number)}))
        await store.turn(answer(owner, f"c{number}"))
        if number != 1:
            await store.papers.turn(writing(owner, "outcome", b"%d" % number, f"c{number}"))
        await store.papers.turn(writing(owner, "log", SECRET, f"c{number}"))
    await store.papers.turn(writing(people[4], "counting", b"said"))
    wanted: list[Kind] = ["outcome", "counting"]
    found = [one async for one in store.papers.gather("slack:-:T1", wanted)]
    assert [(people.index(one.owner), one.paper.body) for one in found] == [
        (0, b"0"),
        (2, b"2"),
        (4, b"4"),
        (4, b"said"),
    ]
    assert [(one.version, one.paper.case_id) for one in found[2:]] == [("v1", "c4"), ("", "")]
    assert [one async for one in store.papers.gather("slack:-:T3", wanted)] == []


async def test_people_of_a_tenant_are_listed_page_by_page(open_any: Open) -> None:
    store = await open_any()
    people = [store.owner(Person("slack:-:T1", str(number))) for number in range(5)]
    for owner in people:
        await store.set_contact(owner, Contact("slack", "slack:-:T1", {}))
    first = await store.reached("slack:-:T1", 0, 3)
    rest = await store.reached("slack:-:T1", first[-1][0], 3)
    assert [owner for _, owner in [*first, *rest]] == people
    assert await store.reached("slack:-:T2") == []


async def test_what_is_gathered_is_found_through_indexes(open_any: Open, tmp_path: Path) -> None:
    await filed(await open_any())
    with raw(tmp_path) as connection:
        values = (b"mark", 0, 100, '["outcome"]')
        plan = connection.execute(f"EXPLAIN QUERY PLAN {_GATHER}", values).fetchall()
    steps = [step[-1] for step in plan]
    assert any("reached_by_mark (mark=? AND person>?)" in step for step in steps)
    assert any("papers_of_person (person=?)" in step for step in steps)
    assert not any(step.startswith(("SCAN papers", "SCAN people", "SCAN cases")) for step in steps)


async def test_who_goes_on_with_the_log_of_a_closed_case_keeps_it_as_long_again(
    open_any: Open,
) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.set_contact(ann, reached(keep_days=30))
    await close_case(store, ann, "a1")
    body = Filed(SECRET)
    await store.papers.turn(PaperWork(ann, "outcome", NOON, lambda _: body, "a1"))
    assert await store.expired(NOON + 30 * DAY) == [(ann, "a1")], "that is as of the decision"
    await store.papers.turn(PaperWork(ann, "log", NOON + 20 * DAY, lambda _: body, "a1"))
    assert await store.expired(NOON + 49 * DAY) == []
    assert await store.expired(NOON + 50 * DAY) == [(ann, "a1")]
