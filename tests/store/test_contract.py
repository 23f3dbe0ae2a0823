"""What every kind of store does; a new kind joins by adding its name to ``open_any``."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.model import Case, Tell, Wake
from bot.errors import NotFound
from bot.ports import Delivered, Folded, Item, Person, Store, Work
from tests.store.making import (
    ANN,
    BEN,
    LATER,
    NOON,
    Open,
    a_case,
    again,
    answer,
    answered,
    answers,
    asking,
    show,
    started,
    values,
)

SECOND = timedelta(seconds=1)


async def kinds_due(store: Store, **where: str) -> list[tuple[str, str, int]]:
    items = await store.due(LATER, where.get("platform", "terminal"), where.get("owner", ""))
    return [(item.kind, item.case_id, item.turn) for item in items]


def card(turn: int, ref: str, platform: str = "terminal", *, telling: bool = False) -> Delivered:
    """Make what is told of a card that was delivered a second after noon."""
    return Delivered(turn, NOON + SECOND, ref, platform, telling)


async def of_case(store: Store, case_id: str, now: datetime = LATER) -> list[Item]:
    """Read what one case has due."""
    return list(await store.due(now, "terminal", case_id=case_id))


async def test_a_turn_is_there_when_it_is_done(open_any: Open) -> None:
    store: Store = await open_any()
    ann = store.owner(ANN)
    done = await store.turn(answer(ann, "c1", "yes"))
    assert not done.duplicate
    assert done.effects == (show(done.case),)
    other = await open_any()
    assert await other.case(ann, "c1") == done.case
    assert values(list(await other.history(ann, "c1"))) == ["yes"]


async def test_a_case_comes_back_as_it_was(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    case = a_case(
        ann, "c1", answers={"a": "x", "b": ("one", "two"), "c": 2.5}, misses=2, fresh=("card",)
    )
    await store.turn(Work(ann, "c1", NOON, lambda _: Folded(case), again))
    assert await (await open_any()).case(ann, "c1") == case
    assert await store.history(ann, "c1") == []


async def test_several_events_of_a_turn_keep_their_order(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)

    def fold(case: Case | None) -> Folded:
        before = case or a_case(ann, "c1")
        folded = answered(before, f"answer {before.turn}")
        return replace(folded, events=(started(before), *folded.events))

    for _ in range(3):
        await store.turn(Work(ann, "c1", NOON, fold, again))
    history = await store.history(ann, "c1")
    assert [type(event).__name__ for event in history] == ["Started", "Answered"] * 3
    assert values(list(history)) == ["answer 0", "answer 1", "answer 2"]


async def test_turns_of_one_case_at_once_are_folded_in_order(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    dones = await asyncio.gather(*(store.turn(answer(ann, "c1", f"{n}")) for n in range(100)))
    expected = [f"{n}" for n in range(100)]
    assert [done.case.turn for done in dones] == list(range(1, 101))
    assert answers(await store.case(ann, "c1")) == expected
    assert values(list(await store.history(ann, "c1"))) == expected


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    plan=st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.integers(0, 12)), max_size=60
    ),
    at_once=st.integers(1, 40),
)
async def test_whatever_comes_in_whatever_batches_nothing_is_lost_or_doubled(
    open_any: Open, plan: list[tuple[str, int, int]], at_once: int
) -> None:
    round_ = uuid4()  # all examples share one folder
    store = await open_any(remember=2)
    other = await open_any(remember=2)
    expected: dict[tuple[str, str], list[object]] = {}
    seen: set[tuple[str, str]] = set()
    works = []
    for person, case, delivery in plan:
        owner, case_id = store.owner(Person(str(round_), person)), f"{person}{case} {round_}"
        key = f"{case} {delivery}"  # the same delivery always goes to the same case
        works.append(answer(owner, case_id, key, key=key))
        if (owner, key) not in seen:
            seen.add((owner, key))
            expected.setdefault((owner, case_id), []).append(key)
    for start in range(0, len(works), at_once):
        some = works[start : start + at_once]
        # two processes; all of one case go to one of them, or their order would be a race
        stores = [other if int(work.case_id[1]) % 2 else store for work in some]
        await asyncio.gather(*(one.turn(work) for one, work in zip(stores, some, strict=True)))
    for (owner, case_id), answered_ in expected.items():
        assert answers(await store.case(owner, case_id)) == answered_
        assert values(list(await other.history(owner, case_id))) == answered_
    await asyncio.gather(store.close(), other.close())


async def test_a_delivery_seen_before_is_not_done_again(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    first = await store.turn(answer(ann, "c1", "yes", key="d1"))
    await store.turn(answer(ann, "c1", "no", key="d2"))
    second = await store.turn(answer(ann, "c1", "yes", key="d1"))
    assert not first.duplicate
    assert second.duplicate
    assert second.effects == (show(second.case),)
    assert answers(second.case) == ["yes", "no"]
    after_restart = await (await open_any()).turn(answer(ann, "c1", "yes", key="d2"))
    assert after_restart.duplicate
    assert values(list(await store.history(ann, "c1"))) == ["yes", "no"]


async def test_a_delivery_seen_before_is_known_where_it_would_change_nothing_now(
    open_any: Open,
) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    first = await store.turn(answer(ann, "c1", "yes", key="d1"))
    too_late = replace(answer(ann, "c1", key="d1"), fold=lambda case: Folded(case or first.case))
    other_key = replace(too_late, key="d2")
    for process in (store, await open_any()):
        assert (await process.turn(too_late)).duplicate
        assert not (await process.turn(other_key)).duplicate
        both = await asyncio.gather(process.turn(other_key), process.turn(too_late))
        assert [done.duplicate for done in both] == [False, True]
    assert values(list(await store.history(ann, "c1"))) == ["yes"]


async def test_a_delivery_is_done_once_within_a_batch(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    works = [answer(ann, "c1", "yes", key="d1") for _ in range(5)]
    dones = await asyncio.gather(*map(store.turn, works))
    assert [done.duplicate for done in dones] == [False, True, True, True, True]
    assert values(list(await store.history(ann, "c1"))) == ["yes"]


async def test_a_start_that_is_delivered_twice_makes_one_case(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "drawn first", key="start"))
    twice = await store.turn(answer(ann, "drawn again", key="start"))
    assert twice.duplicate
    assert twice.case.id == "drawn first"
    assert [case.id for case in await store.cases(ann)] == ["drawn first"]


async def test_two_people_may_have_the_same_delivery_id(open_any: Open) -> None:
    store = await open_any()
    ann, ben = store.owner(ANN), store.owner(BEN)
    dones = [await store.turn(answer(owner, f"of {owner}", key="d1")) for owner in (ann, ben)]
    assert [done.duplicate for done in dones] == [False, False]


async def test_work_that_changes_nothing_writes_nothing(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    done = await store.turn(asking(ann, "c1"))
    assert [type(effect).__name__ for effect in done.effects] == ["Tell"]
    assert len(await store.history(ann, "c1")) == 1
    assert await kinds_due(store) == [("show", "c1", 1)]


async def test_a_failing_fold_fails_its_caller_alone(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)

    def fail(case: Case | None) -> Folded:
        raise ZeroDivisionError

    works = [
        answer(ann, "c1", "one"),
        Work(ann, "c1", NOON, fail, again),
        answer(ann, "c1", "two"),
    ]
    results = await asyncio.gather(*map(store.turn, works), return_exceptions=True)
    assert isinstance(results[1], ZeroDivisionError)
    assert answers(await store.case(ann, "c1")) == ["one", "two"]


async def test_what_cannot_be_written_fails_its_caller_alone(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    beyond = replace(a_case(ann, "c2"), turn=2**63)
    works = [
        answer(ann, "c1", "one"),
        Work(ann, "c2", NOON, lambda _: Folded(beyond), again),
        answer(ann, "c\ud800"),
        answer(ann, "c1", "two"),
    ]
    results = await asyncio.gather(*map(store.turn, works), return_exceptions=True)
    assert isinstance(results[1], OverflowError)
    assert isinstance(results[2], ValueError)
    assert answers(await store.case(ann, "c1")) == ["one", "two"]
    assert [case.id for case in await store.cases(ann)] == ["c1"]


async def test_a_fold_cannot_put_a_case_under_another_name(open_any: Open) -> None:
    store = await open_any()
    ann, ben = store.owner(ANN), store.owner(BEN)
    with pytest.raises(ValueError, match="give back the case"):
        await store.turn(Work(ann, "c1", NOON, lambda _: Folded(a_case(ben, "c1")), again))


async def test_a_caller_that_goes_away_calls_nothing_off(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    tasks = [asyncio.create_task(store.turn(answer(ann, "c1", f"{n}"))) for n in range(3)]
    await asyncio.sleep(0)  # lets the works be taken
    tasks[1].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[1], asyncio.CancelledError)
    assert answers(await store.case(ann, "c1")) == ["0", "1", "2"]


async def test_closing_waits_for_the_works_that_were_taken(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    task = asyncio.create_task(store.turn(answer(ann, "c1")))
    await asyncio.sleep(0)
    await store.close()
    assert (await task).case.turn == 1
    await store.close()


async def test_another_process_changes_the_case_in_between(open_any: Open) -> None:
    mine, theirs = await open_any(), await open_any()
    ann = mine.owner(ANN)
    await mine.turn(answer(ann, "c1", "mine"))
    await theirs.turn(answer(ann, "c1", "theirs"))
    seen = await mine.turn(asking(ann, "c1"))
    assert answers(seen.case) == ["mine", "theirs"]
    await theirs.turn(answer(ann, "c1", "theirs again"))
    done = await mine.turn(answer(ann, "c1", "mine again"))
    assert answers(done.case) == ["mine", "theirs", "theirs again", "mine again"]


async def test_two_processes_at_once_lose_nothing(open_any: Open) -> None:
    stores = [await open_any(), await open_any()]
    ann = stores[0].owner(ANN)
    works = [answer(ann, f"c{n % 5}", f"{n}", key=f"{n}") for n in range(100)]
    await asyncio.gather(*(stores[n % 2].turn(work) for n, work in enumerate(works)))
    found = [event for c in range(5) for event in await stores[0].history(ann, f"c{c}")]
    assert sorted(values(found), key=lambda value: int(str(value))) == [f"{n}" for n in range(100)]


async def test_nobody_finds_the_case_of_another(open_any: Open) -> None:
    store = await open_any()
    here, there = store.owner(Person("team one", "ann")), store.owner(Person("team two", "ann"))
    assert here != there
    await store.turn(answer(here, "c1", key="d1"))
    for look in (store.case, store.history, store.forget):
        with pytest.raises(NotFound):
            await look(there, "c1")
    for work in (answer(there, "c1"), asking(there, "c1"), answer(there, "c1", key="d1")):
        with pytest.raises(NotFound):
            await store.turn(work)
    assert await store.cases(there) == []
    assert await store.delivered(there, "c1") is None
    assert await kinds_due(store, owner=there) == []
    assert (await store.forget(there)).cases == 0
    assert (await store.case(here, "c1")).turn == 1


async def test_two_people_who_draw_the_same_case_id_at_once_do_not_share_it(
    open_any: Open,
) -> None:
    store = await open_any()
    works = [answer(store.owner(ANN), "c1", "ann"), answer(store.owner(BEN), "c1", "ben")]
    done, refused = await asyncio.gather(*map(store.turn, works), return_exceptions=True)
    assert isinstance(refused, NotFound)
    assert not isinstance(done, BaseException)
    assert answers(await store.case(store.owner(ANN), "c1")) == ["ann"]


async def test_cases_are_listed_last_touched_first(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    assert await store.cases(ann) == []
    for hours, case_id in ((1, "c1"), (3, "c2"), (2, "c3")):
        await store.turn(answer(ann, case_id, at=NOON + timedelta(hours=hours, microseconds=7)))

    def rename(case: Case | None) -> Folded:
        assert case is not None
        return Folded(replace(case, name="Client Wren", status="paused"))

    await store.turn(Work(ann, "c3", NOON + timedelta(hours=2), rename, again))
    listed = await store.cases(ann)
    assert [(case.id, case.name, case.status) for case in listed] == [
        ("c2", "Client Heron", "open"),
        ("c3", "Client Wren", "paused"),
        ("c1", "Client Heron", "open"),
    ]
    assert listed[0].touched == NOON + timedelta(hours=3, microseconds=7)
    assert (listed[0].flow, listed[0].version, listed[0].turn) == ("some_flow", "v1", 1)


async def test_only_the_latest_show_of_a_case_is_due(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    for hours in (2, 1):
        await store.turn(answer(ann, f"c{hours}", at=NOON + timedelta(hours=hours)))
    await store.turn(answer(ann, "c1", at=NOON + timedelta(hours=1)))
    assert await kinds_due(store) == [("show", "c1", 2), ("show", "c2", 1)]
    assert await store.due(NOON, "terminal") == []
    assert len(await store.due(LATER, "terminal", limit=1)) == 1


async def test_effects_go_to_the_platform_and_the_person_of_the_turn(open_any: Open) -> None:
    store = await open_any()
    ann, ben = store.owner(ANN), store.owner(BEN)
    await store.turn(answer(ann, "c1", "yes", Tell("help", "Hello."), platform="slack"))
    await store.turn(answer(ben, "c2"))
    assert await kinds_due(store, platform="discord") == []
    assert await kinds_due(store, platform="slack") == [("tell", "c1", 1), ("show", "c1", 1)]
    assert await kinds_due(store, owner=ann) == []
    assert await kinds_due(store, owner=ben) == [("show", "c2", 1)]
    await store.sent("c1", 1, NOON, "a message of Slack")
    await store.turn(answer(ann, "c1", "no", platform="terminal"))
    item = (await store.due(LATER, "terminal", ann))[0]
    assert (item.platform, item.ref) == ("terminal", "")


async def test_a_tell_comes_back_word_for_word(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    tell = Tell("help", "Write “back” — or 後で.", mistake=True)
    await store.turn(answer(ann, "c1", "yes", tell))
    items = await (await open_any()).due(LATER, "terminal")
    assert [item.effect for item in items] == [tell, None]
    assert {item.owner for item in items} == {ann}


async def test_what_was_sent_is_not_due_any_more(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    wake = Wake((NOON + timedelta(hours=3)).isoformat())
    await store.turn(answer(ann, "c1", "yes", Tell("help", "Hello."), wake))
    assert await store.delivered(ann, "c1") is None
    await store.sent("c1", 1, NOON + SECOND, "card 7")
    assert await store.delivered(ann, "c1") == card(1, "card 7")
    assert await kinds_due(store) == [("wake", "c1", 1)]
    await store.turn(answer(ann, "c1", "no", Tell("help", "Again.")))
    items = {item.kind: item for item in await store.due(LATER, "terminal")}
    assert set(items) == {"show", "tell", "wake"}
    assert items["show"].ref == items["tell"].ref == "card 7"
    assert await store.delivered(ann, "c1") == card(1, "card 7", telling=True)


async def test_a_mark_is_kept_when_the_store_closes(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1", "yes", Tell("help", "Hello.")))
    await store.sent("c1", 1, NOON + SECOND)
    await store.close()
    other = await open_any()
    assert await kinds_due(other) == []
    assert await other.delivered(ann, "c1") == card(1, "")


async def test_a_mark_travels_with_the_next_turn(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1", "yes", Tell("help", "Hello.")))
    await store.turn(answer(ann, "c2"))
    await store.sent("c1", 1, NOON + SECOND, "card 1")
    await store.sent("c2", 1, NOON + SECOND, "card 2")
    await store.turn(answer(ann, "c1", "no"))
    other = await open_any()
    assert await kinds_due(other) == [("show", "c1", 2)]
    assert await other.delivered(ann, "c1") == card(1, "card 1")
    assert await other.delivered(ann, "c2") == card(1, "card 2")
    assert [item.ref for item in await other.due(LATER, "terminal")] == ["card 1"]


async def test_a_late_mark_never_hides_a_newer_show(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    await store.turn(answer(ann, "c1"))
    await store.sent("c1", 1, NOON)
    assert await kinds_due(store) == [("show", "c1", 2)]
    await store.sent("c1", 2, NOON + SECOND)
    await store.sent("c1", 1, NOON)
    assert await kinds_due(store) == []
    assert await (await open_any()).delivered(ann, "c1") == card(2, "")


async def test_a_case_is_asked_for_alone(open_any: Open) -> None:
    store = await open_any()
    ann, ben = store.owner(ANN), store.owner(BEN)
    wake = Wake((NOON + timedelta(hours=3)).isoformat())
    for owner, case_id in ((ann, "c1"), (ann, "c2"), (ben, "c3")):
        await store.turn(answer(owner, case_id, "yes", Tell("help", case_id), wake))
    items = await of_case(store, "c2")
    assert [(item.kind, item.case_id) for item in items] == [
        ("tell", "c2"),
        ("show", "c2"),
        ("wake", "c2"),
    ]
    assert items[0].effect == Tell("help", "c2")
    assert [item.kind for item in await of_case(store, "c2", NOON)] == ["tell", "show"]
    assert len(await store.due(LATER, "terminal", ann, case_id="c2")) == 3
    assert await store.due(LATER, "terminal", ben, case_id="c2") == []
    assert await store.due(LATER, "slack", case_id="c2") == []
    assert await of_case(store, "no such case") == []


async def test_a_case_asked_for_alone_knows_what_was_just_sent(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1", "yes", Tell("help", "Hello.")))
    await store.turn(answer(ann, "c2", "yes", Tell("help", "Hello.")))
    await store.sent("c1", 1, NOON, "card 1")
    assert await of_case(store, "c1") == []
    assert len(await of_case(store, "c2")) == 2
    await store.turn(answer(ann, "c2"))
    await store.sent("c2", 1, NOON, "card 2")  # late: the second turn is stored by now
    assert [(item.kind, item.turn, item.ref) for item in await of_case(store, "c2")] == [
        ("show", 2, "card 2")
    ]


async def test_what_is_delivered_is_told_before_and_after_it_is_written(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1", platform="slack"))
    await store.sent("c1", 1, NOON + SECOND, "card 1")
    for _ in range(2):
        assert await store.delivered(ann, "c1") == card(1, "card 1", "slack")
        await store.due(LATER, "slack")  # writes the mark
    await store.turn(answer(ann, "c1", platform="slack"))
    assert await store.delivered(ann, "c1") == card(1, "card 1", "slack")
    await store.sent("c1", 2, NOON + SECOND)  # the card is the one it was
    assert await store.delivered(ann, "c1") == card(2, "card 1", "slack")
    await store.sent("c1", 2, NOON + SECOND, "card 2")  # shown anew
    assert await store.delivered(ann, "c1") == card(2, "card 2", "slack")
    await store.sent("c1", 1, NOON, "card 0")
    assert await store.delivered(ann, "c1") == card(2, "card 2", "slack")
    await store.close()
    assert await (await open_any()).delivered(ann, "c1") == card(2, "card 2", "slack")


async def test_two_marks_before_a_write_lose_no_reference(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    await store.turn(answer(ann, "c1"))
    await store.sent("c1", 1, NOON, "card 1")
    await store.sent("c1", 2, NOON + SECOND)
    assert await store.delivered(ann, "c1") == card(2, "card 1")
    await store.close()
    assert await (await open_any()).delivered(ann, "c1") == card(2, "card 1")


async def test_the_newest_delivery_of_two_processes_counts(open_any: Open) -> None:
    store, other = await open_any(), await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    await store.sent("c1", 1, NOON, "card 1")
    await other.turn(answer(ann, "c1"))
    await other.sent("c1", 2, NOON + SECOND, "card 2")
    await other.close()
    assert await store.delivered(ann, "c1") == card(2, "card 2")


async def test_a_delivery_that_failed_is_put_off(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1", "yes", Tell("help", "Hello.")))
    await store.turn(answer(ann, "c2"))
    await store.retry("c1", 1, timedelta(minutes=5), NOON)
    assert [item.case_id for item in await store.due(NOON, "terminal")] == ["c2"]
    assert await of_case(store, "c1", NOON + timedelta(minutes=4)) == []
    items = await of_case(store, "c1", NOON + timedelta(minutes=5))
    assert [(item.kind, item.attempts) for item in items] == [("tell", 1), ("show", 1)]
    await store.retry("c1", 1, timedelta(minutes=9), NOON)
    (_, shown) = await of_case(store, "c1")
    assert (shown.attempts, shown.due) == (2, NOON + timedelta(minutes=9))


async def test_what_was_told_before_comes_along_with_a_newer_card(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    wake = Wake((NOON + timedelta(hours=3)).isoformat())
    await store.turn(answer(ann, "c1", "yes", Tell("help", "Hello."), wake))
    await store.retry("c1", 1, timedelta(minutes=5), NOON)
    await store.turn(answer(ann, "c1"))  # what is shown anew is due at once
    items = await of_case(store, "c1", NOON)
    assert {(item.kind, item.turn, item.attempts) for item in items} == {
        ("tell", 1, 1),
        ("show", 2, 0),
    }


async def test_a_late_retry_does_not_put_off_a_newer_show(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    await store.turn(answer(ann, "c1"))
    await store.retry("c1", 1, timedelta(minutes=5), NOON)
    assert [item.turn for item in await store.due(NOON, "terminal")] == [2]


async def test_a_late_retry_does_not_make_due_again_what_was_sent(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1", "yes", Tell("help", "Hello.")))
    await store.sent("c1", 1, NOON)
    assert await kinds_due(store) == []
    await store.retry("c1", 1, timedelta(minutes=5), NOON)
    assert await kinds_due(store) == []


async def test_a_wake_up_is_due_at_its_time_and_once(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    at = NOON + timedelta(hours=3)
    await store.turn(answer(ann, "c1", "yes", Wake(at.isoformat())))
    await store.sent("c1", 1, NOON)
    assert await store.due(at - SECOND, "terminal") == []
    (item,) = await store.due(at, "terminal")
    assert (item.kind, item.due, item.effect) == ("wake", at, Wake(at.isoformat()))
    await store.woken(item)
    assert await store.due(LATER, "terminal") == []


async def test_a_profile_is_kept_replaced_and_removed(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    assert await store.profile(ann) == {}
    await store.set_profile(ann, {})
    await store.set_profile(ann, {"field": "legal"})
    assert await (await open_any()).profile(ann) == {"field": "legal"}
    await store.turn(answer(ann, "c1"))
    await store.set_profile(ann, {"field": "vet", "size": "solo"})
    assert await store.profile(ann) == {"field": "vet", "size": "solo"}
    assert await store.profile(store.owner(BEN)) == {}
    await store.set_profile(ann, {})
    assert await store.profile(ann) == {}


async def test_two_processes_may_welcome_a_person_at_once(open_any: Open) -> None:
    stores = [await open_any() for _ in range(3)]
    ann = stores[0].owner(ANN)
    await asyncio.gather(
        stores[0].set_profile(ann, {"field": "legal"}),
        stores[1].set_profile(ann, {"field": "legal"}),
        stores[2].turn(answer(ann, "c1")),
    )
    assert await stores[2].profile(ann) == {"field": "legal"}
    assert (await stores[0].case(ann, "c1")).turn == 1


async def test_a_published_flow_is_kept_under_its_version(open_any: Open) -> None:
    store = await open_any()
    assert await store.published("v1") is None
    await store.publish("some_flow", "v1", {"flow.yaml": "steps: []"}, NOON)
    await store.publish("some_flow", "v1", {"flow.yaml": "steps: []"}, NOON)
    assert await (await open_any()).published("v1") == {"flow.yaml": "steps: []"}


async def test_a_turn_with_very_many_effects_is_written_whole(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    tells = [Tell("help", f"Number {n}.") for n in range(1500)]
    await store.turn(answer(ann, "c1", "yes", *tells))
    items = await store.due(LATER, "terminal", limit=2000)
    assert [item.effect for item in items if item.kind == "tell"] == tells


@pytest.mark.parametrize(
    "text", ["", "x" * 1_000_000, "🙂‍↔️ שלום", "a\x00b\x07", "'; DROP TABLE cases; --"]
)
async def test_any_text_comes_back_as_it_went_in(open_any: Open, text: str) -> None:
    store = await open_any()
    ann = store.owner(Person("terminal", text))
    await store.turn(answer(ann, "c1", text, key=text[:100]))
    assert answers(await (await open_any()).case(ann, "c1")) == [text]
    (logged,) = values(list(await store.history(ann, "c1")))
    assert text.startswith(str(logged)[:1000])  # an event may keep the beginning of a long text


async def test_forgetting_a_case_leaves_the_others(open_any: Open) -> None:
    store = await open_any()
    ann = store.owner(ANN)
    for case_id in ("c1", "c2", "c1"):
        await store.turn(answer(ann, case_id, "yes", Tell("help", "Hello."), key=case_id))
    forgotten = await store.forget(ann, "c1")
    assert (forgotten.cases, forgotten.events, forgotten.profile) == (1, 1, False)
    with pytest.raises(NotFound):
        await store.case(ann, "c1")
    with pytest.raises(NotFound):
        await store.forget(ann, "c1")
    assert [case.id for case in await store.cases(ann)] == ["c2"]
    assert {item.case_id for item in await store.due(LATER, "terminal")} == {"c2"}
    assert (await store.turn(answer(ann, "c2"))).case.turn == 2


async def test_forgetting_a_person_leaves_the_other_people(open_any: Open) -> None:
    store = await open_any()
    ann, ben = store.owner(ANN), store.owner(BEN)
    await store.set_profile(ann, {"field": "legal"})
    for owner in (ann, ben):
        for number in range(3):
            await store.turn(answer(owner, f"{owner} {number}", "yes", Tell("help", "Hello.")))
    forgotten = await store.forget(ann)
    assert (forgotten.cases, forgotten.events, forgotten.effects) == (3, 3, 3)
    assert forgotten.profile
    assert await store.cases(ann) == []
    assert await store.profile(ann) == {}
    assert len(await store.cases(ben)) == 3
    nothing = await store.forget(ann)
    assert (nothing.cases, nothing.events, nothing.effects, nothing.profile) == (0, 0, 0, False)


async def test_who_was_forgotten_may_come_back_as_somebody_new(open_any: Open) -> None:
    store, other = await open_any(), await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1"))
    await other.turn(answer(ann, "c2"))
    await store.forget(ann)
    assert (await other.turn(answer(ann, "c3"))).case.turn == 1
    assert (await store.turn(answer(ann, "c4"))).case.turn == 1
    reopened = await open_any()
    assert {case.id for case in await reopened.cases(ann)} == {"c3", "c4"}


async def test_a_late_delivery_does_not_bring_a_forgotten_case_back(open_any: Open) -> None:
    store, other = await open_any(), await open_any()
    ann = store.owner(ANN)
    await store.turn(answer(ann, "c1", key="d1"))
    await other.turn(answer(ann, "c1", key="d2"))
    await store.forget(ann)
    for late in (store, other, await open_any()):
        with pytest.raises(NotFound):
            await late.turn(answer(ann, "c1", key="d2"))
