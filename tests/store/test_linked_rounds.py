"""Who links two accounts has one voice in every round, and keeps the rounds of both."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from adapters.store.backup import back_up, check
from adapters.store.sqlite import SqliteStore
from bot.opinion.ballots import from_bytes, to_bytes
from bot.opinion.model import Ballot
from bot.ports import Account, Linked, Person
from bot.rounds.ports import Participant
from tests.store.making import ANN, NOON, Open, answer, database_of, home_of
from tests.store.rounds_making import (
    AUDIENCE,
    a_round,
    become,
    begun,
    cast_ballot,
    everything,
    vote,
    voters,
)

SLACK, DISCORD = Person("slack:E1:T1", "U1"), Person("discord", "77")
BOTH = Linked(Account("slack", "Ben"), Account("discord", "ben_77"))


async def asked(store: SqliteStore, *people: Person, stage: str = "open") -> None:
    """Begin a round of Ann's in which three strangers and these accounts are asked."""
    accounts = [Participant(store.owner(one), one.name, {"user": one.name}) for one in people]
    round_ = a_round(store.owner(ANN), stage=stage)
    await begun(store, round_, people=(*voters(3), *accounts), posts=(AUDIENCE,))


async def link(store: SqliteStore) -> str:
    main = store.owner(SLACK)
    await store.links.link(main, store.owner(DISCORD), BOTH)
    return main


async def courses(store: SqliteStore) -> list[str]:
    return sorted(from_bytes(one).course for one in (await everything(store)).ballots)


def problems(folder: Path) -> tuple[str, ...]:
    return check(database_of(folder), home_of(folder)).problems


async def test_the_rounds_that_an_account_asked_for_are_the_persons(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store, other = await open_sqlite(), await open_sqlite()
    joining = store.owner(DISCORD)
    await begun(store, a_round(joining, stage="open"), people=voters(3))
    await store.rounds.turn(vote("voter 1"))
    assert (await other.rounds.held("r1")).answered == 1
    main = await link(store)
    for one in (store, other):
        (held,) = await one.rounds.asked_by(main)
        assert held.round
        assert (held.round.owner, held.asked, held.answered) == (main, 3, 1)
        assert await one.rounds.asked_by(joining) == []
    await other.rounds.turn(vote("voter 2", "leave"))
    assert await courses(store) == ["keep", "leave"]
    assert problems(tmp_path) == ()


async def test_a_participation_and_its_ballot_are_the_persons(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    await asked(store, DISCORD)
    joining = store.owner(DISCORD)
    named = Ballot("keep", voter=joining, name="ben_77")
    await store.rounds.turn(cast_ballot(joining, to_bytes(named, named.voter, named.name)))
    main = await link(store)
    held = await store.rounds.held("r1", main)
    assert held.participant == Participant(main, "77", {"user": "77"}, answered=True)
    assert held.ballot
    assert from_bytes(held.ballot) == Ballot("keep", voter=main, name="ben_77")
    assert (held.asked, held.answered) == (4, 1)
    assert (await store.rounds.held("r1", joining)).participant is None
    await store.rounds.turn(vote(main, "leave"))
    assert await courses(store) == ["leave"]
    assert problems(tmp_path) == ()


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [("keep", "leave", "keep"), ("keep", "", "keep"), ("", "leave", "leave"), ("", "", "")],
)
async def test_who_was_asked_twice_is_asked_once_with_the_answer_there_is(
    open_sqlite: Open, first: str, second: str, kept: str
) -> None:
    store = await open_sqlite()
    await asked(store, SLACK, DISCORD)
    await store.rounds.turn(vote("voter 1"))
    for person, course in ((SLACK, first), (DISCORD, second)):
        if course:
            await store.rounds.turn(vote(store.owner(person), course))
    main = await link(store)
    held = await store.rounds.held("r1", main)
    assert (held.asked, held.answered) == (4, 1 + bool(kept))
    assert held.participant
    assert held.participant.answered == bool(kept)
    assert await courses(store) == sorted(filter(None, ["keep", kept]))
    assert len((await everything(store)).participants) == 4


async def test_nobody_answers_what_their_other_account_asks(open_sqlite: Open) -> None:
    store = await open_sqlite()
    main, joining = store.owner(SLACK), store.owner(DISCORD)
    await store.turn(answer(main, "c1"))
    account = Participant(joining, "77")
    await begun(store, a_round(main, stage="open"), people=(*voters(3), account))
    await store.rounds.turn(vote(joining, "leave"))
    await store.rounds.turn(vote("voter 1"))
    await link(store)
    held = await store.rounds.held("r1", main)
    assert (held.asked, held.answered) == (3, 1)
    assert held.participant == Participant(main, "77", trouble="asker")
    assert await courses(store) == ["keep"]


async def test_a_round_that_is_closed_stays_as_it_was_counted(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await asked(store, SLACK, DISCORD)
    for person in (SLACK, DISCORD):
        await store.rounds.turn(vote(store.owner(person)))
    await store.rounds.turn(become("closed", destroy=True))
    await link(store)
    held = await everything(store)
    assert (held.asked, held.answered, len(held.participants)) == (5, 2, 4)


async def test_the_messages_of_a_round_tell_the_new_counts(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await asked(store, SLACK, DISCORD)
    for post in await store.rounds.due_posts(NOON, "slack"):
        await store.rounds.posted(post, "ref", NOON, NOON - NOON)
    await link(store)
    assert [post.role for post in await store.rounds.due_posts(store._now(), "slack")] == [
        "audience"
    ]


async def test_a_backup_from_before_does_not_bring_back_where_a_forgotten_account_took_part(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    await asked(store, DISCORD)
    joining = store.owner(DISCORD)
    back_up(database_of(tmp_path), tmp_path / "backup")
    main = await link(store)
    await store.forget(main)
    await store.close()
    shutil.copy(tmp_path / "backup", database_of(tmp_path))
    restored = await open_sqlite()
    assert (await restored.rounds.held("r1", joining)).participant is None
    assert len((await everything(restored)).participants) == 3
