"""Answers from a file or a program → the result of a flow's decision. Pure.

Nothing is filled in and nothing left out: what is judged is what was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from bot.commands.finding import no_such
from bot.engine.model import Ask, Card, Facts, Flow, Judge, Rule, Telling, Value
from bot.engine.source import parse_document
from bot.errors import CrossroadsError, FlowError, WrongUse
from bot.opinion.brief import consultation_of, courses, standing_of
from bot.opinion.model import Course, Standing

KIND = "decide"
MOST_NAMED = 60
"""Characters of a wrong name that are worth repeating."""

_FORM = "Write the answers as “question: option”, one a line, or as one JSON object."


@dataclass(frozen=True, slots=True)
class Judging:
    """A flow's decision, and the questions whose answers it takes."""

    rule: Rule
    asks: Mapping[str, Ask]
    options: Mapping[str, frozenset[str]]
    courses: tuple[Course, ...]

    def result(self, answers: object) -> dict[str, Any]:
        """Judge answers (question → option id or list of ids); raises ``WrongUse``."""
        return dict(self.rule.evaluate(self.facts(answers)).data)

    def standing(self, answers: object) -> Standing:
        """Judge answers as what a team's votes are weighed beside; raises ``WrongUse``."""
        return standing_of(self.rule, self.rule.evaluate(self.facts(answers)))

    def card(self, answers: object, on: str) -> Card:
        """Judge answers for people; ``on`` is the day, in ISO form. Raises ``WrongUse``."""
        facts = self.facts(answers)
        return self.rule.present(self.rule.evaluate(facts), Telling("", facts, on))

    def facts(self, answers: object) -> Facts:
        """Check the answers; null is no answer. Raises ``WrongUse`` with the nearest legal name."""
        given = answers.get("answers", answers) if isinstance(answers, dict) else answers
        if not isinstance(given, dict):
            raise WrongUse("These are no answers.", _FORM)
        facts: dict[str, Value] = {}
        for question, value in given.items():
            if question not in self.asks:
                raise no_such("question", short(question), list(self.asks))
            if value is not None:
                facts[question] = self._value(self.asks[question], value)
        return facts

    def _value(self, ask: Ask, value: object) -> Value:
        if ask.input == "many":
            several = value if isinstance(value, list) else [value]
            return tuple(dict.fromkeys(self._option(ask, option) for option in several))
        if isinstance(value, list):
            raise WrongUse(f"“{ask.id}” takes one option, not a list.", "Name the one that fits.")
        return self._option(ask, value)

    def _option(self, ask: Ask, option: object) -> str:
        if not isinstance(option, str):
            remedy = "Options are named by their ids; put numbers and true or false in quotes."
            raise WrongUse(f"“{ask.id}” cannot be {short(str(option))}.", remedy)
        if option not in self.options[ask.id]:
            known = sorted(self.options[ask.id])
            raise no_such(f"option of “{ask.id}” called", short(option), known)
        return option


def judging(flow: Flow) -> Judging:
    """Find a flow's decision; raises ``WrongUse`` if it has none."""
    for place, step in enumerate(flow.steps):
        if isinstance(step, Judge) and step.kind == KIND:
            needed = {question for question, _ in step.rule.needs}
            asks = {
                ask.id: ask
                for ask in flow.steps[:place]
                if isinstance(ask, Ask)
                and ask.input in {"choice", "many"}
                and (not ask.preset or ask.id in needed)
            }
            options = {ask.id: frozenset(o.id for o in ask.options) for ask in asks.values()}
            return Judging(step.rule, asks, options, courses_of(flow, step))
    raise WrongUse(f"“{flow.id}” decides nothing.", "Name another flow with --flow.")


def courses_of(flow: Flow, step: Judge) -> tuple[Course, ...]:
    """List the courses that a team votes on; where the flow asks no team, none has a side."""
    consultation = consultation_of(flow)
    if consultation and consultation.of == step.id:
        return courses(flow, consultation)
    return tuple(Course(option.id, option.label) for option in step.rule.options)


def read_document(name: str, text: str, form: str = _FORM) -> object:
    """Read a document, JSON or YAML; ``form`` says how to write one. Raises ``WrongUse``."""
    if name.endswith(".json") or text.lstrip()[:1] in {"{", "["}:
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as error:
            if name.endswith(".json"):
                raise WrongUse(f"{name}:{error.lineno}: this is not JSON.", form) from None
    try:
        return parse_document(name, text).data
    except FlowError as error:
        raise WrongUse(str(error)) from None


def result_lines(lines: Iterable[bytes | None], judge: Judging) -> Iterator[bytes]:
    """Judge one JSON object a line; None stands for a line too long to be kept.

    Each line gives one line: the result, or ``{"error": …}``.
    """
    for line in lines:
        yield orjson.dumps(_result(line, judge), option=orjson.OPT_APPEND_NEWLINE)


def _result(line: bytes | None, judge: Judging) -> dict[str, Any]:
    if line is None:
        return {"error": "The line is too long."}
    try:
        return judge.result(orjson.loads(line))
    except orjson.JSONDecodeError:
        return {"error": "The line is not a JSON object."}
    except CrossroadsError as error:
        return {"error": str(error)}


def short(name: str) -> str:
    """Give a wrong name as far as it is worth repeating, without what cannot be printed."""
    seen = "".join(c if c.isprintable() else "�" for c in name[:MOST_NAMED])
    return seen + "…" * (len(name) > MOST_NAMED)
