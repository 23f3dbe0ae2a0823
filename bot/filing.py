"""What is kept beside a case or a person: letters, plan, log, outcomes, habits; and what is due.

The store knows none of it: a paper is bytes that it seals, a reminder a name with a time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

Kind = Literal["letters", "plan", "log", "outcome", "habits", "counting"]
"""``habits`` and ``counting`` belong to a person, all others to a case."""

DATED: tuple[Kind, ...] = ("plan", "outcome")
"""Papers of cases that set reminders."""

Delay = Literal["quiet", "failed", "missed"]
"""Why a reminder is put off: it is night, the platform failed, or the person is not reached."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it is kept; ``case_id`` is "" for one that belongs to the person."""

    case_id: str
    kind: Kind
    body: bytes


@dataclass(frozen=True, slots=True)
class Filed:
    """What one piece of work makes of a paper.

    ``body`` is what it holds from now on (empty: it goes, with its reminders); if it is the very
    object that was given and no reminder is named, nothing is written. ``reminders`` sets, or with
    None ends, when the person is to be reminded of something, by a name that means something to
    whoever reads the paper; others stay as they are. ``moves``: only what waits is set, so that
    nothing that was told comes again.
    """

    body: bytes
    reminders: Mapping[str, datetime | None] = field(default_factory=dict)
    note: str = ""
    moves: bool = False


@dataclass(frozen=True, slots=True)
class PaperWork:
    """One change of a paper; ``fold`` is pure and gets what it holds (empty: it is not there).

    ``platform`` is where its reminders are to be delivered. ``key`` is the platform's delivery id:
    seen before, nothing is done.
    """

    owner: str
    kind: Kind
    at: datetime
    fold: Callable[[bytes], Filed]
    case_id: str = ""
    platform: str = "terminal"
    key: str = ""


@dataclass(frozen=True, slots=True)
class PaperDone:
    """What came of it after the commit; ``note`` is the fold's."""

    body: bytes
    note: str = ""
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something a person is to be reminded of, since ``due``; ``name`` is as the fold gave it.

    ``attempts`` counts how often the platform failed at it, ``missed`` on how many days the person
    could not be reached.
    """

    id: int
    owner: str
    case_id: str
    kind: Kind
    name: str
    due: datetime
    attempts: int = 0
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Gathered:
    """A paper of somebody, with the version of the flow that its case rests on ("": no case).

    ``finished`` says whether the case is.
    """

    owner: str
    version: str
    finished: bool
    paper: Paper


class Papers(Protocol):
    """Keeps papers and what is due of them. Raises ``StoreError``."""

    async def turn(self, work: PaperWork) -> PaperDone:
        """Do the work in one transaction.

        Raises ``NotFound`` where there is no such case, and what the fold raises.
        """

    async def read(self, owner: str, kind: Kind, case_id: str = "") -> bytes:
        """Read a paper, empty if there is none; raises ``NotFound`` where there is no such case."""

    async def kept(
        self, owner: str, case_id: str | None = None, *, kinds: Collection[Kind] = ()
    ) -> Sequence[Paper]:
        """Read all papers of a person (of some kinds), or those of one case ("": their own)."""

    async def reminders(self, owner: str) -> Sequence[Reminder]:
        """List all that a person is to be reminded of, the soonest first."""

    async def due(self, now: datetime, platform: str, limit: int = 500) -> Sequence[Reminder]:
        """List what is due on a platform, oldest first; all of one person that is due with it."""

    async def finished_without(
        self, kind: Kind, platform: str, since: datetime, limit: int = 100
    ) -> Sequence[tuple[str, str]]:
        """List (owner, case id) of a platform's finished cases that have no such paper.

        One from before the case was finished anew is none. Only those touched since then are looked
        at, oldest first.
        """

    def gather(self, tenant: str, kinds: Collection[Kind]) -> AsyncIterator[Gathered]:
        """Read papers of these kinds of everybody whom a tenant reaches, person by person.

        Of somebody whose papers are damaged there are none.
        """

    async def settle(self, reminders: Sequence[Reminder]) -> None:
        """Note that these were delivered: one that was set anew since stays."""

    async def put_off(self, reminders: Sequence[Reminder], until: datetime, why: Delay) -> None:
        """Try these again at another time: one that was set anew since stays as it is."""
