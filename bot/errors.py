"""What can go wrong, sorted by whose fault it is.

A person's mistake is no error at all: the engine answers it with a ``Tell``. What is left is a
mistake of a flow's author (``FlowError``), of the one who runs the bot (``SetupError``), trouble
with the store (``StoreError``) or a platform's refusal (``DeliveryError``). Everything else is our
own bug and is not caught.
"""

from __future__ import annotations

from datetime import timedelta


class CrossroadsError(Exception):
    """An error with a message for people and, where there is one, a remedy.

    ``message`` says what is wrong in one sentence, ``remedy`` what to do about it.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class FlowError(CrossroadsError):
    """A flow's author made a mistake: says in which file and line, and how to mend it."""

    def __init__(self, file: str, line: int, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.file = file
        self.line = line

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {super().__str__()}"


class FlowErrors(CrossroadsError):
    """Every mistake found in one flow, in the order of the files' lines."""

    def __init__(self, errors: list[FlowError]) -> None:
        self.errors = sorted(errors, key=lambda error: (error.file, error.line))
        super().__init__("\n".join(str(error) for error in self.errors))


class WrongUse(CrossroadsError):
    """A command was called with something it does not know (exit code 2)."""


class SetupError(CrossroadsError):
    """Settings, keys or files are not as they must be."""


class KeyMissing(SetupError):
    """The key that opens what is stored is not there, or is another one."""


class StoreError(CrossroadsError):
    """The store cannot do what was asked; what was stored before is safe."""


class StoreBusy(StoreError):
    """Another process holds the database for longer than we wait."""


class StoreFull(StoreError):
    """There is no room left to write."""


class StoreDamaged(StoreError):
    """The database file is not a database, or its pages do not add up."""


class StoreNewer(StoreError):
    """The database was written by a newer Crossroads."""


class NotFound(CrossroadsError):
    """There is no such case for this person."""


class NoCase(NotFound):
    """No case has this id, or it is somebody else's: the two are not told apart."""


class DeliveryError(CrossroadsError):
    """A platform refused or failed a delivery; it may be tried again after ``retry_after``."""

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
