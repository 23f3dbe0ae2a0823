"""What is listed and counted of a person, as it is shown. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.model import Status

PAGE = 10
"""Cases on one page."""

Tracks = Sequence[tuple[str, str]]
"""Ways to begin: (track id, label); the first is the usual one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A case in a list: ``progress`` is (done, of), ``result`` the title of what it came to.

    ``dialogue`` is the title of its dialogue, where the person has cases of several.
    """

    id: str
    name: str
    status: Status
    touched: datetime
    progress: tuple[int, int] = (0, 0)
    result: str = ""
    dialogue: str = ""

    @property
    def ended(self) -> bool:
        """Whether it rests for good."""
        return self.status in {"finished", "cancelled"}


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much is stored of a person.

    ``rounds`` are the second opinions they asked for, ``answers`` those of their own that wait,
    sealed, for the close of somebody else's. ``papers`` are letters, plans, logs and the like.
    """

    cases: int
    events: int
    effects: int
    profile: bool
    keep_days: int = 0
    reached: bool = False
    rounds: int = 0
    answers: int = 0
    papers: int = 0
