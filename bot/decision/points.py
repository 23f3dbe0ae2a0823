"""Points: what the answers add up to for each course, in whole hundredths.

Weights are four-fold here (six-fold for the factors of a chosen group), so that halves and one and
a half times are whole numbers and nothing is ever rounded but once, downward, at the end:
``start points + ⌊2500 · Σ weight·fit / Σ weight⌋ + adjustments``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import add

from bot.decision.table import SCALE, Adjustment, Factor, Row, Table

NEUTRAL = 50


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that has been added up, by column.

    ``starts`` are start points in hundredths, ``fixed`` those with adjustments, ``sums`` Σ
    weight·fit and ``total`` Σ weight of all factors, answered or not; ``weights`` and ``rows`` are
    by factor, with None for an unanswered one; ``nothing`` is a row of noughts. ``heavy`` are the
    places of the factors in a chosen group. ``asked`` and ``coverage`` are percent of the table's
    own weight.
    """

    starts: Row
    fixed: Row
    sums: Row
    total: int
    weights: tuple[int, ...]
    rows: tuple[Row | None, ...]
    heavy: frozenset[int]
    asked: int
    coverage: int
    nothing: Row

    def score(self, column: int) -> int:
        """Give a column's score in hundredths."""
        return self.fixed[column] + 2500 * self.sums[column] // self.total


def add_up(table: Table, facts: Mapping[str, object], held: int) -> Sheet:
    """Add up what the answers give each course; ``held`` says which adjustments apply."""
    heavy = heavy_factors(table, facts)
    asked = coverage = 0
    rows: list[Row | None] = []
    weights: list[int] = []
    sums = [0] * len(table.scored)
    for factor in table.factors:
        answer = facts.get(factor.id)
        row = factor.rows.get(answer) if isinstance(answer, str) else None
        chosen = factor.place in heavy
        rows.append(row)
        weights.append(weight_of(factor, chosen))
        if row is None or not isinstance(answer, str):
            continue
        asked += factor.weight
        coverage += 0 if answer in table.unsure else factor.weight
        scaled = factor.scaled[chosen][answer]
        sums = list(map(add, sums, scaled))  # each has a number a column: compiling saw to it
    starts = tuple(
        100 * NEUTRAL + (table.courses[number].start - NEUTRAL) * asked for number in table.scored
    )
    return Sheet(
        starts=starts,
        fixed=fixed_points(table, starts, held),
        sums=tuple(sums),
        total=sum(weights),
        weights=tuple(weights),
        rows=tuple(rows),
        heavy=heavy,
        asked=asked,
        coverage=coverage,
        nothing=(0,) * len(table.scored),
    )


def weight_of(factor: Factor, chosen: bool) -> int:
    """Give a factor's weight, four-fold; one and a half times that in a chosen group."""
    return factor.weight * (SCALE * 3 // 2 if chosen else SCALE)


def fixed_points(table: Table, starts: Row, held: int) -> Row:
    """Add the adjustments that apply to the start points, in hundredths."""
    held >>= len(table.rules)
    for number, adjustment in enumerate(table.adjustments):
        if held >> number & 1:
            starts = tuple(map(add, starts, adjustment.add))
    return starts


def heavy_factors(table: Table, facts: Mapping[str, object]) -> frozenset[int]:
    """Find the places of the factors in the groups that the person chose."""
    if table.values is None:
        return frozenset()
    chosen = facts.get(table.values.question)
    groups = chosen if isinstance(chosen, tuple) else (chosen,)
    places = [table.values.groups[g] for g in groups if g in table.values.groups]
    return frozenset().union(*places)


def contributions(
    table: Table, facts: Mapping[str, object], column: int
) -> list[tuple[Factor | Adjustment, int]]:
    """List what each answered factor and each adjustment that applies gives a course.

    In hundredths by the table's own weights, in the table's order, adjustments last.
    """
    found: list[tuple[Factor | Adjustment, int]] = []
    for factor in table.factors:
        answer = facts.get(factor.id)
        row = factor.rows.get(answer) if isinstance(answer, str) else None
        if row is not None:
            found.append((factor, 25 * factor.weight * row[column]))
    found.extend(
        (adjustment, adjustment.add[column])
        for adjustment in table.adjustments
        if adjustment.add[column] and adjustment.when.holds(facts)
    )
    return found
