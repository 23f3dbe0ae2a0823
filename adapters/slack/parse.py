"""What Slack sends, read into values; pure. Whatever is not ours or not whole comes to nothing.

Sizes are bounded here: an id of Slack's has some twenty characters, a message at most 40,000.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.slack.heard import (
    Heard,
    OpenedHome,
    Ordered,
    Pressed,
    Speaker,
    Submitted,
    TookShortcut,
    Uninstalled,
    Wrote,
)
from bot.cards.actions import INPUT, VALUE, parse_action

Id = Annotated[str, Field(max_length=255)]
Text = Annotated[str, Field(max_length=250_000)]  # escaping makes five characters of an "&"
Url = Annotated[str, Field(max_length=1_000)]


# ------------------------------------------------------------------ as Slack sends it


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Named(_Sent):
    id: Id


class _User(_Sent):
    id: Id
    team_id: Id = ""


class _Option(_Sent):
    value: Id = ""


class _Element(_Sent):
    """An element with what was entered into it."""

    selected_option: _Option | None = None
    selected_options: tuple[_Option, ...] = ()
    selected_date: Id | None = None
    value: Text | None = None

    @property
    def entered(self) -> str:
        option = self.selected_option.value if self.selected_option else None
        return option or self.selected_date or self.value or ""

    @property
    def ticks(self) -> tuple[str, ...]:
        return tuple(option.value for option in self.selected_options)


class _State(_Sent):
    values: dict[Id, dict[Id, _Element]] = {}

    @property
    def input(self) -> _Element:
        """The one input; on a card its id ends in the turn, or Slack would keep old ticks."""
        for block_id, elements in self.values.items():
            if block_id.partition(":")[0] == INPUT:
                return elements.get(VALUE, _Element())
        return _Element()


class _Act(_Element):
    action_id: Id
    action_ts: Id = ""


class _View(_Sent):
    id: Id
    hash: Id = ""
    private_metadata: Annotated[str, Field(max_length=3000)] = ""
    state: _State = _State()


class _Container(_Sent):
    message_ts: Id = ""
    channel_id: Id = ""


class _Interaction(_Sent):
    """What block_actions, view_submission, shortcut and message_action have in common."""

    type: Id
    user: _User
    team: _Named | None = None
    enterprise: _Named | None = None
    is_enterprise_install: bool | None = False
    trigger_id: Id = ""
    response_url: Url = ""
    actions: tuple[_Act, ...] = ()
    container: _Container = _Container()
    state: _State | None = None
    view: _View | None = None

    @property
    def speaker(self) -> Speaker:
        team = self.team.id if self.team else self.user.team_id
        enterprise = self.enterprise.id if self.enterprise else ""
        return Speaker(enterprise, team, self.user.id, bool(self.is_enterprise_install))


class _Command(_Sent):
    command: Id
    text: Text = ""
    user_id: Id
    team_id: Id = ""
    enterprise_id: Id = ""
    is_enterprise_install: bool = False
    trigger_id: Id = ""
    channel_id: Id = ""
    response_url: Url = ""


class _Tokens(_Sent):
    bot: tuple[Id, ...] | None = None


class _Event(_Sent):
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
    tokens: _Tokens | None = None


class _Authorization(_Sent):
    enterprise_id: Id | None = None
    team_id: Id | None = None
    is_enterprise_install: bool | None = False


class _Callback(_Sent):
    event: _Event
    event_id: Id = ""
    team_id: Id | None = None
    enterprise_id: Id | None = None
    authorizations: tuple[_Authorization, ...] = ()

    @property
    def enterprise(self) -> str:
        authorized = self.authorizations[0].enterprise_id if self.authorizations else None
        return self.enterprise_id or authorized or ""

    @property
    def speaker(self) -> Speaker:
        return Speaker(self.enterprise, self.team_id or "", self.event.user, self.wide)

    @property
    def wide(self) -> bool:
        return bool(self.authorizations and self.authorizations[0].is_enterprise_install)


# ------------------------------------------------------------------ reading


def parse(body: Mapping[str, object]) -> Heard | None:
    """Read a payload; None for what is not meant for us or is not as Slack sends it."""
    try:
        match body.get("type"):
            case "block_actions":
                return _pressed(_Interaction.model_validate(body))
            case "view_submission":
                return _submitted(_Interaction.model_validate(body))
            case "shortcut" | "message_action" as kind:
                sent = _Interaction.model_validate(body)
                return TookShortcut(sent.speaker, sent.trigger_id, kind == "message_action")
            case "event_callback":
                return _happened(_Callback.model_validate(body))
            case None if "command" in body:
                return _ordered(_Command.model_validate(body))
            case _:
                return None
    except ValidationError:
        return None


def _pressed(sent: _Interaction) -> Pressed | None:
    if not sent.actions:
        return None
    act = sent.actions[0]
    action = parse_action(act.action_id)
    if action is None:
        return None
    state = sent.view.state if sent.view else sent.state or _State()
    where = sent.container.message_ts or (sent.view.id if sent.view else "")
    return Pressed(
        speaker=sent.speaker,
        action=action,
        value=act.entered,
        ticks=state.input.ticks,
        trigger=sent.trigger_id,
        channel=sent.container.channel_id,
        message=sent.container.message_ts,
        view=sent.view.id if sent.view else "",
        view_hash=sent.view.hash if sent.view else "",
        key=f"press:{where}:{act.action_ts}:{sent.user.id}:{act.action_id}"[:500],
        reply=sent.response_url,
    )


def _submitted(sent: _Interaction) -> Submitted | None:
    form = parse_action(sent.view.private_metadata) if sent.view else None
    if sent.view is None or form is None:
        return None
    value = sent.view.state.input.entered
    # A form that was refused may be sent again with other content; the same content is a retry.
    content = hashlib.sha256(value.encode()).hexdigest()[:32]
    return Submitted(sent.speaker, form, value, f"form:{sent.view.id}:{sent.view.hash}:{content}")


def _ordered(sent: _Command) -> Ordered:
    speaker = Speaker(sent.enterprise_id, sent.team_id, sent.user_id, sent.is_enterprise_install)
    words = tuple(sent.text.split())
    return Ordered(speaker, words, sent.trigger_id, sent.channel_id, sent.response_url)


def _happened(sent: _Callback) -> Heard | None:
    event = sent.event
    match event.type:
        case "message" if event.channel_type == "im" and event.user and not event.bot_id:
            return _wrote(sent)
        case "app_home_opened" if event.tab != "messages":
            return OpenedHome(sent.speaker)
        case "app_uninstalled" | "tokens_revoked" if event.tokens is None or event.tokens.bot:
            return Uninstalled(sent.enterprise, sent.team_id or "", sent.wide)
        case _:
            return None


_PEOPLE_WRITE = {None, "file_share", "thread_broadcast"}
"""The subtypes of messages that somebody wrote; the others tell of edits, joins and so on."""


_STAMP = re.compile(r"[0-9]{1,11}(\.[0-9]{1,9})?")


def _wrote(sent: _Callback) -> Wrote | None:
    event = sent.event
    if event.subtype not in _PEOPLE_WRITE or not _STAMP.fullmatch(event.ts):
        return None
    return Wrote(
        speaker=sent.speaker,
        text=plain_text(event.text or ""),
        channel=event.channel,
        ts=event.ts,
        thread=event.thread_ts or "",
        key=f"message:{event.channel}:{event.ts}",
    )


_SPECIAL = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def plain_text(text: str) -> str:
    """Give a message as it was typed: Slack wraps links and names, and escapes ``& < >``."""
    return html.unescape(_SPECIAL.sub(_as_typed, text))


def _as_typed(found: re.Match[str]) -> str:
    target, label = found[1], found[2]
    if target.startswith("!"):
        return label or "@" + target[1:].split("^")[0]
    if target.startswith(("@", "#")):
        return target[0] + label if label else target
    return label or target.removeprefix("mailto:")
