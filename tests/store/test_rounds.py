"""What the store of rounds does: works, counts, what is due, what is listed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.store.schema import SCHEMA, Schema
from bot.errors import NotFound
from bot.rounds.ports import Held, Participant, RoundFolded, RoundWork
from tests.store.making import ANN, BEN, Open, answer, raw
from tests.store.rounds_making import (
    AUDIENCE,
    a_round,
    become,
    begun,
    cast_ballot,
    change,
    everything,
    look,
    opened,
    vote,
    voters,
    work,
)


async def test_a_round_is_there_when_the_work_is_done(open_sqlite: Open) -> None:
    store = await open_sqlite()
    round = a_round(store.owner(ANN))
    done = await begun(store, round)
    assert done.held == Held(round)
    other = await open_sqlite()
    assert await other.rounds.held("r1") == Held(round)


async def test_a_fold_that_gives_nothing_new_writes_nothing(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    await opened(store)
    with raw(tmp_path) as connection:
        before = connection.execute("PRAGMA data_version").fetchone()
        done = await store.rounds.turn(look(voter="voter 1", everyone=True))
        assert connection.execute("PRAGMA data_version").fetchone() == before
    assert done.held.participants == voters(3)
    assert done.held.participant == voters(3)[1]


async def test_the_note_of_a_fold_is_handed_back_whether_something_is_written_or_not(
    open_sqlite: Open,
) -> None:
    store = await open_sqlite()
    assert (await begun(store, note="begun")).note == "begun"
    assert (await store.rounds.turn(change(note="read"))).note == "read"


async def test_a_work_gets_what_it_asks_for_and_no_more(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await opened(store)
    await store.rounds.turn(cast_ballot("voter 0", b"first"))
    await store.rounds.turn(cast_ballot("voter 2", b"second"))
    bare = (await store.rounds.turn(look())).held
    assert (bare.asked, bare.answered) == (3, 2)
    assert (bare.participant, bare.ballot, bare.participants, bare.ballots) == (None, None, (), ())
    one = (await store.rounds.turn(look(voter="voter 0"))).held
    assert one.participant == replace(voters(1)[0], answered=True)
    assert one.ballot == b"first"
    all_ = await everything(store)
    assert sorted(all_.ballots) == [b"first", b"second"]
    assert [person.answered for person in all_.participants] == [True, False, True]
    stranger = await store.rounds.held("r1", "somebody")
    assert (stranger.participant, stranger.ballot) == (None, None)
    assert (await store.rounds.held("r1", "voter 2")).ballot == b"second"


async def test_what_comes_back_is_how_it_is_held_after_the_work(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await opened(store)
    done = await store.rounds.turn(cast_ballot("voter 1", b"first"))
    assert done.held.ballot == b"first"
    assert done.held.participant == replace(voters(2)[1], answered=True)
    assert (done.held.answered, done.held.changed) == (1, 0)
    done = await store.rounds.turn(cast_ballot("voter 1", b"second"))
    assert (done.held.ballot, done.held.answered, done.held.changed) == (b"second", 1, 1)
    done = await store.rounds.turn(cast_ballot("voter 1", None))
    assert (done.held.ballot, done.held.answered, done.held.changed) == (None, 0, 2)


async def test_who_cannot_answer_is_not_counted_as_asked(open_sqlite: Open) -> None:
    store = await open_sqlite()
    bot = Participant("bot", trouble="bot")
    await begun(store, people=(*voters(2), bot))
    assert (await store.rounds.held("r1")).asked == 2
    await store.rounds.turn(change(people=(replace(bot, trouble=""), voters(1, trouble="left")[0])))
    assert (await store.rounds.held("r1")).asked == 2
    await store.rounds.turn(change(people=(replace(bot, trouble=""),)))
    assert (await store.rounds.held("r1")).asked == 2


async def test_without_a_list_nobody_can_tell_how_many_are_asked(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await begun(store, a_round(store.owner(ANN), stage="open"), listed=False)
    await store.rounds.turn(vote("somebody"))
    held = await store.rounds.held("r1")
    assert (held.asked, held.answered) == (None, 1)
    await store.rounds.turn(change(listed=True, people=voters(2)))
    assert (await store.rounds.held("r1")).asked == 3


async def test_a_delivery_that_was_seen_before_changes_nothing(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await opened(store)
    once = change(changed=1, key="view 1")
    assert not (await store.rounds.turn(once)).duplicate
    again = await store.rounds.turn(once)
    assert again.duplicate
    assert again.held.changed == 1
    assert not (await store.rounds.turn(change(changed=1, key="view 2"))).duplicate
    assert (await store.rounds.held("r1")).changed == 2


async def test_a_delivery_that_began_a_round_is_known_again(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await store.turn(answer(store.owner(ANN), "c1"))
    round = a_round(store.owner(ANN))
    begin = work(lambda held: RoundFolded(round), key="press 1", owner=round.owner)
    assert not (await store.rounds.turn(begin)).duplicate
    assert (await store.rounds.turn(begin)).duplicate


async def test_anothers_round_is_as_if_there_were_none(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await begun(store)
    ann, ben = store.owner(ANN), store.owner(BEN)
    assert (await store.rounds.turn(look(owner=ann))).held.round
    with pytest.raises(NotFound, match="no round"):
        await store.rounds.turn(look(owner=ben))
    with pytest.raises(NotFound, match="no round"):
        await store.rounds.held("r2")


async def test_nobody_begins_a_round_about_anothers_case_or_none(open_sqlite: Open) -> None:
    store = await open_sqlite()
    ann, ben = store.owner(ANN), store.owner(BEN)
    await store.turn(answer(ann, "c1"))
    await store.turn(answer(ben, "c2"))
    for round in (a_round(ben), a_round(ann, case="c2"), a_round(ann, case="c3")):
        with pytest.raises(NotFound):
            await store.rounds.turn(work(lambda held, round=round: RoundFolded(round)))  # type: ignore[misc]
    assert await store.rounds.asked_by(ann) == []


@pytest.mark.parametrize(
    "more", [{"id": "r9"}, {"owner": "somebody"}, {"case": "c9"}], ids=lambda more: str(*more)
)
async def test_a_fold_cannot_make_another_round_of_it(
    open_sqlite: Open, more: dict[str, Any]
) -> None:
    store = await open_sqlite()
    await begun(store)

    def fold(held: Held) -> RoundFolded:
        assert held.round
        return RoundFolded(replace(held.round, **more))

    with pytest.raises(ValueError, match="given"):
        await store.rounds.turn(work(fold))


async def test_what_a_fold_raises_reaches_its_caller_and_leaves_all_as_it_was(
    open_sqlite: Open,
) -> None:
    store = await open_sqlite()
    await opened(store)

    def fold(held: Held) -> RoundFolded:
        raise NotFound("It is closed.")

    with pytest.raises(NotFound, match="closed"):
        await store.rounds.turn(work(fold))
    with pytest.raises(ValueError, match="voter"):
        await store.rounds.turn(change(people=voters(9), changed=5, ballot=b"nobody's"))
    held = await store.rounds.held("r1")
    assert (held.asked, held.changed) == (3, 0)


async def test_a_ballot_needs_an_open_round(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await begun(store)
    with pytest.raises(ValueError, match="open"):
        await store.rounds.turn(vote("voter 0"))
    await store.rounds.turn(become("open"))
    await store.rounds.turn(vote("voter 0"))
    await store.rounds.turn(become("short"))
    assert len((await everything(store)).ballots) == 1
    await store.rounds.turn(become("closed", destroy=True))
    with pytest.raises(ValueError, match="open"):
        await store.rounds.turn(vote("voter 1"))


async def test_the_last_ballot_may_close_the_round_in_one_work(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await opened(store, 2)
    await store.rounds.turn(cast_ballot("voter 0", b"first"))

    def fold(held: Held) -> RoundFolded:
        assert held.round
        assert held.ballots == (b"first",)
        people = (replace(voters(2)[1], answered=True),)
        round = replace(held.round, stage="closed")
        return RoundFolded(round, people=people, ballot=b"second", destroy=True)

    done = await store.rounds.turn(work(fold, voter="voter 1", opened=True))
    assert (done.held.answered, done.held.ballots, done.held.ballot) == (2, (), None)
    assert (await everything(store)).ballots == ()


async def test_a_process_sees_at_once_what_another_made_of_a_round(open_sqlite: Open) -> None:
    one, two = await open_sqlite(), await open_sqlite()
    await opened(one)
    assert (await two.rounds.turn(look())).held.round == (await one.rounds.held("r1")).round
    for store, stage in ((one, "short"), (two, "open"), (one, "short")):
        await store.rounds.turn(become(stage))
    (of_one, of_two) = [(await store.rounds.turn(look())).held.round for store in (one, two)]
    assert of_one == of_two
    assert of_one
    assert (of_one.stage, of_one.turn) == ("short", 3)


async def test_a_commit_that_fails_leaves_no_trace_in_memory(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await opened(store)
    with pytest.raises(ValueError, match="place"):
        await store.rounds.turn(become("short", posts=(replace(AUDIENCE, target=None),)))
    held = (await store.rounds.turn(look())).held
    assert held.round
    assert held.round.stage == "open"


async def test_several_processes_that_vote_at_once_lose_nothing(open_sqlite: Open) -> None:
    stores = [await open_sqlite() for _ in range(3)]
    await opened(stores[0], 30)
    works = [(stores[n % 3], cast_ballot(f"voter {n}", f"ballot {n}".encode())) for n in range(30)]
    await asyncio.gather(*(store.rounds.turn(cast) for store, cast in works))
    held = await everything(stores[0])
    assert held.answered == 30
    assert sorted(held.ballots) == sorted(f"ballot {n}".encode() for n in range(30))
    assert all(person.answered for person in held.participants)


async def test_rounds_are_listed_for_who_asked_newest_first_without_dropped_drafts(
    open_sqlite: Open,
) -> None:
    store = await open_sqlite()
    ann, ben = store.owner(ANN), store.owner(BEN)
    for number, (owner, case) in enumerate([(ann, "c1"), (ann, "c2"), (ben, "c3"), (ann, "c1")]):
        await begun(store, a_round(owner, f"r{number}", case))
    await begun(store, a_round(ann, "r9", "c1"), people=voters(4))
    await store.rounds.turn(become("dropped", "r1"))

    def ids(helds: Any) -> list[str]:
        return [held.round.id for held in helds]

    assert ids(await store.rounds.asked_by(ann)) == ["r9", "r3", "r0"]
    assert ids(await store.rounds.asked_by(ann, "c2")) == []
    assert ids(await store.rounds.asked_by(ben)) == ["r2"]
    assert ids(await store.rounds.asked_by(ben, "c1")) == []
    assert (await store.rounds.asked_by(ann))[0].asked == 4


async def test_open_rounds_wait_for_those_who_can_answer(open_sqlite: Open) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    asker = Participant(ann, "Ann", trouble="asker")
    for round_id, stage in (("r1", "open"), ("r2", "draft"), ("r3", "open"), ("r4", "open")):
        round = a_round(ann, round_id, stage=stage)
        await begun(store, round, people=(*voters(2), asker))
    await store.rounds.turn(vote("voter 1", round_id="r1"))
    await store.rounds.turn(become("closed", "r3", destroy=True))
    waiting = await store.rounds.waiting_for("voter 1")
    assert [(held.round.id, held.participant.answered) for held in waiting] == [  # type: ignore[union-attr]
        ("r1", True),
        ("r4", False),
    ]
    assert [held.ballot for held in waiting] == [None, None]
    assert await store.rounds.waiting_for(ann) == []
    assert await store.rounds.waiting_for("somebody") == []


async def test_a_round_is_stale_once_its_case_has_gone_on(open_sqlite: Open) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await opened(store)
    await begun(store, a_round(ann, "r2"))
    assert await store.rounds.stale() == []
    await store.turn(answer(ann, "c1", "no"))
    assert await store.rounds.stale() == [("r1", ann, "c1")]

    def look_again(held: Held) -> RoundFolded:
        assert held.round
        return RoundFolded(replace(held.round, case_turn=2, stale=True))

    await store.rounds.turn(work(look_again))
    assert await store.rounds.stale() == []


async def test_a_file_of_the_second_form_is_brought_to_the_newest(open_sqlite: Open) -> None:
    second = Schema(SCHEMA.revisions[:2], SCHEMA.folders)
    assert second.head == "0002"
    store = await open_sqlite(schema=second)
    await store.turn(answer(store.owner(ANN), "c1"))
    await store.close()
    migrated = await open_sqlite()
    assert migrated.opening.backup
    await opened(migrated)
    await migrated.rounds.turn(vote("voter 1"))
    assert (await (await open_sqlite()).rounds.held("r1")).answered == 1


# ------------------------------------------------------------------ whatever comes

_STEP = st.tuples(
    st.sampled_from(["join", "trouble", "vote", "vote", "withdraw", "list", "again"]),
    st.integers(0, 5),
    st.integers(0, 3),
)


def _step(kind: str, voter: str, number: int, round_id: str) -> RoundWork:
    match kind:
        case "vote":
            return cast_ballot(voter, f"{voter} {number}".encode(), round_id)
        case "withdraw":
            return cast_ballot(voter, None, round_id)
        case "list":
            return change(round_id, listed=bool(number % 2))
        case "again":
            return change(round_id, changed=1, key=f"{voter} {number}")
        case _:
            person = Participant(
                voter, f"Name {number}", trouble="left" if kind == "trouble" else ""
            )
            return change(round_id, people=(person, replace(person, voter="one more")))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plan=st.lists(_STEP, max_size=25))
async def test_counts_are_what_counting_everybody_comes_to(
    open_sqlite: Open, plan: list[tuple[str, int, int]]
) -> None:
    round_id = str(uuid4())
    stores = [await open_sqlite(), await open_sqlite(remember=1)]
    await begun(stores[0], a_round(stores[0].owner(ANN), round_id, stage="open"))
    ballots: dict[str, bytes] = {}
    listed, changed, seen = True, 0, set()
    for number, (kind, who, value) in enumerate(plan):
        voter = f"voter {who}"
        done = await stores[number % 2].rounds.turn(_step(kind, voter, value, round_id))
        if kind in ("vote", "withdraw"):
            changed += voter in ballots
            ballots.pop(voter, None)
            if kind == "vote":
                ballots[voter] = f"{voter} {value}".encode()
        elif kind == "list":
            listed = bool(value % 2)
        elif kind == "again":
            assert done.duplicate == ((who, value) in seen)
            changed += (who, value) not in seen
            seen.add((who, value))
    held = await everything(stores[1], round_id)
    able = sum(not person.trouble for person in held.participants)
    assert held.asked == (able if listed else None)
    assert held.answered == sum(person.answered for person in held.participants)
    assert held.changed == changed
    assert sorted(held.ballots) == sorted(ballots.values())
    for store in stores:
        await store.close()
