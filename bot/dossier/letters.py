"""What a case's letters are made from: its answers and result, the drafts of its flow; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.decision.rule import DecisionRule
from bot.dossier.standing import Standing, standing
from bot.drafting.load import Vocabulary
from bot.drafting.model import Drafts, Slot
from bot.drafting.rule import drafting_of
from bot.drafting.writing import Letters
from bot.engine.model import Ask, Case, Flow, Judge
from bot.planning.entered import day_text, read_day
from bot.planning.load import RIDERS


def letters_of(flow: Flow, case: Case, drafts: Drafts) -> Letters:
    """Gather it; raises ``NotFound`` where the case has no result yet."""
    of, course = _for(flow)
    stands = standing(flow, case, of, course)
    rule = _rule(flow)
    if not of or rule is None:
        title = flow.title
        return Letters(
            case.name or case.id, stands.facts, drafts, course, course, {course: title}, {}
        )
    courses = {option.id: option.label for option in rule.options}
    return Letters(
        name=case.name or case.id,
        facts=stands.facts,
        drafts=drafts,
        course=stands.course,
        first=stands.recommended,
        courses=courses,
        forbidden={course: tuple(_reasons(rule, stands, course)) for course in _vetoed(stands)},
    )


def _for(flow: Flow) -> tuple[str, str]:
    """Tell which step decides on the courses of the letters ("": none), and the only course."""
    if drafting := drafting_of(flow):
        return drafting.of, drafting.course
    step = next((s for s in flow.steps if isinstance(s, Judge) and s.kind == "decide"), None)
    return step.id if step else "", ""


def _rule(flow: Flow) -> DecisionRule | None:
    of, _ = _for(flow)
    step = flow.step(of) if of else None
    rule = step.rule if isinstance(step, Judge) else None
    return rule if isinstance(rule, DecisionRule) else None


def _vetoed(stands: Standing) -> Iterator[str]:
    return iter(stands.outcome.data["vetoed"]) if stands.outcome else iter(())


def _reasons(rule: DecisionRule, stands: Standing, course: str) -> Iterator[str]:
    """Say each rule that forbids a course, with its reason."""
    assert stands.outcome
    gates, table, told = stands.outcome.data["vetoed"][course], rule.table, set[str]()
    for one in table.rules:
        gate = table.gates[one.gate]
        if gate.id in gates and gate.id not in told and one.when.holds(stands.facts):
            told.add(gate.id)
            yield f"{gate.title}: {one.reason}"
    yield from (rule.names.get(gate, gate) for gate in gates if gate not in told)


def vocabulary(flow: Flow) -> Vocabulary:
    """Say what drafts of a flow may refer to."""
    asks = [step for step in flow.steps if isinstance(step, Ask)]
    facts = {ask.id: frozenset(option.id for option in ask.options) for ask in asks}
    rule, (_, course) = _rule(flow), _for(flow)
    if rule is None:
        return Vocabulary((course,) if course else (), facts)
    facts[RIDERS] = frozenset(rider.id for rider in rule.table.riders)
    return Vocabulary(tuple(rule.table.number), facts)


# ------------------------------------------------------------------ slots


def read_value(slot: Slot, said: str, at: datetime) -> str:
    """Read what was said for a slot, a date in any wording; raises ``WrongUse``."""
    text = said.strip()
    return day_text(read_day(text, at)) if slot.kind == "date" and text else text
