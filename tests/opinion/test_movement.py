"""What votes come to: points, order, agreement and split, by figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from bot.opinion.model import Ballot, Fact
from bot.opinion.movement import dissent, spread, weigh
from tests.opinion.votes import COURSES, FORCED, LEAVE, PAUSE, RESET, STANDING, votes


def test_three_votes_of_one_mind_move_a_rival_by_five_points() -> None:
    # 10 · 3/6 · (1 − 1/5) is 4 points, 10 · 3/6 · (0 − 1/5) is −1.
    team = weigh(STANDING, COURSES, votes("PAUSE", "PAUSE", "PAUSE"))
    assert team.added == {"RESET": -100, "PAUSE": 400, "LEAVE": -100, "KEEP": -100, "ADVICE": -100}
    assert team.order == ("PAUSE", "RESET", "LEAVE", "KEEP", "ADVICE")


@pytest.mark.parametrize(("voters", "gap"), [(3, 500), (12, 800), (1000, 997)])
def test_more_votes_move_more_but_never_ten_points(voters: int, gap: int) -> None:
    team = weigh(STANDING, COURSES, votes(*["PAUSE"] * voters))
    assert team.added["PAUSE"] - team.added["RESET"] == gap


def test_surer_votes_weigh_more_and_halves_are_rounded_down() -> None:
    given = [*votes("PAUSE"), *votes("RESET", sure="not_sure"), *votes("KEEP", sure="fairly")]
    # W = 9, k = 5: 3000 · (5·4 − 9) / (6·9·5) = 122.2…, for 2: 11.1…, for 3: 66.6…, for 0: −100.
    assert weigh(STANDING, COURSES, given).added == {
        "RESET": 11,
        "PAUSE": 122,
        "LEAVE": -100,
        "KEEP": 66,
        "ADVICE": -100,
    }


def test_votes_for_what_a_rule_sets_aside_are_counted_and_not_handed_on() -> None:
    team = weigh(STANDING, COURSES, votes("QUIET", "QUIET", "SAFE", "PAUSE"))
    assert (team.votes, team.counts["QUIET"], team.counts["SAFE"]) == (4, 2, 1)
    # n = 4, W = 16: 4000 · (5·4 − 16) / (7·16·5) = 28.5…; the rest get −4000/35 = −114.2….
    assert team.added == {"RESET": -115, "PAUSE": 28, "LEAVE": -115, "KEEP": -115, "ADVICE": -115}
    assert "QUIET" not in team.order
    assert team.agreement == Fraction(2, 12)


def test_abstentions_count_for_nothing_but_themselves() -> None:
    alone = weigh(STANDING, COURSES, votes("PAUSE", "PAUSE", "PAUSE"))
    team = weigh(STANDING, COURSES, votes("PAUSE", "-", "PAUSE", "-", "PAUSE"))
    assert team == replace(alone, abstained=2)


@pytest.mark.parametrize("given", [(), ("-", "-", "-"), ("PAUSE",), ("PAUSE", "-", "PAUSE")])
def test_fewer_than_three_votes_add_nothing(given: tuple[str, ...]) -> None:
    team = weigh(STANDING, COURSES, votes(*given))
    assert set(team.added.values()) == {0}
    assert team.order == STANDING.order
    assert not team.split


def test_a_forced_result_gets_nothing_added() -> None:
    team = weigh(FORCED, COURSES, votes(*["LEAVE"] * 40))
    assert (team.order, set(team.added.values())) == (FORCED.order, {0})
    assert (team.votes, team.word) == (40, "all agree")


def test_where_one_course_is_left_it_stays() -> None:
    alone = replace(STANDING, order=("KEEP",))
    team = weigh(alone, COURSES, votes("ADVICE", "ADVICE", "KEEP"))
    # By the formula: 3000 · (4 − 12) / (6·12) = −333.3….
    assert (team.order, team.added) == (("KEEP",), {"KEEP": -334})


def test_a_course_without_points_keeps_its_place() -> None:
    odd = replace(STANDING, order=("SAFE", "RESET", "PAUSE"))
    team = weigh(odd, COURSES, votes("PAUSE", "PAUSE", "PAUSE"))
    assert team.order == ("SAFE", "PAUSE", "RESET")
    assert set(team.added) == {"RESET", "PAUSE"}


def test_ties_stand_as_in_the_table() -> None:
    scores = {"KEEP": 5000, "PAUSE": 5000, "LEAVE": 4500}
    tied = replace(STANDING, order=("KEEP", "PAUSE", "LEAVE"), scores=scores)
    team = weigh(tied, COURSES, votes("LEAVE", "LEAVE", "LEAVE"))
    assert [scores[c] + team.added[c] for c in team.order] == [4833, 4833, 4833]
    assert team.order == ("KEEP", "PAUSE", "LEAVE")


@pytest.mark.parametrize(
    ("given", "split"),
    [
        (("KEEP", "LEAVE"), False),
        (("KEEP", "LEAVE", "ADVICE"), True),
        (("KEEP", "LEAVE", "ADVICE", "ADVICE"), False),
        (("RESET", "PAUSE", "LEAVE", "QUIET", "SAFE", "SAFE"), True),
        (("RESET", "PAUSE", "LEAVE", "QUIET", "SAFE", "SAFE", "SAFE"), False),
        (("RESET", "PAUSE", "LEAVE", "QUIET", "SAFE", "SAFE", "-"), True),
        (("KEEP", "KEEP", "KEEP", "LEAVE"), False),
        (("KEEP", "KEEP", "LEAVE"), True),
    ],
)
def test_a_third_at_each_end_is_a_split(given: tuple[str, ...], split: bool) -> None:
    team = weigh(STANDING, COURSES, votes(*given))
    assert team.split is split
    if split:
        assert (team.order, set(team.added.values())) == (STANDING.order, {0})


def test_a_flow_that_takes_no_sides_is_never_split() -> None:
    sideless = [replace(course, side="") for course in COURSES]
    assert not weigh(STANDING, sideless, votes("KEEP", "LEAVE", "LEAVE")).split


@pytest.mark.parametrize(
    ("given", "share", "word", "percent"),
    [
        ("", None, "", 0),
        ("A", None, "", 0),
        ("AA", Fraction(1), "all agree", 100),
        ("AB", Fraction(0), "all over the place", 0),
        ("AAAB", Fraction(1, 2), "divided", 50),
        ("AAAAB", Fraction(3, 5), "mostly", 60),
        ("AAABB", Fraction(2, 5), "divided", 40),
        ("AAABC", Fraction(3, 10), "divided", 30),
        ("AABBCC", Fraction(1, 5), "all over the place", 20),
        ("A" * 999 + "B", Fraction(998, 1000), "mostly", 99),
        ("A" * 597 + "B" * 230, Fraction(408_482, 683_102), "divided", 59),
    ],
)
def test_agreement_is_the_share_of_pairs_that_agree_and_a_word(
    given: str, share: Fraction | None, word: str, percent: int
) -> None:
    named = {"A": "RESET", "B": "ADVICE", "C": "QUIET"}
    team = weigh(STANDING, COURSES, votes(*(named[letter] for letter in given)))
    assert (team.agreement, team.word, team.percent) == (share, word, percent)


# ------------------------------------------------------------------ what is read first

FACTS = tuple(Fact(name, name.title(), "x", "X") for name in ("scope", "tried", "stakes", "field"))


def test_what_most_read_otherwise_comes_first_and_ties_as_in_the_brief() -> None:
    given = [
        Ballot("KEEP", differently=("tried", "stakes")),
        Ballot("KEEP", differently=("stakes", "scope")),
        Ballot("LEAVE", differently=("unheard_of",)),
        Ballot(""),
    ]
    assert [(fact.question, count) for fact, count in spread(given, FACTS)] == [
        ("stakes", 2),
        ("scope", 1),
        ("tried", 1),
    ]
    assert spread([], FACTS) == ()


def test_the_least_popular_view_is_read_first() -> None:
    given = [
        *(Ballot("RESET", note=note) for note in ("one", "two")),
        Ballot(""),
        Ballot("LEAVE", note="three"),
        Ballot("PAUSE", note="four"),
    ]
    assert dissent(given, COURSES) == (
        (PAUSE, (given[4],)),
        (LEAVE, (given[3],)),
        (RESET, (given[0], given[1])),
    )
