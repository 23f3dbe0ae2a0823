"""What came of somebody's decisions, counted so that no small group can be told; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SMALLEST = 5
"""Cases of the smallest group that is shown, or that can be reckoned from what is shown."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A case that was decided; course and answer as people read them.

    ``followed``: it is the course that was recommended; None where nothing was. ``answer`` is what
    was last said of what happened, "" if nothing was.
    """

    course: str
    followed: bool | None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What is shown of a course; ``course`` is "" for all others together.

    ``followed`` is how many of them followed the recommendation, None if that is not shown.
    ``answers`` is empty if none is shown; ``rest`` are those with another answer, or none yet.
    """

    course: str
    cases: int
    followed: int | None
    answers: Mapping[str, int]
    rest: int


def insights_of(decided: Sequence[Decided]) -> tuple[Group, ...]:
    """Count by course, the largest first and the others together last.

    Courses of fewer than five cases are put together, and left out if even together they are fewer.
    Every case is in one group at most and no total goes beyond the groups, so that nothing is left
    to subtract. Within a group all that is shown adds up to its cases.
    """
    counts = Counter(one.course for one in decided)
    groups = [
        _group(name, [one for one in decided if one.course == name])
        for name in _largest_first(counts)
    ]
    others = [one for one in decided if counts[one.course] < SMALLEST]
    if len(others) >= SMALLEST:
        groups.append(_group("", others))
    return tuple(groups)


def _group(course: str, cases: Sequence[Decided]) -> Group:
    answers, rest = _answers(cases)
    return Group(course, len(cases), _followed(cases), answers, rest)


def _followed(cases: Sequence[Decided]) -> int | None:
    """Count who followed; None where those who did, or did not, are too few to be shown."""
    if any(one.followed is None for one in cases):
        return None
    followed = sum(one.followed is True for one in cases)
    others = len(cases) - followed
    return followed if followed >= SMALLEST and _may_show(others) else None


def _answers(cases: Sequence[Decided]) -> tuple[dict[str, int], int]:
    """Count the answers, and the rest; smaller answers join it until it may be shown."""
    counts = Counter(one.answer for one in cases if one.answer)
    shown = _largest_first(counts)
    rest = len(cases) - sum(counts[name] for name in shown)
    while shown and not _may_show(rest):
        rest += counts[shown.pop()]
    return ({name: counts[name] for name in shown}, rest) if shown else ({}, 0)


def _may_show(number: int) -> bool:
    """Say whether a number that can be reckoned gives no small group away: nobody is no group."""
    return number == 0 or number >= SMALLEST


def _largest_first(counts: Mapping[str, int]) -> list[str]:
    """List the names that are large enough, then by name."""
    large = [name for name, number in counts.items() if number >= SMALLEST]
    return sorted(large, key=lambda name: (-counts[name], name))
