"""Where people are reached, and what is due to be erased without anybody asking again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.engine.model import Case, Status
from bot.errors import StoreDamaged
from bot.ports import Folded, Person, Store, Work
from tests.store.making import (
    ANN,
    BEN,
    NOON,
    Open,
    a_case,
    again,
    all_bytes,
    answer,
    raw,
    reached,
)

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
HERE, THERE = "slack:E1:T1", "slack:E1:T2"


async def close_case(
    store: Store,
    owner: str,
    case_id: str,
    status: Status = "finished",
    at: datetime = NOON,
    platform: str = "terminal",
) -> None:
    """Bring a case into a state at a time."""

    def fold(case: Case | None) -> Folded:
        return Folded(replace(case or a_case(owner, case_id), status=status, turn=1))

    await store.turn(Work(owner, case_id, at, fold, again, platform=platform))


async def test_a_contact_comes_back_as_it_was(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    assert await store.contact(ann) is None
    for contact in (
        reached(),
        reached(discreet=False, keep_days=30),
        replace(reached("slack:-:-"), address={}, platform="discord"),
    ):
        await store.set_contact(ann, contact)
        assert await store.contact(ann) == contact
        assert await (await open_any()).contact(ann) == contact
    assert await store.contact(store.owner(BEN)) is None


async def test_a_contact_leaves_cases_and_profile_alone(open_any: Open) -> None:
    store = await open_any()
    ann, ben = store.owner(ANN), store.owner(BEN)
    await store.set_profile(ann, {"field": "legal"})
    await store.turn(answer(ann, "c1"))
    await store.set_contact(ann, reached())
    assert await store.profile(ann) == {"field": "legal"}
    assert (await store.turn(answer(ann, "c1"))).case.turn == 2
    await store.set_contact(ben, reached(user="U2"))
    assert await store.profile(ben) == {}
    await store.set_profile(ben, {"field": "vet"})
    assert await store.contact(ben) == reached(user="U2")
    assert (await store.turn(answer(ben, "c2"))).case.turn == 1


async def test_two_processes_may_meet_a_person_at_once(open_any: Open) -> None:
    stores = [await open_any() for _ in range(3)]
    ann = stores[0].owner(ANN)
    await asyncio.gather(
        stores[0].set_contact(ann, reached()),
        stores[1].set_contact(ann, reached()),
        stores[2].turn(answer(ann, "c1")),
    )
    assert await stores[2].contact(ann) == reached()
    assert (await stores[0].case(ann, "c1")).turn == 1


async def test_a_contact_that_is_known_is_not_written_again(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)

    def stored() -> object:
        with raw(tmp_path) as connection:
            return connection.execute("SELECT contact FROM people").fetchall()

    await store.set_contact(ann, reached())
    first = stored()
    await store.set_contact(ann, reached())
    assert stored() == first
    await store.set_contact(ann, reached(keep_days=1))
    assert stored() != first


async def test_of_a_contact_only_the_days_can_be_read(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    contact = replace(reached("canary-tenant", "canary-user"), platform="canary-platform")
    await store.set_contact(ann, replace(contact, keep_days=7))
    await store.abandon("canary-tenant", NOON)
    await store.reclaim("canary-tenant")
    await store.abandon("canary-tenant", NOON)
    assert ann.encode() in all_bytes(tmp_path)  # the search does find what is not sealed
    assert b"canary" not in all_bytes(tmp_path)
    with raw(tmp_path) as connection:
        assert connection.execute("SELECT keep_days FROM people").fetchall() == [(7,)]


async def test_the_contact_of_another_person_does_not_open(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    ann, ben = store.owner(ANN), store.owner(BEN)
    await store.set_contact(ann, reached(user="U1"))
    await store.set_contact(ben, reached(user="U2"))
    with raw(tmp_path) as connection:
        connection.execute(
            "UPDATE people SET contact = (SELECT contact FROM people WHERE owner = ?)", (ben,)
        )
    with pytest.raises(StoreDamaged):
        await store.contact(ann)
    assert await store.contact(ben) == reached(user="U2")


async def test_the_same_name_in_two_tenants_is_two_people(open_any: Open) -> None:
    store = await open_any()
    here, there = (store.owner(Person(tenant, "U1")) for tenant in (HERE, THERE))
    await store.set_contact(here, reached(HERE))
    assert await store.contact(there) is None
    await store.set_contact(there, reached(THERE, discreet=False))
    assert await store.contact(here) == reached(HERE)
    await store.forget(there)
    assert await store.contact(there) is None
    assert await store.contact(here) == reached(HERE)


async def test_a_contact_goes_with_the_person(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await store.set_contact(ann, reached())
    with raw(tmp_path) as connection:
        (sealed,) = connection.execute("SELECT contact FROM people").fetchone()
    forgotten = await store.forget(ann)
    assert (forgotten.cases, forgotten.events, forgotten.effects) == (0, 0, 0)
    assert not forgotten.profile
    assert await store.contact(ann) is None
    assert sealed not in all_bytes(tmp_path)
    await store.set_contact(ann, reached(user="U9"))  # somebody new
    assert await store.contact(ann) == reached(user="U9")


async def test_forgetting_a_case_keeps_the_contact(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.set_contact(ann, reached())
    await store.turn(answer(ann, "c1"))
    await store.forget(ann, "c1")
    assert await store.contact(ann) == reached()


async def test_a_contact_outlives_a_rotation_of_keys(open_sqlite: Open) -> None:
    store, other = await open_sqlite(), await open_sqlite()
    ann, ben = store.owner(ANN), store.owner(BEN)
    await store.set_contact(ann, reached())
    await store.rotate()
    assert await store.contact(ann) == reached()
    assert await other.contact(ann) == reached()  # it finds the new key by itself
    await store.rotate()
    await other.set_contact(ben, reached(user="U2"))
    assert await (await open_sqlite()).contact(ben) == reached(user="U2")


# ------------------------------------------------------------------ closed cases, after their time


async def test_closed_cases_expire_after_the_days_of_their_owner(open_any: Open) -> None:
    store = await open_any()
    people = {days: store.owner(Person(HERE, f"{days}")) for days in (0, 7, 30)}
    for days, owner in people.items():
        await store.set_contact(owner, reached(keep_days=days))
        for status in ("open", "paused", "sleeping", "finished", "cancelled"):
            await close_case(store, owner, f"{days} {status}", status)
    await close_case(store, store.owner(ANN), "without a contact")
    assert await store.expired(NOON + 7 * DAY - MOMENT) == []
    week = {(people[7], "7 finished"), (people[7], "7 cancelled")}
    assert set(await store.expired(NOON + 7 * DAY)) == week
    month = week | {(people[30], "30 finished"), (people[30], "30 cancelled")}
    assert set(await store.expired(NOON + 30 * DAY)) == month
    assert len(await store.expired(NOON + 30 * DAY, limit=3)) == 3
    for owner, case_id in month:
        await store.forget(owner, case_id)
    assert await store.expired(NOON + 3000 * DAY) == []


async def test_each_platform_is_told_of_the_expired_cases_that_were_shown_there(
    open_any: Open,
) -> None:
    store = await open_any()
    ann, ben = store.owner(ANN), store.owner(BEN)
    for owner, platform in ((ann, "slack"), (ben, "discord")):
        await store.set_contact(owner, reached(keep_days=7))
        await close_case(store, owner, f"of {platform}", platform=platform)
    assert await store.expired(NOON + 7 * DAY, platform="slack") == [(ann, "of slack")]
    assert await store.expired(NOON + 7 * DAY, platform="discord") == [(ben, "of discord")]
    assert len(await store.expired(NOON + 7 * DAY)) == 2


async def test_the_open_cases_of_a_platform_are_listed_those_touched_last_first(
    open_any: Open,
) -> None:
    store = await open_any()
    ann, ben = store.owner(ANN), store.owner(BEN)
    for days, (owner, case_id) in enumerate([(ann, "old"), (ann, "c1"), (ben, "c2"), (ann, "c3")]):
        await close_case(store, owner, case_id, "open", NOON + days * DAY, "discord")
    await close_case(store, ben, "paused", "paused", NOON + DAY, "discord")
    await close_case(store, ben, "elsewhere", "open", NOON + DAY, "slack")
    found = await store.ongoing("discord", NOON + DAY)
    assert found == [(ann, "c3"), (ben, "c2"), (ann, "c1")]
    assert await store.ongoing("discord", NOON + DAY, limit=1) == [(ann, "c3")]


async def test_a_case_that_was_touched_or_an_owner_who_thought_again_keeps_it(
    open_any: Open,
) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.set_contact(ann, reached(keep_days=1))
    await close_case(store, ann, "c1")
    await close_case(store, ann, "c1", at=NOON + DAY)
    assert await store.expired(NOON + DAY) == []
    assert await store.expired(NOON + 2 * DAY) == [(ann, "c1")]
    await store.set_contact(ann, reached(keep_days=0))
    assert await store.expired(NOON + 2 * DAY) == []


# ------------------------------------------------------------------ tenants that left


async def test_all_of_a_tenant_that_left_is_due_to_be_erased(open_any: Open) -> None:
    store = await open_any()
    here = [store.owner(Person(HERE, f"U{n}")) for n in range(3)]
    there = store.owner(Person(THERE, "U1"))
    for owner in here:
        await store.set_contact(owner, reached(HERE))
    await store.set_contact(there, reached(THERE))
    await store.set_profile(store.owner(ANN), {"field": "legal"})
    await store.abandon(HERE, NOON + DAY)
    assert await store.abandoned(NOON + DAY - MOMENT) == []
    assert await store.abandoned(NOON + DAY) == here
    assert await store.abandoned(NOON + DAY, limit=2) == here[:2]
    assert await (await open_any()).abandoned(NOON + DAY) == here
    for owner in here:
        await store.forget(owner)
    assert await store.abandoned(NOON + DAY) == []
    assert await store.contact(there) == reached(THERE)


async def test_a_tenant_with_nobody_left_is_forgotten(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await store.set_contact(ann, reached(HERE))
    for tenant, days in ((HERE, 1), (THERE, 1), ("slack:E1:T3", 2)):
        await store.abandon(tenant, NOON + days * DAY)

    def left() -> object:
        with raw(tmp_path) as connection:
            return connection.execute("SELECT count(*) FROM departures").fetchone()[0]

    assert (await store.abandoned(NOON), left()) == ([], 3)
    assert (await store.abandoned(NOON + DAY), left()) == ([ann], 2)
    await store.forget(ann)
    assert (await store.abandoned(NOON + DAY), left()) == ([], 1)
    assert (await store.abandoned(NOON + 2 * DAY), left()) == ([], 0)
    await store.set_contact(ann, reached(HERE))  # the tenant is back, as somebody new
    assert await store.abandoned(NOON + 3 * DAY) == []


async def test_a_tenant_that_comes_back_keeps_its_people(open_any: Open) -> None:
    store = await open_any()
    ann, ben = store.owner(ANN), store.owner(BEN)
    await store.set_contact(ann, reached(HERE))
    await store.set_contact(ben, reached(THERE))
    await store.abandon(HERE, NOON)
    await store.abandon(THERE, NOON)
    await store.reclaim(HERE)
    await store.reclaim("slack:E1:never seen")
    assert await store.abandoned(NOON) == [ben]


async def test_a_departure_told_twice_is_not_put_off(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.set_contact(ann, reached(HERE))
    await store.abandon(HERE, NOON + DAY)
    await store.abandon(HERE, NOON + 2 * DAY)
    assert await store.abandoned(NOON + DAY) == [ann]
    await store.abandon(HERE, NOON)
    assert await store.abandoned(NOON) == [ann]


async def test_who_moved_to_another_tenant_stays(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.set_contact(ann, reached(HERE))
    await store.set_contact(ann, reached(THERE))
    await store.abandon(HERE, NOON)
    assert await store.abandoned(NOON) == []
    assert await store.contact(ann) == reached(THERE)
