"""What the fake Discord keeps: frozen copies of messages, modals and places, and interactions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

Json = dict[str, Any]

EPHEMERAL, LOADING, V2 = 1 << 6, 1 << 7, 1 << 15
TEXT, DM, GROUP, ANNOUNCEMENT, PUBLIC, PRIVATE = 0, 1, 3, 5, 11, 12
THREADS = frozenset({10, PUBLIC, PRIVATE})
EVERYTHING = (1 << 53) - 1
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
SAYS, THINKS, DEFERS, UPDATES, CHOICES, ASKS = 4, 5, 6, 7, 8, 9

ERRORS: dict[int, tuple[int, str]] = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    20028: (429, "The write action you are performing on the channel has hit the rate limit"),
    40003: (400, "You are opening direct messages too fast"),
    40060: (400, "Interaction has already been acknowledged."),
    40094: (400, "This interaction has reached the maximum number of follow up messages"),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on this channel type"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50033: (400, "Invalid Recipient(s)"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    160002: (400, "Cannot reply without permission to read message history"),
}
"""The status and the words of each code that the fake knows."""


class DiscordError(Exception):
    """What the API refuses with; ``errors`` tells the places in the body.

    Code 0 goes with a bare HTTP status.
    """

    def __init__(self, code: int, errors: Json | None = None, status: int = 0) -> None:
        bare = HTTPStatus(status or 400)
        usual, message = ERRORS.get(code, (bare.value, f"{bare.value}: {bare.phrase}"))
        super().__init__(f"{code} {message}")
        self.status = status or usual
        self.body: Json = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


@dataclass(frozen=True, slots=True)
class Account:
    """A user; ``installed`` says that they have added the app to their own account."""

    id: str
    name: str
    locale: str = "en-GB"
    installed: bool = True
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of a guild, or a private one of these people (``bot``: and of the bot).

    ``overwrites`` are what it allows and denies. A thread is in its ``parent``, made by ``maker``;
    ``people`` are in it.
    """

    id: str
    kind: int
    name: str = ""
    guild: str = ""
    people: tuple[str, ...] = ()
    bot: bool = True
    parent: str = ""
    maker: str = ""
    archived: bool = False
    overwrites: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Guild:
    """A server with one text channel; everybody the fake knows is a member.

    ``owner`` is a user's id; without one the first person is.
    """

    id: str
    name: str
    channel: Channel
    locale: str = "en-US"
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message."""

    id: str
    name: str
    content: bytes
    kind: str = "application/octet-stream"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was when it was read; the fake replaces it when it is edited.

    ``author`` wrote it; ``ephemeral_to`` is the only person who sees it ("" if everybody there
    does); ``token`` is that of the interaction which made it; ``edited`` is when it was last
    edited; ``components`` are as the app gave them, each with an id.
    """

    id: str
    channel: str
    author: str
    content: str = ""
    components: tuple[Json, ...] = ()
    flags: int = 0
    nonce: str = ""
    edited: str = ""
    attachments: tuple[Attachment, ...] = ()
    embeds: tuple[Json, ...] = ()
    ephemeral_to: str = ""
    token: str = ""
    reference: str = ""
    from_bot: bool = False

    @property
    def loading(self) -> bool:
        """Whether it still says that the app is thinking."""
        return bool(self.flags & LOADING)

    @property
    def v2(self) -> bool:
        """Whether it is made of components alone."""
        return bool(self.flags & V2)


@dataclass(frozen=True, slots=True)
class OpenModal:
    """A modal as the app gave it, each component with an id.

    ``source`` is the token of the interaction that opened it.

    ``fields`` are the inputs by custom_id, with what they hold at first. ``failed`` is set when
    nobody answered the submission: the client shows an error and keeps the modal.
    """

    user: str
    source: str
    data: Json
    fields: Mapping[str, Any]
    failed: bool = False

    @property
    def custom_id(self) -> str:
        """Give the app's name for it."""
        return str(self.data["custom_id"])

    @property
    def title(self) -> str:
        """Give the words at the top."""
        return str(self.data["title"])

    @property
    def components(self) -> tuple[Json, ...]:
        """Give its parts."""
        return tuple(self.data["components"])


@dataclass(slots=True)
class Interaction:
    """Something a person did, and what the app answered so far.

    ``kind`` is that of the interaction, ``answer`` that of the first response (0: none yet) and
    ``data`` what it carried; ``source`` is the message whose component it was; ``original`` the
    message that ``@original`` stands for; ``opener`` the interaction that opened the modal.
    """

    id: str
    token: str
    kind: int
    user: str
    channel: Channel
    at: float
    owners: Json
    source: str = ""
    opener: Interaction | None = None
    command: str = ""
    answer: int = 0
    data: Json = field(default_factory=dict)
    original: str = ""
    followups: int = 0
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def deferred(self) -> bool:
        """Whether it was acknowledged by a defer."""
        return self.answer in (THINKS, DEFERS)

    @property
    def from_component(self) -> bool:
        """Whether it came from a component of a message, also by way of a modal."""
        return self.kind == COMPONENT or (self.opener is not None and self.opener.from_component)

    @property
    def user_only(self) -> bool:
        """Whether the app is here only because the user has added it."""
        return "0" not in self.owners


@dataclass(slots=True)
class Call:
    """One request of the app, in order; ``at`` is on the monotonic clock, in seconds, ``moment``
    on the fake's own.

    ``operation`` is the fake's short name for it, ``official`` that of the specification; ``ids``
    are the parts of the path, ``json`` the body, ``files`` what was sent along; ``status`` is 0
    while (or if) nothing was answered; ``fault`` names the fault it met.
    """

    operation: str
    method: str
    path: str
    order: int
    at: float
    ids: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    official: str = ""
    json: Any = None
    files: Mapping[str, Attachment] = field(default_factory=dict)
    auth: str = ""
    user: str = ""
    channel: str = ""
    status: int = 0
    answer: Any = None
    fault: str = ""
    moment: float = 0.0

    @property
    def body(self) -> Json:
        """Give the body where it is an object."""
        return self.json if isinstance(self.json, dict) else {}
