"""The ``draft`` step: that a flow has letters, for which step's courses or which one course.

It never stops anybody: it has no card and asks nothing. What the letters are made of stands in the
flow's ``drafts`` folder and is loaded when somebody writes one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.engine.complaints import complaints
from bot.engine.kinds import KindSource
from bot.engine.model import Block, Card, Facts, Flow, Judge, Option, Outcome, Rule, Telling
from bot.engine.written import Id, Title
from bot.errors import FlowErrors

WORD = "draft"
"""The word by which letters are written."""

WORDS: Mapping[str, str] = {WORD: "write a letter or a script for what comes next"}

_HOW = (
    "A letter, a chat message or a call script for what you decided, in the tone you choose.",
    "In Slack and Discord, “/crossroads draft” writes it. In a terminal, “crossroads draft” does.",
)


class WrittenDraft(BaseModel):
    """The fields of a ``draft`` step: the deciding step (``of``), or the only ``course``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: Id | None = None
    course: str = Field(default="", max_length=40)
    title: Title = "Your letters"


@dataclass(frozen=True, slots=True)
class Drafting:
    """A compiled ``draft`` step; see ``WrittenDraft``."""

    of: str
    course: str
    title: str
    version: str

    needs: tuple[tuple[str, frozenset[str | None]], ...] = ()
    provides: tuple[tuple[str, frozenset[str] | None], ...] = ()
    options: tuple[Option, ...] = ()

    @property
    def words(self) -> Mapping[str, str]:
        """The word that writes a letter."""
        return WORDS

    @property
    def names(self) -> Mapping[str, str]:
        """It has nothing of its own to name."""
        return {}

    def evaluate(self, facts: Facts) -> Outcome:
        """Come to nothing: writing is up to the person."""
        return Outcome(self.version, {}, {})

    def present(self, outcome: Outcome, telling: Telling) -> Card:
        """Make a card without anything on it: it is not shown."""
        return Card("", "draft", "", ())

    def tell(self, word: str, outcome: Outcome, telling: Telling) -> Card:
        """Make the card that says how a letter is written, where the word itself cannot do it."""
        return Card("", "draft", self.title, (Block("text", _HOW),))


def drafting_of(flow: Flow) -> Drafting | None:
    """Find a flow's ``draft`` step."""
    rules = (step.rule for step in flow.steps if isinstance(step, Judge))
    return next((rule for rule in rules if isinstance(rule, Drafting)), None)


def compile_draft(source: KindSource) -> Rule:
    """Compile a ``draft`` step; raises ``FlowErrors`` or ``FlowError``."""
    try:
        written = WrittenDraft.model_validate(source.data)
    except ValidationError as error:
        found = complaints(WrittenDraft, source.document, source.path, source.data, error)
        raise FlowErrors(list(found)) from None
    if bool(written.of) == bool(written.course):
        message, remedy = "It is for one thing.", "Write either of: or course:."
        raise source.document.error(source.path, message, remedy)
    data = orjson.dumps(source.data, option=orjson.OPT_SORT_KEYS)
    version = hashlib.sha256(data).hexdigest()[:16]
    return Drafting(written.of or "", written.course, written.title, version)
