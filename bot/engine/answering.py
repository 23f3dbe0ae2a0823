"""What becomes of an answer: taken, missed, kept, skipped, or reopened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.engine.answers import Unclear, read_value
from bot.engine.commit import commit, iso, refuse
from bot.engine.life import pause, sleep
from bot.engine.model import SKIPPED, Ask, Case, Flow, Outcome, Show, Tell, Turn, Value, evolve
from bot.engine.show import view
from bot.engine.survey import Survey, editable, options_of

MOST_NAME = 60
"""Characters of a case's name."""


def accept(flow: Flow, case: Case, ask: Ask, value: Value, at: datetime) -> Turn:
    """Take the answer to the question asked now, with all that follows from it."""
    option = ask.option(value) if ask.input == "choice" else None
    if option and option.does == "pause":
        return pause(flow, case, at)
    if option and option.does == "sleep":
        return sleep(flow, case, at)
    answers, offered = dict(case.answers), dict(case.offered)
    old = answers.get(ask.id)
    answers[ask.id] = value
    offered.pop(ask.id, None)
    changed = {ask.id}
    if old is not None and old != value:
        for other in flow.dependents.get(ask.id, ()):
            if other in answers:
                offered[other] = answers.pop(other)
    if option:
        answers.update(option.revises)
        changed.update(question for question, _ in option.revises)
    name = case.name
    if ask.id == flow.name_step and isinstance(value, str):
        name = value[:MOST_NAME]
    after = evolve(
        case,
        answers=answers,
        offered=offered,
        name=name,
        reopened="",
        outcomes=_still_true(flow, case.outcomes, changed),
    )
    return commit(flow, case, after, at)


def _still_true(
    flow: Flow, outcomes: Mapping[str, Outcome], changed: set[str]
) -> Mapping[str, Outcome]:
    """Keep the outcomes of the steps that stand before every changed question."""
    if not outcomes:
        return outcomes
    first = min(flow.index[question] for question in changed)
    return {step: outcome for step, outcome in outcomes.items() if flow.index[step] < first}


def missed(flow: Flow, case: Case, ask: Ask, reading: Unclear, at: datetime) -> Turn:
    """Say why an answer could not be taken; after two misses, how to answer by number."""
    misses = case.misses + 1
    text = reading.text
    if misses >= 2 and ask.input in {"choice", "many"}:
        text += " You can answer with the number in front of an answer." + _way_out(ask)
    after = evolve(case, misses=misses, revision=case.revision + 1, touched=iso(at))
    tell = Tell(reading.code, text, mistake=True, choices=reading.choices)
    return Turn(after, (tell, Show(view(flow, after))))


def _way_out(ask: Ask) -> str:
    unsure = next((option for option in ask.options if option.unsure), None)
    if unsure:
        return f" Not sure? Choose “{unsure.label}”."
    return "" if ask.required else " Not sure? Write “skip”."


def offered(flow: Flow, case: Case, ask: Ask) -> Value | None:
    """Find the old answer that a question offers to keep."""
    old = case.answers.get(ask.id, case.offered.get(ask.id))
    if old is None and ask.id == flow.name_step and case.name:
        return case.name
    return old


def keep(flow: Flow, case: Case, ask: Ask, at: datetime) -> Turn:
    """Take the old answer that is offered."""
    old = offered(flow, case, ask)
    if old is None:
        return refuse(flow, case, "There is no earlier answer to keep here.")
    options = options_of(ask, case.outcomes)
    reading = read_value(ask, options, None if old == SKIPPED else old, at)
    if isinstance(reading, Unclear):
        return refuse(flow, case, "The earlier answer is no longer among the answers.")
    return accept(flow, case, ask, reading.value, at)


def skip(flow: Flow, case: Case, ask: Ask, at: datetime) -> Turn:
    """Go on without an answer, where that is allowed."""
    if ask.required:
        return refuse(
            flow, case, "This question cannot be skipped: too much hangs on it. “why” says what."
        )
    if case.reopened and case.reopened in case.answers:
        return commit(flow, case, evolve(case, reopened=""), at)
    return accept(flow, case, ask, SKIPPED, at)


def back(flow: Flow, case: Case, seen: Survey, at: datetime) -> Turn:
    """Reopen the answered question before this one."""
    before = [ask for ask in editable(seen) if ask.id in case.answers]
    if seen.at is not None:
        here = flow.index[seen.at.id]
        before = [ask for ask in before if flow.index[ask.id] < here]
    if not before:
        return refuse(flow, case, "This is the first question; there is nothing before it.")
    return commit(flow, case, evolve(case, reopened=before[-1].id, status="open"), at)


def edit(flow: Flow, case: Case, seen: Survey, target: str, at: datetime) -> Turn:
    """Reopen the question with this number in the review, or this id."""
    numbered = enumerate(editable(seen), 1)
    found = [ask for number, ask in numbered if target in {str(number), ask.id}]
    if not found or (found[0].id not in case.answers and found[0].id not in seen.facts):
        return refuse(flow, case, "There is no such answer; “review” lists them by number.")
    return commit(flow, case, evolve(case, reopened=found[0].id, status="open"), at)
