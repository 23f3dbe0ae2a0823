"""Where a case stands in its flow: one pass over the steps, the hottest code there is.

There is no stored cursor. What is visible, what is known and which question is next all follow
from the answers, so back, edit, skip logic and new flow versions need no code of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from bot.engine.check import RUN
from bot.engine.conditions import ALWAYS
from bot.engine.model import (
    SKIPPED,
    Ask,
    Case,
    Facts,
    Flow,
    Judge,
    Option,
    Outcome,
    Say,
    Step,
    Value,
)


@dataclass(frozen=True, slots=True)
class Survey:
    """The result of the pass.

    ``asks`` are the visible questions in order, ``at`` the one to ask now (None: none is left),
    ``cards`` the visible cards before it, ``outcomes`` those of the steps reached, ``done`` and
    ``of`` the progress.
    """

    facts: Facts
    asks: tuple[Ask, ...]
    at: Ask | None
    cards: tuple[Say | Judge, ...]
    outcomes: dict[str, Outcome]
    done: int
    of: int


def survey(flow: Flow, case: Case) -> Survey:
    """Look at every step of the flow with the case's answers; pure."""
    walk = _Walk(case)
    for place, step in enumerate(flow.steps):
        if step.when is not ALWAYS and not walk.sees(step):
            continue
        if type(step) is Ask:
            walk.ask(place, step)
        elif type(step) is Judge:
            walk.judge(place, step)
        else:
            walk.cards.append((place, cast(Say, step)))
    return walk.result(flow)


class _Walk:
    """What has been seen so far on the way through the steps."""

    __slots__ = (
        "asks",
        "cards",
        "case",
        "counted",
        "facts",
        "of",
        "outcomes",
        "unknown",
        "waiting",
    )

    def __init__(self, case: Case) -> None:
        self.case = case
        self.facts: dict[str, Value] = {RUN: "again" if case.earlier else "first"}
        self.asks: list[Ask] = []
        self.cards: list[tuple[int, Say | Judge]] = []
        self.outcomes: dict[str, Outcome] = {}
        self.unknown: set[str] = set()  # facts that may still come and change what is visible
        self.waiting: list[tuple[int, Ask]] = []
        self.counted: list[int] = []
        self.of = 0

    def sees(self, step: Step) -> bool:
        """Say whether the step is visible; count a question that may still become so."""
        visible = step.when.holds(self.facts)
        if not visible and type(step) is Ask and not self.unknown.isdisjoint(step.looks_at):
            may, _ = step.when.may(self.facts, self.unknown)
            if may:
                self.of += step.counted
                self.expect(step)
        return visible

    def ask(self, place: int, step: Ask) -> None:
        if step.given and self.give(step):
            return
        self.asks.append(step)
        self.of += step.counted
        value = self.case.answers.get(step.id)
        if step.permitted and value is not None and not self.allows(step, value):
            value = None
        if value is not None:
            self.settle(step, value)
        elif step.id not in self.facts:
            self.waiting.append((place, step))
            self.expect(step)
            return
        if step.counted:
            self.counted.append(place)

    def settle(self, step: Ask, value: Value) -> None:
        if value == SKIPPED:
            return
        self.facts[step.id] = value
        if step.sets and isinstance(value, str):
            for target, follows in step.sets.get(value, ()):
                self.facts.setdefault(target, follows)

    def give(self, step: Ask) -> bool:
        for value, condition in step.given:
            if condition.holds(self.facts):
                self.facts[step.id] = value
                return True
        return False

    def allows(self, step: Ask, value: Value) -> bool:
        return value == SKIPPED or any(o.id == value for o in options_of(step, self.outcomes))

    def expect(self, step: Ask) -> None:
        self.unknown.add(step.id)
        for pairs in step.sets.values():
            self.unknown.update(target for target, _ in pairs)

    def judge(self, place: int, step: Judge) -> None:
        if any(ask.id not in self.facts for _, ask in self.waiting):
            self.unknown.update(fact for fact, _ in step.rule.provides)
            return
        outcome = self.case.outcomes.get(step.id) or step.rule.evaluate(self.facts)
        self.outcomes[step.id] = outcome
        self.facts.update(outcome.facts)
        self.cards.append((place, step))

    def result(self, flow: Flow) -> Survey:
        at, here = self.position(flow)
        settled = [p for p, ask in self.waiting if ask.counted and ask.id in self.facts]
        return Survey(
            self.facts,
            tuple(self.asks),
            at,
            tuple(card for place, card in self.cards if place < here),
            self.outcomes,
            sum(1 for place in (*self.counted, *settled) if place < here),
            self.of,
        )

    def position(self, flow: Flow) -> tuple[Ask | None, int]:
        if self.case.reopened:
            for ask in self.asks:
                if ask.id == self.case.reopened:
                    return ask, flow.index[ask.id]
        for place, ask in self.waiting:
            if ask.id not in self.facts:
                return ask, place
        return None, len(flow.steps)


def options_of(ask: Ask, outcomes: Mapping[str, Outcome]) -> tuple[Option, ...]:
    """List the options a question has now: lent ones narrowed and ordered by what is permitted."""
    if not ask.permitted:
        return ask.options
    outcome = outcomes.get(ask.options_from)
    order = outcome.options if outcome else ()
    lent = {option.id: option for option in ask.options if option.id in ask.lent}
    own = tuple(option for option in ask.options if option.id not in ask.lent)
    return tuple(lent[option_id] for option_id in order if option_id in lent) + own
