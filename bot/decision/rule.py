"""The ``decide`` step: compiled at load, evaluated on answers, presented as cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from bot.decision.card import annexed_blocks, recorded_blocks, result_blocks
from bot.decision.compile import Compiling, read_condition, validate
from bot.decision.evaluate import LABELS, RULE, evaluate, known_facts
from bot.decision.faults import Faults
from bot.decision.questions import Questions, Use
from bot.decision.showing import Showing, card_data, most_open_question
from bot.decision.table import Table
from bot.decision.wording import Labels
from bot.decision.working import working_blocks
from bot.decision.written import WrittenStep
from bot.engine.conditions import AnyOf, Condition
from bot.engine.kinds import KindSource
from bot.engine.model import Ask, Card, Facts, Option, Outcome, Rule, Telling
from bot.errors import FlowErrors

NEVER: Condition = AnyOf(())
WORDS: Mapping[str, str] = {"working": "show the working", "result": "show the result again"}
Needs = tuple[tuple[str, frozenset[str | None]], ...]


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """A decision table at its place in a flow.

    ``guess`` is the question for the person's own guess; while ``first_look`` holds the label FIRST
    LOOK replaces the others, while ``brief`` holds the card leaves out runner-up and guess.
    """

    step: str
    table: Table
    asks: Mapping[str, Ask]
    needs: Needs
    guess: str | None = None
    first_look: Condition = NEVER
    brief: Condition = NEVER

    @property
    def version(self) -> str:
        """The hash of the rule set."""
        return self.table.hash

    @property
    def provides(self) -> tuple[tuple[str, frozenset[str] | None], ...]:
        """The first course, the computed label, and whether the course is hard to take back."""
        return (
            (self.step, frozenset(self.table.number)),
            (f"{self.step}.label", LABELS),
            (f"{self.step}.irreversible", frozenset({"yes", "no"})),
        )

    @property
    def options(self) -> tuple[Option, ...]:
        """All courses, in the table's order."""
        return tuple(Option(course.id, course.label) for course in self.table.courses)

    @property
    def words(self) -> Mapping[str, str]:
        """Words for the working and the card itself."""
        return WORDS

    @property
    def names(self) -> Mapping[str, str]:
        """Titles of the factors and gates."""
        factors = {factor.id: factor.title for factor in self.table.factors}
        return factors | {gate.id: gate.title for gate in self.table.gates}

    def evaluate(self, facts: Facts) -> Outcome:
        """Judge the answers."""
        result = evaluate(self.table, facts)
        first = self.table.courses[self.table.number[result.order[0]]]
        return Outcome(
            rules=self.table.hash,
            data=result.form(self.table),
            facts={
                self.step: first.id,
                f"{self.step}.label": result.confidence.label,
                f"{self.step}.irreversible": "yes" if first.irreversible else "no",
            },
            options=result.order,
        )

    def present(self, outcome: Outcome, telling: Telling) -> Card:
        """Make the result card."""
        showing = self._showing(outcome, telling)
        return Card(
            step=self.step,
            kind="result",
            title=_title(telling.name, showing.first.label),
            blocks=tuple(result_blocks(showing)),
            tone="safety" if showing.brief else "plain",
            data=card_data(showing),
        )

    def tell(self, word: str, outcome: Outcome, telling: Telling) -> Card:
        """Make the card for one of ``words``: the working, or the result again."""
        if word != "working":
            return self.present(outcome, telling)
        showing = self._showing(outcome, telling)
        return Card(
            step=self.step,
            kind="working",
            title=f"The working: {_title(telling.name, showing.first.label)}",
            blocks=tuple(working_blocks(showing)),
            data=card_data(showing),
        )

    def record(self, outcome: Outcome, telling: Telling) -> tuple[Card, Card]:
        """Make the result as a record has it: what is signed, and what is put behind it."""
        showing = self._showing(outcome, telling)
        title = f"Recommended: {showing.first.label}"
        return (
            Card(self.step, "result", title, tuple(recorded_blocks(showing))),
            Card(self.step, "weighed", "What else was weighed", tuple(annexed_blocks(showing))),
        )

    def _showing(self, outcome: Outcome, telling: Telling) -> Showing:
        ruled = outcome.data["confidence"]["label"] == RULE
        looking = not ruled and self.first_look.holds(telling.facts)
        facts = known_facts(telling.facts)
        return Showing(
            labels=Labels(self.table, self.asks),
            data=outcome.data,
            facts=facts,
            telling=telling,
            guess=self.guess,
            first_look=most_open_question(self.table, facts) if looking else None,
            brief=self.brief.holds(telling.facts),
        )


def _title(name: str, course: str) -> str:
    return f"{name}: {course}" if name else course


def compile_decision(source: KindSource) -> Rule:
    """Compile a ``decide`` step and its table; raises ``FlowErrors`` with every mistake found."""
    step_faults = Faults(source.document)
    step = validate(WrittenStep, source.data, source.path, step_faults)
    if step is None:
        raise FlowErrors(step_faults.found)
    compiling = Compiling(source.read(step.table))
    table = compiling.table()
    uses = [*compiling.uses, *_step_uses(source, step, step_faults)]
    _check_questions(source, step, compiling, uses, step_faults)
    found = step_faults.found + compiling.faults.found
    if found or table is None:
        raise FlowErrors(found)
    first_look, brief = (use.when for use in uses[-2:])
    return DecisionRule(
        step=source.id,
        table=table,
        asks=source.asks,
        needs=_needs(table, uses, step.gut),
        guess=step.gut,
        first_look=first_look,
        brief=brief,
    )


def _step_uses(source: KindSource, step: WrittenStep, faults: Faults) -> list[Use]:
    """Parse the step's own conditions; one that is not written never holds."""
    uses = []
    for name, data in (("first_look", step.first_look), ("brief", step.brief)):
        path = (*source.path, name)
        when = NEVER if data is None else read_condition(data, path, source.named, faults)
        uses.append(Use(faults, path, data, when))
    return uses


def _check_questions(
    source: KindSource,
    step: WrittenStep,
    compiling: Compiling,
    uses: list[Use],
    step_faults: Faults,
) -> None:
    questions = Questions(source.asks, source.earlier)
    questions.check_uses(uses)
    if step.gut is not None:
        path = (*source.path, "gut")
        questions.check_guess(step_faults, path, source.id, step.gut)
    if compiling.written is not None:
        questions.check_factors(compiling.written, compiling.faults)
        questions.check_values(compiling.written, compiling.faults)


def _needs(table: Table, uses: list[Use], guess: str | None) -> Needs:
    """List the questions that are looked at, with the answers that are known of each."""
    found: dict[str, set[str | None]] = {f.id: set(f.rows) for f in table.factors}
    for use in uses:
        for question, values in use.when.mentions():
            found.setdefault(question, set()).update(values)
    if table.values:
        found.setdefault(table.values.question, set()).update(table.values.groups)
    if guess is not None:
        found.setdefault(guess, set()).update(cast("dict[str | None, int]", table.number))
    return tuple((question, frozenset(values)) for question, values in found.items())
