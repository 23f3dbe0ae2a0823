"""A compiled decision table: frozen values, and what can be worked out before any answer is known.

Courses are numbered as written, scored courses before that as the columns of the fit table; sets of
courses and of gates are bit masks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine.conditions import Condition

Row = tuple[int, ...]
"""One number for each scored course."""

SCALE = 4
"""Weights are kept four-fold, so that one and a half times, halved, is still a whole number."""

RERUNS_PER_FACTOR = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A text, and when it is the one to show."""

    when: Condition
    text: str


@dataclass(frozen=True, slots=True)
class Course:
    """A way to act. ``column`` is its place in the fit table, None if only a rule reaches it."""

    id: str
    label: str
    sentence: str
    how: str
    risks: str
    start: int
    column: int | None
    irreversible: bool
    first_steps: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class GateRule:
    """One rule: the courses it vetoes (mask), and the course it forces (number, -1 for none)."""

    gate: int
    when: Condition
    veto: int
    force: int
    reason: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A rule's name for people. ``suspends`` is a mask of gates, ``rules`` of rule numbers."""

    id: str
    title: str
    hidden: bool
    suspends: int
    rules: int


@dataclass(frozen=True, slots=True)
class Factor:
    """A question that carries points. ``rows`` are the fits by option, ``place`` the tie order.

    ``scaled`` are the rows times the four-fold weight: as it is, and for a chosen group's factor.
    """

    id: str
    place: int
    title: str
    weight: int
    rows: Mapping[str, Row]
    scaled: tuple[Mapping[str, Row], Mapping[str, Row]]
    what_if: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points (hundredths by column) for answers that come together."""

    id: str
    title: str
    reason: str
    when: Condition
    add: Row


@dataclass(frozen=True, slots=True)
class Values:
    """The question about what weighs most: its groups of factor places."""

    question: str
    groups: Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Test:
    """What a label asks for: margin in hundredths, agreeing re-runs, coverage in percent."""

    margin: int
    stable: int
    coverage: int


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentence for each label."""

    rule: str
    one_left: str
    clear: str
    leaning: str
    close: str
    first_look: str
    nothing_changes: str
    nothing_changes_under_rule: str


@dataclass(frozen=True, slots=True)
class Rider:
    """A must-do line."""

    id: str
    title: str
    when: Condition
    text: str


@dataclass(frozen=True, slots=True)
class Explain:
    """How much reason to give; no ``courses`` means any."""

    when: Condition
    courses: frozenset[str]
    advice: str
    why: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice on the card, at its top or its end."""

    top: bool
    when: Condition
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """All of it. ``scored`` maps columns to course numbers, ``number`` course ids to numbers.

    ``conditions`` are those of all rules and, after them, of all adjustments, each with its bit in
    a mask; ``rules_on`` says, by question, which of them look at it (their mask, and each one) and
    ``mentioned`` which of its answers they name.
    """

    version: str
    date: str
    hash: str
    courses: tuple[Course, ...]
    scored: tuple[int, ...]
    number: Mapping[str, int]
    gates: tuple[Gate, ...]
    rules: tuple[GateRule, ...]
    factors: tuple[Factor, ...]
    unsure: frozenset[str]
    adjustments: tuple[Adjustment, ...]
    values: Values | None
    clear: Test
    leaning: Test
    wording: Wording
    prefer: tuple[str, ...]
    riders: tuple[Rider, ...]
    explain: tuple[Explain, ...]
    charitable: tuple[frozenset[str], tuple[Line, ...]]
    notices: tuple[Notice, ...]
    conditions: tuple[tuple[int, Condition], ...]
    rules_on: Mapping[str, tuple[int, tuple[tuple[int, Condition], ...]]]
    mentioned: Mapping[str, frozenset[str | None]]

    def course(self, course_id: str) -> Course:
        """Find a course by its id."""
        return self.courses[self.number[course_id]]

    def factor(self, factor_id: str) -> Factor | None:
        """Find a factor by its id."""
        return next((factor for factor in self.factors if factor.id == factor_id), None)

    def adjustment(self, adjustment_id: str) -> Adjustment | None:
        """Find an adjustment by its id."""
        return next((item for item in self.adjustments if item.id == adjustment_id), None)

    def reruns(self) -> int:
        """Count the re-runs with other weights that test a result."""
        return RERUNS_PER_FACTOR * len(self.factors) + 1
