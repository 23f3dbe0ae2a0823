"""From decision.yaml to a ``Table``: read, check, compile; all mistakes at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.decision import table as t
from bot.decision import written as w
from bot.decision.check import check_table
from bot.decision.faults import Faults
from bot.decision.gates import NOBODY
from bot.decision.questions import Use
from bot.engine.conditions import ALWAYS, BadCondition, Condition, Named, parse_condition
from bot.engine.source import Document, Path

Model = TypeVar("Model", bound=BaseModel)
Bits = tuple[tuple[int, Condition], ...]


def content_hash(document: Document) -> str:
    """Hash what a table says: its data in their order, without comments and line breaks."""
    canonical = json.dumps(document.data, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def validate(model: type[Model], data: object, path: Path, faults: Faults) -> Model | None:
    """Check the form of some data; None, and the mistakes noted, if it is not right."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults.invalid(model, path, data, error)
        return None


def read_condition(data: object, path: Path, named: Named, faults: Faults) -> Condition:
    """Parse one condition; a mistake in it is noted and counts as "always"."""
    try:
        return parse_condition(data, named)
    except BadCondition as error:
        faults.add(path + error.path, error.message, error.remedy)
        return ALWAYS


@dataclass(frozen=True, slots=True)
class _Parts:
    """The compiled conditions of every part of a table, in the order of its lists."""

    steps: list[tuple[t.Line, ...]]
    gates: list[list[Condition]]
    adjustments: list[Condition]
    riders: list[Condition]
    explain: list[Condition]
    notices: list[Condition]
    readings: tuple[t.Line, ...]


class Compiling:
    """One run over one decision.yaml; ``uses`` are all its conditions, the named ones first."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.faults = Faults(document)
        self.named: dict[str, Condition] = {}
        self.uses: list[Use] = []
        self.written = validate(w.WrittenTable, document.data, (), self.faults)

    def table(self) -> t.Table | None:
        """Compile; None if anything is wrong (``faults`` says what)."""
        written = self.written
        if written is None:
            return None
        for name, data in written.conditions.items():
            self.named[name] = self.condition(data, ("conditions", name))
        check_table(written, self.faults)
        parts = self._conditional_parts(written)
        if self.faults.found:
            return None
        return _assemble(written, parts, content_hash(self.document))

    def condition(self, data: object, path: Path) -> Condition:
        """Parse a condition and remember that it is used."""
        when = read_condition(data, path, self.named, self.faults)
        self.uses.append(Use(self.faults, path, data, when))
        return when

    def conditions(self, items: Iterable[BaseModel], path: Path) -> list[Condition]:
        """Parse the ``when`` of every item of a list."""
        return [
            self.condition(getattr(item, "when"), (*path, index, "when"))  # noqa: B009
            for index, item in enumerate(items)
        ]

    def lines(self, items: Sequence[w.WrittenLine], path: Path) -> tuple[t.Line, ...]:
        """Compile texts of which the first that holds counts."""
        whens = self.conditions(items, path)
        return tuple(t.Line(when, item.text) for when, item in zip(whens, items, strict=True))

    def _conditional_parts(self, written: w.WrittenTable) -> _Parts:
        readings = written.charitable.readings if written.charitable else ()
        return _Parts(
            steps=[
                self.lines(course.first_steps, ("courses", index, "first_steps"))
                for index, course in enumerate(written.courses)
            ],
            gates=[
                self.conditions(gate.rules, ("gates", index, "rules"))
                for index, gate in enumerate(written.gates)
            ],
            adjustments=self.conditions(written.adjustments, ("adjustments",)),
            riders=self.conditions(written.riders, ("riders",)),
            explain=self.conditions(written.explain, ("explain",)),
            notices=self.conditions(written.notices, ("notices",)),
            readings=self.lines(readings, ("charitable", "readings")),
        )


def _assemble(written: w.WrittenTable, parts: _Parts, digest: str) -> t.Table:
    number = {course.id: index for index, course in enumerate(written.courses)}
    scored = tuple(number[course] for course in written.columns)
    rules = _rules(written, parts.gates, number, scored)
    adjustments = _adjustments(written, parts.adjustments)
    whens = [*(rule.when for rule in rules), *(item.when for item in adjustments)]
    conditions = tuple((1 << number, when) for number, when in enumerate(whens))
    confidence, changes = written.confidence, written.changes
    return t.Table(
        version=written.version,
        date=written.date,
        hash=digest,
        courses=_courses(written, parts.steps),
        scored=scored,
        number=number,
        gates=_gates(written, rules),
        rules=rules,
        factors=tuple(_factor(place, factor) for place, factor in enumerate(written.factors)),
        unsure=frozenset(written.unsure),
        adjustments=adjustments,
        values=_values(written),
        clear=_test(confidence.clear),
        leaning=_test(confidence.leaning),
        wording=t.Wording(
            **confidence.wording.model_dump(),
            nothing_changes=changes.nothing,
            nothing_changes_under_rule=changes.under_rule,
        ),
        prefer=changes.prefer,
        riders=tuple(
            t.Rider(item.id, item.title, when, item.text)
            for item, when in zip(written.riders, parts.riders, strict=True)
        ),
        explain=tuple(
            t.Explain(when, frozenset(item.courses), item.advice, item.why)
            for item, when in zip(written.explain, parts.explain, strict=True)
        ),
        charitable=(
            frozenset(written.charitable.courses if written.charitable else ()),
            parts.readings,
        ),
        notices=tuple(
            t.Notice(item.place == "top", when, item.text)
            for item, when in zip(written.notices, parts.notices, strict=True)
        ),
        conditions=conditions,
        rules_on=_rules_on(conditions),
        mentioned=_mentioned(conditions),
    )


def _courses(written: w.WrittenTable, steps: list[tuple[t.Line, ...]]) -> tuple[t.Course, ...]:
    columns = {course: column for column, course in enumerate(written.columns)}
    return tuple(
        t.Course(
            id=item.id,
            label=item.label,
            sentence=item.sentence,
            how=item.how,
            risks=item.risks,
            start=item.start or 0,
            column=columns.get(item.id),
            irreversible=item.irreversible,
            first_steps=lines,
        )
        for item, lines in zip(written.courses, steps, strict=True)
    )


def _rules(
    written: w.WrittenTable,
    whens: list[list[Condition]],
    number: Mapping[str, int],
    scored: tuple[int, ...],
) -> tuple[t.GateRule, ...]:
    rules = []
    for gate, (item, conditions) in enumerate(zip(written.gates, whens, strict=True)):
        for rule, when in zip(item.rules, conditions, strict=True):
            banned = {number[course] for course in rule.veto}
            if rule.only is not None:
                banned |= set(scored) - {number[course] for course in rule.only}
            force = NOBODY if rule.force is None else number[rule.force]
            rules.append(t.GateRule(gate, when, _mask(banned), force, rule.reason))
    return tuple(rules)


def _gates(written: w.WrittenTable, rules: tuple[t.GateRule, ...]) -> tuple[t.Gate, ...]:
    place = {gate.id: index for index, gate in enumerate(written.gates)}
    return tuple(
        t.Gate(
            id=item.id,
            title=item.title,
            hidden=item.hidden,
            suspends=_mask(place[name] for name in item.suspends),
            rules=_mask(index for index, rule in enumerate(rules) if rule.gate == place[item.id]),
        )
        for item in written.gates
    )


def _factor(place: int, item: w.WrittenFactor) -> t.Factor:
    def scaled(weight: int) -> dict[str, t.Row]:
        return {o: tuple(weight * fit for fit in row) for o, row in item.fit.items()}

    plain = item.weight * t.SCALE
    return t.Factor(
        id=item.id,
        place=place,
        title=item.title,
        weight=item.weight,
        rows=item.fit,
        scaled=(scaled(plain), scaled(plain * 3 // 2)),
        what_if=item.what_if,
    )


def _adjustments(written: w.WrittenTable, whens: list[Condition]) -> tuple[t.Adjustment, ...]:
    return tuple(
        t.Adjustment(
            id=item.id,
            title=item.title,
            reason=item.reason,
            when=when,
            add=tuple(100 * item.add.get(course, 0) for course in written.columns),
        )
        for item, when in zip(written.adjustments, whens, strict=True)
    )


def _values(written: w.WrittenTable) -> t.Values | None:
    if written.values is None:
        return None
    place = {factor.id: index for index, factor in enumerate(written.factors)}
    groups = {
        group: frozenset(place[name] for name in names)
        for group, names in written.values.groups.items()
    }
    return t.Values(written.values.question, groups)


def _test(item: w.WrittenTest) -> t.Test:
    return t.Test(100 * item.margin, item.stable, item.coverage)


def _rules_on(conditions: Bits) -> dict[str, tuple[int, Bits]]:
    found: dict[str, Bits] = {}
    for bit, when in conditions:
        for question in {question for question, _ in when.mentions()}:
            found[question] = (*found.get(question, ()), (bit, when))
    return {q: (sum(bit for bit, _ in pairs), pairs) for q, pairs in found.items()}


def _mentioned(conditions: Bits) -> dict[str, frozenset[str | None]]:
    found: dict[str, frozenset[str | None]] = {}
    for _, when in conditions:
        for question, values in when.mentions():
            found[question] = found.get(question, frozenset()) | values
    return found


def _mask(numbers: Iterable[int]) -> int:
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask
