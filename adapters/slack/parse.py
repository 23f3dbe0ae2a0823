"""What Slack sends, read into values; pure. Whatever is not ours or not whole comes to nothing."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import ValidationError

from adapters.slack.heard import (
    LOG_SHORTCUT,
    Heard,
    OpenedHome,
    Ordered,
    Pressed,
    Quoted,
    Speaker,
    Submitted,
    TookShortcut,
    Uninstalled,
    Wrote,
)
from adapters.slack.sent import Callback, Command, Interaction, State
from bot.cards.actions import parse_action

# ------------------------------------------------------------------ reading


def parse(body: Mapping[str, object]) -> Heard | None:
    """Read a payload; None for what is not meant for us or is not as Slack sends it."""
    try:
        match body.get("type"):
            case "block_actions":
                return _pressed(Interaction.model_validate(body))
            case "view_submission":
                return _submitted(Interaction.model_validate(body))
            case "shortcut" | "message_action" as kind:
                sent = Interaction.model_validate(body)
                if kind == "message_action" and sent.callback_id == LOG_SHORTCUT:
                    return _quoted(sent)
                return TookShortcut(sent.speaker, sent.trigger_id, kind == "message_action")
            case "event_callback":
                return _happened(Callback.model_validate(body))
            case None if "command" in body:
                return _ordered(Command.model_validate(body))
            case _:
                return None
    except ValidationError:
        return None


def _quoted(sent: Interaction) -> Quoted | None:
    message = sent.message
    if message is None or not _STAMP.fullmatch(message.ts):
        return None
    return Quoted(
        speaker=sent.speaker,
        trigger=sent.trigger_id,
        text=plain_text(message.text or ""),
        author=message.user,
        place=sent.channel.name if sent.channel else "",
        at=datetime.fromtimestamp(float(message.ts), UTC),
        reply=sent.response_url,
    )


def _pressed(sent: Interaction) -> Pressed | None:
    if not sent.actions:
        return None
    act = sent.actions[0]
    action = parse_action(act.action_id)
    if action is None:
        return None
    state = sent.view.state if sent.view else sent.state or State()
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
        alone=sent.container.is_ephemeral,
        modal=bool(sent.view and sent.view.type == "modal"),
    )


def _submitted(sent: Interaction) -> Submitted | None:
    form = parse_action(sent.view.private_metadata) if sent.view else None
    if sent.view is None or form is None:
        return None
    view, state = sent.view, sent.view.state
    # A form that was refused may be sent again with other content; the same content is a retry.
    content = hashlib.sha256(repr((state.input.entered, state.entered)).encode()).hexdigest()[:32]
    return Submitted(
        speaker=sent.speaker,
        form=form,
        value=state.input.entered,
        key=f"form:{view.id}:{view.hash}:{content}",
        entered=state.entered,
        view=view.id,
    )


def _ordered(sent: Command) -> Ordered:
    speaker = Speaker(
        sent.enterprise_id,
        sent.team_id,
        sent.user_id,
        sent.is_enterprise_install,
        sent.user_name,
    )
    words = tuple(sent.text.split())
    return Ordered(speaker, words, sent.trigger_id, sent.channel_id, sent.response_url)


def _happened(sent: Callback) -> Heard | None:
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


def _wrote(sent: Callback) -> Wrote | None:
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
