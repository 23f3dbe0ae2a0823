"""What a card is made from: the result, the answers, and what people read for ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.decision.evaluate import FIRST_LOOK, RULE, first_course
from bot.decision.gates import applying, held_rules
from bot.decision.table import Course, GateRule, Table
from bot.decision.wording import Labels
from bot.engine.model import Telling


@dataclass(frozen=True, slots=True)
class Showing:
    """All that the card is made from. ``data`` is the result's JSON form, ``facts`` the answers."""

    labels: Labels
    data: Mapping[str, Any]
    facts: Mapping[str, object]
    telling: Telling
    guess: str | None
    first_look: tuple[str, int] | None
    brief: bool

    @property
    def table(self) -> Table:
        """The table behind the labels."""
        return self.labels.table

    @property
    def first(self) -> Course:
        """The course that comes first."""
        return self.table.course(self.data["order"][0])

    @property
    def ruled(self) -> bool:
        """Whether a rule decides, so that no points are shown."""
        return bool(self.data["confidence"]["label"] == RULE)


def most_open_question(table: Table, facts: Mapping[str, object]) -> tuple[str, int] | None:
    """Find the unanswered question most able to change the first course, and in how many ways.

    Most answers that would, then the higher weight, then the table's order; None if all are known.
    """
    first = first_course(table, facts)
    found = []
    for factor in table.factors:
        if facts.get(factor.id) in (None, ()):
            trials = ({**facts, factor.id: option} for option in factor.rows)
            count = sum(first_course(table, trial) != first for trial in trials)
            found.append((-count, -factor.weight, factor.place, factor.id))
    if not found:
        return None
    count, _, _, question = min(found)
    return question, -count


def card_data(showing: Showing) -> dict[str, Any]:
    """Give the JSON form with the label people see."""
    data = dict(showing.data)
    if showing.first_look:
        data["confidence"] = {**data["confidence"], "label": FIRST_LOOK}
        data["first_look"] = list(showing.first_look)
    return data


def applied(showing: Showing) -> list[GateRule]:
    """List the gates' rules that hold, in the table's order."""
    return list(applying(showing.table, held_rules(showing.table, showing.facts)))
