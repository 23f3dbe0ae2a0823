"""Conditions as data: ``{tried: [repeated, clear_once]}`` with ``all``, ``any`` and ``not``.

A condition looks at facts (question id → value). A list names the values that match; ``null`` in it
matches a question without an answer. A mapping of several questions means all of them. A condition
on an unanswered question is false, and its negation therefore true.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, cast


class BadCondition(ValueError):
    """A condition is not of the form above; ``path`` leads to the bad place in the data."""

    def __init__(self, message: str, remedy: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.path = path


class Condition(Protocol):
    """Anything that can be asked whether it holds."""

    def holds(self, facts: Mapping[str, object]) -> bool:
        """Say whether the condition is true for these facts."""

    def may(self, facts: Mapping[str, object], open_facts: Collection[str]) -> tuple[bool, bool]:
        """Say whether it can become (true, false) once the ``open_facts`` are known too."""

    def mentions(self) -> Iterator[tuple[str, frozenset[str | None]]]:
        """Yield each question that is looked at, with the values it is compared to."""


@dataclass(frozen=True, slots=True)
class Is:
    """One question has one of the values (or, for a "several" question, names one of them)."""

    fact: str
    values: frozenset[str | None]

    def holds(self, facts: Mapping[str, object]) -> bool:
        value = facts.get(self.fact)
        if value.__class__ is tuple:  # cheaper than isinstance, on the hottest path there is
            return not self.values.isdisjoint(value) if value else None in self.values
        return value in self.values

    def may(self, facts: Mapping[str, object], open_facts: Collection[str]) -> tuple[bool, bool]:
        if self.fact in open_facts:
            return True, True
        now = self.holds(facts)
        return now, not now

    def mentions(self) -> Iterator[tuple[str, frozenset[str | None]]]:
        yield self.fact, self.values


@dataclass(frozen=True, slots=True)
class IsNot:
    """One question has none of the values; true where it is unanswered."""

    fact: str
    values: frozenset[str | None]

    def holds(self, facts: Mapping[str, object]) -> bool:
        value = facts.get(self.fact)
        if value.__class__ is tuple:
            return self.values.isdisjoint(value) if value else None not in self.values
        return value not in self.values

    def may(self, facts: Mapping[str, object], open_facts: Collection[str]) -> tuple[bool, bool]:
        if self.fact in open_facts:
            return True, True
        now = self.holds(facts)
        return now, not now

    def mentions(self) -> Iterator[tuple[str, frozenset[str | None]]]:
        yield self.fact, self.values


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; with no parts it always does."""

    parts: tuple[Condition, ...]

    def holds(self, facts: Mapping[str, object]) -> bool:
        for part in self.parts:  # a plain loop: several times faster than all() on this hot path
            if not part.holds(facts):
                return False
        return True

    def may(self, facts: Mapping[str, object], open_facts: Collection[str]) -> tuple[bool, bool]:
        pairs = [part.may(facts, open_facts) for part in self.parts]
        return all(true for true, _ in pairs), any(false for _, false in pairs)

    def mentions(self) -> Iterator[tuple[str, frozenset[str | None]]]:
        for part in self.parts:
            yield from part.mentions()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def holds(self, facts: Mapping[str, object]) -> bool:
        for part in self.parts:
            if part.holds(facts):
                return True
        return False

    def may(self, facts: Mapping[str, object], open_facts: Collection[str]) -> tuple[bool, bool]:
        pairs = [part.may(facts, open_facts) for part in self.parts]
        return any(true for true, _ in pairs), all(false for _, false in pairs)

    def mentions(self) -> Iterator[tuple[str, frozenset[str | None]]]:
        for part in self.parts:
            yield from part.mentions()


def negated(condition: Condition) -> Condition:
    """Give the condition that holds where this one does not; evaluated as fast as it is."""
    match condition:
        case Is(fact, values):
            return IsNot(fact, values)
        case IsNot(fact, values):
            return Is(fact, values)
        case All(parts):
            return _any_of([negated(part) for part in parts])
        case AnyOf(parts):
            return _all([negated(part) for part in parts])
        case _:
            raise TypeError(condition)


def _all(parts: Iterable[Condition]) -> Condition:
    """Join conditions; those that are joined themselves are taken apart, which saves calls."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, All) else (part,))]
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def _any_of(parts: Iterable[Condition]) -> Condition:
    flat = [
        inner for part in parts for inner in (part.parts if isinstance(part, AnyOf) else (part,))
    ]
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))


ALWAYS = All(())

Named = Mapping[str, Condition]


def parse_condition(data: object, named: Named | None = None) -> Condition:
    """Turn parsed YAML into a condition.

    ``data`` is ``None`` (always), the name of a condition in ``named``, or a mapping. Raises
    ``BadCondition`` with the path to the bad place.
    """
    named = named or {}
    if data is None:
        return ALWAYS
    if isinstance(data, str):
        if data not in named:
            known = ", ".join(sorted(named)) or "none"
            raise BadCondition(
                f"There is no condition called “{data}”.", f"Conditions named so far: {known}."
            )
        return named[data]
    if isinstance(data, list):
        raise BadCondition(
            "A condition is a mapping or a name, not a list.",
            "Write any: [...] or all: [...] to combine several.",
        )
    if not isinstance(data, dict) or not data:
        raise BadCondition(
            "This is not a condition.", "Write a question and its values: {tried: [repeated]}."
        )
    parts = [_part(str(key), value, named) for key, value in data.items()]
    return _all(parts)


def _part(key: str, value: object, named: Named) -> Condition:
    match key:
        case "any" | "all":
            if not isinstance(value, list) or not value:
                raise BadCondition(
                    f"“{key}” takes a list of conditions.",
                    f"Write {key}: [{{tried: [repeated]}}, {{toll: [harm]}}].",
                    (key,),
                )
            parts = tuple(_located(item, named, (key, index)) for index, item in enumerate(value))
            return _any_of(parts) if key == "any" else _all(parts)
        case "not":
            return negated(_located(value, named, (key,)))
        case _:
            return Is(key, _values(key, value))


def _located(data: object, named: Named, path: tuple[str | int, ...]) -> Condition:
    try:
        if data is None:
            raise BadCondition("A condition is missing here.", "Write one, or remove the line.")
        return parse_condition(data, named)
    except BadCondition as error:
        raise BadCondition(error.message, error.remedy, path + error.path) from None


def _values(key: str, value: object) -> frozenset[str | None]:
    values = value if isinstance(value, list) else [value]
    for index, item in enumerate(values):
        if item is not None and not isinstance(item, str):
            raise BadCondition(
                f"“{item}” cannot be compared with an answer to “{key}”.",
                'Values are option ids; put words like yes, no, on and off in quotes: "yes".',
                (key, index) if isinstance(value, list) else (key,),
            )
    if not values:
        raise BadCondition(
            f"The list of values for “{key}” is empty.",
            "Name at least one option id, or null for “not answered”.",
            (key,),
        )
    return frozenset(cast("list[str | None]", values))


def locate(data: object, fact: str, value: str | None) -> tuple[str | int, ...] | None:
    """Find where a condition as written compares a question with a value.

    None if only a named condition in it does.
    """
    return next(_places(data, (), fact, value), None)


def _places(
    data: object, path: tuple[str | int, ...], fact: str, value: str | None
) -> Iterator[tuple[str | int, ...]]:
    if isinstance(data, dict):
        for key, inner in data.items():
            if key != fact:
                yield from _places(inner, (*path, key), fact, value)
            elif isinstance(inner, list) and value in inner:
                yield (*path, key, inner.index(value))
            elif inner == value:
                yield (*path, key)
    elif isinstance(data, list):
        for index, inner in enumerate(data):
            yield from _places(inner, (*path, index), fact, value)
