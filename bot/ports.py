"""What the core asks of the outside world: a store, and platforms that deliver."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.engine.model import Case, Effect, Event, Status, Tell, View
from bot.engine.show import BARE, Margin
from bot.filing import Papers


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
class Contact:
    """Where and how a person is reached on a platform.

    ``address`` is the platform's own (for Slack: enterprise, team, user, channel). ``discreet``:
    notifications tell nothing of the matter. ``keep_days``: finished cases are deleted that many
    days after they were last touched; 0 keeps them until the person deletes them.
    """

    platform: str
    tenant: str
    address: Mapping[str, str]
    discreet: bool = True
    keep_days: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a person, as it is named to people."""

    platform: str
    name: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Two accounts that are one person: ``joined`` stands for ``main``, which has all cases."""

    main: Account
    joined: Account


@dataclass(frozen=True, slots=True)
class LeftCard:
    """A card that stayed behind when its case went on elsewhere, and when that was."""

    id: int
    owner: str
    case_id: str
    ref: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivered:
    """The last turn a case's card showed, since when, and the card's reference on its platform.

    ``telling``: something that was told waits to be delivered still.
    """

    turn: int
    at: datetime
    ref: str
    platform: str
    telling: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """All that one delivery shows of a case: its card as it now is, with what is told once.

    ``view`` is None where only something is told. ``ref`` is the card's reference ("" if there is
    none yet); ``anew`` asks for a new card below what was written, instead of an edit.
    """

    owner: str
    case_id: str
    turn: int
    view: View | None = None
    tells: tuple[Tell, ...] = ()
    margin: Margin = BARE
    ref: str = ""
    attempts: int = 0
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows of what a person's erasure removed."""

    cases: int
    events: int
    effects: int
    profile: bool


class Safe(Protocol):
    """Keeps small sealed things that belong to no person, in drawers. Raises ``StoreError``."""

    async def keep(
        self, drawer: str, key: str, value: bytes, until: datetime | None = None
    ) -> None:
        """Keep a value under a key, until a time if one is given; replaces what was there."""

    async def kept(self, drawer: str, key: str, now: datetime) -> bytes | None:
        """Read a value; None if there is none, or its time is over."""

    async def take(self, drawer: str, key: str, now: datetime) -> bytes | None:
        """Read a value and remove it: of several takers exactly one gets it."""

    async def discard(self, drawer: str, key: str) -> None:
        """Remove a value, if it is there."""

    async def drawer(self, drawer: str, now: datetime) -> Sequence[bytes]:
        """Read all values of a drawer whose time is not over."""

    async def sweep(self, now: datetime) -> int:
        """Remove what is past its time; gives how much that was."""


class Links(Protocol):
    """Knows which accounts are one person, by opaque ids. Raises ``StoreError``."""

    @property
    def generation(self) -> int:
        """A number that is another one whenever it changed who is who, so far as is known here."""

    async def refresh(self) -> bool:
        """Take up what other processes linked or unlinked; says whether anything changed."""

    async def linked(self, owner: str) -> Linked | None:
        """Tell which accounts a person linked, if they did."""

    async def link(self, owner: str, joining: str, accounts: Linked) -> None:
        """Let the account ``joining`` be this person: all that is theirs is one from now on.

        Raises ``WrongUse`` where one of the two is linked already.
        """

    async def unlink(self, owner: str) -> Linked | None:
        """End that: the joined account begins empty; gives what was linked."""


class Store(Protocol):
    """Keeps cases, their events, and the effects that are still due. Raises ``StoreError``."""

    @property
    def safe(self) -> Safe:
        """Where small sealed things are kept that belong to no person."""

    @property
    def papers(self) -> Papers:
        """Where letters, plans, logs and outcomes are kept, and what is due of them."""

    @property
    def links(self) -> Links:
        """Which accounts are one person."""

    def owner(self, person: Person) -> str:
        """Give the person's opaque id: a keyed HMAC, so that the database names nobody.

        For an account that is linked it is that of the person it was linked with.
        """

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
        self,
        now: datetime,
        platform: str,
        owner: str = "",
        limit: int = 100,
        *,
        case_id: str = "",
    ) -> Sequence[Item]:
        """Read what a platform (one person there, one case) has due undelivered, oldest first."""

    async def sent(
        self, case_id: str, turn: int, at: datetime, ref: str = "", *, platform: str = ""
    ) -> None:
        """Note that what a case had due up to this turn (wakes excepted) was delivered.

        On a platform that the case has left meanwhile it is a card that stayed behind.
        Lazy: written with the next batch, or at close; a crash before delivers once more.
        """

    async def woken(self, item: Item) -> None:
        """Note that a wake-up was handled."""

    async def retry(self, case_id: str, turn: int, after: timedelta, now: datetime) -> None:
        """Put off a failed delivery: the Show due at this turn, and what was told up to it."""

    async def delivered(self, owner: str, case_id: str) -> Delivered | None:
        """Tell what was last delivered of a case."""

    async def contact(self, owner: str, platform: str = "") -> Contact | None:
        """Read where a person is reached on a platform; with none named, what was noted last."""

    async def contacts(self, owner: str) -> Sequence[Contact]:
        """Read everywhere a person is reached, what was noted last at the end."""

    async def set_contact(self, owner: str, contact: Contact) -> None:
        """Store where a person is reached on a platform, and add the person if they are new.

        ``keep_days`` is the person's, whatever the platform.
        """

    async def lose_contact(self, owner: str, platform: str) -> None:
        """Forget where a person is reached on a platform; their cases go on where else they are."""

    async def left_cards(self, platform: str, limit: int = 100) -> Sequence[LeftCard]:
        """List cards on a platform whose cases have gone on elsewhere, oldest first."""

    async def settle_left(self, card: LeftCard) -> None:
        """Note that this one has been seen to."""

    async def ongoing(
        self, platform: str, since: datetime, limit: int = 1000
    ) -> Sequence[tuple[str, str]]:
        """List (owner, case id) of a platform's open cases touched since, the newest first."""

    async def expired(
        self, now: datetime, limit: int = 100, *, platform: str = ""
    ) -> Sequence[tuple[str, str]]:
        """List (owner, case id) of closed cases that their owners no longer want kept.

        With a ``platform`` only those that were last shown there.
        """

    async def reached(
        self, tenant: str, after: int = 0, limit: int = 200
    ) -> Sequence[tuple[int, str]]:
        """List (place, owner) of people whom a tenant reaches, those after a place."""

    async def abandon(self, tenant: str, at: datetime) -> None:
        """Note that everything of a tenant is to be erased at this time."""

    async def reclaim(self, tenant: str) -> None:
        """Call off the erasure of a tenant that came back."""

    async def abandoned(self, now: datetime, limit: int = 100) -> Sequence[str]:
        """List owners whose tenant is to be erased by now; one with nobody left is forgotten."""

    async def departed(self, tenant: str, now: datetime) -> bool:
        """Say whether everything of a tenant is to be erased by now."""

    async def forget(self, owner: str, case_id: str | None = None) -> Forgotten:
        """Erase one case, or everything of a person, beyond recovery; raises ``NotFound``."""

    async def close(self) -> None:
        """Write what is pending and let go of the file."""


class Platform(Protocol):
    """A face that can be delivered to."""

    async def deliver(self, parcel: Parcel) -> str:
        """Deliver and return the reference to the card; raises ``DeliveryError``."""


# ------------------------------------------------------------------ HTTP, without a server


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in; header names are lower-case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to a request."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Receive = Callable[[Received], Awaitable[Reply]]
"""Answers a request; what it raises is the server's to report as a failure."""
