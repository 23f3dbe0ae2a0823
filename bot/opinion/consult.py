"""The ``consult`` step: what a flow says about asking the team; compiled at load.

The step never stops anybody: it has no card and asks nothing. Once it is reached, its word offers
to ask the team; a round is an aggregate of its own, beside the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.engine.complaints import nearest
from bot.engine.conditions import BadCondition, Condition, parse_condition
from bot.engine.kinds import KindSource
from bot.engine.model import Ask, Rule
from bot.engine.offer import Offer, digest, read_step
from bot.engine.written import Id, Label, Title
from bot.errors import FlowError, FlowErrors
from bot.opinion.model import Option

WORD = "opinion"
"""The word by which the team is asked."""

_HOW_IT_GOES = (
    "Colleagues look at the case without your name for the client, say what they would do, and see "
    "nothing of one another until all is in."
)
_HOW_TO_ASK = (
    "In Slack and Discord, “/crossroads opinion” asks them. In a terminal, “crossroads opinion "
    "try” shows how it goes, with people who are made up."
)

Name = Annotated[str, Field(min_length=1, max_length=40)]


class _Sides(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    stay: tuple[Name, ...] = ()
    leave: tuple[Name, ...] = ()


class WrittenConsult(BaseModel):
    """The fields of a ``consult`` step in flow.yaml.

    ``of`` names the ``decide`` step whose courses are voted on and ``table`` its file; ``sides``
    say which courses stay with the client and which leave. ``about`` is the question that says what
    kind of work it is, ``shown`` are those whose answers every brief shows, ``offered`` those that
    it shows if the asker ticks them; in both, questions with one choice. ``missed`` is the list of
    what a colleague may find missing. ``takeover`` names the question and answer that a colleague's
    offer suggests, ``safety`` the question that a worry about safety opens again. Where
    ``people_only`` holds, only named people may be asked.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: Id
    table: str
    sides: _Sides
    about: Id
    shown: tuple[Id, ...] = Field(min_length=1, max_length=12)
    offered: tuple[Id, ...] = Field(default=(), max_length=25)
    missed: tuple[dict[Id, Label], ...] = Field(min_length=1, max_length=24)
    takeover: dict[Id, Id] = Field(default={}, max_length=1)
    safety: Id | None = None
    people_only: object = None
    title: Title = "A second opinion"


@dataclass(frozen=True, slots=True)
class Consultation(Offer):
    """A compiled ``consult`` step; see ``WrittenConsult`` for what its parts mean."""

    kind = "consult"
    word = WORD
    meaning = "ask your team for a second opinion"
    how = (_HOW_IT_GOES, _HOW_TO_ASK)

    of: str
    sides: Mapping[str, str]
    about: str
    shown: tuple[str, ...]
    offered: tuple[str, ...]
    missed: tuple[Option, ...]
    takeover: tuple[str, str] | None
    safety: str
    people_only: Condition | None
    asks: Mapping[str, Ask]


def compile_consultation(source: KindSource) -> Rule:
    """Compile a ``consult`` step; raises ``FlowErrors`` with every mistake found."""
    written = read_step(WrittenConsult, source)
    checking = _Checking(source, written)
    found = list(checking.faults())
    people_only, wrong = checking.people_only()
    if found or wrong:
        raise FlowErrors([*found, *wrong])
    sides = dict.fromkeys(written.sides.stay, "stay")
    sides |= dict.fromkeys(written.sides.leave, "leave")
    return Consultation(
        of=written.of,
        sides=sides,
        about=written.about,
        shown=written.shown,
        offered=written.offered,
        missed=tuple(Option(*pair) for one in written.missed for pair in one.items()),
        takeover=next(iter(written.takeover.items()), None),
        safety=written.safety or "",
        people_only=people_only,
        title=written.title,
        asks=source.asks,
        version=digest(source.data),
    )


@dataclass(frozen=True, slots=True)
class _Checking:
    """What a written step refers to, looked up in its flow."""

    source: KindSource
    written: WrittenConsult

    def faults(self) -> Iterator[FlowError]:
        yield from self._decision()
        yield from self._questions()
        yield from self._courses()
        yield from self._takeover()
        missed = [option for one in self.written.missed for option in one]
        for index, option in enumerate(missed):
            if option in missed[:index]:
                yield self._error(("missed",), f"“{option}” is listed twice.", "Name it once.")

    def _error(self, sub: tuple[str | int, ...], message: str, remedy: str) -> FlowError:
        return self.source.document.error((*self.source.path, *sub), message, remedy)

    def _decision(self) -> Iterator[FlowError]:
        steps = self.source.document.at(("steps",))
        tables = {
            str(step["decide"]): step.get("table")
            for step in (steps if isinstance(steps, list) else [])
            if isinstance(step, dict) and "decide" in step
        }
        of, table = self.written.of, self.written.table
        if of not in tables:
            yield self._error(("of",), f"“{of}” decides nothing.", nearest(of, list(tables)))
        elif tables[of] != table:
            message = f"“{of}” decides by another table than “{table}”."
            yield self._error(("table",), message, f"Write {tables[of]}.")

    def _questions(self) -> Iterator[FlowError]:
        choices = [ask.id for ask in self.source.asks.values() if ask.input == "choice"]
        named: list[tuple[tuple[str | int, ...], str]] = [(("about",), self.written.about)]
        if self.written.safety:
            named.append((("safety",), self.written.safety))
        named += [(("shown", i), q) for i, q in enumerate(self.written.shown)]
        named += [(("offered", i), q) for i, q in enumerate(self.written.offered)]
        for path, question in named:
            if question not in choices:
                message = f"“{question}” is no question with one choice."
                yield self._error(path, message, nearest(question, choices))
        twice = set(self.written.shown) & set(self.written.offered)
        for question in sorted(twice):
            message = f"“{question}” is shown and offered at once."
            yield self._error(("offered",), message, "Name it in one of the two.")
        sensitive = [q for q in self.written.shown if _is_sensitive(self.source.asks, q)]
        if sensitive:
            message = f"What is sensitive is never shown unasked: {', '.join(sensitive)}."
            yield self._error(("shown",), message, "Name it under “offered”.")

    def _courses(self) -> Iterator[FlowError]:
        data = self.source.read(self.written.table).data
        courses = data.get("courses") if isinstance(data, dict) else None
        written = courses if isinstance(courses, list) else []
        known = [str(one["id"]) for one in written if isinstance(one, dict) and "id" in one]
        stay, leave = self.written.sides.stay, self.written.sides.leave
        for side, named in (("stay", stay), ("leave", leave)):
            for index, course in enumerate(named):
                if course not in known:
                    message = f"“{self.written.table}” has no course “{course}”."
                    yield self._error(("sides", side, index), message, nearest(course, known))
        for course in sorted(set(stay) & set(leave)):
            message = f"“{course}” cannot both stay and leave."
            yield self._error(("sides",), message, "Name it on one side.")

    def _takeover(self) -> Iterator[FlowError]:
        for question, answer in self.written.takeover.items():
            ask = self.source.asks.get(question)
            if ask is None:
                known = list(self.source.asks)
                message = f"There is no question “{question}”."
                yield self._error(("takeover",), message, nearest(question, known))
            elif ask.option(answer) is None:
                known = [option.id for option in ask.options]
                message = f"“{question}” has no answer “{answer}”."
                yield self._error(("takeover", question), message, nearest(answer, known))

    def people_only(self) -> tuple[Condition | None, list[FlowError]]:
        if self.written.people_only is None:
            return None, []
        try:
            condition = parse_condition(self.written.people_only, self.source.named)
        except BadCondition as error:
            wrong = ("people_only", *error.path)
            return None, [self._error(wrong, error.message, error.remedy)]
        known = sorted(_settled(self.source.asks))
        unknown = {fact: None for fact, _ in condition.mentions() if fact not in known}
        path = ("people_only",)
        return condition, [
            self._error(path, f"Nothing settles “{fact}”.", nearest(fact, known))
            for fact in unknown
        ]


def _settled(asks: Mapping[str, Ask]) -> set[str]:
    """Name what the answers of all questions settle."""
    found = {*asks}
    for ask in asks.values():
        found |= {fact for pairs in ask.sets.values() for fact, _ in pairs}
    return found


def _is_sensitive(asks: Mapping[str, Ask], question: str) -> bool:
    return question in asks and asks[question].sensitive
