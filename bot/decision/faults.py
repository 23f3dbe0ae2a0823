"""An author's mistakes in decision.yaml, said with file, line and remedy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from rapidfuzz import fuzz, process

from bot.engine.source import Data, Document, Path
from bot.errors import FlowError

NEAR = 60.0
SEE = "See docs/decision-model.md for what may stand here."


def nearest(name: str, known: Collection[str]) -> str:
    """Name the legal word that is nearest to a wrong one, or all of them."""
    found = process.extractOne(name, sorted(known), scorer=fuzz.ratio, score_cutoff=NEAR)
    if found:
        return f"Did you mean “{found[0]}”?"
    return f"Known: {', '.join(sorted(known))}." if known else "There is none to choose from."


class Faults:
    """Collects the mistakes found in one document, so that an author sees all of them."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[FlowError] = []

    def add(self, path: Path, message: str, remedy: str) -> None:
        """Note a mistake at a place of the document; the same one on the same line only once."""
        error = self.document.error(path, message, remedy)
        if not any(e.line == error.line and e.message == message for e in self.found):
            self.found.append(error)

    def unknown(self, path: Path, what: str, name: str, known: Collection[str]) -> None:
        """Note a name that stands for nothing."""
        self.add(path, f"There is no {what} “{name}”.", nearest(name, known))

    def repeated(self, what: str, paths: Iterable[tuple[str, Path]]) -> None:
        """Note every id that was given before."""
        seen: set[str] = set()
        for name, path in paths:
            if name in seen:
                self.add(path, f"There are two {what}s called “{name}”.", "Rename one of them.")
            seen.add(name)

    def invalid(self, model: type[BaseModel], path: Path, error: ValidationError) -> None:
        """Note everything that pydantic found wrong with the form."""
        for problem in error.errors(include_url=False):
            self._problem(model, path, problem)

    def _problem(self, model: type[BaseModel], path: Path, problem: Any) -> None:
        loc: Path = tuple(problem["loc"])
        name = str(loc[-1]) if loc else self.document.file
        match problem["type"]:
            case "extra_forbidden":
                self.unknown(path + loc, "field", name, _fields(model, loc[:-1]))
            case "missing":
                self.add(path + loc[:-1], f"The field “{name}” is missing.", f"Add “{name}: …”.")
            case "string_pattern_mismatch" if name == "date":
                self.add(path + loc, "This is not a date.", "Write it as 2026-03-31.")
            case "string_pattern_mismatch":
                remedy = "Ids are letters, digits, _ and -, and begin with a letter."
                self.add(path + loc, f"“{problem['input']}” cannot be an id.", remedy)
            case "model_type" | "dict_type":
                self.add(path + loc, f"“{name}” needs fields.", "Write “name: value” lines.")
            case _:
                self.add(path + loc, f"“{name}”: {problem['msg']}.", SEE)


def _fields(model: type[BaseModel], loc: Path) -> list[str]:
    """Find the field names that are legal at a place, by walking the models' annotations."""
    inner: type[BaseModel] | None = model
    for part in loc:
        if inner is not None and isinstance(part, str):
            field = inner.model_fields.get(part)
            inner = _model_in(field.annotation) if field else None
    return list(inner.model_fields) if inner is not None else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_in(arg))), None)


def locate(data: Data, path: Path, question: str, value: str | None) -> Path | None:
    """Find where a condition names a question with a value; None if a named one in it does."""
    return next(_places(data, path, question, value), None)


def _places(data: Data, path: Path, question: str, value: str | None) -> Iterator[Path]:
    if isinstance(data, dict):
        for key, inner in data.items():
            if key != question:
                yield from _places(inner, (*path, key), question, value)
            elif isinstance(inner, list) and value in inner:
                yield (*path, key, inner.index(value))
            elif not isinstance(inner, list) and inner == value:
                yield (*path, key)
    elif isinstance(data, list):
        for index, inner in enumerate(data):
            yield from _places(inner, (*path, index), question, value)
