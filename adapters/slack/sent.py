"""What Slack sends, as it is written, within bounds; pure.

Sizes are bounded here: an id of Slack's has some twenty characters, a message at most 40,000.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from adapters.slack.heard import Speaker
from bot.cards.actions import INPUT, VALUE
from bot.sheets.model import Entered

Id = Annotated[str, Field(max_length=255)]
Text = Annotated[str, Field(max_length=250_000)]  # escaping makes five characters of an "&"
Url = Annotated[str, Field(max_length=1_000)]
Several = Annotated[tuple[Id, ...], Field(max_length=1_000)]

_MOST_INPUTS = 100  # blocks of a modal


class Sent(BaseModel):
    """Anything that Slack sends; what we do not need of it is left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Named(Sent):
    """A workspace or an organisation."""

    id: Id


class User(Sent):
    """Who did it."""

    id: Id
    team_id: Id = ""
    name: Id = ""
    username: Id = ""


class Option(Sent):
    """What was chosen in a list."""

    value: Id = ""


_SEVERAL = frozenset({"checkboxes", "multi_static_select", "multi_users_select"})


class Element(Sent):
    """An element with what was entered into it."""

    type: Id = ""
    selected_option: Option | None = None
    selected_options: Annotated[tuple[Option, ...], Field(max_length=_MOST_INPUTS)] = ()
    selected_date: Id | None = None
    selected_conversation: Id | None = None
    selected_users: Several | None = None
    value: Text | None = None

    @property
    def entered(self) -> str:
        """What was chosen or typed; "" if nothing was."""
        option = self.selected_option.value if self.selected_option else None
        return option or self.selected_date or self.value or ""

    @property
    def ticks(self) -> tuple[str, ...]:
        """What is ticked."""
        return tuple(option.value for option in self.selected_options)

    @property
    def content(self) -> str | tuple[str, ...]:
        """What it holds: one text or id, or several ids where it takes several."""
        if self.type in _SEVERAL:
            return self.ticks or self.selected_users or ()
        return self.selected_conversation or self.entered


class State(Sent):
    """What all inputs of a message or a view hold."""

    values: Annotated[dict[Id, dict[Id, Element]], Field(max_length=_MOST_INPUTS)] = {}

    @property
    def input(self) -> Element:
        """The one input; on a card its id ends in the turn, or Slack would keep old ticks."""
        for block_id, elements in self.values.items():
            if block_id.partition(":")[0] == INPUT:
                return elements.get(VALUE, Element())
        return Element()

    @property
    def entered(self) -> Entered:
        """What all inputs of a form hold, by their block ids."""
        return {
            block_id: elements[VALUE].content
            for block_id, elements in self.values.items()
            if VALUE in elements
        }


class Act(Element):
    """What was pressed."""

    action_id: Id
    action_ts: Id = ""


class View(Sent):
    """A modal or App Home."""

    id: Id
    type: Id = ""
    hash: Id = ""
    private_metadata: Annotated[str, Field(max_length=3000)] = ""
    state: State = State()


class Container(Sent):
    """Where something was pressed."""

    message_ts: Id = ""
    channel_id: Id = ""
    is_ephemeral: bool = False


class Channel(Sent):
    """Where a message is on which a shortcut was used."""

    name: Id = ""


class Message(Sent):
    """A message on which a shortcut was used."""

    user: Id = ""
    text: Text | None = ""
    ts: Id = ""


class Interaction(Sent):
    """What block_actions, view_submission, shortcut and message_action have in common."""

    type: Id
    user: User
    team: Named | None = None
    enterprise: Named | None = None
    is_enterprise_install: bool | None = False
    trigger_id: Id = ""
    response_url: Url = ""
    actions: tuple[Act, ...] = ()
    container: Container = Container()
    state: State | None = None
    view: View | None = None
    callback_id: Id = ""
    channel: Channel | None = None
    message: Message | None = None

    @property
    def speaker(self) -> Speaker:
        """Who it comes from."""
        team = self.team.id if self.team else self.user.team_id
        enterprise = self.enterprise.id if self.enterprise else ""
        name = self.user.name or self.user.username
        return Speaker(enterprise, team, self.user.id, bool(self.is_enterprise_install), name)


class Command(Sent):
    """The slash command."""

    command: Id
    text: Text = ""
    user_id: Id
    user_name: Id = ""
    team_id: Id = ""
    enterprise_id: Id = ""
    is_enterprise_install: bool = False
    trigger_id: Id = ""
    channel_id: Id = ""
    response_url: Url = ""


class Tokens(Sent):
    """The tokens that were revoked."""

    bot: tuple[Id, ...] | None = None


class Event(Sent):
    """What happened."""

    type: Id
    subtype: Id | None = None
    user: Id = ""
    bot_id: Id | None = None
    channel_type: Id | None = None
    channel: Id = ""
    text: Text | None = ""
    ts: Id = ""
    thread_ts: Id | None = None
    tab: Id = ""
    tokens: Tokens | None = None


class Authorization(Sent):
    """For which installation an event came."""

    enterprise_id: Id | None = None
    team_id: Id | None = None
    is_enterprise_install: bool | None = False


class Callback(Sent):
    """An event in its envelope."""

    event: Event
    event_id: Id = ""
    team_id: Id | None = None
    enterprise_id: Id | None = None
    authorizations: tuple[Authorization, ...] = ()

    @property
    def enterprise(self) -> str:
        """The organisation it came from."""
        authorized = self.authorizations[0].enterprise_id if self.authorizations else None
        return self.enterprise_id or authorized or ""

    @property
    def speaker(self) -> Speaker:
        """Who it comes from."""
        return Speaker(self.enterprise, self.team_id or "", self.event.user, self.wide)

    @property
    def wide(self) -> bool:
        """Whether the app serves the whole organisation."""
        return bool(self.authorizations and self.authorizations[0].is_enterprise_install)
