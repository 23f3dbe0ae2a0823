"""What Discord sends, read into values; pure. Whatever is not ours or not whole comes to nothing.

Sizes are bounded here: ids of Discord's have some twenty digits, custom ids 100 characters, a
message at most 4,000.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.discord.heard import (
    Acted,
    Completing,
    Ordered,
    Pressed,
    Speaker,
    Spot,
    Submitted,
    Wrote,
    own,
    server,
)
from bot.cards.actions import VALUE, Action, parse_action

_ALONE = 1 << 6
_EPOCH = 1_420_070_400_000
"""Milliseconds from 1970 to 2015, from where Discord's ids count."""

_BY_PEOPLE = frozenset({0, 19})
"""A message, and a reply; the other kinds are Discord's own notices."""

Id = Annotated[str, Field(max_length=20, pattern=r"^[0-9]+$")]
Name = Annotated[str, Field(max_length=100)]
Text = Annotated[str, Field(max_length=8_000)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Option(_Sent):
    """A subcommand, or what was given with it."""

    name: Name
    value: str | int | float | bool | None = None
    options: tuple[_Option, ...] = ()


class _Component(_Sent):
    """A component of a form, with what was entered into it."""

    custom_id: Name = ""
    value: Text = ""
    component: _Component | None = None
    components: tuple[_Component, ...] = ()


class _Data(_Sent):
    """What is told of an interaction, whichever kind it is."""

    name: Name = ""
    custom_id: Name = ""
    values: tuple[Name, ...] = ()
    options: tuple[_Option, ...] = ()
    components: tuple[_Component, ...] = ()


class _Interaction(_Sent):
    """An interaction as the client hands it on."""

    type: int
    id: Id
    token: Annotated[str, Field(max_length=1_000)]
    user: Id
    channel: Id | None = None
    private: bool = False
    server: Id | None = None
    own: bool = False
    message: Id | None = None
    flags: int = 0
    data: _Data = _Data()

    @property
    def speaker(self) -> Speaker:
        if self.server and not self.own:
            return Speaker(self.user, server(self.server))
        return Speaker(self.user, own(self.user) if self.own else "")

    @property
    def spot(self) -> Spot:
        return Spot(
            self.id,
            self.token,
            self.channel or "",
            self.private,
            self.message or "",
            bool(self.flags & _ALONE),
        )


class _Author(_Sent):
    id: Id
    bot: bool = False


class _Written(_Sent):
    """A message as Discord's history and gateway tell it."""

    id: Id
    channel_id: Id
    author: _Author
    content: Text = ""
    guild_id: Id | None = None
    type: int = 0


def parse_spot(told: Mapping[str, Any]) -> Spot | None:
    """Read how an interaction is answered, whatever it is about; None if that is not whole."""
    try:
        return _Interaction.model_validate({**told, "data": {}}).spot
    except ValidationError:
        return None


def parse_interaction(told: Mapping[str, Any]) -> Acted | None:
    """Read an interaction; None if it is none of ours."""
    try:
        sent = _Interaction.model_validate(told)
    except ValidationError:
        return None
    match sent.type:
        case 2:
            return Ordered(sent.speaker, *_ordered(sent.data), sent.spot)
        case 4:
            return Completing(sent.speaker, _ordered(sent.data)[1], sent.spot)
        case 3:
            action = parse_action(sent.data.custom_id)
            if action is None:
                return None
            return Pressed(sent.speaker, action, sent.data.values, sent.spot)
        case 5:
            return _submitted(sent)
        case _:
            return None


def _ordered(data: _Data) -> tuple[str, str]:
    """Read the subcommand and the case that was given with it."""
    for sub in data.options:
        given = next((option.value for option in sub.options if option.name == "case"), None)
        return sub.name, "" if given is None else str(given)[:100]
    return "help", ""


def _submitted(sent: _Interaction) -> Submitted | None:
    form = parse_action(sent.data.custom_id)
    entered = [one.value for one in _inside(sent.data.components) if one.custom_id == VALUE]
    if form is None or not entered:
        return None
    # The last part only tells one opened form from another.
    form = Action(form.verb, form.case, form.turn)
    return Submitted(sent.speaker, form, entered[0], sent.spot)


def _inside(components: tuple[_Component, ...]) -> Iterator[_Component]:
    for one in components:
        yield one
        yield from _inside(one.components)
        if one.component:
            yield one.component


def parse_message(told: Mapping[str, Any]) -> Wrote | None:
    """Read a direct message; None if it is a bot's, or not whole."""
    try:
        sent = _Written.model_validate(told)
    except ValidationError:
        return None
    if sent.author.bot or sent.guild_id or sent.type not in _BY_PEOPLE:
        return None
    return Wrote(Speaker(sent.author.id), sent.content, sent.channel_id, sent.id)


def sent_at(message: str) -> datetime:
    """Tell when a message was sent, by Discord's clock, from its id."""
    return datetime.fromtimestamp(((int(message) >> 22) + _EPOCH) / 1000, UTC)


def id_at(moment: datetime) -> str:
    """Give the least id that a message sent at this moment may have."""
    return str((int(moment.timestamp() * 1000) - _EPOCH) << 22)
