"""The ``plan`` step: which checklist a flow has, compiled at load.

Like asking a team it never stops anybody: it has no card and asks nothing. Once it is reached, its
word makes the plan of the course that stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from bot.engine.complaints import nearest
from bot.engine.kinds import KindSource
from bot.engine.model import Flow, Rule
from bot.engine.offer import Offer, digest, offer_of, read_step, see_what_for
from bot.engine.source import Document
from bot.engine.written import Id, Title
from bot.errors import FlowError
from bot.planning.load import RIDERS, Vocabulary, load_checklist
from bot.planning.model import Checklist


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
class Planning(Offer):
    """A compiled ``plan`` step; see ``WrittenPlan``."""

    kind = "plan"
    word = "plan"
    meaning = "make a plan with dates of what to do next"
    how = (
        "A plan lists what to do for what you decided, each thing on its day, and reminds you.",
        "In Slack and Discord, “/crossroads plan” makes it. In a terminal, “crossroads plan” does.",
    )

    of: str
    course: str
    checklist: Checklist


def planning_of(flow: Flow) -> Planning | None:
    """Find a flow's ``plan`` step."""
    return offer_of(flow, Planning)


def compile_plan(source: KindSource) -> Rule:
    """Compile a ``plan`` step; raises ``FlowErrors`` with every mistake found."""
    written = read_step(WrittenPlan, source)
    see_what_for(source, written.of, written.course)
    document = source.read(written.file)
    checklist = load_checklist(document, _vocabulary(source, written))
    version = digest([source.data, document.data])
    return Planning(written.title, version, written.of or "", written.course, checklist)


def _vocabulary(source: KindSource, written: WrittenPlan) -> Vocabulary:
    facts: dict[str, frozenset[str] | None] = {}
    for ask in source.asks.values():
        facts |= {fact: None for pairs in ask.sets.values() for fact, _ in pairs}
    for ask in source.asks.values():
        facts[ask.id] = frozenset(option.id for option in ask.options) or None
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
