"""What the core asks of the outside world: a store, and platforms that deliver."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.engine.model import Case, Effect, Event, Status


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks: the tenant (workspace, server, "terminal") and the platform's name for them."""

    tenant: str
    name: str


@dataclass(frozen=True, slots=True)
class Folded:
    """What one piece of work makes of a case.

    ``events`` are logged with it; if ``case`` is the very object that was given, nothing changed
    and nothing is written (the effects are only handed back).
    """

    case: Case
    effects: tuple[Effect, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """One turn to be made: ``fold`` is pure and gets the case as stored (None: not there yet).

    ``owner`` must own the case. ``key`` is the platform's delivery id: work whose key was seen
    before is not done again; the fold then only runs ``again`` to show where things stand.
    ``at`` is the time of the event, kept readable for due times and listings; ``platform`` is the
    face that the effects are to be delivered to.
    """

    owner: str
    case_id: str
    at: datetime
    fold: Callable[[Case | None], Folded]
    again: Callable[[Case], Folded]
    key: str = ""
    platform: str = "terminal"


@dataclass(frozen=True, slots=True)
class Item:
    """One effect in the outbox. ``effect`` is None for a Show: it is rendered when delivered.

    ``platform`` is the face it goes to, ``kind`` is "show", "tell" or "wake", ``ref`` the
    platform's reference to the card, if any.
    """

    id: int
    owner: str
    case_id: str
    kind: str
    turn: int
    due: datetime
    attempts: int
    ref: str
    platform: str
    effect: Effect | None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a piece of work, after the commit."""

    case: Case
    effects: tuple[Effect, ...]
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in a listing, from its readable columns and its sealed name."""

    id: str
    name: str
    flow: str
    version: str
    status: Status
    turn: int
    touched: datetime


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows of what a person's erasure removed."""

    cases: int
    events: int
    effects: int
    profile: bool


class Store(Protocol):
    """Keeps cases, their events, and the effects that are still due. Raises ``StoreError``."""

    def owner(self, person: Person) -> str:
        """Give the person's opaque id: a keyed HMAC, so that the database names nobody."""

    async def turn(self, work: Work) -> Done:
        """Do the work on its case and commit case, events and effects together.

        Work that arrives while a commit is under way forms the next batch. Raises ``NotFound``
        where the case belongs to somebody else, and what the fold raises.
        """

    async def case(self, owner: str, case_id: str) -> Case:
        """Read one case; raises ``NotFound``."""

    async def cases(self, owner: str) -> Sequence[Listed]:
        """List a person's cases, last touched first."""

    async def history(self, owner: str, case_id: str) -> Sequence[Event]:
        """Read a case's events in order; raises ``NotFound``."""

    async def profile(self, owner: str) -> Mapping[str, str]:
        """Read what a person stored for every case: question id → option id."""

    async def set_profile(self, owner: str, profile: Mapping[str, str]) -> None:
        """Store (or with an empty mapping, remove) a person's profile."""

    async def publish(
        self, flow: str, version: str, files: Mapping[str, str], at: datetime
    ) -> None:
        """Keep a flow's files under its content hash; once is enough."""

    async def published(self, version: str) -> Mapping[str, str] | None:
        """Read the files of a flow version back."""

    async def due(
        self, now: datetime, platform: str, owner: str = "", limit: int = 100
    ) -> Sequence[Item]:
        """Read a platform's (or one person's) undelivered effects that are due, oldest first."""

    async def sent(self, case_id: str, turn: int, at: datetime, ref: str = "") -> None:
        """Note that what a case had due up to this turn (wakes excepted) was delivered.

        Lazy: written with the next batch, or at close; a crash before delivers once more.
        """

    async def woken(self, item: Item) -> None:
        """Note that a wake-up was handled."""

    async def retry(self, item: Item, after: timedelta, now: datetime) -> None:
        """Put a failed delivery off."""

    async def delivered(self, owner: str, case_id: str) -> tuple[int, datetime] | None:
        """Tell the last turn whose Show was delivered, and when."""

    async def forget(self, owner: str, case_id: str | None = None) -> Forgotten:
        """Erase one case, or everything of a person, beyond recovery; raises ``NotFound``."""

    async def close(self) -> None:
        """Write what is pending and let go of the file."""


class Platform(Protocol):
    """A face that can be delivered to."""

    async def deliver(self, item: Item, effect: Effect) -> str:
        """Deliver and return the reference to the card; raises ``DeliveryError``."""
