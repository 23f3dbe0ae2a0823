"""Where a case stands in its flow: one pass over the steps, the hottest code there is.

There is no stored cursor. What is visible, what is known and which question is next all follow
from the answers, so back, edit, skip logic and new flow versions need no code of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine.check import RUN
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
    answers, facts, asks, visible = case.answers, walk.facts, walk.asks, walk.visible
    of = 0
    # The common case is spelled out here: this loop is most of what a turn costs.
    for place, step in enumerate(flow.steps):
        seen = visible.get(id(step.when))
        if seen is None:
            seen = visible[id(step.when)] = step.when.holds(facts)
        if not seen:
            if walk.unknown and walk.may_come(step):
                of += 1
        elif type(step) is not Ask:
            walk.card(place, step)
        elif not (step.given and walk.give(step)):
            asks.append(step)
            of += step.counted
            value = answers.get(step.id)
            if value is None or step.sets or step.permitted:
                walk.settle(place, step, value)
            else:
                if value != SKIPPED:
                    facts[step.id] = value
                    if step.id in flow.looked_at:
                        visible.clear()
                if step.counted:
                    walk.counted.append(place)
    return walk.result(flow, of)


def editable(seen: Survey) -> list[Ask]:
    """List the visible questions that a person is asked, as the review numbers them."""
    return [ask for ask in seen.asks if not ask.preset]


def asked(flow: Flow, case: Case) -> Ask | None:
    """Find the question that was asked last, if one is open; the turn vouches that it still is."""
    step = flow.step(case.at)
    return step if case.status == "open" and isinstance(step, Ask) else None


class _Walk:
    """What has been seen so far on the way through the steps.

    ``visible`` remembers what each condition came to (many steps share one, by its identity) until
    a fact changes that some condition looks at.
    """

    __slots__ = (
        "asks",
        "cards",
        "case",
        "counted",
        "facts",
        "outcomes",
        "unknown",
        "visible",
        "waiting",
    )

    def __init__(self, case: Case) -> None:
        self.case = case
        self.facts: dict[str, Value] = {RUN: "again" if case.earlier else "first"}
        self.asks: list[Ask] = []
        self.cards: list[tuple[int, Say | Judge]] = []
        self.outcomes: dict[str, Outcome] = {}
        self.visible: dict[int, bool] = {}
        self.unknown: set[str] = set()  # facts that may still come and change what is visible
        self.waiting: list[tuple[int, Ask]] = []
        self.counted: list[int] = []

    def may_come(self, step: Step) -> bool:
        """Say whether a hidden step is a counted question that may still become visible."""
        if type(step) is not Ask or self.unknown.isdisjoint(step.looks_at):
            return False
        may, _ = step.when.may(self.facts, self.unknown)
        if may:
            self.expect(step)
        return may and step.counted

    def settle(self, place: int, step: Ask, value: Value | None) -> None:
        """Take a visible question's answer, or note that it waits for one."""
        if value is not None and step.permitted and not self.allows(step, value):
            value = None
        if value is not None:
            if value != SKIPPED:
                self.facts[step.id] = value
                self.follow(step, value)
                self.visible.clear()
        elif step.id not in self.facts:
            self.waiting.append((place, step))
            self.expect(step)
            return
        if step.counted:
            self.counted.append(place)

    def follow(self, step: Ask, value: Value) -> None:
        if isinstance(value, str):
            for target, follows in step.sets.get(value, ()):
                self.facts.setdefault(target, follows)

    def give(self, step: Ask) -> bool:
        for value, condition in step.given:
            if condition.holds(self.facts):
                self.facts[step.id] = value
                self.visible.clear()
                return True
        return False

    def allows(self, step: Ask, value: Value) -> bool:
        return value == SKIPPED or any(o.id == value for o in options_of(step, self.outcomes))

    def expect(self, step: Ask) -> None:
        self.unknown.add(step.id)
        for pairs in step.sets.values():
            self.unknown.update(target for target, _ in pairs)

    def card(self, place: int, step: Step) -> None:
        if isinstance(step, Say):
            self.cards.append((place, step))
            return
        assert isinstance(step, Judge)
        if any(ask.id not in self.facts for _, ask in self.waiting):
            self.unknown.update(fact for fact, _ in step.rule.provides)
            return
        outcome = self.case.outcomes.get(step.id) or step.rule.evaluate(self.facts)
        self.outcomes[step.id] = outcome
        self.facts.update(outcome.facts)
        self.visible.clear()
        self.cards.append((place, step))

    def result(self, flow: Flow, of: int) -> Survey:
        at, here = self.position(flow)
        settled = [p for p, ask in self.waiting if ask.counted and ask.id in self.facts]
        return Survey(
            self.facts,
            tuple(self.asks),
            at,
            tuple(card for place, card in self.cards if place < here),
            self.outcomes,
            sum(1 for place in (*self.counted, *settled) if place < here),
            of,
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
