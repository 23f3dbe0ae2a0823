"""What a letter is made from: a case's answers and result, and the drafts of its flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.commands.finding import no_such
from bot.commands.judging import KIND, short
from bot.commands.wiring import Library
from bot.decision.rule import DecisionRule
from bot.dossier.documents import decision_of
from bot.drafting.compose import media_of
from bot.drafting.load import Vocabulary, has_drafts, load_drafts
from bot.drafting.model import Drafts, Medium, Slot
from bot.engine.days import find_days
from bot.engine.model import Ask, Case, Flow, Judge, Outcome
from bot.engine.survey import survey
from bot.errors import CrossroadsError, WrongUse

RIDERS = "riders"
"""The fact under which conditions of drafts see the must-do lines of a result."""


@dataclass(frozen=True, slots=True)
class Letters:
    """A case that has a result, its drafts, and the course that stands: decided, or first."""

    name: str
    rule: DecisionRule
    outcome: Outcome
    facts: Mapping[str, object]
    drafts: Drafts
    course: str

    def chosen(self, wanted: str) -> str:
        """Give the course that is meant; raises where there is none, or a rule forbids it."""
        courses = {course.casefold(): course for course in self.rule.table.number}
        course = courses.get(wanted.casefold(), wanted) if wanted else self.course
        if course not in self.rule.table.number:
            raise no_such("course", short(wanted), list(self.rule.table.number))
        if reasons := list(self.forbidden(course)):
            label = self.label(course)
            raise CrossroadsError(
                f"No draft is made for “{label}”: a rule forbids it here. {' '.join(reasons)}",
                f"For your answers there is “{self.label(self.outcome.options[0])}”.",
            )
        return course

    def forbidden(self, course: str) -> Iterator[str]:
        """Say each rule that forbids a course, with its reason."""
        gates = self.outcome.data["vetoed"].get(course, ())
        table, told = self.rule.table, set()
        for rule in table.rules:
            gate = table.gates[rule.gate]
            if gate.id in gates and gate.id not in told and rule.when.holds(self.facts):
                told.add(gate.id)
                yield f"{gate.title}: {rule.reason}"
        yield from (self.rule.names.get(gate, gate) for gate in gates if gate not in told)

    def medium(self, course: str, wanted: str) -> Medium:
        """Give the medium that is meant, else the first that is not hidden; raises if it is."""
        found = list(media_of(self.drafts, course, self.facts))
        if not found:
            raise CrossroadsError(f"There are no drafts for “{self.label(course)}”.")
        named = {medium.id: (medium, hidden) for medium, hidden in found}
        if not wanted:
            return next((medium for medium, hidden in found if not hidden), found[0][0])
        if wanted not in named:
            raise no_such("medium", short(wanted), list(named))
        medium, hidden = named[wanted]
        if hidden:
            raise CrossroadsError(f"“{medium.label}” is not offered here. {hidden}")
        return medium

    def label(self, course: str) -> str:
        """Give a course's name for people."""
        return self.rule.table.course(course).label


def letters_of(library: Library, flow: Flow, case: Case) -> Letters:
    """Gather it; raises where the case has no result yet, or its flow no drafts."""
    seen = survey(flow, case)
    reached = (s for s in flow.steps if isinstance(s, Judge) and s.id in seen.outcomes)
    judge = next((step for step in reached if isinstance(step.rule, DecisionRule)), None)
    if judge is None or judge.kind != KIND or not isinstance(judge.rule, DecisionRule):
        raise CrossroadsError(
            f"“{case.name or case.id}” has no result yet.",
            f"“crossroads resume {case.id}” goes on with it.",
        )
    outcome = seen.outcomes[judge.id]
    decision = decision_of(flow, case, seen)
    decided = str(decision.value) if decision else ""
    return Letters(
        name=case.name or case.id,
        rule=judge.rule,
        outcome=outcome,
        facts={**seen.facts, RIDERS: tuple(outcome.data["riders"])},
        drafts=drafts_in(library, flow.id),
        course=decided if decided in judge.rule.table.number else outcome.options[0],
    )


def drafts_in(library: Library, flow_id: str) -> Drafts:
    """Load the drafts of a flow as they are now; raises ``FlowErrors``, or where there are none."""
    if flow_id in library.broken:
        raise library.broken[flow_id]
    if flow_id not in library.flows:
        raise no_such("flow", short(flow_id), list(library.flows))
    flow = library.flows[flow_id]
    files = library.files[flow.version]
    if not has_drafts(files):
        raise CrossroadsError(f"The flow “{flow_id}” has no drafts.", "docs/letters.md says how.")
    return load_drafts(files, vocabulary(flow))


def vocabulary(flow: Flow) -> Vocabulary:
    """Say what drafts of a flow may refer to."""
    asks = [step for step in flow.steps if isinstance(step, Ask)]
    facts = {ask.id: frozenset(option.id for option in ask.options) for ask in asks}
    courses: tuple[str, ...] = ()
    for step in flow.steps:
        if isinstance(step, Judge) and isinstance(step.rule, DecisionRule):
            courses = tuple(step.rule.table.number)
            facts[RIDERS] = frozenset(rider.id for rider in step.rule.table.riders)
    return Vocabulary(courses, facts)


# ------------------------------------------------------------------ versions

_VERSION = "=== Version "


def next_version(before: str, text: str, about: str) -> tuple[int, str]:
    """Add a text to a file of versions; gives its number and the whole file."""
    number = before.count(f"\n{_VERSION}") + before.startswith(_VERSION) + 1
    earlier = before.rstrip("\n") + "\n\n" if before else ""
    return number, f"{earlier}{_VERSION}{number}: {about}\n\n{text}\n"


def last_version(text: str) -> str:
    """Give the last text in a file of versions; any other text as it is."""
    if not text.startswith(_VERSION):
        return text
    return f"\n{text}".rpartition(f"\n{_VERSION}")[2].partition("\n")[2].strip()


# ------------------------------------------------------------------ slots


def read_slots(drafts: Drafts, pairs: list[str], at: datetime) -> dict[str, str]:
    """Read ``slot=value`` pairs; raises ``WrongUse`` with the nearest legal name."""
    values = {}
    for pair in pairs:
        slot, equals, value = pair.partition("=")
        slot = slot.strip()
        if not equals:
            raise WrongUse(f"“{short(pair)}” sets nothing.", "Write it as slot=value.")
        if slot not in drafts.slots:
            raise no_such("slot", short(slot), list(drafts.slots))
        values[slot] = read_value(drafts.slots[slot], value, at)
    return values


def read_value(slot: Slot, said: str, at: datetime) -> str:
    """Read what was said for a slot, a date in any wording; raises ``WrongUse``."""
    text = said.strip()
    if slot.kind != "date" or not text:
        return text
    days = find_days(text, at)
    if not days:
        raise WrongUse(f"“{short(text)}” is no day I can read.", "Write it as 31 March 2026.")
    if len(days) > 1:
        named = " or ".join(day_text(day) for day in days)
        raise WrongUse(f"“{short(text)}” may be {named}.", "Write the month as a word.")
    return day_text(days[0])


def day_text(day: date) -> str:
    """Write a day as letters have it."""
    return f"{day.day} {day:%B %Y}"
