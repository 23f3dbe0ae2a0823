"""From a flow's plan.yaml to a ``Checklist``: read, compile, check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.engine.complaints import Manner, nearest, validated
from bot.engine.conditions import ALWAYS, BadCondition, Condition, parse_condition
from bot.engine.source import Document, Path
from bot.errors import FlowError, FlowErrors
from bot.planning.model import (
    FIELDS_TAKEN,
    MOST_ANCHORS,
    Anchor,
    CheckIns,
    Checklist,
    Task,
)
from bot.planning.written import WrittenChecklist, WrittenTask

RIDERS = "riders"
"""The fact under which conditions see the must-do lines of a result."""

_MANNER = Manner(
    "Ids are lower-case words joined by _.", "See docs/plans.md for what may stand here.", {}
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a checklist may refer to: courses, and what conditions look at (None: any value)."""

    courses: tuple[str, ...]
    facts: Mapping[str, frozenset[str] | None]


def load_checklist(document: Document, vocabulary: Vocabulary) -> Checklist:
    """Compile a checklist; raises ``FlowErrors`` with everything that is wrong in it."""
    written = validated(WrittenChecklist, document, (), document.data, _MANNER)
    loading = _Loading(document, vocabulary, written)
    checklist = loading.checklist()
    if loading.errors:
        raise FlowErrors(loading.errors)
    return checklist


@dataclass(slots=True)
class _Loading:
    """One run over a file; mistakes are collected."""

    document: Document
    vocabulary: Vocabulary
    written: WrittenChecklist
    named: dict[str, Condition] = field(default_factory=dict)
    errors: list[FlowError] = field(default_factory=list)
    riders: set[str] = field(default_factory=set)

    def checklist(self) -> Checklist:
        for name, data in self.written.conditions.items():
            self.named[name] = self._condition(data, ("conditions", name))
        anchors = dict(self._anchors())
        tasks = [self._task(one, ("items", i)) for i, one in enumerate(self.written.items)]
        self._see_riders()
        asked = self.written.checkins
        checkins = CheckIns(asked.question, asked.days, asked.answers) if asked else CheckIns("")
        checklist = Checklist(anchors, tuple(tasks), checkins)
        self._see_room(checklist)
        return checklist

    def _see_room(self, checklist: Checklist) -> None:
        for name in sorted(FIELDS_TAKEN & checklist.anchors.keys()):
            self._fault(("anchors", name), f"“{name}” is asked for something else.", "Rename it.")
        for course in self.vocabulary.courses:
            count = len(checklist.anchors_of(course))
            if count > MOST_ANCHORS:
                message = f"“{course}” is reckoned from {count} days."
                remedy = f"A form asks for {MOST_ANCHORS} at most: reckon some from another."
                self._fault(("anchors",), message, remedy)

    def _fault(self, path: Path, message: str, remedy: str) -> None:
        self.errors.append(self.document.error(path, message, remedy))

    def _see_riders(self) -> None:
        riders, used = self.vocabulary.facts.get(RIDERS) or frozenset(), self.riders
        for rider in sorted(riders - used):
            message = f"No item is there for the must-do line “{rider}”."
            self._fault(("items",), message, f"Add one with rider: {rider}.")
        for rider in sorted(used - riders):
            message = f"No result has a must-do line “{rider}”."
            self._fault(("items",), message, nearest(rider, riders))

    def _anchors(self) -> Iterator[tuple[str, Anchor]]:
        earlier: list[str] = []
        for name, one in self.written.anchors.items():
            if one.after is not None and one.after not in earlier:
                message = (
                    f"“{name}” is reckoned from “{one.after}”, which does not stand before it."
                )
                self._fault(("anchors", name, "after"), message, nearest(one.after, earlier))
            earlier.append(name)
            yield name, Anchor(name, one.ask, one.after or "", one.days)

    def _task(self, written: WrittenTask, path: Path) -> Task:
        anchor, days = next(iter(written.at.items()), ("", written.days))
        if anchor and anchor not in self.written.anchors:
            known = list(self.written.anchors)
            self._fault((*path, "at"), f"There is no anchor “{anchor}”.", nearest(anchor, known))
        if anchor and written.days:
            self._fault((*path, "days"), "This has two days.", "Write either at: or days:.")
        for course in written.courses:
            if course not in self.vocabulary.courses:
                remedy = nearest(course, self.vocabulary.courses)
                self._fault((*path, "courses"), f"There is no course “{course}”.", remedy)
        when = self._condition(self._when(written), (*path, "when"))
        return Task(
            text=written.text,
            anchor=anchor,
            days=days,
            courses=frozenset(written.courses or self.vocabulary.courses),
            when=when,
            fixed=written.fixed,
            origin="rider" if written.rider else "premortem" if written.premortem else "checklist",
            rider=written.rider or "",
        )

    def _when(self, written: WrittenTask) -> object:
        """Give a task's condition; that of a must-do line holds only where the result has it."""
        if not written.rider:
            return written.when
        there = {RIDERS: [written.rider]}
        return there if written.when is None else {"all": [there, written.when]}

    def _condition(self, data: object, path: Path) -> Condition:
        try:
            condition = parse_condition(data, self.named)
        except BadCondition as error:
            self._fault((*path, *error.path), error.message, error.remedy)
            return ALWAYS
        for fact, values in condition.mentions():
            self._mentioned(fact, [value for value in values if value], path)
        return condition

    def _mentioned(self, fact: str, values: list[str], path: Path) -> None:
        if fact == RIDERS and RIDERS in self.vocabulary.facts:
            self.riders |= set(values)
            return
        if fact not in self.vocabulary.facts:
            remedy = nearest(fact, list(self.vocabulary.facts))
            self._fault(path, f"Nothing settles “{fact}”.", remedy)
            return
        legal = self.vocabulary.facts[fact]
        for value in values:
            if legal is not None and value not in legal:
                self._fault(path, f"“{fact}” has no “{value}”.", nearest(value, legal))
