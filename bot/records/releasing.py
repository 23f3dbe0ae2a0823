"""What others are shown of decisions and answers: let out several at a time; pure.

What is shown stays shown. So nobody learns from a number that grew by one, nor can anybody bring
that about with cases of their own: by staying out, coming back, or deleting them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.records.insights import FEWEST, SMALLEST, Decided

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Upto:
    """Up to when decisions, and answers about them, are shown (ISO 8601; "": none is)."""

    decided: str = ""
    answered: str = ""


def let_out(decided: Sequence[Decided], upto: Upto) -> Upto:
    """Say up to when may be shown now: each time five more at least, of three people at least."""
    until = _further(
        ((one.since, number) for number, one in enumerate(decided)), decided, upto.decided
    )
    answers = (
        (at, number)
        for number, one in enumerate(decided)
        if _has_come(one.since, until)
        for at, _ in _answers(one)
    )
    return Upto(until, _further(answers, decided, upto.answered))


def shown(decided: Iterable[Decided], upto: Upto) -> list[Decided]:
    """Give what is shown, each with the newest answer that is."""
    return [
        replace(one, answer=_answer(one, upto.answered))
        for one in decided
        if _has_come(one.since, upto.decided)
    ]


def later(*times: str) -> str:
    """Give the latest of times (ISO 8601); "" are none."""
    return max(times, key=_moment)


def _further(waiting: Iterable[tuple[str, int]], decided: Sequence[Decided], until: str) -> str:
    """Go on from one group of cases to the next; ``waiting`` is when, and the case's place.

    A case that waits with several answers is one: only the newest of them will be seen.
    """
    cases = set[int]()
    for at, number in sorted(waiting, key=lambda one: (_moment(one[0]), one[1])):
        if _has_come(at, until):
            continue
        cases.add(number)
        if len(cases) >= SMALLEST and len({decided[one].person for one in cases}) >= FEWEST:
            until, cases = at, set()
    return until


def _answers(one: Decided) -> list[tuple[str, str]]:
    """List what was said of a decision, as of when it counts, the newest last."""
    return [(later(at, one.since), answer) for at, answer in one.answers]


def _answer(one: Decided, until: str) -> str:
    said = [answer for at, answer in _answers(one) if _has_come(at, until)]
    return said[-1] if said else ""


def _has_come(at: str, until: str) -> bool:
    return _moment(at) <= _moment(until)


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at) if at else _NEVER
