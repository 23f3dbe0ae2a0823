"""What holds for every standing and any votes."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import floor
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.opinion.model import FEWEST, SURENESS, Ballot, Standing
from bot.opinion.movement import Team, weigh
from tests.opinion.votes import COURSES, IDS, UNSCORED, ballots, standings


def reference(standing: Standing, given: list[Ballot]) -> Team:
    """Work it all out once more, in fractions, as DOMAIN §6 writes it for people."""
    valid = [ballot for ballot in given if ballot.course]
    n, scored = len(valid), [c for c in standing.order if c != UNSCORED]
    of = {course: [SURENESS[b.sure] for b in valid if b.course == course] for course in IDS}
    side = {
        side: sum(b.course == c.id for b in valid for c in COURSES if c.side == side)
        for side in ("stay", "leave")
    }
    split = n >= 3 and min(Fraction(votes, n) for votes in side.values()) >= Fraction(1, 3)
    added = dict.fromkeys(scored, 0)
    if not standing.forced and not split and n >= 3:
        whole = sum(map(sum, of.values()))
        for course in scored:
            share = Fraction(sum(of[course]), whole)
            points = 10 * Fraction(n, n + 3) * (share - Fraction(1, len(scored)))
            added[course] = floor(100 * points)
    order = standing.order
    if not standing.forced:
        order = tuple(sorted(order, key=lambda c: (-standing.scores[c] - added[c], IDS.index(c))))
    pairs = [(a, b) for i, a in enumerate(valid) for b in valid[:i]]
    agree = sum(a.course == b.course for a, b in pairs)
    return Team(
        votes=n,
        abstained=len(given) - n,
        counts={course: len(of[course]) for course in IDS},
        order=order,
        added=added,
        agreement=Fraction(agree, len(pairs)) if pairs else None,
        split=split,
    )


@given(standings(), ballots)
def test_it_equals_a_reference_in_fractions(standing: Standing, votes: list[Ballot]) -> None:
    assert weigh(standing, COURSES, votes) == reference(standing, votes)


@given(standings(), ballots, st.randoms(use_true_random=False))
def test_the_order_of_ballots_makes_no_difference(
    standing: Standing, votes: list[Ballot], random: Random
) -> None:
    shuffled = list(votes)
    random.shuffle(shuffled)
    assert weigh(standing, COURSES, shuffled) == weigh(standing, COURSES, votes)


@given(standings(), ballots)
def test_no_vote_lifts_what_a_rule_sets_aside(standing: Standing, votes: list[Ballot]) -> None:
    team = weigh(standing, COURSES, votes)
    assert sorted(team.order) == sorted(standing.order)
    assert set(team.added) == {*standing.order} - {UNSCORED}
    assert not {*standing.vetoed} & {*team.order, *team.added}


@given(standings(forced=False), ballots, st.sampled_from(tuple(SURENESS)))
def test_a_vote_for_what_is_set_aside_puts_none_of_the_others_ahead(
    standing: Standing, votes: list[Ballot], sure: str
) -> None:
    before = weigh(standing, COURSES, votes)
    for course in standing.vetoed:
        after = weigh(standing, COURSES, [*votes, Ballot(course, sure)])
        if before.votes >= FEWEST and before.split == after.split:
            for one, other in permutations(before.added, 2):
                if before.added[one] > before.added[other]:
                    assert after.added[one] >= after.added[other]


@given(standings(forced=True), ballots)
def test_a_forced_result_never_moves(standing: Standing, votes: list[Ballot]) -> None:
    team = weigh(standing, COURSES, votes)
    assert team.order == standing.order
    assert team.order[0] == standing.forced
    assert not any(team.added.values())


@given(standings(), ballots)
def test_where_nothing_is_added_the_order_is_the_same(
    standing: Standing, votes: list[Ballot]
) -> None:
    team = weigh(standing, COURSES, votes)
    if not any(team.added.values()):
        assert team.order == standing.order


@given(standings(forced=False), st.integers(3, 60), st.data())
def test_a_team_of_one_mind_moves_its_course_by_so_much_against_each_rival(
    standing: Standing, voters: int, data: st.DataObject
) -> None:
    course, *rivals = data.draw(st.permutations([c for c in standing.order if c != UNSCORED]))
    sure = data.draw(st.sampled_from(tuple(SURENESS)))
    team = weigh(standing, COURSES, [Ballot(course, sure)] * voters)
    gap = 1000 * voters // (voters + 3)
    assert {team.added[course] - team.added[rival] for rival in rivals} <= {gap, gap + 1}
    assert team.word == "all agree"
