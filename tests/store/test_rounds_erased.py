"""A forgotten case takes its rounds along; a forgotten person leaves the rounds of others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from adapters.store import ledger
from adapters.store.backup import back_up, check
from bot.errors import NotFound
from bot.rounds.ports import Participant
from tests.store.making import ANN, BEN, NOON, Open, all_bytes, answer, database_of, home_of, raw
from tests.store.rounds_making import (
    AUDIENCE,
    OWNER,
    ROUND_TABLES,
    a_round,
    become,
    begun,
    change,
    everything,
    opened,
    tables,
    vote,
    voters,
)


def round_keys(folder: Path, round_id: str = "r1") -> list[bytes]:
    """Read the wrapped keys of a round: its own and its secret."""
    with raw(folder) as connection:
        rows = connection.execute(
            "SELECT wrapped FROM keys JOIN rounds ON keys.id IN (rounds.row, rounds.secret)"
            " WHERE rounds.id = ?",
            (round_id,),
        ).fetchall()
    return [wrapped for (wrapped,) in rows]


async def test_a_forgotten_case_takes_all_of_its_rounds_along(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await opened(store, posts=(AUDIENCE, OWNER), timers={"close": NOON})
    await begun(store, a_round(ann, "r2", "c2", stage="open"), people=voters(3))
    for round_id in ("r1", "r2"):
        await store.rounds.turn(vote("voter 1", round_id=round_id))
        await store.rounds.turn(change(round_id, changed=1, key="press 1"))
    keys = round_keys(tmp_path)
    assert len(keys) == 2
    await store.forget(ann, "c1")
    left = all_bytes(tmp_path)
    assert not [key for key in keys if key in left or key[13:45] in left]
    with pytest.raises(NotFound):
        await store.rounds.held("r1")
    assert await store.rounds.due_posts(NOON, "slack") == []
    assert await store.rounds.due_timers(NOON, "slack") == []
    assert [held.round.id for held in await store.rounds.waiting_for("voter 1")] == ["r2"]  # type: ignore[union-attr]
    assert (await everything(store, "r2")).answered == 1
    await store.forget(ann)
    with raw(tmp_path) as connection:
        assert set(tables(connection, ROUND_TABLES).values()) == {0}


async def test_a_late_work_does_not_bring_the_round_of_a_forgotten_case_back(
    open_sqlite: Open,
) -> None:
    store, other = await open_sqlite(), await open_sqlite()
    ann = store.owner(ANN)
    await opened(store)
    await other.rounds.turn(vote("voter 1"))
    await store.forget(ann, "c1")
    for process in (store, other):
        with pytest.raises(NotFound):
            await begun(process, a_round(ann))
        with pytest.raises(NotFound):
            await process.rounds.held("r1")


async def test_a_forgotten_person_leaves_the_rounds_of_others_with_their_ballot(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    ann, ben = store.owner(ANN), store.owner(BEN)
    mine = Participant(ben, "Ben", {"user": "U9"})
    for round_id in ("open", "short", "closed", "unanswered"):
        round = a_round(ann, round_id, stage="open")
        await begun(store, round, people=(*voters(3), mine), posts=(AUDIENCE,))
        for voter in ("voter 1", ben) if round_id != "unanswered" else ():
            await store.rounds.turn(vote(voter, round_id=round_id))
    for post in await store.rounds.due_posts(NOON, "slack"):
        await store.rounds.posted(post, f"ref {post.id}", NOON, NOON - NOON)
    await store.rounds.turn(become("short", "short"))
    await store.rounds.turn(become("closed", "closed", destroy=True))
    await store.forget(ben)  # who never began a case: there is no row of theirs
    counts = {}
    for round_id in ("open", "short", "closed", "unanswered"):
        held = await everything(store, round_id)
        assert ben not in {person.voter for person in held.participants}
        counts[round_id] = (held.asked, held.answered, len(held.ballots))
    assert counts == {
        "open": (3, 1, 1),
        "short": (3, 1, 1),
        "closed": (3, 1, 0),
        "unanswered": (3, 0, 0),
    }
    later = await store.rounds.due_posts(store._now(), "slack")
    assert [post.round_id for post in later] == ["open", "short", "unanswered"]
    assert await store.rounds.waiting_for(ben) == []
    assert ben.encode() not in all_bytes(tmp_path)
    assert check(database_of(tmp_path), home_of(tmp_path)).problems == ()


async def test_who_cannot_answer_is_forgotten_without_being_counted(open_sqlite: Open) -> None:
    store = await open_sqlite()
    guest = Participant(store.owner(BEN), trouble="guest")
    await opened(store)
    await store.rounds.turn(change(people=(guest,)))
    await store.forget(guest.voter)
    assert ((await everything(store)).asked, len((await everything(store)).participants)) == (3, 3)


async def test_a_forgotten_persons_own_rounds_go_and_the_others_stay(open_sqlite: Open) -> None:
    store = await open_sqlite()
    ann, ben = store.owner(ANN), store.owner(BEN)
    await begun(store, a_round(ann, "r1", "c1", stage="open"), people=(Participant(ben),))
    await begun(store, a_round(ben, "r2", "c2", stage="open"), people=(Participant(ann),))
    assert (await store.forget(ben)).cases == 1
    assert (await everything(store, "r1")).participants == ()
    with pytest.raises(NotFound):
        await store.rounds.held("r2")
    assert await store.rounds.waiting_for(ann) == []


async def test_a_restored_backup_brings_neither_rounds_nor_votes_back(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    ann, ben = store.owner(ANN), store.owner(BEN)
    people = (*voters(2), Participant(ben))
    for round_id, case in (("r1", "c1"), ("r2", "c2")):
        await begun(store, a_round(ann, round_id, case, stage="open"), people=people)
        await store.rounds.turn(vote(ben, round_id=round_id))
        await store.rounds.turn(vote("voter 1", round_id=round_id))
    back_up(database_of(tmp_path), tmp_path / "backup")
    await store.forget(ben)
    await store.forget(ann, "c1")
    await store.close()
    shutil.move(tmp_path / "backup", database_of(tmp_path))
    keys = round_keys(tmp_path)
    restored = await open_sqlite()
    assert restored.opening.erased_again == 1
    left = all_bytes(tmp_path)
    assert not [key for key in keys if key in left]
    with pytest.raises(NotFound):
        await restored.rounds.held("r1")
    held = await everything(restored, "r2")
    assert (held.asked, held.answered, len(held.ballots)) == (2, 1, 1)
    assert [person.voter for person in held.participants] == ["voter 0", "voter 1"]
    await restored.rounds.turn(change("r2", people=(Participant(ben),)))  # they may come back
    await restored.close()
    again = await open_sqlite()
    assert again.opening.erased_again == 0
    assert (await again.rounds.held("r2", ben)).participant == Participant(ben)


async def test_the_ledger_does_not_tell_who_left_which_round(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    ben = store.owner(BEN)
    await begun(store, a_round(store.owner(ANN), "a-telling-round"), people=(Participant(ben),))
    await store.forget(ben)
    text = ledger.ledger_of(database_of(tmp_path)).read_text()
    assert text.count(" voter ") == 1
    assert ben not in text
    assert "telling" not in text


async def test_an_erasure_that_cannot_be_written_down_erases_no_vote(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    await opened(store)
    await store.turn(answer(store.owner(BEN), "c9"))
    ledger.ledger_of(database_of(tmp_path)).mkdir()
    with pytest.raises(Exception, match="Nothing was erased"):
        await store.forget("voter 1")
    assert (await everything(store)).asked == 3
