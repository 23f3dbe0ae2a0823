"""What came of somebody's decisions, in words, as a record and as a chart; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from bot.opinion.chart import ALT_LENGTH, Bar, Chart
from bot.records.insights import SMALLEST, Group

OTHERS = "Other courses"

TITLE = "What you decided"

NOTHING = (
    f"There is nothing to show yet: it takes {SMALLEST} decided cases of one course, or of all "
    "smaller ones together, so that no single case can be told."
)


def insight_lines(groups: Sequence[Group]) -> list[str]:
    """Say in lines what is counted."""
    if not groups:
        return [NOTHING]
    lines = [f"{TITLE}: {sum(group.cases for group in groups)} cases"]
    for group in groups:
        lines += ["", f"{_name(group)}: {group.cases}", *(f"  {line}" for line in _about(group))]
    return [*lines, "", f"Groups of fewer than {SMALLEST} cases are not shown."]


def insight_record(groups: Sequence[Group]) -> dict[str, object]:
    """Make the record for programs; a course of "" stands for all others."""
    return {"smallest": SMALLEST, "courses": [asdict(group) for group in groups]}


def insight_chart(groups: Sequence[Group]) -> Chart:
    """Make the chart: how often each course was chosen."""
    bars = tuple(Bar(_name(group), (group.cases,)) for group in groups)
    return Chart(TITLE, ("Cases",), bars)


def insight_alt(groups: Sequence[Group]) -> str:
    """Say all that the picture shows; where that gets too long, the smallest courses are cut."""
    said = " ".join(f"{_name(group)}: {group.cases}." for group in groups)
    text = f"Bar chart of cases by course: {TITLE}. {said}"
    return text if len(text) <= ALT_LENGTH else f"{text[: ALT_LENGTH - 1]}…"


def _name(group: Group) -> str:
    return group.course or OTHERS


def _about(group: Group) -> list[str]:
    lines = []
    if group.followed is not None:
        share = round(100 * group.followed / group.cases)
        lines.append(f"followed the recommendation: {group.followed} ({share} %)")
    lines += [f"{answer}: {number}" for answer, number in group.answers.items()]
    if group.rest:
        lines.append(f"Another answer, or none yet: {group.rest}")
    return lines
