"""What a team's votes come to beside rules and answers: DOMAIN §6 to the letter, in integers.

Votes advise: they add a few points to courses that the rules permit, and never lift a veto. Nobody
is scored, and the order in which ballots come in makes no difference.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.opinion.model import FEWEST, SURENESS, Ballot, Course, Fact, Standing

_WORDS: tuple[tuple[Fraction, str], ...] = (
    (Fraction(1), "all agree"),
    (Fraction(6, 10), "mostly"),
    (Fraction(3, 10), "divided"),
    (Fraction(0), "all over the place"),
)


@dataclass(frozen=True, slots=True)
class Team:
    """What the votes come to.

    ``votes`` do not abstain; ``counts`` are of all courses in the table's order, those that a rule
    sets aside included. ``order`` are the permitted courses with the team, best first, and
    ``added`` the hundredths that each permitted course with points gets: all 0 where a rule forces
    the result, where the team is split, and below three votes. ``agreement`` is the share of pairs
    that agree, None below two votes. ``split``: at least a third would stay and a third leave.
    """

    votes: int
    abstained: int
    counts: Mapping[str, int]
    order: tuple[str, ...]
    added: Mapping[str, int]
    agreement: Fraction | None
    split: bool

    @property
    def word(self) -> str:
        """The agreement in a word; "" where there is none."""
        share = self.agreement
        return "" if share is None else next(word for least, word in _WORDS if share >= least)

    @property
    def percent(self) -> int:
        """The agreement in percent, rounded down so that it never says more than the word."""
        return int(100 * (self.agreement or 0))


def weigh(standing: Standing, courses: Sequence[Course], ballots: Collection[Ballot]) -> Team:
    """Weigh the votes beside what rules and answers come to."""
    votes = [ballot for ballot in ballots if not ballot.abstains]
    counts, weights = _counted(courses, votes)
    split = _is_split(courses, counts, len(votes))
    added = dict.fromkeys((c for c in standing.order if c in standing.scores), 0)
    if not (standing.forced or split or len(votes) < FEWEST):
        added = {course: _points(course, len(votes), weights, len(added)) for course in added}
    return Team(
        votes=len(votes),
        abstained=len(ballots) - len(votes),
        counts=counts,
        order=_order(standing, courses, added),
        added=added,
        agreement=_agreement(counts, len(votes)),
        split=split,
    )


def _counted(
    courses: Sequence[Course], votes: Collection[Ballot]
) -> tuple[dict[str, int], dict[str, int]]:
    """Count the votes for each course, and add up how sure they are."""
    counts = {course.id: 0 for course in courses}
    weights = dict(counts)
    for ballot in votes:
        counts[ballot.course] += 1
        weights[ballot.course] += SURENESS[ballot.sure]
    return counts, weights


def _is_split(courses: Sequence[Course], counts: Mapping[str, int], votes: int) -> bool:
    sides = {"stay": 0, "leave": 0, "": 0}
    for course in courses:
        sides[course.side] += counts[course.id]
    return votes >= FEWEST and 3 * sides["stay"] >= votes and 3 * sides["leave"] >= votes


def _points(course: str, votes: int, weights: Mapping[str, int], permitted: int) -> int:
    """Give ``10 · n/(n+3) · (share − 1/k)`` points in hundredths, rounded down."""
    whole = sum(weights.values())
    over = permitted * weights[course] - whole
    return 1000 * votes * over // ((votes + 3) * whole * permitted)


def _order(
    standing: Standing, courses: Sequence[Course], added: Mapping[str, int]
) -> tuple[str, ...]:
    """Sort the courses with points anew, ties as in the table; the others keep their places."""
    if not any(added.values()):
        return standing.order
    place = {course.id: number for number, course in enumerate(courses)}
    ranked = iter(sorted(added, key=lambda c: (-standing.scores[c] - added[c], place[c])))
    return tuple([next(ranked) if course in added else course for course in standing.order])


def _agreement(counts: Mapping[str, int], votes: int) -> Fraction | None:
    if votes < 2:
        return None
    return Fraction(sum(n * (n - 1) for n in counts.values()), votes * (votes - 1))


# ------------------------------------------------------------------ what is read first


def spread(ballots: Collection[Ballot], facts: Sequence[Fact]) -> tuple[tuple[Fact, int], ...]:
    """List the facts that somebody reads otherwise, with how many do; most first."""
    counted = [(fact, sum(fact.question in b.differently for b in ballots)) for fact in facts]
    return tuple(sorted((pair for pair in counted if pair[1]), key=lambda pair: -pair[1]))


def dissent(
    ballots: Collection[Ballot], courses: Sequence[Course]
) -> tuple[tuple[Course, tuple[Ballot, ...]], ...]:
    """List the courses that got votes, with these, the least popular first."""
    found = [(course, tuple(b for b in ballots if b.course == course.id)) for course in courses]
    return tuple(sorted((pair for pair in found if pair[1]), key=lambda pair: len(pair[1])))
