"""The picture of a reveal as values, and what it shows in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.opinion.model import Course

ASIDE = "set aside by a rule"
"""What stands at a course that the rules do not permit."""

ALT_LENGTH = 1000
"""Characters of an alternative text: every platform takes as many."""

_LABEL_ROOMS = (75, 50, 30, 20, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """One course: its votes in each round, and whether a rule sets it aside."""

    label: str
    counts: tuple[int, ...]
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """How the votes fall on the courses, in the table's order; ``rounds`` names the rounds."""

    title: str
    rounds: tuple[str, ...]
    bars: tuple[Bar, ...]


def chart_of(
    title: str,
    courses: Sequence[Course],
    rounds: Mapping[str, Mapping[str, int]],
    vetoed: Collection[str] = (),
) -> Chart:
    """Make the chart of one or more rounds: name → votes by course (``Team.counts``)."""
    bars = [
        Bar(
            label=course.label,
            counts=tuple([counts.get(course.id, 0) for counts in rounds.values()]),
            aside=course.id in vetoed,
        )
        for course in courses
    ]
    return Chart(title, tuple(rounds), tuple(bars))


def alt_text(chart: Chart) -> str:
    """Say all that the picture shows; where it gets too long, labels are cut and never a count."""
    texts = (_alt_text(chart, room) for room in _LABEL_ROOMS)
    return next((text for text in texts if len(text) <= ALT_LENGTH), _alt_text(chart, 0))


def _alt_text(chart: Chart, room: int) -> str:
    rounds = f" ({', then '.join(map(str.lower, chart.rounds))})" if len(chart.rounds) > 1 else ""
    head = f"Bar chart of votes{rounds}: {_cut(chart.title, room or 1)}."
    return " ".join([head, *(f"{_said(bar, room)}." for bar in chart.bars)])


def _said(bar: Bar, room: int) -> str:
    counts = ", then ".join(map(str, bar.counts))
    said = f"{_cut(bar.label, room)}: {counts}" if room else counts
    return f"{said}, {ASIDE}" if bar.aside and room else said


def _cut(label: str, room: int) -> str:
    return label if len(label) <= room else f"{label[: room - 1].rstrip()}…"
