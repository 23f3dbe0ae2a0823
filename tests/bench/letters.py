"""What a letter costs in CPU time, composed and looked through, in every course, medium, tone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median
from time import process_time

from bot.drafting.compose import compose, media_of
from bot.drafting.linter import About, lint, prepare
from tests.drafting.scene import DRAFTS, VALUES, known, worked_cases

_GAPS = {DRAFTS.slots[slot].gap: value for slot, value in VALUES.items()}


def measure_letters() -> dict[str, float]:
    """Write every letter of every worked case; the floor only puts the values into its text.

    The first letter of a flow that a shelf has at hand is measured by itself.
    """
    took: list[float] = []
    floors: list[float] = []
    first = _first()
    for answers in worked_cases().values():
        seen = known(answers)
        for course, medium, tone in _every(seen):
            took.append(_timed(partial(_letter, course, medium, tone, seen)))
            text = compose(DRAFTS, course, medium, tone, seen, {}).text
            template = text.replace("{{", "{0[").replace("}}", "]}")
            floors.append(_timed(partial(template.format, _GAPS)))
    took.sort()
    return {
        "drafts": len(took),
        "first_ms": first * 1000,
        "median_ms": median(took) * 1000,
        "p99_ms": took[int(len(took) * 0.99)] * 1000,
        "longest_ms": took[-1] * 1000,
        "floor_median_ms": median(floors) * 1000,
    }


def _first() -> float:
    """Time the first letter after the drafts were taken to hand; nothing was looked through yet."""
    prepare(DRAFTS)
    seen = known(next(iter(worked_cases().values())))
    course, medium, tone = _every(seen)[0]
    return _timed(partial(_letter, course, medium, tone, seen))


def _every(seen: dict[str, object]) -> list[tuple[str, str, str]]:
    return [
        (course, medium.id, tone)
        for course in DRAFTS.courses
        for medium, _ in media_of(DRAFTS, course, seen)
        for tone in medium.tones
    ]


def _letter(course: str, medium: str, tone: str, seen: dict[str, object]) -> None:
    draft = compose(DRAFTS, course, medium, tone, seen, VALUES)
    lint(DRAFTS, draft.text, About(course, medium, seen))


def _timed(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun
