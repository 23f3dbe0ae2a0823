"""What was heard from Discord, as values; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.cards.actions import Action
from bot.ports import Person

MANAGES = "manage"
"""Stands among somebody's groups where they may manage the server that they are heard from."""

_EVERYWHERE = "discord"
"""A person is the same in every server and in direct messages: there is one chat with them."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who it comes from, as Discord says it; ``tenant`` is how the app came to them.

    That is a server, the person's own installation, or "" where it cannot be told. ``name`` is how
    they are called there; ``guild`` the server that they are in at that moment, whether or not the
    app is, and ``groups`` the ids of their roles there, with ``MANAGES`` if they may manage it.
    """

    user: str
    tenant: str = ""
    name: str = ""
    guild: str = ""
    groups: frozenset[str] = frozenset()
    bot: bool = False

    @property
    def person(self) -> Person:
        """Who that is for the store."""
        return Person(_EVERYWHERE, self.user)


def server(guild: str | int) -> str:
    """Name a server that the app is in."""
    return f"discord:server:{guild}"


def own(user: str) -> str:
    """Name a person's own installation of the app."""
    return f"discord:user:{user}"


def left(user: str) -> str:
    """Name the installation of somebody who took it back."""
    return f"discord:left:{user}"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody pressed, sent or ordered something, and how it is answered.

    ``id`` and ``token`` are the interaction's; ``message`` is the message that was pressed on, or
    from which a form was opened ("" for a command); ``alone`` if they alone see that message.
    ``private``: in the direct messages with the bot, whose ``channel`` this is.
    """

    id: str
    token: str
    channel: str = ""
    private: bool = False
    message: str = ""
    alone: bool = False

    @property
    def chat(self) -> str:
        """The channel of the direct messages, "" where it is another one."""
        return self.channel if self.private else ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was pressed, or something selected: ``values``."""

    speaker: Speaker
    action: Action
    values: tuple[str, ...]
    spot: Spot

    @property
    def value(self) -> str:
        """What was selected, if one thing was."""
        return self.values[0] if self.values else ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form was sent off, with this text in it.

    ``entered`` is all that was entered, by the fields' ids, and ``opened`` tells this opened form
    from any other.
    """

    speaker: Speaker
    form: Action
    text: str
    spot: Spot
    entered: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    opened: str = ""


@dataclass(frozen=True, slots=True)
class Ordered:
    """The slash command: ``word`` is the subcommand, ``case`` what was given with it."""

    speaker: Speaker
    word: str
    case: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Quoted:
    """Somebody picked a message to be added to a log; nothing of it is kept before they agree.

    ``place`` is the name of the channel or thread, "" outside of servers.
    """

    speaker: Speaker
    text: str
    author: str
    place: str
    at: datetime
    spot: Spot


@dataclass(frozen=True, slots=True)
class Completing:
    """Somebody is typing which case they mean; ``said`` is what stands there so far."""

    speaker: Speaker
    said: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Wrote:
    """A direct message to the bot; ``message`` is its id, which tells when it was sent.

    ``answered`` says that something of the bot's stands below it: read from the history, it may
    have been heard before.
    """

    speaker: Speaker
    text: str
    channel: str
    message: str
    answered: bool = False


Acted = Pressed | Submitted | Ordered | Quoted | Completing
"""An interaction: it is answered once, within three seconds."""

Heard = Acted | Wrote


def delivery_key(spot: Spot) -> str:
    """Tell one delivery of an interaction from another one."""
    return f"discord:{spot.id}"
