"""The ``plan`` step: which checklist a flow has, compiled at load.

Like asking a team it never stops anybody: it has no card and asks nothing. Once it is reached, its
word makes the plan of the course that stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.engine.complaints import complaints, nearest
from bot.engine.kinds import KindSource
from bot.engine.model import Block, Card, Facts, Flow, Judge, Option, Outcome, Rule, Telling
from bot.engine.source import Document
from bot.engine.written import Id, Title
from bot.errors import FlowError, FlowErrors
from bot.planning.load import RIDERS, Vocabulary, load_checklist
from bot.planning.model import Checklist

WORD = "plan"
"""The word by which the plan is made and looked at."""

WORDS: Mapping[str, str] = {WORD: "make a plan with dates of what to do next"}

_HOW = (
    "A plan lists what to do for what you decided, each thing on its day, and reminds you.",
    "In Slack and Discord, “/crossroads plan” makes it. In a terminal, “crossroads plan” does.",
)


class WrittenPlan(BaseModel):
    """The fields of a ``plan`` step in flow.yaml.

    ``of`` names the ``decide`` step whose courses the checklist is for; a flow without one names
    its only ``course``. ``file`` is the checklist.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = Field(min_length=1, max_length=100)
    of: Id | None = None
    course: str = Field(default="", max_length=40)
    title: Title = "Your plan"


@dataclass(frozen=True, slots=True)
class Planning:
    """A compiled ``plan`` step; see ``WrittenPlan``."""

    of: str
    course: str
    title: str
    checklist: Checklist
    version: str

    needs: tuple[tuple[str, frozenset[str | None]], ...] = ()
    provides: tuple[tuple[str, frozenset[str] | None], ...] = ()
    options: tuple[Option, ...] = ()

    @property
    def words(self) -> Mapping[str, str]:
        """The word that makes the plan."""
        return WORDS

    @property
    def names(self) -> Mapping[str, str]:
        """It has nothing of its own to name."""
        return {}

    def evaluate(self, facts: Facts) -> Outcome:
        """Come to nothing: making a plan is up to the person."""
        return Outcome(self.version, {}, {})

    def present(self, outcome: Outcome, telling: Telling) -> Card:
        """Make a card without anything on it: it is not shown."""
        return Card("", "plan", "", ())

    def tell(self, word: str, outcome: Outcome, telling: Telling) -> Card:
        """Make the card that says how the plan is made, where the word itself cannot do it."""
        return Card("", "plan", self.title, (Block("text", _HOW),))


def planning_of(flow: Flow) -> Planning | None:
    """Find a flow's ``plan`` step."""
    rules = (step.rule for step in flow.steps if isinstance(step, Judge))
    return next((rule for rule in rules if isinstance(rule, Planning)), None)


def compile_plan(source: KindSource) -> Rule:
    """Compile a ``plan`` step; raises ``FlowErrors`` with every mistake found."""
    try:
        written = WrittenPlan.model_validate(source.data)
    except ValidationError as error:
        found = complaints(WrittenPlan, source.document, source.path, source.data, error)
        raise FlowErrors(list(found)) from None
    document = source.read(written.file)
    checklist = load_checklist(document, _vocabulary(source, written))
    data = orjson.dumps([source.data, document.data], option=orjson.OPT_SORT_KEYS)
    version = hashlib.sha256(data).hexdigest()[:16]
    return Planning(written.of or "", written.course, written.title, checklist, version)


def _vocabulary(source: KindSource, written: WrittenPlan) -> Vocabulary:
    facts: dict[str, frozenset[str] | None] = {}
    for ask in source.asks.values():
        facts |= {fact: None for pairs in ask.sets.values() for fact, _ in pairs}
    for ask in source.asks.values():
        facts[ask.id] = frozenset(option.id for option in ask.options) or None
    if bool(written.of) == bool(written.course):
        message, remedy = "It is for one thing.", "Write either of: or course:."
        raise source.document.error(source.path, message, remedy)
    if not written.of:
        return Vocabulary((written.course,), facts)
    table = _table(source, written.of)
    return Vocabulary(_ids(table, "courses"), {**facts, RIDERS: frozenset(_ids(table, "riders"))})


def _table(source: KindSource, of: str) -> Document:
    """Find the decision table of the step that is named."""
    steps = source.document.at(("steps",))
    tables = {
        str(step["decide"]): str(step.get("table"))
        for step in (steps if isinstance(steps, list) else [])
        if isinstance(step, dict) and "decide" in step
    }
    if of not in tables:
        raise _error(source, f"“{of}” decides nothing.", nearest(of, list(tables)))
    return source.read(tables[of])


def _error(source: KindSource, message: str, remedy: str) -> FlowError:
    return source.document.error((*source.path, "of"), message, remedy)


def _ids(document: Document, part: str) -> tuple[str, ...]:
    data = document.data
    listed = data.get(part) if isinstance(data, dict) else None
    several = listed if isinstance(listed, list) else []
    return tuple(str(one["id"]) for one in several if isinstance(one, dict) and "id" in one)
