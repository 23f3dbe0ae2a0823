"""Where a case stands in its flow: one pass over the steps, the hottest code there is.

There is no stored cursor. What is visible, what is known and which question is next all follow
from the answers, so back, edit, skip logic and new flow versions need no code of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.engine.check import RUN
from bot.engine.model import (
    SKIPPED,
    Ask,
    Case,
    Entry,
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
    # The common case is spelled out here: this loop is most of what a turn costs.
    for place, key, when, step, step_id, plain, counted, looked_at in flow.plan:
        seen = visible.get(key)
        if seen is None:
            seen = visible[key] = when.holds(facts)
        if not seen:
            if walk.unknown:
                walk.may_come(step)
        elif plain:
            asks.append(step)
            value = answers.get(step_id)
            if value is None and step_id not in facts:
                walk.waiting.append((place, step))
                walk.unknown.add(step_id)
                continue
            if value is not None and value != SKIPPED:
                facts[step_id] = value
                if looked_at:
                    visible.clear()
            if counted:
                walk.counted.append(place)
        elif type(step) is Ask:
            walk.ask(place, step)
        else:
            walk.card(place, step)
    return walk.result(flow)


def plan_of(steps: Sequence[Step]) -> tuple[Entry, ...]:
    """Lay out what the pass needs of each step side by side; made once when a flow is loaded."""
    looked_at = frozenset[str]().union(*(step.looks_at for step in steps))
    return tuple(
        (
            place,
            id(step.when),  # steps that share a named condition share its object
            step.when,
            step,
            step.id,
            isinstance(step, Ask) and not (step.given or step.sets or step.permitted),
            isinstance(step, Ask) and step.counted,
            step.id in looked_at,
        )
        for place, step in enumerate(steps)
    )


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
        "hoped",
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
        self.hoped = 0

    def may_come(self, step: Step) -> None:
        """Count a hidden question that may still become visible."""
        if type(step) is not Ask or self.unknown.isdisjoint(step.looks_at):
            return
        may, _ = step.when.may(self.facts, self.unknown)
        if may:
            self.hoped += step.counted
            self.expect(step)

    def ask(self, place: int, step: Ask) -> None:
        """Take a visible question's answer, or note that it waits for one."""
        if step.given and self.give(step):
            return
        self.asks.append(step)
        value = self.case.answers.get(step.id)
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
            self.hoped + sum(1 for ask in self.asks if ask.counted),
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
