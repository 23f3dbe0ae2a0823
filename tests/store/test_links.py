"""Two accounts that are linked are one person, in everything; unlinked they are two again."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.store import merging
from adapters.store.backup import back_up, check
from adapters.store.people import open_holder
from adapters.store.schema import SCHEMA, Schema
from adapters.store.sqlite import SqliteStore
from bot.engine.model import Tell, Wake
from bot.errors import NotFound, StoreBusy, WrongUse
from bot.ports import Account, Contact, Linked, Person
from tests.store.making import (
    LATER,
    NOON,
    Open,
    all_bytes,
    answer,
    answers,
    database_of,
    home_of,
    raw,
    reached,
    values,
)

DAY = timedelta(days=1)
SLACK, DISCORD = Person("slack:E1:T1", "U1"), Person("discord", "77")
OTHER = Person("slack:E1:T2", "U1")
BOTH = Linked(Account("slack", "Ann"), Account("discord", "ann_77"))


def on_discord(keep_days: int = 0) -> Contact:
    address = {"user": "77", "channel": "D77"}
    return Contact("discord", "discord:server:1", address, keep_days=keep_days)


async def two(store: SqliteStore) -> tuple[str, str]:
    """Give two accounts with cases, profiles and contacts: (main, joining)."""
    main, joining = store.owner(SLACK), store.owner(DISCORD)
    await store.set_contact(main, reached())
    await store.set_contact(joining, on_discord())
    await store.set_profile(main, {"field": "legal"})
    await store.set_profile(joining, {"field": "design", "size": "one"})
    await store.turn(answer(main, "m1", platform="slack"))
    tell, wake = Tell("help", "Hello."), Wake((NOON + DAY).isoformat())
    await store.turn(answer(joining, "j1", "yes", tell, wake, key="d1", platform="discord"))
    await store.turn(answer(joining, "j1", "no", key="d2", platform="discord"))
    await store.turn(answer(joining, "j2", platform="discord"))
    return main, joining


async def link(store: SqliteStore) -> tuple[str, str]:
    main, joining = await two(store)
    await store.links.link(main, joining, BOTH)
    return main, joining


def problems(folder: Path) -> tuple[str, ...]:
    return check(database_of(folder), home_of(folder)).problems


async def listed(store: SqliteStore, person: Person) -> set[str]:
    return {case.id for case in await store.cases(store.owner(person))}


# ------------------------------------------------------------------ one person


async def test_linked_accounts_see_the_same_cases_on_both_sides(open_any: Open) -> None:
    store = await open_any()
    main, joining = await link(store)
    assert store.owner(SLACK) == store.owner(DISCORD) == main != joining
    assert await listed(store, DISCORD) == {"m1", "j1", "j2"}
    assert [case.name for case in await store.cases(main)] == ["Client Heron"] * 3
    case = await store.case(main, "j1")
    assert (case.owner, answers(case)) == (main, ["yes", "no"])
    history = await store.history(main, "j1")
    assert values(list(history)) == ["yes", "no"]
    assert {event.actor for event in history} == {main}
    assert await store.links.linked(main) == BOTH
    assert await store.cases(joining) == []


async def test_what_was_joined_goes_on(open_any: Open) -> None:
    store = await open_any()
    main, _ = await link(store)
    done = await store.turn(answer(main, "j1", "third", platform="slack"))
    assert answers(done.case) == ["yes", "no", "third"]
    assert len(await store.history(main, "j1")) == 3
    assert answers(await (await open_any()).case(main, "j1")) == ["yes", "no", "third"]


async def test_everything_that_is_sealed_opens_afterwards(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    main, _ = await link(store)
    assert problems(tmp_path) == ()
    items = await store.due(LATER, "discord", main)
    assert {(item.case_id, item.kind) for item in items} == {
        ("j1", "tell"),
        ("j1", "show"),
        ("j1", "wake"),
        ("j2", "show"),
    }
    assert Tell("help", "Hello.") in [item.effect for item in items]
    assert {item.owner for item in await store.due(LATER, "discord")} == {main}


async def test_keys_can_be_rotated_after_linking(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    main, _ = await link(store)
    await store.rotate()
    assert problems(tmp_path) == ()
    again = await open_sqlite()
    assert again.owner(DISCORD) == main
    assert len(await again.history(main, "j1")) == 2
    assert await again.links.linked(main) == BOTH


async def test_profile_and_contacts_are_added_where_there_are_none(open_any: Open) -> None:
    store = await open_any()
    main, _ = await link(store)
    assert await store.profile(main) == {"field": "legal", "size": "one"}
    assert await store.contact(main, "slack") == reached()
    assert await store.contact(main, "discord") == on_discord()
    assert await store.contact(main, "terminal") is None
    assert list(await store.contacts(main)) == [on_discord(), reached()]


@pytest.mark.parametrize(("ours", "theirs", "both"), [(30, 90, 90), (30, 0, 0), (0, 30, 0)])
async def test_linking_deletes_nothing_sooner(
    open_any: Open, ours: int, theirs: int, both: int
) -> None:
    store = await open_any()
    main, joining = await two(store)
    await store.set_contact(main, reached(keep_days=ours))
    await store.set_contact(joining, on_discord(keep_days=theirs))
    await store.links.link(main, joining, BOTH)
    assert [one.keep_days for one in await store.contacts(main)] == [both, both]


async def test_accounts_without_anything_can_be_linked(open_any: Open) -> None:
    store = await open_any()
    main, joining = store.owner(SLACK), store.owner(DISCORD)
    await store.links.link(main, joining, BOTH)
    assert store.owner(DISCORD) == main
    await store.turn(answer(store.owner(DISCORD), "c1"))
    assert await listed(store, SLACK) == {"c1"}


async def test_one_who_has_nothing_takes_in_one_who_has(open_any: Open) -> None:
    store = await open_any()
    main, joining = store.owner(OTHER), store.owner(DISCORD)
    await store.turn(answer(joining, "c1"))
    await store.links.link(main, joining, BOTH)
    assert await listed(store, OTHER) == await listed(store, DISCORD) == {"c1"}


async def test_an_account_of_another_tenant_with_the_same_name_is_not_affected(
    open_any: Open,
) -> None:
    store = await open_any()
    await store.turn(answer(store.owner(OTHER), "o1"))
    main, _ = await link(store)
    assert store.owner(OTHER) != main
    assert await listed(store, OTHER) == {"o1"}
    with pytest.raises(NotFound):
        await store.case(store.owner(OTHER), "j1")


async def test_who_is_linked_cannot_be_linked_again(open_any: Open) -> None:
    store = await open_any()
    main, joining = await link(store)
    third = store.owner(OTHER)
    await store.turn(answer(third, "o1"))
    for owner, account in ((main, third), (third, joining), (third, main), (joining, third)):
        with pytest.raises((WrongUse, StoreBusy), match="linked"):
            await store.links.link(owner, account, BOTH)
    with pytest.raises(WrongUse):
        await store.links.link(third, third, BOTH)
    assert await listed(store, OTHER) == {"o1"}


async def test_a_delivery_that_came_before_linking_counts_once_after_it(open_any: Open) -> None:
    store = await open_any()
    main, _ = await link(store)
    again = await store.turn(answer(main, "j1", "no", key="d2", platform="discord"))
    assert again.duplicate
    assert answers(again.case) == ["yes", "no"]
    new = await store.turn(answer(main, "j1", "new", key="d3", platform="discord"))
    assert not new.duplicate


# ------------------------------------------------------------------ all or nothing


async def test_a_crash_in_the_middle_leaves_both_as_they_were(
    open_sqlite: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await open_sqlite()
    main, joining = await two(store)

    async def die(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(merging, "_remove", die)  # by now everything is sealed anew
    with pytest.raises(MemoryError):
        await store.links.link(main, joining, BOTH)
    for one in (store, await open_sqlite()):
        assert one.owner(DISCORD) == joining
        assert await listed(one, SLACK) == {"m1"}
        assert answers(await one.case(joining, "j1")) == ["yes", "no"]
        assert await one.contacts(joining) == [on_discord()]
    assert problems(tmp_path) == ()
    done = await store.turn(answer(joining, "j1", "third"))
    assert answers(done.case) == ["yes", "no", "third"]


async def test_nothing_of_the_joining_account_is_left_under_its_own_key(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    main, joining = await two(store)
    with raw(tmp_path) as connection:
        (key,) = connection.execute(
            "SELECT wrapped FROM people JOIN keys ON keys.id = people.row WHERE owner = ?",
            (joining,),
        ).fetchone()
    await store.links.link(main, joining, BOTH)
    with raw(tmp_path) as connection:
        people = connection.execute("SELECT owner FROM people").fetchall()
        kept = connection.execute("SELECT count(*) FROM keys WHERE wrapped = ?", (key,)).fetchone()
    assert (people, kept) == ([(main,)], (0,))


async def test_a_link_that_something_else_wrote_into_the_file_is_none(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    await link(store)
    third = store.owner(OTHER)
    with raw(tmp_path) as connection:
        connection.execute("UPDATE links SET alias = ?", (third,))
        connection.execute("UPDATE link_changes SET number = number + 1")
    assert (await open_sqlite()).owner(OTHER) == third
    assert await store.links.refresh()
    assert store.owner(OTHER) == third
    assert [line for line in problems(tmp_path) if "was not made by Crossroads" in line]


async def test_the_file_names_neither_account(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    await link(store)
    assert b"ann_77" not in all_bytes(tmp_path)
    assert b"discord:server:1" not in all_bytes(tmp_path)


# ------------------------------------------------------------------ several processes


async def test_another_process_takes_up_a_link_and_its_end(open_sqlite: Open) -> None:
    store, other = await open_sqlite(), await open_sqlite()
    generation = other.links.generation
    main, joining = await link(store)
    assert other.owner(DISCORD) == joining
    assert await other.links.refresh()
    assert not await other.links.refresh()
    assert other.owner(DISCORD) == main
    assert other.links.generation > generation
    await store.links.unlink(main)
    assert await other.links.refresh()
    assert other.owner(DISCORD) == joining


async def test_a_process_that_has_not_heard_of_a_link_does_nothing_for_the_account(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store, other = await open_sqlite(), await open_sqlite()
    main, joining = await two(store)
    await other.turn(answer(joining, "j1", "in memory there"))
    await store.links.link(main, joining, BOTH)
    with pytest.raises(StoreBusy, match="linked"):
        await other.turn(answer(joining, "j1", "late"))
    assert other.owner(DISCORD) == main
    done = await other.turn(answer(main, "j1", "again"))
    assert answers(done.case) == ["yes", "no", "in memory there", "again"]
    assert problems(tmp_path) == ()


ACTS: Mapping[str, Callable[[SqliteStore, str], Awaitable[object]]] = {
    "turn": lambda store, owner: store.turn(answer(owner, "new")),
    "contact": lambda store, owner: store.set_contact(owner, on_discord()),
    "profile": lambda store, owner: store.set_profile(owner, {"field": "legal"}),
    "forget": lambda store, owner: store.forget(owner),
}


@pytest.mark.parametrize("act", ACTS)
async def test_such_a_process_neither_adds_nor_forgets_the_account(
    open_sqlite: Open, act: str
) -> None:
    store, other = await open_sqlite(), await open_sqlite()
    main, joining = await link(store)
    with pytest.raises(StoreBusy, match="linked"):
        await ACTS[act](other, joining)
    assert other.owner(DISCORD) == main
    assert await listed(store, SLACK) == {"m1", "j1", "j2"}


async def test_what_is_answered_while_accounts_are_linked_is_kept_or_refused(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store, other = await open_sqlite(), await open_sqlite()
    main, joining = await two(store)

    async def answered(process: SqliteStore, number: int) -> str:
        owner = process.owner(DISCORD)
        said = f"{'ab'[process is other]}{number}"
        try:
            await process.turn(answer(owner, f"j{number % 3}", said, platform="discord"))
        except StoreBusy:
            return ""
        return said

    works = [answered(process, number) for number in range(40) for process in (store, other)]
    taken, _ = await asyncio.gather(
        asyncio.gather(*works), store.links.link(main, joining, BOTH), return_exceptions=False
    )
    more = [await answered(process, 50 + n) for n in range(6) for process in (store, other)]
    kept = [a for case in await store.cases(main) for a in answers(await store.case(main, case.id))]
    assert Counter(filter(None, [*taken, *more])) == Counter(
        said for said in kept if said not in ("yes", "no")
    )
    assert all(more[2:])  # both have heard of the link by now
    assert await listed(store, SLACK) >= {"m1", "j1", "j2"}
    assert problems(tmp_path) == ()


# ------------------------------------------------------------------ forgetting


@pytest.mark.parametrize("person", [SLACK, DISCORD])
async def test_forgetting_from_either_side_erases_everything_and_the_link(
    open_sqlite: Open, tmp_path: Path, person: Person
) -> None:
    store = await open_sqlite()
    _, joining = await link(store)
    assert (await store.forget(store.owner(person))).cases == 3
    assert store.owner(DISCORD) == joining
    assert await listed(store, SLACK) == await listed(store, DISCORD) == set()
    with raw(tmp_path) as connection:
        for table in ("people", "cases", "events", "outbox", "links", "merged", "reached"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608
        keys = connection.execute("SELECT wrapped FROM keys").fetchall()
    assert {byte for (wrapped,) in keys for byte in wrapped} == {0}
    assert (await open_sqlite()).owner(DISCORD) == joining


async def test_a_backup_from_before_brings_back_two_people_as_they_were(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    main, joining = await two(store)
    back_up(database_of(tmp_path), tmp_path / "backup")
    await store.links.link(main, joining, BOTH)
    await store.close()
    shutil.copy(tmp_path / "backup", database_of(tmp_path))
    restored = await open_sqlite()
    assert restored.opening.erased_again == 0
    assert await listed(restored, DISCORD) == {"j1", "j2"}


async def test_a_backup_from_before_brings_nothing_back_of_who_was_forgotten(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    main, joining = await two(store)
    back_up(database_of(tmp_path), tmp_path / "backup")
    await store.links.link(main, joining, BOTH)
    await store.forget(main)
    await store.close()
    shutil.copy(tmp_path / "backup", database_of(tmp_path))
    restored = await open_sqlite()
    assert restored.opening.erased_again == 3
    assert await restored.contacts(joining) == ()
    assert await restored.profile(joining) == {}


# ------------------------------------------------------------------ unlinking


async def test_after_unlinking_the_joined_account_sees_nothing(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    main, joining = await link(store)
    assert await store.links.unlink(main) == BOTH
    assert store.owner(DISCORD) == joining
    assert await store.cases(joining) == []
    assert await store.profile(joining) == {}
    assert await store.contacts(joining) == ()
    with pytest.raises(NotFound):
        await store.case(joining, "j1")
    await store.turn(answer(joining, "new"))
    assert await listed(store, DISCORD) == {"new"}
    assert await listed(store, SLACK) == {"m1", "j1", "j2"}
    assert await store.links.unlink(main) is None
    assert problems(tmp_path) == ()


async def test_after_unlinking_everything_goes_on_where_the_person_is_reached(
    open_any: Open,
) -> None:
    store = await open_any()
    main, _ = await link(store)
    await store.links.unlink(main)
    assert list(await store.contacts(main)) == [reached()]
    assert await store.due(LATER, "discord") == []
    due = {item.case_id for item in await store.due(LATER, "slack", main)}
    assert due == {"m1", "j1", "j2"}


async def test_accounts_can_be_linked_once_more(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    main, joining = await link(store)
    await store.links.unlink(main)
    await store.turn(answer(joining, "new"))
    await store.links.link(joining, main, Linked(BOTH.joined, BOTH.main))  # the other way round
    assert store.owner(SLACK) == joining
    assert await listed(store, SLACK) == {"m1", "j1", "j2", "new"}
    assert problems(tmp_path) == ()


# ------------------------------------------------------------------ several contacts


async def test_a_contact_replaces_that_of_its_platform_alone(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(SLACK)
    await store.set_contact(ann, reached())
    await store.set_contact(ann, on_discord())
    moved = replace(reached(), address={"channel": "D2"}, keep_days=7)
    await store.set_contact(ann, moved)
    assert await store.contact(ann) == await store.contact(ann, "slack") == moved
    assert await store.contact(ann, "discord") == on_discord(keep_days=7)


async def test_a_tenant_that_left_takes_its_contact_alone_from_who_is_also_elsewhere(
    open_any: Open,
) -> None:
    store = await open_any()
    main, _ = await link(store)
    await store.abandon("slack:E1:T1", NOON)
    assert await store.departed("slack:E1:T1", NOON)
    assert not await store.departed("discord:server:1", NOON)
    assert await store.abandoned(NOON) == [main]
    await store.lose_contact(main, "slack")
    assert await store.abandoned(NOON) == []
    assert await store.contacts(main) == [on_discord()]
    assert {item.case_id for item in await store.due(NOON, "discord")} == {"m1", "j1", "j2"}


async def test_a_person_of_two_tenants_that_left_is_named_once(open_any: Open) -> None:
    store = await open_any()
    main, _ = await link(store)
    for tenant in ("slack:E1:T1", "discord:server:1"):
        await store.abandon(tenant, NOON)
    assert await store.abandoned(NOON) == [main]


async def test_contacts_and_tenants_of_an_older_file_are_taken_over(
    open_sqlite: Open, tmp_path: Path
) -> None:
    older = await open_sqlite(schema=Schema(SCHEMA.revisions[:2], SCHEMA.folders))
    ann = older.owner(SLACK)
    await older.turn(answer(ann, "c1"))
    await older.close()
    masters = home_of(tmp_path).read()
    assert masters
    with raw(tmp_path) as connection:
        serial, wrapped = connection.execute(
            "SELECT serial, wrapped FROM people JOIN keys ON keys.id = people.row"
        ).fetchone()
        box = open_holder(masters, ann, serial, wrapped).box
        contact = b'{"platform":"slack","tenant":"T","address":{"user":"U1"},"discreet":false}'
        connection.execute(
            "UPDATE people SET contact = ?, tenant = ?, keep_days = 7",
            (box.seal("contact", contact), older._vault.marks.tenant("T")),
        )
    store = await open_sqlite()
    found = Contact("slack", "T", {"user": "U1"}, discreet=False, keep_days=7)
    assert await store.contacts(ann) == [found]
    await store.abandon("T", NOON)
    assert await store.abandoned(NOON) == [ann]


# ------------------------------------------------------------------ cards that stayed behind


async def test_the_card_that_a_case_leaves_is_noted(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(SLACK)
    await store.turn(answer(ann, "c1", platform="slack"))
    await store.sent("c1", 1, NOON, "1.0", platform="slack")
    await store.turn(answer(ann, "c1", platform="discord"))
    (card,) = await store.left_cards("slack")
    assert (card.owner, card.case_id, card.ref, card.at) == (ann, "c1", "1.0", NOON)
    assert await store.left_cards("discord") == []
    await store.settle_left(card)
    assert await store.left_cards("slack") == []


async def test_a_card_that_arrives_after_its_case_went_elsewhere_is_left_behind(
    open_sqlite: Open,
) -> None:
    store, other = await open_sqlite(), await open_sqlite()
    ann = store.owner(SLACK)
    await store.turn(answer(ann, "c1", platform="slack"))
    await other.turn(answer(ann, "c1", platform="discord"))
    await store.sent("c1", 1, NOON, "1.0", platform="slack")  # it was on its way
    assert await store.delivered(ann, "c1") is None
    (item,) = await store.due(LATER, "discord")  # this writes what was noted
    assert (item.turn, item.ref) == (2, "")
    assert [card.ref for card in await store.left_cards("slack")] == ["1.0"]
    await other.sent("c1", 2, NOON, "99", platform="discord")
    found = await other.delivered(ann, "c1")
    assert found
    assert (found.turn, found.ref, found.platform) == (2, "99", "discord")


async def test_a_card_left_behind_goes_with_its_case(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    ann = store.owner(SLACK)
    await store.turn(answer(ann, "c1", platform="slack"))
    await store.sent("c1", 1, NOON, "1.0", platform="slack")
    await store.turn(answer(ann, "c1", platform="discord"))
    await store.forget(ann, "c1")
    with raw(tmp_path) as connection:
        assert connection.execute("SELECT count(*) FROM left_cards").fetchone() == (0,)
