"""An author's mistakes in decision.yaml, said with file, line and remedy."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pydantic import BaseModel, ValidationError

from bot.engine.complaints import Manner, complaints, nearest
from bot.engine.source import Document, Path
from bot.errors import FlowError

MANNER = Manner(
    "Ids are letters, digits, _ and -, and begin with a letter.",
    "See docs/decision-model.md for what may stand here.",
    {"date": "Write it as 2026-03-31."},
)


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

    def invalid(
        self, model: type[BaseModel], path: Path, data: object, error: ValidationError
    ) -> None:
        """Note everything that pydantic found wrong with the form."""
        self.found.extend(complaints(model, self.document, path, data, error, MANNER))
