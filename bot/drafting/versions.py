"""The versions of a case's letters, as they are kept beside it; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import orjson

MOST = 200
"""Versions kept of one case's letters."""


@dataclass(frozen=True, slots=True)
class Version:
    """A letter as it was saved; ``number`` counts from 1 within its course and medium.

    ``values`` are the slots that were filled in, ``edited`` says that the text was changed by hand.
    """

    number: int
    course: str
    medium: str
    tone: str
    text: str
    at: str
    values: Mapping[str, str] = field(default_factory=dict)
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Versions:
    """All letters of a case, oldest first, and the slot values that were filled in last."""

    saved: tuple[Version, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)

    def of(self, course: str, medium: str) -> tuple[Version, ...]:
        """Give the versions of one letter."""
        return tuple(v for v in self.saved if (v.course, v.medium) == (course, medium))


def versions_to_bytes(versions: Versions) -> bytes:
    """Write them down."""
    return orjson.dumps(asdict(versions))


def versions_from_bytes(opened: bytes) -> Versions:
    """Read them back; nothing is no version."""
    if not opened:
        return Versions()
    read = orjson.loads(opened)
    return Versions(tuple(Version(**one) for one in read["saved"]), read["values"])
