"""Steps that stop nobody: no card, no question; once reached they offer a word."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import ClassVar, TypeVar

import orjson
from pydantic import BaseModel

from bot.engine.complaints import validated
from bot.engine.kinds import KindSource
from bot.engine.model import Block, Card, Facts, Flow, Judge, Option, Outcome, Telling

Rule = TypeVar("Rule")
Written = TypeVar("Written", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Offer:
    """What such steps have in common; fulfils ``bot.engine.model.Rule``.

    ``kind`` names the step, ``word`` is what it offers, ``meaning`` what that does, for help texts,
    and ``how`` says where it is done, if the word itself cannot do it there.
    """

    kind: ClassVar[str]
    word: ClassVar[str]
    meaning: ClassVar[str]
    how: ClassVar[tuple[str, ...]]

    title: str
    version: str

    @property
    def needs(self) -> tuple[tuple[str, frozenset[str | None]], ...]:
        """It looks at no question."""
        return ()

    @property
    def provides(self) -> tuple[tuple[str, frozenset[str] | None], ...]:
        """It settles nothing."""
        return ()

    @property
    def options(self) -> tuple[Option, ...]:
        """It has none to lend."""
        return ()

    @property
    def words(self) -> dict[str, str]:
        """The word that it offers."""
        return {self.word: self.meaning}

    @property
    def names(self) -> dict[str, str]:
        """It has nothing of its own to name."""
        return {}

    def evaluate(self, facts: Facts) -> Outcome:
        """Come to nothing: it is up to the person."""
        return Outcome(self.version, {}, {})

    def present(self, outcome: Outcome, telling: Telling) -> Card:
        """Make a card without anything on it: it is not shown."""
        return Card("", self.kind, "", ())

    def tell(self, word: str, outcome: Outcome, telling: Telling) -> Card:
        """Make the card that says how it is done."""
        return Card("", self.kind, self.title, (Block("text", self.how),))


def offer_of(flow: Flow, kind: type[Rule]) -> Rule | None:
    """Find the step of a flow that offers this."""
    rules = (step.rule for step in flow.steps if isinstance(step, Judge))
    return next((rule for rule in rules if isinstance(rule, kind)), None)


def read_step(model: type[Written], source: KindSource) -> Written:
    """Read a step's fields; raises ``FlowErrors`` with every mistake found."""
    return validated(model, source.document, source.path, source.data)


def digest(data: object) -> str:
    """Give the hash of what a step was compiled from."""
    packed = orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(packed).hexdigest()[:16]


def see_what_for(source: KindSource, of: str | None, course: str) -> None:
    """See that a step is for a deciding step's courses or for one; raises ``FlowError``."""
    if bool(of) == bool(course):
        message, remedy = "It is for one thing.", "Write either of: or course:."
        raise source.document.error(source.path, message, remedy)
