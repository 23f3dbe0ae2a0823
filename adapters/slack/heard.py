"""What was heard from Slack, as values; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.cards.actions import Action
from bot.ports import Person
from bot.sheets.model import Entered

LOG_SHORTCUT = "add_to_log"
"""The shortcut that quotes a message in a log."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who it comes from, as Slack signed it; ``wide`` if the app serves the whole organisation.

    ``name`` is what Slack calls them, "" where it does not say; it tells nobody apart.
    """

    enterprise: str
    team: str
    user: str
    wide: bool = False
    name: str = field(default="", compare=False)

    @property
    def tenant(self) -> str:
        """The workspace; the same user id in another one is somebody else."""
        return tenant(self.enterprise, self.team)

    @property
    def installation(self) -> str:
        """What the app was installed in: the workspace, or the whole organisation."""
        return tenant(self.enterprise, "" if self.wide else self.team)

    @property
    def person(self) -> Person:
        """Who that is for the store."""
        return Person(self.tenant, self.user)


def tenant(enterprise: str, team: str) -> str:
    """Name a workspace, or an organisation where the team is empty."""
    return f"slack:{enterprise or '-'}:{team or '-'}"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button, select or date was used, in a message, a modal or App Home.

    ``value`` is what was selected, ``ticks`` what is ticked in the input beside it. ``trigger``
    opens a modal for three seconds. ``message`` is the time stamp of the message it is in, and
    ``reply`` the address for an answer beside that message, in any channel. ``alone``: nobody else
    sees that message; ``modal``: it is in a modal.
    """

    speaker: Speaker
    action: Action
    value: str
    ticks: tuple[str, ...]
    trigger: str
    channel: str
    message: str
    view: str
    view_hash: str
    key: str
    reply: str = ""
    alone: bool = False
    modal: bool = False


@dataclass(frozen=True, slots=True)
class Submitted:
    """A modal was sent off; ``form`` stands in its private metadata.

    ``value`` is what its one input holds, ``entered`` what all do, by their block ids; ``view`` is
    the modal's id.
    """

    speaker: Speaker
    form: Action
    value: str
    key: str
    entered: Entered = field(default_factory=dict)
    view: str = ""


@dataclass(frozen=True, slots=True)
class Wrote:
    """A direct message to the bot; ``ts`` is when Slack took it, in seconds since 1970."""

    speaker: Speaker
    text: str
    channel: str
    ts: str
    thread: str
    key: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """The slash command, with the words after it; ``reply`` is the address for a later answer."""

    speaker: Speaker
    words: tuple[str, ...]
    trigger: str
    channel: str
    reply: str = ""


@dataclass(frozen=True, slots=True)
class OpenedHome:
    """Somebody opened the bot's App Home."""

    speaker: Speaker


@dataclass(frozen=True, slots=True)
class TookShortcut:
    """A shortcut was used; ``about_message`` if it was one on a message, which is not read."""

    speaker: Speaker
    trigger: str
    about_message: bool


@dataclass(frozen=True, slots=True)
class Quoted:
    """Somebody picked a message to be added to a log; nothing of it is kept before they agree.

    ``author`` is the id of who wrote it, ``place`` the name of the channel.
    """

    speaker: Speaker
    trigger: str
    text: str
    author: str
    place: str
    at: datetime
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Uninstalled:
    """The app was removed from a workspace, or its tokens were revoked."""

    enterprise: str
    team: str
    wide: bool

    @property
    def installation(self) -> str:
        """What the app was installed in: the workspace, or the whole organisation."""
        return tenant(self.enterprise, "" if self.wide else self.team)


Heard = Pressed | Submitted | Wrote | Ordered | OpenedHome | TookShortcut | Quoted | Uninstalled
