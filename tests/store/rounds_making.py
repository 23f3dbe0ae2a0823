"""Rounds, works on them and folds that the tests of their store are made of."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.store.sqlite import SqliteStore
from bot.opinion.ballots import to_bytes
from bot.opinion.model import Ballot, Brief, Course, Fact, Round, Standing, Terms
from bot.rounds.ports import (
    UNCHANGED,
    Held,
    NewPost,
    Participant,
    RoundDone,
    RoundFolded,
    RoundWork,
    Target,
    Unchanged,
)
from tests.store.making import ANN, NOON, answer

BRIEF = Brief(
    "Client Alder",
    "legal",
    facts=(Fact("scope", "Scope", "drifting", "It drifts"),),
    courses=(Course("keep", "Keep", "stay"), Course("leave", "Leave", "leave")),
    missed=(),
)


def a_round(owner: str, round_id: str = "r1", case: str = "c1", **more: Any) -> Round:
    """Make a round that was just begun."""
    terms, standing = Terms(), Standing(("keep", "leave"), {"keep": 5100, "leave": 4900}, {})
    given = {"stage": "draft", "case_turn": 1, **more}
    return Round(
        round_id, owner, case, "slack", brief=BRIEF, terms=terms, standing=standing, **given
    )


def voters(number: int, **more: Any) -> tuple[Participant, ...]:
    """Name people who are asked."""
    return tuple(
        Participant(f"voter {n}", f"Name {n}", {"user": f"U{n}"}, **more) for n in range(number)
    )


def to(channel: str, platform: str = "slack") -> Target:
    """Make the address of a channel."""
    return Target(platform, {"channel": channel})


AUDIENCE = NewPost("audience", to("C1"))
OWNER = NewPost("owner", to("D1"))


def work(
    fold: Callable[[Held], RoundFolded], round_id: str = "r1", *, at: datetime = NOON, **more: Any
) -> RoundWork:
    """Make a piece of work."""
    return RoundWork(round_id, at, fold, **more)


def look(round_id: str = "r1", **more: Any) -> RoundWork:
    """Make a work that only reads."""

    def fold(held: Held) -> RoundFolded:
        assert held.round
        return RoundFolded(held.round)

    return work(fold, round_id, **more)


def change(round_id: str = "r1", *, at: datetime = NOON, key: str = "", **folded: Any) -> RoundWork:
    """Make a work that gives the same round, with what else is to be done."""

    def fold(held: Held) -> RoundFolded:
        assert held.round
        return RoundFolded(held.round, **folded)

    return work(fold, round_id, at=at, key=key)


def become(stage: str, round_id: str = "r1", **folded: Any) -> RoundWork:
    """Make a work that gives the round another stage."""

    def fold(held: Held) -> RoundFolded:
        assert held.round
        round = replace(held.round, stage=stage, turn=held.round.turn + 1)  # type: ignore[arg-type]
        return RoundFolded(round, **folded)

    return work(fold, round_id)


def vote(
    voter: str, course: str = "keep", round_id: str = "r1", *, at: datetime = NOON, **folded: Any
) -> RoundWork:
    """Make somebody's vote, or change theirs."""
    return cast_ballot(voter, to_bytes(Ballot(course)), round_id, at=at, **folded)


def cast_ballot(
    voter: str,
    ballot: bytes | None | Unchanged = UNCHANGED,
    round_id: str = "r1",
    *,
    at: datetime = NOON,
    **folded: Any,
) -> RoundWork:
    """Make the work that notes a ballot and that its voter answered (or with None, did not)."""

    def fold(held: Held) -> RoundFolded:
        assert held.round
        person = held.participant or Participant(voter)
        return RoundFolded(
            held.round,
            people=(replace(person, answered=ballot is not None),),
            ballot=ballot,
            changed=int(held.ballot is not None),
            **folded,
        )

    return work(fold, round_id, at=at, voter=voter)


async def begun(store: SqliteStore, round: Round | None = None, **folded: Any) -> RoundDone:
    """Begin a round about a case that is there, or is made."""
    round = round or a_round(store.owner(ANN))
    if not any(case.id == round.case for case in await store.cases(round.owner)):
        await store.turn(answer(round.owner, round.case))
    return await store.rounds.turn(
        work(lambda held: RoundFolded(held.round or round, **folded), round.id)
    )


async def opened(store: SqliteStore, number: int = 3, **folded: Any) -> RoundDone:
    """Begin a round of so many voters that is open."""
    round = a_round(store.owner(ANN), stage="open")
    return await begun(store, round, people=voters(number), **folded)


async def everything(store: SqliteStore, round_id: str = "r1") -> Held:
    """Read a round with all people and ballots."""
    return (await store.rounds.turn(look(round_id, everyone=True, opened=True))).held


def tables(connection: sqlite3.Connection, names: Iterable[str]) -> dict[str, int]:
    """Count the rows of tables."""
    return {
        name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608
        for name in names
    }


ROUND_TABLES = (
    "rounds",
    "round_bodies",
    "round_people",
    "round_ballots",
    "round_posts",
    "round_roles",
    "round_timers",
    "round_keys",
)
