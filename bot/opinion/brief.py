"""The brief: what a team is shown of a case, and what the rules say of it alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.engine.model import Ask, Case, Facts, Flow, Judge, Outcome, Rule
from bot.engine.offer import offer_of
from bot.engine.show import label
from bot.engine.survey import survey
from bot.opinion.consult import Consultation
from bot.opinion.model import Brief, Course, Fact, Standing


def consultation_of(flow: Flow) -> Consultation | None:
    """Find what a flow says about asking the team; None if it says nothing."""
    return offer_of(flow, Consultation)


def build(flow: Flow, case: Case, consultation: Consultation, taken: Collection[str]) -> Brief:
    """Build the brief of a case as it stands; ``taken`` are code names in use already."""
    facts = survey(flow, case).facts
    names = _judge(flow, consultation).rule.names
    shown = _facts(consultation.asks, names, consultation.shown, facts)
    offered = _facts(consultation.asks, names, consultation.offered, facts)
    about = next((fact.answer for fact in shown if fact.question == consultation.about), "")
    return Brief(
        code_name=code_name(flow, case, taken),
        field=about,
        facts=shown,
        offered=offered,
        courses=courses(flow, consultation),
        missed=consultation.missed,
        flow=flow.id,
        version=case.version,
    )


def _facts(
    asks: Mapping[str, Ask], names: Mapping[str, str], questions: Sequence[str], facts: Facts
) -> tuple[Fact, ...]:
    found = []
    for question in questions:
        ask, value = asks[question], facts.get(question)
        if isinstance(value, str) and ask.option(value):
            called = names.get(question, ask.text)
            found.append(Fact(question, called, value, label(ask, value), ask.sensitive))
    return tuple(found)


def courses(flow: Flow, consultation: Consultation) -> tuple[Course, ...]:
    """List the courses that are voted on, in the order of their table."""
    options = _judge(flow, consultation).rule.options
    return tuple(Course(o.id, o.label, consultation.sides.get(o.id, "")) for o in options)


def code_name(flow: Flow, case: Case, taken: Collection[str]) -> str:
    """Draw a name for the client that is not the asker's own; the same case and names, the same."""
    own = case.name.casefold()
    others = [name for name in flow.nicknames if name and name.casefold() not in own]
    names = [flow.name_pattern.format(nickname=name) for name in others]
    free = [name for name in names if name not in taken]
    if free:
        return free[sum(case.id.encode()) % len(free)]
    number = 1
    while f"Client {number}" in taken or f"client {number}" == own:
        number += 1
    return f"Client {number}"


def standing(flow: Flow, case: Case, consultation: Consultation) -> Standing:
    """Say what rules and answers come to as the case stands, also before its result is reached."""
    seen, judge = survey(flow, case), _judge(flow, consultation)
    reached = seen.outcomes.get(judge.id)
    outcome = reached or judge.rule.evaluate(seen.facts)
    return standing_of(judge.rule, outcome, whole=reached is not None)


def standing_of(rule: Rule, outcome: Outcome, *, whole: bool = True) -> Standing:
    """Take out of a decision's outcome what a team's votes are weighed beside."""
    names, data = rule.names, outcome.data
    return Standing(
        order=tuple(data["order"]),
        scores=dict(data["scores"]),
        vetoed={
            course: tuple(names.get(rule, rule) for rule in rules)
            for course, rules in data["vetoed"].items()
        },
        forced=data["forced"][0] if data["forced"] else "",
        rules=outcome.rules,
        whole=whole,
    )


def people_only(flow: Flow, case: Case, consultation: Consultation) -> bool:
    """Say whether only named people may be asked, as where somebody is in danger."""
    condition = consultation.people_only
    return condition is not None and condition.holds(survey(flow, case).facts)


def has_changed(brief: Brief, now: Brief) -> bool:
    """Say whether what the team was shown is no longer what the case says."""
    current = {fact.question: fact.value for fact in (*now.facts, *now.offered)}
    return any(current.get(fact.question) != fact.value for fact in brief.shown)


def renewed(brief: Brief, now: Brief) -> Brief:
    """Give a draft's brief with the facts as they are now, as far as its ticks still mean any."""
    offered = {fact.question for fact in now.offered}
    ticked = tuple(question for question in brief.ticked if question in offered)
    return replace(now, code_name=brief.code_name, note=brief.note, ticked=ticked)


def frozen(brief: Brief) -> Brief:
    """Keep of a brief what is shown alone, for when it is posted."""
    return replace(brief, facts=brief.shown, offered=(), ticked=())


def _judge(flow: Flow, consultation: Consultation) -> Judge:
    step = flow.step(consultation.of)
    assert isinstance(step, Judge)  # the whole flow was checked when it was loaded
    return step
