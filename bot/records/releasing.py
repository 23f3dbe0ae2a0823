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
    begun = [(_moment(one.since), number) for number, one in enumerate(decided)]
    until = _further(begun, decided, upto.decided)
    end = _moment(until)
    answers = [
        (max(_moment(at), since), number)
        for since, number in begun
        if since <= end
        for at, _ in decided[number].answers
    ]
    return Upto(until, _further(answers, decided, upto.answered))


def shown(decided: Iterable[Decided], upto: Upto) -> list[Decided]:
    """Give what is shown, each with the newest answer that is."""
    end, answered = _moment(upto.decided), _moment(upto.answered)
    found = [(one, at) for one in decided if (at := _moment(one.since)) <= end]
    said = ((one, _answer(one, at, answered)) for one, at in found)
    return [one if one.answer == answer else replace(one, answer=answer) for one, answer in said]


def later(*times: str) -> str:
    """Give the latest of times (ISO 8601); "" are none."""
    return max(times, key=_moment)


def _further(waiting: list[tuple[datetime, int]], decided: Sequence[Decided], until: str) -> str:
    """Go on from one group of cases to the next; ``waiting`` is when, and the case's place.

    A case that waits with several answers is one: only the newest of them will be seen.
    """
    end, cases = _moment(until), set[int]()
    for at, number in sorted(waiting):
        if at <= end:
            continue
        cases.add(number)
        if len(cases) >= SMALLEST and len({decided[one].person for one in cases}) >= FEWEST:
            end, cases = at, set()
    return end.isoformat() if end > _moment(until) else until


def _answer(one: Decided, since: datetime, until: datetime) -> str:
    """Give the newest answer that is shown; one counts no sooner than its case."""
    if since > until:
        return ""
    said = [answer for at, answer in one.answers if _moment(at) <= until]
    return said[-1] if said else ""


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at) if at else _NEVER
