"""How firm a first place is: re-runs with other weights, and single answers that would change it.

Both are worked out from what has been added up already: a re-run takes one factor's share out or
puts it in again, a changed answer swaps one row and checks only the rules that look at it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.decision.gates import NOBODY, Verdict, held_after, verdict
from bot.decision.points import Sheet, fixed_points
from bot.decision.table import Factor, Row, Table

Share = tuple[int, int]
RERUN_SHARES: tuple[Share, ...] = ((1, 2), (3, 2), (0, 1))
"""How much of its weight a factor keeps: half, one and a half times, nothing."""


@dataclass(frozen=True, slots=True)
class Rerun:
    """A re-run: the factor whose weight was changed and how (None: all weights equal)."""

    factor: Factor | None
    share: Share
    first: int


def reruns(table: Table, sheet: Sheet, permitted: tuple[int, ...]) -> Iterator[Rerun]:
    """Re-run with each weight halved, raised by half and removed, and with all weights equal."""
    for factor in table.factors:
        for share, first in zip(
            RERUN_SHARES, _first_by_share(sheet, factor.place, permitted), strict=True
        ):
            yield Rerun(factor, share, table.scored[first])
    yield Rerun(None, (1, 1), table.scored[_first_by_equal_weights(sheet, permitted)])


def stable_reruns(sheet: Sheet, permitted: tuple[int, ...], first: int) -> int:
    """Count the re-runs that put the same column first."""
    count = int(_first_by_equal_weights(sheet, permitted) == first)
    for place in range(len(sheet.weights)):
        for lead in _first_by_share(sheet, place, permitted):
            if lead == first:
                count += 1
    return count


def _first_by_share(sheet: Sheet, place: int, permitted: tuple[int, ...]) -> list[int]:
    weight, row = sheet.weights[place], sheet.rows[place] or sheet.nothing
    leads = []
    for numerator, denominator in RERUN_SHARES:
        more = weight * numerator // denominator - weight  # whole: weights are four-fold
        leads.append(first_of(sheet.fixed, sheet.sums, row, more, sheet.total + more, permitted))
    return leads


def _first_by_equal_weights(sheet: Sheet, permitted: tuple[int, ...]) -> int:
    known = [row for row in sheet.rows if row is not None]
    sums = tuple(map(sum, zip(sheet.nothing, *known, strict=True)))
    return first_of(sheet.fixed, sums, sheet.nothing, 0, len(sheet.rows), permitted)


def first_of(
    fixed: Sequence[int],
    sums: Sequence[int],
    row: Row,
    times: int,
    total: int,
    permitted: tuple[int, ...],
) -> int:
    """Find the permitted column that scores highest with ``row`` added ``times``; left of equals.

    One plain loop without anything in between: a result runs through it a hundred times.
    """
    total = total or 1  # the only factor with weight was removed: all sums are nought
    best = lead = -1
    for column in permitted:
        score = fixed[column] + 2500 * (sums[column] + times * row[column]) // total
        if lead < 0 or score > best:
            best, lead = score, column
    return lead


def changes(
    table: Table, facts: Mapping[str, object], sheet: Sheet, held: int, first: int
) -> Iterator[tuple[str, str, int]]:
    """Yield (question, option, new first course) for each single answer that would change it."""
    trial = dict(facts)
    known: dict[int, tuple[Verdict, Row]] = {}  # few of the answers make the rules differ
    for factor in table.factors:
        answer = facts.get(factor.id)
        if not isinstance(answer, str) or answer not in factor.rows:
            continue
        rows = factor.scaled[factor.place in sheet.heavy]
        without = [have - less for have, less in zip(sheet.sums, rows[answer], strict=True)]
        for option, now in _held_with(table, factor, held, trial):
            if now not in known:
                known[now] = verdict(table, now), fixed_points(table, sheet.starts, now)
            ruling, fixed = known[now]
            new = ruling.forced
            if new == NOBODY:
                row = rows[option]
                new = table.scored[first_of(fixed, without, row, 1, sheet.total, ruling.permitted)]
            if new != first:
                yield factor.id, option, new
        trial[factor.id] = answer


def _held_with(
    table: Table, factor: Factor, held: int, trial: dict[str, object]
) -> Iterator[tuple[str, int]]:
    """Yield each other answer with the rules that would hold (the trial's answer is changed)."""
    answer = trial[factor.id]
    mentioned = table.mentioned.get(factor.id, frozenset())
    rest = held if answer not in mentioned else None  # answers no rule mentions are all alike
    for option in factor.rows:
        if option == answer:
            continue
        if option in mentioned:
            trial[factor.id] = option
            yield option, held_after(table, held, factor.id, trial)
            continue
        if rest is None:
            trial[factor.id] = option
            rest = held_after(table, held, factor.id, trial)
        yield option, rest
