"""What rounds ask of the outside world: where they are kept, and where they are posted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.errors import DeliveryError
from bot.opinion.model import Round
from bot.ports import Contact
from bot.sheets.model import Entered, Field, Sheet

Role = Literal["owner", "audience", "reveal", "notice", "reminder", "decision"]
"""``owner`` and ``audience`` messages are edited as the round goes on; the others are sent once."""

Trouble = Literal["", "bot", "guest", "left", "unreachable", "asker"]
"""Why somebody who was asked cannot answer."""

AudienceKind = Literal["channel", "thread", "group", "people"]


class Unreachable(DeliveryError):
    """It can never be delivered there: a closed chat, a channel that is gone or not ours."""


# ------------------------------------------------------------------ people and places


@dataclass(frozen=True, slots=True)
class Actor:
    """Who pressed or sent something, as the platform vouches for it.

    ``owner`` is their opaque id, ``name`` how the platform calls them, ``address`` how they are
    reached there (as ``bot.ports.Contact``), ``groups`` the ids of groups (roles) they are in, as
    far as the platform tells that along; ``trouble`` why they may not answer. ``delivery`` is the
    platform's id of what they sent: what comes again with the same one changes nothing.
    """

    owner: str
    platform: str
    tenant: str
    user: str
    name: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()
    trouble: Trouble = ""
    delivery: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: the platform's own address, such as a channel, or one person's chat."""

    platform: str
    address: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Voter:
    """Somebody who is asked; ``owner`` is their opaque id, ``address`` how they are reached."""

    owner: str
    name: str
    address: Mapping[str, str] = field(default_factory=dict)
    trouble: Trouble = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is asked, as the platform found them.

    ``voters`` is None where the platform does not tell who is there; then ``group`` may name the
    group (role) that an answer's sender must be in. ``targets`` are where the brief is posted: one
    place, or a chat with each. ``shared`` with another organisation; ``public`` to everybody there.
    ``tenant`` is the workspace it is in, and ``chosen`` what was entered as it is kept, where that
    can be another one than the asker's, and written in other ways.
    """

    kind: AudienceKind
    label: str
    targets: tuple[Target, ...]
    voters: tuple[Voter, ...] | None = None
    group: str = ""
    shared: bool = False
    public: bool = False
    tenant: str = ""
    chosen: Entered = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that is to be there: posted once however often it is tried, then edited.

    ``mark`` is the same for every try to post it, and for no other message. ``beneath`` is the
    reference of the message that it belongs to. ``attempts`` counts the tries before.
    """

    mark: str
    target: Target
    role: Role
    sheet: Sheet
    ref: str = ""
    beneath: str = ""
    attempts: int = 0


class Forum(Protocol):
    """A platform where rounds are posted and people are asked."""

    @property
    def form_room(self) -> int:
        """How many fields a form has room for."""

    @property
    def writes_first(self) -> bool:
        """Whether people may be written to privately who have not asked for it."""

    async def put(self, letter: Letter) -> str:
        """Post or edit a message; gives its reference. Raises ``DeliveryError``, ``Unreachable``.

        One that cannot be edited any more, because it was deleted, is posted anew.
        """

    async def take_away(self, target: Target, ref: str) -> None:
        """Delete a message of ours; one that is gone is fine. Raises ``DeliveryError``."""

    async def audience_fields(
        self, asker: Actor, *, people_only: bool = False
    ) -> tuple[Field, ...]:
        """Give the entries by which an audience (of named people only) is chosen here.

        Raises ``WrongUse`` where people cannot be named.
        """

    async def audience(self, asker: Actor, entered: Entered) -> Audience:
        """Find out who was chosen; raises ``WrongUse`` where that is none, or not one."""

    async def private(self, who: Actor) -> Target:
        """Give the way to somebody's own chat with the bot."""

    async def zone(self, who: Actor) -> str:
        """Give somebody's IANA time zone; "" where the platform does not tell."""

    def workspace(self, contact: Contact) -> str:
        """Name the workspace in which somebody is reached, as ``Actor.tenant`` does."""

    def reach(self, who: Actor) -> str:
        """Name the tenant by which the people of somebody's workspace are reached."""

    async def rules_here(self, who: Actor) -> bool:
        """Say whether somebody may change the settings of the whole workspace."""


# ------------------------------------------------------------------ the store


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who was asked, or answered without being on a list: never what they answered.

    ``remind``: they want to be reminded privately. ``trouble``: why they cannot answer.
    """

    voter: str
    name: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    answered: bool = False
    remind: bool = False
    trouble: Trouble = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A round as stored, with the counts; what a piece of work did not ask for is empty.

    ``asked`` is how many can answer (None: nobody can tell), ``answered`` how many have,
    ``changed`` how often an answer was changed. ``participant`` is the one of
    ``RoundWork.voter``, and ``ballot`` their answer; ``ballots`` are all answers, in no order that
    tells anything.
    """

    round: Round | None = None
    asked: int | None = 0
    answered: int = 0
    changed: int = 0
    participant: Participant | None = None
    ballot: bytes | None = None
    participants: tuple[Participant, ...] = ()
    ballots: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class NewPost:
    """A message to be delivered from now on; ``what`` says which, for those that are sent once.

    ``target`` None: below each message of the role ``beneath`` that this round has, where it is.
    """

    role: Role
    target: Target | None = None
    what: str = ""
    beneath: Role | None = None


Timer = Literal["remind", "close", "give_up"]


class Unchanged:
    """Stands for "leave the ballot as it is"."""


UNCHANGED = Unchanged()


@dataclass(frozen=True, slots=True)
class RoundFolded:
    """What one piece of work makes of a round.

    If ``round`` is the very object that was given and nothing else is set, nothing is written.

    ``ballot`` replaces the voter's answer (None removes it). ``people`` are added or replaced.
    ``listed`` False says that nobody can tell who may answer. ``refresh``: the roles ("owner",
    "audience") whose messages are to be edited. ``timers`` sets (or with None, ends) when something
    is to happen.
    ``destroy``: all ballots and the secret that they are keyed by are destroyed with this commit.
    """

    round: Round
    people: tuple[Participant, ...] = ()
    listed: bool | None = None
    ballot: bytes | None | Unchanged = UNCHANGED
    changed: int = 0
    posts: tuple[NewPost, ...] = ()
    refresh: frozenset[Role] = frozenset()
    timers: Mapping[Timer, datetime | None] = field(default_factory=dict)
    destroy: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class RoundWork:
    """One change of a round; ``fold`` is pure and gets the round as stored.

    ``voter``: whose participation and ballot are meant. ``everyone`` asks for all participants,
    ``opened`` for all ballots. ``key`` is the platform's delivery id, for what must not be done
    twice and could not be told otherwise: seen before, nothing is done. ``owner`` must be the
    round's, if given.
    """

    round_id: str
    at: datetime
    fold: Callable[[Held], RoundFolded]
    owner: str = ""
    voter: str = ""
    everyone: bool = False
    opened: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class RoundDone:
    """What came of it after the commit: how the round is held now; ``note`` is the fold's."""

    held: Held
    note: str = ""
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A message of a round that is due, or was delivered (``ref``); see ``NewPost``.

    ``beneath`` is the reference of the message that it belongs to, ``edition`` which state of the
    round it is due to show.
    """

    id: int
    round_id: str
    owner: str
    role: Role
    target: Target
    what: str = ""
    ref: str = ""
    beneath: str = ""
    edition: int = 0
    attempts: int = 0


class Rounds(Protocol):
    """Keeps rounds, who takes part, sealed ballots, and what is due. Raises ``StoreError``."""

    async def turn(self, work: RoundWork) -> RoundDone:
        """Do the work in one transaction; raises ``NotFound``, and what the fold raises."""

    async def held(self, round_id: str, voter: str = "") -> Held:
        """Read a round, with one voter's participation and ballot; raises ``NotFound``."""

    async def asked_by(self, owner: str, case_id: str = "") -> Sequence[Held]:
        """Read the rounds somebody asked for (about one case), newest first; no dropped drafts."""

    async def waiting_for(self, voter: str) -> Sequence[Held]:
        """Read the open rounds that somebody is asked in, with their participation."""

    async def due_posts(self, now: datetime, platform: str, limit: int = 100) -> Sequence[Post]:
        """Read messages that are due and whose last edit is long enough ago, oldest first."""

    async def posts(self, round_id: str) -> Sequence[Post]:
        """Read all messages of a round that were delivered."""

    async def posted(self, post: Post, ref: str, at: datetime, pause: timedelta) -> None:
        """Note that a message was delivered at this edition; no edit before the pause is over."""

    async def put_off(self, post: Post, after: timedelta, now: datetime) -> None:
        """Try a message again later."""

    async def give_up(self, post: Post) -> None:
        """Try a message no more."""

    async def due_timers(
        self, now: datetime, platform: str, limit: int = 100
    ) -> Sequence[tuple[str, Timer]]:
        """List (round id, what is to happen) whose time has come; the fold ends the timer."""

    async def stale(self, limit: int = 100) -> Sequence[tuple[str, str, str]]:
        """List (round id, owner, case id) of open rounds whose case has changed since looked at."""
