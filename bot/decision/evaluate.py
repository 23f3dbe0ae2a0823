"""From answers to a result: gates, points, confidence, changes, riders, reasons. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.decision.firmness import changes, stable_reruns
from bot.decision.gates import NOBODY, Verdict, held_rules, verdict, vetoes
from bot.decision.points import Sheet, add_up, contributions
from bot.decision.table import Adjustment, Factor, Table, Test

RULE, CLEAR, LEANING, CLOSE = "RULE", "CLEAR", "LEANING", "CLOSE"
LABELS = frozenset({RULE, CLEAR, LEANING, CLOSE})
FIRST_LOOK = "FIRST LOOK"
"""What replaces every label but RULE while only a few questions have been answered."""

REASONS = 3
"""How many reasons are given: few enough to read, enough to see the weight of it."""

Pair = tuple[str, int]
Contribution = tuple[Factor | Adjustment, int]
Contributions = list[Contribution]


@dataclass(frozen=True, slots=True)
class Confidence:
    """How firmly the answers point: margin in hundredths, agreeing re-runs of how many.

    The last three are None where a rule decides.
    """

    label: str
    margin: int | None = None
    stable: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What the answers come to.

    ``order`` are the permitted courses, best first; ``scores`` (hundredths) are of all scored ones.
    ``forced`` is (course, gate). ``reasons`` and ``against`` are (factor or adjustment, hundredths)
    and None under a rule. ``changes`` are (question, option, new first course). ``coverage`` is the
    percent of weight that is answered and known.
    """

    order: tuple[str, ...]
    scores: Mapping[str, int]
    vetoed: Mapping[str, list[str]]
    forced: tuple[str, str] | None
    reasons: tuple[Pair, ...] | None
    against: Pair | None
    confidence: Confidence
    changes: tuple[tuple[str, str, str], ...]
    riders: tuple[str, ...]
    coverage: int

    def form(self, table: Table) -> dict[str, Any]:
        """Give the JSON form that ``decide --json`` prints."""
        return {
            "order": list(self.order),
            "scores": dict(self.scores),
            "vetoed": dict(self.vetoed),
            "forced": list(self.forced) if self.forced else None,
            "reasons": None if self.reasons is None else [list(pair) for pair in self.reasons],
            "against": list(self.against) if self.against else None,
            "confidence": {
                "label": self.confidence.label,
                "margin": self.confidence.margin,
                "stable": self.confidence.stable,
                "of": self.confidence.of,
            },
            "changes": [list(change) for change in self.changes],
            "riders": list(self.riders),
            "coverage": self.coverage,
            "rules": {"version": table.version, "date": table.date, "hash": table.hash},
        }


def known_facts(facts: Mapping[str, object]) -> dict[str, object]:
    """Leave out what was not answered: null, and a "several" question with nothing ticked."""
    return {question: v for question, v in facts.items() if v is not None and v != ()}


@dataclass(frozen=True, slots=True)
class Ranking:
    """The first half of a result: what the rules say, the points, and the order of both.

    ``held`` is the mask of the rules that hold, ``scores`` are by column, ``order`` holds the
    numbers of the permitted courses, best first.
    """

    held: int
    ruling: Verdict
    sheet: Sheet
    scores: tuple[int, ...]
    order: tuple[int, ...]


def rank(table: Table, facts: Mapping[str, object]) -> Ranking:
    """Put the courses in order: what the rules permit, a forced one first, then by points."""
    held = held_rules(table, facts)
    ruling = verdict(table, held)
    sheet = add_up(table, facts, held)
    scores = tuple([sheet.score(column) for column in range(len(table.scored))])
    ranked = sorted(ruling.permitted, key=lambda column: -scores[column])  # stable: ties stay put
    order = [table.scored[column] for column in ranked]
    if ruling.forced != NOBODY:
        order = [ruling.forced, *(number for number in order if number != ruling.forced)]
    return Ranking(held, ruling, sheet, scores, tuple(order))


def evaluate(table: Table, answers: Mapping[str, object]) -> Result:
    """Judge the answers exactly as given; the same answers always give the same result."""
    facts = known_facts(answers)
    ranking = rank(table, facts)
    ruling, sheet, first = ranking.ruling, ranking.sheet, ranking.order[0]
    reasons = against = None
    if not ruling.ruled:
        reasons, against = _reasons(table, facts, first)
    return Result(
        order=tuple([table.courses[number].id for number in ranking.order]),
        scores={table.courses[n].id: ranking.scores[c] for c, n in enumerate(table.scored)},
        vetoed=vetoes(table, ranking.held),
        forced=_forced(table, ruling),
        reasons=reasons,
        against=against,
        confidence=_confidence(table, ranking),
        changes=tuple(
            (question, option, table.courses[new].id)
            for question, option, new in changes(table, facts, sheet, ranking.held, first)
        ),
        riders=tuple([rider.id for rider in table.riders if rider.when.holds(facts)]),
        coverage=sheet.coverage,
    )


def first_course(table: Table, answers: Mapping[str, object]) -> str:
    """Say only which course comes first."""
    return table.courses[rank(table, known_facts(answers)).order[0]].id


def _forced(table: Table, ruling: Verdict) -> tuple[str, str] | None:
    if ruling.forced == NOBODY:
        return None
    return table.courses[ruling.forced].id, table.gates[ruling.by].id


def _confidence(table: Table, ranking: Ranking) -> Confidence:
    if ranking.ruling.ruled:
        return Confidence(RULE)
    sheet, permitted = ranking.sheet, ranking.ruling.permitted
    first, second = (table.scored.index(number) for number in ranking.order[:2])
    margin = ranking.scores[first] - ranking.scores[second]
    stable = stable_reruns(sheet, permitted, first)
    for label, test in ((CLEAR, table.clear), (LEANING, table.leaning)):
        if _passes(test, margin, stable, sheet.coverage):
            return Confidence(label, margin, stable, table.reruns())
    return Confidence(CLOSE, margin, stable, table.reruns())


def _passes(test: Test, margin: int, stable: int, coverage: int) -> bool:
    return margin >= test.margin and stable >= test.stable and coverage >= test.coverage


def _reasons(
    table: Table, facts: Mapping[str, object], first: int
) -> tuple[tuple[Pair, ...], Pair | None]:
    column = table.scored.index(first)
    best, worst = strongest(contributions(table, facts, column))
    return (
        tuple((item.id, points) for item, points in best),
        (worst[0].id, worst[1]) if worst else None,
    )


def strongest(found: Contributions) -> tuple[Contributions, Contribution | None]:
    """Pick the three that speak most for a course and the one that speaks most against it."""
    best = sorted((pair for pair in found if pair[1] > 0), key=lambda pair: -pair[1])
    worst = min((pair for pair in found if pair[1] < 0), key=lambda pair: pair[1], default=None)
    return best[:REASONS], worst
