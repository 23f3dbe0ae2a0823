"""Who may do what in a server's channel, worked out as Discord does; pure.

What is told of servers, channels and members is read here as well: only what is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from adapters.discord.faults import Unclear

ADMINISTRATOR, MANAGE_GUILD, VIEW, SEND = 1 << 3, 1 << 5, 1 << 10, 1 << 11
ATTACH, HISTORY, MANAGE_THREADS = 1 << 15, 1 << 16, 1 << 34
PRIVATE_THREADS, SEND_IN_THREADS = 1 << 36, 1 << 38

NAMES: Mapping[int, str] = {
    VIEW: "View Channel",
    SEND: "Send Messages",
    SEND_IN_THREADS: "Send Messages in Threads",
    ATTACH: "Attach Files",
    HISTORY: "Read Message History",
    PRIVATE_THREADS: "Create Private Threads",
}
"""What second opinions need, by the names that Discord shows."""

NEEDED = sum(NAMES)

TEXT, ANNOUNCEMENT, PUBLIC_THREAD, PRIVATE_THREAD = 0, 5, 11, 12
CHANNELS = frozenset({TEXT, ANNOUNCEMENT})
THREADS = frozenset({10, PUBLIC_THREAD, PRIVATE_THREAD})
"""Kinds of channels that a round may be held in."""

_EVERYTHING = -1

Id = Annotated[str, Field(max_length=20, pattern=r"^[0-9]+$")]
Bits = Annotated[int, BeforeValidator(int)]
"""Discord writes rights as digits in a text: some programs cannot read numbers that large."""


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Role(_Told):
    """A group of members with rights."""

    id: Id
    name: str
    permissions: Bits


class Server(_Told):
    """A server; the role with its own id is everybody's."""

    id: Id
    name: str
    owner_id: Id
    roles: tuple[Role, ...]

    def role(self, role: str) -> Role | None:
        """Find a role by its id."""
        return next((one for one in self.roles if one.id == role), None)


class Overwrite(_Told):
    """What a channel allows and denies to a role or a member, by its id."""

    id: Id
    allow: Bits = 0
    deny: Bits = 0


class Channel(_Told):
    """A channel or a thread; a thread has the rights of its ``parent_id``."""

    id: Id
    type: int
    name: str | None = None
    guild_id: Id | None = None
    parent_id: Id | None = None
    owner_id: Id | None = None
    permission_overwrites: tuple[Overwrite, ...] = ()


class User(_Told):
    """An account."""

    id: Id
    username: str
    global_name: str | None = None
    bot: bool = False


class Member(_Told):
    """Somebody in a server."""

    user: User
    nick: str | None = None
    roles: tuple[Id, ...] = ()

    @property
    def name(self) -> str:
        """How they are called there."""
        return self.nick or self.user.global_name or self.user.username


class Threads(_Told):
    """The threads that are open in a server, as far as the bot sees them."""

    threads: tuple[Channel, ...]


T = TypeVar("T")

SERVER, CHANNEL = TypeAdapter(Server), TypeAdapter(Channel)
MEMBER, THREAD_LIST = TypeAdapter(Member), TypeAdapter(Threads)


def read(form: TypeAdapter[T], told: Any) -> T:
    """Read what Discord told; raises ``Unclear``."""
    try:
        return form.validate_python(told)
    except ValidationError:
        raise Unclear("What Discord told of a server cannot be read.") from None


def rights(server: Server, channel: Channel, user: str, roles: Iterable[str]) -> int:
    """Work out what somebody with these roles may do in a channel, as bits.

    For everybody and nobody in particular, leave ``user`` and ``roles`` empty.
    """
    theirs = {server.id, *roles}
    may = 0
    for role in server.roles:
        may |= role.permissions if role.id in theirs else 0
    if user == server.owner_id or may & ADMINISTRATOR:
        return _EVERYTHING
    special = {one.id: one for one in channel.permission_overwrites}
    everybody, alone = special.get(server.id), special.get(user)
    groups = [special[role] for role in theirs - {server.id} if role in special]
    may = _changed(may, [everybody] if everybody else [])
    may = _changed(may, groups)
    may = _changed(may, [alone] if alone else [])
    return may if may & VIEW else 0


def _changed(may: int, by: Iterable[Overwrite]) -> int:
    """Deny what any of these denies, then allow what any allows."""
    denied = allowed = 0
    for one in by:
        denied |= one.deny
        allowed |= one.allow
    return may & ~denied | allowed


def missing(may: int, needed: int) -> list[str]:
    """Name what is needed and not allowed."""
    return names(needed & ~may)


def names(needed: int) -> list[str]:
    """Name what is needed."""
    return [name for bit, name in NAMES.items() if needed & bit]
