"""What came of decisions, one's own or a workspace's: in words, as a record, as a chart. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from bot.engine.model import Block, Card
from bot.opinion.chart import ALT_LENGTH, Bar, Chart
from bot.records.insights import SMALLEST, Group, Insights
from bot.sheets.counting import HOW, VERB, WHAT, does
from bot.sheets.model import Button, Sheet
from bot.sheets.shown import heading, rows, text

OTHERS = "Other courses"

OWN, HERE = "What you decided", "What was decided here"

NOTHING = (
    f"There is nothing to show yet: it takes {SMALLEST} decided cases of one course, or of all "
    "smaller ones together, so that no single case can be told."
)

Part = Literal["in", "out", "untold", "apart"]
"""Whether somebody's decisions count: not before they were told, nor what they decide elsewhere."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What is shown of a workspace, and whether the reader's own decisions are in it."""

    insights: Insights
    part: Part


# ------------------------------------------------------------------ in a terminal


def insight_lines(insights: Insights) -> list[str]:
    """Say in lines what is counted."""
    if not insights.groups:
        return [NOTHING]
    lines = [f"{OWN}: {insights.cases} cases"]
    for group in insights.groups:
        lines += ["", f"{_name(group)}: {group.cases}", *(f"  {line}" for line in _about(group))]
    if insights.recommended:
        lines += ["", "What was recommended:"]
        lines += [f"  {name}: {number}" for name, number in _recommended(insights)]
    return [*lines, "", f"Groups of fewer than {SMALLEST} cases are not shown."]


def insight_record(insights: Insights) -> dict[str, object]:
    """Make the record for programs; a course of "" stands for all others."""
    return {
        "smallest": SMALLEST,
        "courses": [asdict(group) for group in insights.groups],
        "recommended": dict(insights.recommended),
        "recommended_others": insights.others,
    }


# ------------------------------------------------------------------ in a chat


def insights_sheet(own: Insights, shared: Shared | None) -> Sheet:
    """Show what somebody decided, and what was decided where they are, if that is counted."""
    blocks = [heading(OWN), *_blocks(own)]
    buttons = [Button(does("picture", "own"), "Picture of mine")] if own.groups else []
    if shared is None:
        blocks.append(text("Nothing is counted for the whole workspace."))
    else:
        blocks += [heading(HERE), *_blocks(shared.insights), text(_PARTS[shared.part]), _how()]
        if shared.insights.groups:
            buttons.append(Button(does("picture", "here"), "Picture of all"))
        if shared.part != "apart":
            buttons.append(_choice(shared.part))
    return Sheet(Card(VERB, VERB, "Insights", tuple(blocks)), tuple(buttons), whole=does("show"))


def _choice(part: Part) -> Button:
    return Button(does("out"), "Stay out") if part == "in" else Button(does("in"), "Count mine too")


_PARTS = {
    "in": "Your decisions are counted in it.",
    "out": "Your decisions are not counted in it.",
    "untold": "Your decisions are not counted in it: the message about it has not reached you.",
    "apart": "Your decisions are not counted in it: you have not begun a case here.",
}


def _how() -> Block:
    return text(WHAT, HOW)


def _blocks(insights: Insights) -> list[Block]:
    if not insights.groups:
        return [text(NOTHING)]
    blocks = [rows(*((_name(group), _sentence(group)) for group in insights.groups))]
    if insights.recommended:
        said = ", ".join(f"{name} {number}" for name, number in _recommended(insights))
        blocks.append(text(f"What was recommended: {said}."))
    return blocks


def _sentence(group: Group) -> str:
    return "; ".join([f"{group.cases} cases", *_about(group)])


# ------------------------------------------------------------------ as a picture


def insight_chart(insights: Insights, title: str = OWN) -> Chart:
    """Make the chart: how often each course was chosen."""
    bars = tuple(Bar(_name(group), (group.cases,)) for group in insights.groups)
    return Chart(title, ("Cases",), bars)


def insight_alt(chart: Chart) -> str:
    """Say all that the picture shows; where that gets too long, the smallest courses are cut."""
    said = " ".join(f"{bar.label}: {bar.counts[0]}." for bar in chart.bars)
    text = f"Bar chart of cases by course: {chart.title}. {said}"
    return text if len(text) <= ALT_LENGTH else f"{text[: ALT_LENGTH - 1]}…"


# ------------------------------------------------------------------ what all say alike


def _name(group: Group) -> str:
    return group.course or OTHERS


def _recommended(insights: Insights) -> Sequence[tuple[str, int]]:
    rest = [("something else, or nothing", insights.others)] if insights.others else []
    return [*insights.recommended.items(), *rest]


def _about(group: Group) -> list[str]:
    lines = []
    if group.followed is not None:
        share = round(100 * group.followed / group.cases)
        lines.append(f"followed the recommendation: {group.followed} ({share} %)")
    lines += [f"{answer}: {number}" for answer, number in group.answers.items()]
    if group.rest:
        lines.append(f"Another answer, or none yet: {group.rest}")
    return lines
