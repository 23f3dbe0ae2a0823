"""Whether any answers at all can make a condition true."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, product

from bot.engine.conditions import Condition
from bot.engine.model import Ask, Value

Known = Mapping[str, frozenset[str] | None]
"""The values each fact can take; None: anything."""

_OTHER = "?"  # some value that is not compared with
_MOST_COMBINATIONS = 20_000


def can_hold(condition: Condition, known: Known, asks: Mapping[str, Ask]) -> bool:
    """Say whether some answers meet a condition; in doubt, yes.

    Over-generous on purpose: questions are taken as independent of one another, so a “no” is
    certain. Every question may be without an answer.
    """
    compared: dict[str, set[str | None]] = {}
    for fact, values in condition.mentions():
        compared.setdefault(fact, set()).update(values)
    domains: list[list[tuple[str, Value | None]]] = []
    count = 1
    for fact, mentioned in compared.items():
        named = _named(mentioned, known.get(fact))
        several = fact in asks and asks[fact].input == "many"
        count *= 2 ** len(named) if several else len(named) + 1
        if count > _MOST_COMBINATIONS:
            return True
        domain = _ticked(named) if several else named
        domains.append([(fact, None), *((fact, value) for value in domain)])
    return any(
        condition.holds({fact: value for fact, value in answers if value is not None})
        for answers in product(*domains)
    )


def _named(compared: set[str | None], known: frozenset[str] | None) -> list[Value]:
    """List the values that make a difference: those compared with, and one other."""
    values = {value for value in compared if value is not None}
    if known is None:
        return [*sorted(values), _OTHER]
    if not known:  # a text, a number or a day: nothing to compare with
        return [_OTHER]
    return [*sorted(values & known), *sorted(known - values)[:1]]


def _ticked(values: list[Value]) -> list[Value]:
    """List everything that can be ticked at once."""
    names = [str(value) for value in values]
    return [c for size in range(1, len(names) + 1) for c in combinations(names, size)]
