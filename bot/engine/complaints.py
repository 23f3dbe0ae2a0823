"""What pydantic found wrong with a file's form, as an author's mistakes: line, words, remedy."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from bot.engine.source import Document, Path
from bot.errors import FlowError, FlowErrors

_FIELDS = "Write “name: value” lines."
_LIST = "Write a list: [one, other], or lines that begin with “- ”."
_WRONG_TYPE = {
    "string_type": ("must be a text", "Put it in quotes if it is meant as a text."),
    "bool_type": ("must be true or false", "Write true or false, without quotes."),
    "int_type": ("must be a whole number", "Write it in digits, without quotes."),
    "tuple_type": ("must be a list", _LIST),
    "dict_type": ("must be a mapping", _FIELDS),
    "model_type": ("must be a mapping", _FIELDS),
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How to put things for a kind of file: what its ids are, its patterns by field, where to read.

    ``patterns`` says what a field that is no id must look like.
    """

    ids: str
    see: str
    patterns: Mapping[str, str]


Model = TypeVar("Model", bound=BaseModel)

FLOW_MANNER = Manner(
    "Ids are lower-case words joined by _, such as asked_once.",
    "See docs/flows.md for what may stand here.",
    {
        "earliest": "Write the day as 2026-03-31.",
        "latest": "Write the day as 2026-03-31.",
        "name_pattern": "Write {nickname} once, and no other braces: “Client {nickname}”.",
    },
)


def nearest(name: str, known: Collection[str]) -> str:
    """Name the legal word nearest to a wrong one, or all of them."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"Did you mean “{close[0]}”?" if close else f"Known: {', '.join(names) or 'none'}."


@dataclass(frozen=True, slots=True)
class _Problem:
    """One complaint: what was checked, where in it, and the value that stands there."""

    kind: str
    loc: Path
    name: str
    found: object
    limits: Mapping[str, object]


def validated(
    model: type[Model],
    document: Document,
    path: Path,
    data: object,
    manner: Manner = FLOW_MANNER,
) -> Model:
    """Read what stands at ``path`` of a document; raises ``FlowErrors`` with every mistake."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise FlowErrors(list(complaints(model, document, path, data, error, manner))) from None


def complaints(
    model: type[BaseModel],
    document: Document,
    path: Path,
    data: object,
    error: ValidationError,
    manner: Manner = FLOW_MANNER,
) -> Iterator[FlowError]:
    """Yield each mistake once, at its line; ``data`` stands at ``path`` of the document."""
    problems = _distinct(_problem(data, details) for details in error.errors(include_url=False))
    misspelt = {
        (problem.loc[:-1], close[0])
        for problem in problems
        if problem.kind == "extra_forbidden"
        and (close := get_close_matches(problem.name, _field_names(model, problem.loc[:-1]), 1))
    }
    for problem in problems:
        if problem.kind != "missing" or (problem.loc, problem.name) not in misspelt:
            message, remedy = _words(model, problem, manner)
            yield document.error(path + problem.loc, message, remedy)


def _problem(data: object, details: Mapping[str, Any]) -> _Problem:
    """Follow pydantic's location as far as the file goes; the rest are its names for branches."""
    loc: list[str | int] = []
    found: object = data
    for part in details["loc"]:
        if isinstance(found, dict):
            inner = {part: found[part]} if part in found else {}
        else:
            inner = dict(enumerate(found)) if isinstance(found, list | tuple) else {}
        if part not in inner:
            break
        found = inner[part]
        loc.append(part)
    name = str(details["loc"][-1]) if details["type"] == "missing" else _called(loc)
    return _Problem(details["type"], tuple(loc), name, found, details.get("ctx", {}))


def _called(loc: list[str | int]) -> str:
    if not loc:
        return "the file"
    if isinstance(loc[-1], str):
        return loc[-1]
    return f"{_called(loc[:-1])}, entry {loc[-1] + 1}"


def _distinct(problems: Iterator[_Problem]) -> list[_Problem]:
    """Keep the first complaint about a value: a value of several forms is complained of by each."""
    first: dict[tuple[Path, str], _Problem] = {}
    for problem in problems:
        first.setdefault((problem.loc, problem.name), problem)
    return list(first.values())


def _words(model: type[BaseModel], problem: _Problem, manner: Manner) -> tuple[str, str]:
    """Say what is wrong and what to do about it."""
    name, found = problem.name, problem.found
    kind = re.sub(r"_(parsing|from_float)$", "_type", problem.kind)
    if kind in _WRONG_TYPE:
        if found is None:
            return f"“{name}” is empty.", "Write something there, or remove it."
        wrong, remedy = _WRONG_TYPE[kind]
        return f"“{name}” {wrong}.", remedy
    match kind:
        case "extra_forbidden":
            known = _field_names(model, problem.loc[:-1])
            return f"There is no field “{name}” here.", nearest(name, known)
        case "missing":
            return f"The field “{name}” is missing.", f"Add “{name}: …”."
        case "string_pattern_mismatch":
            what = f"“{found}”" if isinstance(found, str) else f"“{name}”"
            return f"{what} cannot stand here.", manner.patterns.get(name, manner.ids)
        case "literal_error":
            known = re.findall(r"'([^']+)'", str(problem.limits.get("expected")))
            return f"“{name}” cannot be “{found}”.", nearest(str(found), known)
        case _:
            return _size_words(kind, name, problem.limits) or (
                f"“{name}” is not right.",
                manner.see,
            )


def _size_words(kind: str, name: str, limits: Mapping[str, object]) -> tuple[str, str] | None:
    match kind:
        case "string_too_long":
            return f"“{name}” is longer than {limits['max_length']} characters.", "Shorten it."
        case "too_long":
            return f"“{name}” has more than {limits['max_length']} entries.", "Leave some out."
        case "too_short" | "string_too_short":
            return f"“{name}” is empty.", "Write something there, or remove it."
        case "greater_than_equal":
            return f"“{name}” is too small.", f"Write {limits['ge']} or more."
        case "less_than_equal":
            return f"“{name}” is too large.", f"Write {limits['le']} or less."
        case _:
            return None


def _field_names(model: type[BaseModel], loc: Path) -> list[str]:
    """List the fields there are at a place, by walking the models' annotations."""
    inner: type[BaseModel] | None = model
    for part in loc:
        if inner is not None and isinstance(part, str):
            field = inner.model_fields.get(part)
            inner = _model_in(field.annotation) if field else None
    return list(inner.model_fields) if inner else []


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_in(arg))), None)
