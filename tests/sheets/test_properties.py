"""Of any ballots: the same reveal in any order, and again from what was kept."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.cards.rows import card_text
from bot.opinion.ballots import to_bytes
from bot.opinion.model import FEWEST, Ballot, Round
from bot.opinion.movement import weigh
from bot.opinion.record import round_from_bytes, round_to_bytes
from bot.rounds.ending import closed as close
from bot.rounds.ending import with_team
from bot.rounds.ports import Held
from bot.sheets.reveal import reveal_sheet
from bot.sheets.shown import Shown
from tests.sheets.rounds import OPEN, ballots

LATE = datetime(2026, 3, 9, tzinfo=UTC)


def ended(given_: list[Ballot]) -> Round:
    """Close a round with these ballots, as they lie in the store."""
    wanted = replace(OPEN, terms=replace(OPEN.terms, quorum=1))
    sealed = tuple(to_bytes(ballot) for ballot in given_)
    held = Held(wanted, len(given_), len(given_), ballots=sealed)
    return close(held, None, LATE, "time").round


@given(ballots, st.randoms(use_true_random=False))
def test_the_order_of_ballots_changes_no_byte_of_record_and_reveal(
    given_: list[Ballot], chance: random.Random
) -> None:
    one = ended(given_)
    two = ended(chance.sample(given_, len(given_)))
    assert round_to_bytes(one) == round_to_bytes(two)
    shown = [repr(reveal_sheet(Shown(found, 9, 9), whole=True)) for found in (one, two)]
    assert shown[0] == shown[1]


@given(ballots)
def test_the_reveal_is_what_the_stored_record_comes_to(given_: list[Ballot]) -> None:
    before = ended(given_)
    after = round_from_bytes(round_to_bytes(before))
    assert after == before
    assert reveal_sheet(Shown(after, 9, 9)) == reveal_sheet(Shown(before, 9, 9))
    assert with_team(after) == with_team(before)


@given(ballots)
def test_of_fewer_than_three_opinions_nothing_is_kept(given_: list[Ballot]) -> None:
    record = ended(given_).record
    assert record
    votes = [ballot for ballot in given_ if not ballot.abstains]
    assert record.revealed == (len(votes) >= FEWEST)
    assert len(record.ballots) == (len(given_) if record.revealed else 0)


@given(ballots)
def test_a_reveal_counts_every_ballot_once(given_: list[Ballot]) -> None:
    round_ = ended(given_)
    assert round_.record
    if round_.record.revealed:
        team = weigh(round_.record.standing, round_.brief.courses, round_.record.ballots)
        assert sum(team.counts.values()) + team.abstained == len(given_)
        text = card_text(reveal_sheet(Shown(round_, 9, 9), whole=True).card)
        for course in round_.brief.courses:
            if team.counts[course.id]:
                assert f"- {course.label}: {team.counts[course.id]}" in text
        assert "Rules and answers" in text
        assert "With team" in text
