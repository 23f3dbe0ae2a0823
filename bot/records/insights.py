"""What came of decisions, counted so that no small group can be told; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

SMALLEST = 5
"""Cases of the smallest group that is shown, or that can be reckoned from what is shown."""

FEWEST = 3
"""People behind such a group in a workspace: of two, each could take their own cases away."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A case that was decided; courses and answer as people read them.

    ``recommended`` is "" where nothing was. ``answer`` is what was last said of what happened, ""
    if nothing was, ``answers`` all that was said with when it was (ISO 8601), the newest last.
    ``since`` is when it was decided, or began to count; ``person`` whose it is: an opaque id, only
    compared.
    """

    course: str
    recommended: str
    answer: str = ""
    since: str = ""
    person: str = ""
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def followed(self) -> bool | None:
        """Whether it is the course that was recommended; None where nothing was."""
        return self.course == self.recommended if self.recommended else None


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


@dataclass(frozen=True, slots=True)
class Insights:
    """All that is shown: groups by course, the largest first and the others together last.

    ``recommended`` counts the same cases by what was recommended, ``others`` are those that were
    recommended something else, or nothing; empty if that is not shown.
    """

    groups: tuple[Group, ...] = ()
    recommended: Mapping[str, int] = field(default_factory=dict)
    others: int = 0

    @property
    def cases(self) -> int:
        """How many cases are in it."""
        return sum(group.cases for group in self.groups)


def insights_of(decided: Sequence[Decided], people: int = 1) -> Insights:
    """Count by course; behind every number are at least five cases, of at least ``people``.

    Smaller courses are put together, and left out if even together they are too few. Every case is
    in one group at most and no total goes beyond the groups, so that nothing is left to subtract.
    Within a group all that is shown adds up to its cases.
    """
    return _Counting(people).insights(decided)


@dataclass(frozen=True, slots=True)
class _Counting:
    people: int

    def insights(self, decided: Sequence[Decided]) -> Insights:
        large = self._large(decided, lambda one: one.course)
        members = [(name, [one for one in decided if one.course == name]) for name in large]
        others = [one for one in decided if one.course not in large]
        if self._enough(others):
            members.append(("", others))
        counted = [one for _, several in members for one in several]
        recommended, rest = self._recommended(counted)
        groups = tuple(self._group(name, several) for name, several in members)
        return Insights(groups, recommended, rest)

    def _group(self, course: str, cases: Sequence[Decided]) -> Group:
        answers, rest = self._shares(cases, lambda one: one.answer, self._may_show)
        return Group(course, len(cases), self._followed(cases), answers, rest)

    def _followed(self, cases: Sequence[Decided]) -> int | None:
        """Count who followed; None where those who did, or did not, are too few to be shown."""
        if any(one.followed is None for one in cases):
            return None
        followed = [one for one in cases if one.followed]
        others = [one for one in cases if not one.followed]
        return len(followed) if self._enough(followed) and self._may_show(others) else None

    def _recommended(self, cases: Sequence[Decided]) -> tuple[dict[str, int], int]:
        """Count by what was recommended; who did something else can be reckoned from it as well."""

        def may_show(several: Sequence[Decided]) -> bool:
            apart = [one for one in several if not one.followed]
            return self._may_show(several) and self._may_show(apart)

        return self._shares(cases, lambda one: one.recommended, may_show)

    def _shares(
        self,
        cases: Sequence[Decided],
        named: Callable[[Decided], str],
        may_show: Callable[[Sequence[Decided]], bool],
    ) -> tuple[dict[str, int], int]:
        """Count by name, and the rest; smaller names join it until it may be shown."""
        shown = [
            name
            for name in self._large(cases, named)
            if may_show([one for one in cases if named(one) == name])
        ]
        while shown and not may_show([one for one in cases if named(one) not in shown]):
            shown.pop()
        counts = Counter(map(named, cases))
        shares = {name: counts[name] for name in shown}
        return (shares, len(cases) - sum(shares.values())) if shares else ({}, 0)

    def _large(self, cases: Sequence[Decided], named: Callable[[Decided], str]) -> list[str]:
        """List the names of groups that are large enough, the largest first, then by name."""
        counts = Counter(filter(None, map(named, cases)))
        large = [
            name for name in counts if self._enough([one for one in cases if named(one) == name])
        ]
        return sorted(large, key=lambda name: (-counts[name], name))

    def _may_show(self, cases: Sequence[Decided]) -> bool:
        """Say whether a number that can be reckoned gives nobody away: nobody is no group."""
        return not cases or self._enough(cases)

    def _enough(self, cases: Sequence[Decided]) -> bool:
        return len(cases) >= SMALLEST and len({one.person for one in cases}) >= self.people
