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
    MANAGES,
    Acted,
    Completing,
    Ordered,
    Pressed,
    Quoted,
    Speaker,
    Spot,
    Submitted,
    Wrote,
    own,
    server,
)
from adapters.discord.render.entries import APART, ONE
from bot.cards.actions import VALUE, Action, parse_action

_ALONE = 1 << 6
_EPOCH = 1_420_070_400_000
"""Milliseconds from 1970 to 2015, from where Discord's ids count."""

_BY_PEOPLE = frozenset({0, 19})
"""A message, and a reply; the other kinds are Discord's own notices."""

_INPUT = 4
_ON_A_MESSAGE = 3
_SINGLE = frozenset({6, 8})
"""Selects of a role and of a channel: our forms ask for one."""

_CHOSEN = frozenset({3, 5, 22, *_SINGLE})
"""What holds several values: selects, and boxes to tick."""

_GIVEN = frozenset({"case", "code", "flow"})

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

    type: int = 0
    custom_id: Name = ""
    value: Text | bool | None = None
    values: Annotated[tuple[Name, ...], Field(max_length=25)] = ()
    component: _Component | None = None
    components: tuple[_Component, ...] = ()

    @property
    def text(self) -> str:
        """What was written, or the one thing chosen."""
        return self.value if isinstance(self.value, str) else ""


class _Author(_Sent):
    id: Id
    bot: bool = False
    username: Name = ""
    global_name: Name | None = None


class _Picked(_Sent):
    """A message on which a command was used."""

    id: Id
    author: _Author
    content: Text = ""


class _Resolved(_Sent):
    """What the ids in an interaction stand for."""

    messages: dict[Id, _Picked] = {}


class _Data(_Sent):
    """What is told of an interaction, whichever kind it is."""

    type: int = 0
    target_id: Id | None = None
    resolved: _Resolved = _Resolved()

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
    place: Name = ""
    private: bool = False
    server: Id | None = None
    own: bool = False
    guild: Id | None = None
    name: Name = ""
    roles: tuple[Id, ...] = ()
    manages: bool = False
    bot: bool = False
    message: Id | None = None
    flags: int = 0
    data: _Data = _Data()

    @property
    def speaker(self) -> Speaker:
        theirs = own(self.user) if self.own else ""
        tenant = server(self.server) if self.server and not self.own else theirs
        groups = frozenset([*self.roles, *([MANAGES] if self.manages else [])])
        return Speaker(self.user, tenant, self.name, self.guild or "", groups, self.bot)

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
        case 2 if sent.data.type == _ON_A_MESSAGE:
            return _quoted(sent)
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


def _quoted(sent: _Interaction) -> Quoted | None:
    told = sent.data.resolved.messages.get(sent.data.target_id or "")
    if told is None:
        return None
    author = told.author.global_name or told.author.username
    place = sent.place if sent.guild else ""
    return Quoted(sent.speaker, told.content, author, place, sent_at(told.id), sent.spot)


def _ordered(data: _Data) -> tuple[str, str]:
    """Read the subcommand and what was given with it."""
    for sub in data.options:
        given = next((one.value for one in sub.options if one.name in _GIVEN), None)
        return sub.name, "" if given is None else str(given)[:100]
    return "help", ""


def _submitted(sent: _Interaction) -> Submitted | None:
    form = parse_action(sent.data.custom_id)
    if form is None:
        return None
    parts = [one for one in _inside(sent.data.components) if one.custom_id]
    if APART in form.arg:
        return _entered(sent, form, parts)
    written = [one.text for one in parts if one.custom_id == VALUE]
    if not written:
        return None
    # The last part only tells one opened form from another.
    form = Action(form.verb, form.case, form.turn)
    return Submitted(sent.speaker, form, written[0], sent.spot)


def _entered(sent: _Interaction, form: Action, parts: list[_Component]) -> Submitted:
    """Read a form with several entries."""
    arg, _, opened = form.arg.rpartition(APART)
    written = "\n\n".join(one.text for one in parts if one.type == _INPUT and one.text.strip())
    entered = {one.custom_id.removeprefix(ONE): _entry(one) for one in parts}
    return Submitted(sent.speaker, Action(form.verb, arg=arg), written, sent.spot, entered, opened)


def _entry(one: _Component) -> str | tuple[str, ...]:
    """Read one entry: a text or an id, or several of them where several may be chosen."""
    if one.type not in _CHOSEN:
        return one.text
    if one.type in _SINGLE or one.custom_id.startswith(ONE):
        return one.values[0] if one.values else ""
    return one.values


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
    who = Speaker(sent.author.id, name=sent.author.global_name or sent.author.username)
    return Wrote(who, sent.content, sent.channel_id, sent.id)


def sent_at(message: str) -> datetime:
    """Tell when a message was sent, by Discord's clock, from its id."""
    return datetime.fromtimestamp(((int(message) >> 22) + _EPOCH) / 1000, UTC)


def id_at(moment: datetime) -> str:
    """Give the least id that a message sent at this moment may have."""
    return str((int(moment.timestamp() * 1000) - _EPOCH) << 22)
