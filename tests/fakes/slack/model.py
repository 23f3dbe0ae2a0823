"""What the fake Slack keeps: frozen copies of messages and views, and the workspaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

SCOPES = (
    "commands",
    "chat:write",
    "im:history",
    "im:write",
    "files:write",
    "channels:read",
    "groups:read",
    "usergroups:read",
    "users:read",
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was when it was read; the fake replaces it when it is edited.

    ``user`` wrote it; ``ephemeral_to`` is the only person who sees it ("" if everybody does);
    ``edited`` is the time stamp of the last edit; ``broadcast``: a reply that the
    channel shows as well.
    """

    team: str
    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    thread_ts: str = ""
    from_bot: bool = False
    edited: str = ""
    ephemeral_to: str = ""
    files: tuple[str, ...] = ()
    client_msg_id: str = ""
    broadcast: bool = False


@dataclass(frozen=True, slots=True)
class OpenView:
    """A modal or a Home tab as it was when it was read.

    ``body`` is what the app gave; ``errors`` are those shown after the last submission (block id
    to words); ``trouble`` is set when Slack could not get the submission acknowledged.
    """

    id: str
    team: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    trouble: bool = False

    @property
    def kind(self) -> str:
        """Give "modal" or "home"."""
        return str(self.body["type"])

    @property
    def title(self) -> str:
        """Give the words at the top of a modal."""
        return str(self.body["title"]["text"])

    @property
    def blocks(self) -> tuple[Json, ...]:
        """Give its blocks."""
        return tuple(self.body["blocks"])

    @property
    def callback_id(self) -> str:
        """Give the app's name for it."""
        return str(self.body.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        """Give what the app carries in it."""
        return str(self.body.get("private_metadata", ""))


@dataclass(frozen=True, slots=True)
class Account:
    """A person's entry in the directory of a workspace; ``home`` is theirs, if it is another."""

    id: str
    name: str
    tz: str = "Europe/Amsterdam"
    tz_offset: int = 3600
    locale: str = "en-GB"
    is_bot: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    deleted: bool = False
    home: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A user group with those in it."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A direct-message channel (``user`` is the person there), or any other.

    ``shared`` is so with another organisation, ``invited`` if one is only asked to, and ``wide``
    within the own one. ``people`` are the members besides the bot.
    """

    id: str
    name: str = ""
    user: str = ""
    member: bool = True
    shared: bool = False
    private: bool = False
    archived: bool = False
    wide: bool = False
    invited: bool = False
    people: tuple[str, ...] = ()


@dataclass(slots=True)
class Upload:
    """A file: its bytes once they came, and where it was shared."""

    id: str
    name: str
    length: int
    content: bytes = b""
    title: str = ""
    shared: tuple[str, ...] = ()
    alt: str = ""


@dataclass(slots=True)
class Team:
    """A workspace with the app installed. What is in it is for tests to read and to change."""

    id: str
    name: str
    bot_token: str
    bot_user: str
    bot_id: str
    enterprise: str = ""
    org: bool = False
    rotation: bool = False
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    people: dict[str, Account] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    messages: dict[str, dict[str, Message]] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    modals: dict[str, list[OpenView]] = field(default_factory=dict)
    homes: dict[str, OpenView] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)
    filled: dict[tuple[str, str], Json] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        """Give the workspace's part of its address."""
        return self.name.lower().replace(" ", "-")

    def channel_with(self, user: str) -> Channel | None:
        """Find the direct-message channel of a person."""
        return next((one for one in self.channels.values() if one.user == user), None)

    def posted(self, channel: str) -> list[Message]:
        """Give the app's messages in a channel, oldest first."""
        there = self.messages.get(channel, {}).values()
        return sorted((one for one in there if one.from_bot), key=lambda one: one.ts)

    def view(self, view_id: str) -> OpenView | None:
        """Find an open modal or a published Home."""
        found = [view for stack in self.modals.values() for view in stack]
        return next((one for one in [*found, *self.homes.values()] if one.id == view_id), None)


class SlackError(Exception):
    """What the API answers with ``ok: false``; ``messages`` tell more."""

    def __init__(self, code: str, messages: tuple[str, ...] = (), **more: str) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages
        self.more = more


@dataclass(slots=True)
class Call:
    """One call of the Web API, in order; ``at`` is on the monotonic clock, in seconds.

    ``method`` is the name, or "response_url" or "upload"; ``status`` is 0 while (or if) nothing was
    answered; ``fault`` names the fault it met. ``user`` is whose window or response it is about.
    """

    method: str
    token: str
    team: str
    args: Json
    order: int
    at: float
    as_json: bool = False
    status: int = 0
    answer: Json | None = None
    fault: str = ""
    user: str = ""
