"""Rounds as bytes: what is written is read again, and no more is written than must be."""

from __future__ import annotations

import json
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from bot.opinion.model import (
    NOTE_LENGTH,
    SURENESS,
    TAKEOVER,
    Ballot,
    Brief,
    Course,
    Decision,
    Fact,
    Option,
    Record,
    Round,
    Stage,
    Standing,
    Terms,
)
from bot.opinion.record import round_from_bytes, round_to_bytes

_IDS = st.text("abcdefghij_", min_size=1, max_size=40)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_LISTS = st.lists(_IDS, max_size=25).map(tuple)

_BALLOTS = st.builds(
    Ballot,
    course=st.just("") | _IDS,
    sure=st.sampled_from(sorted(SURENESS)),
    differently=_LISTS,
    missed=_LISTS,
    note=st.text(st.characters(exclude_categories=["Cs"]), max_size=NOTE_LENGTH),
    takeover=st.sampled_from(["", *TAKEOVER]),
    voter=st.sampled_from(["", "0f" * 16]),
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
)
_FACTS = st.builds(Fact, _IDS, _TEXTS, _IDS, _TEXTS, st.booleans())
_BRIEFS = st.builds(
    Brief,
    code_name=_TEXTS,
    field=_IDS,
    facts=st.lists(_FACTS, max_size=3).map(tuple),
    courses=st.lists(st.builds(Course, _IDS, _TEXTS, _IDS), max_size=3).map(tuple),
    missed=st.lists(st.builds(Option, _IDS, _TEXTS), max_size=2).map(tuple),
    offered=st.lists(_FACTS, max_size=2).map(tuple),
    ticked=_LISTS,
    note=_TEXTS,
)
_STANDINGS = st.builds(
    Standing,
    order=_LISTS,
    scores=st.dictionaries(_IDS, st.integers(-(10**6), 10**6), max_size=3),
    vetoed=st.dictionaries(_IDS, _LISTS, max_size=2),
    forced=_IDS,
    whole=st.booleans(),
)
_RECORDS = st.builds(
    Record,
    standing=_STANDINGS,
    ballots=st.lists(_BALLOTS, max_size=2).map(tuple),
    revealed=st.booleans(),
    asked=st.none() | st.integers(0, 1000),
    answered=st.integers(0, 1000),
    closed=_TEXTS,
    why=_TEXTS,
)
_ROUNDS = st.builds(
    Round,
    id=_IDS,
    owner=_IDS,
    case=_IDS,
    platform=_IDS,
    stage=st.sampled_from(get_args(Stage)),
    brief=_BRIEFS,
    terms=st.builds(
        Terms,
        audience=st.dictionaries(_IDS, st.none() | _TEXTS | st.lists(_TEXTS), max_size=3),
        anonymous=st.booleans(),
        quorum=st.integers(0, 40),
        close=_TEXTS,
    ),
    standing=_STANDINGS,
    earlier=st.none() | _RECORDS,
    record=st.none() | _RECORDS,
    decision=st.none() | st.builds(Decision, _IDS, st.booleans(), _TEXTS),
    troubles=_LISTS,
    opened=_TEXTS,
)


@given(_ROUNDS)
def test_a_round_that_is_written_is_read_again(round: Round) -> None:
    assert round_from_bytes(round_to_bytes(round)) == round


def _short(**more: Any) -> Round:
    brief = Brief("Client Alder", "legal", facts=(), courses=(), missed=())
    standing = Standing((), {}, {})
    return Round("r1", "ann", "c1", "slack", "draft", brief, Terms(), standing, **more)


def test_what_is_at_its_default_is_not_written() -> None:
    written = json.loads(round_to_bytes(_short(turn=2)))
    assert written["terms"] == {}
    assert written["standing"] == {"order": [], "scores": {}, "vetoed": {}}
    assert written["turn"] == 2
    assert not {"record", "earlier", "number", "stale", "troubles"} & set(written)


def test_a_broken_code_point_is_mended() -> None:
    assert round_from_bytes(round_to_bytes(_short(begun="so \ud83d"))) == _short(begun="so ?")
