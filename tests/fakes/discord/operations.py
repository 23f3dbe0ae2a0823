"""Which function answers which request, and how the official specification calls it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.discord import accounts, callbacks, commands, messages, webhooks
from tests.fakes.discord.model import Call
from tests.fakes.discord.world import World

_PART = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """``name`` is the fake's, ``official`` that of the specification; ``open``: without a token."""

    name: str
    method: str
    path: re.Pattern[str]
    does: Callable[[World, Call], Any]
    official: str
    open: bool = False


def _operation(
    name: str, method: str, path: str, does: Callable[[World, Call], Any], official: str
) -> Operation:
    pattern = re.compile(_PART.sub(r"(?P<\1>[^/]+)", path) + "$")
    opened = path.startswith(("interactions/", "webhooks/"))
    return Operation(name, method, pattern, does, official, opened)


_HOOK = "webhooks/{app}/{token}"
_MESSAGES = "channels/{channel}/messages"
OPERATIONS = (
    _operation(
        "callback",
        "POST",
        "interactions/{interaction}/{token}/callback",
        callbacks.respond,
        "create_interaction_response",
    ),
    _operation("post_message", "POST", _MESSAGES, messages.post, "create_message"),
    _operation("edit_message", "PATCH", _MESSAGES + "/{message}", messages.edit, "update_message"),
    _operation(
        "delete_message", "DELETE", _MESSAGES + "/{message}", messages.delete, "delete_message"
    ),
    _operation("get_messages", "GET", _MESSAGES, messages.history, "list_messages"),
    _operation("get_message", "GET", _MESSAGES + "/{message}", messages.read, "get_message"),
    _operation(
        "edit_original",
        "PATCH",
        _HOOK + "/messages/@original",
        webhooks.edit,
        "update_original_webhook_message",
    ),
    _operation(
        "get_original",
        "GET",
        _HOOK + "/messages/@original",
        webhooks.read,
        "get_original_webhook_message",
    ),
    _operation(
        "delete_original",
        "DELETE",
        _HOOK + "/messages/@original",
        webhooks.delete,
        "delete_original_webhook_message",
    ),
    _operation("followup", "POST", _HOOK, webhooks.follow_up, "execute_webhook"),
    _operation(
        "edit_followup",
        "PATCH",
        _HOOK + "/messages/{message}",
        webhooks.edit,
        "update_webhook_message",
    ),
    _operation(
        "get_followup", "GET", _HOOK + "/messages/{message}", webhooks.read, "get_webhook_message"
    ),
    _operation(
        "delete_followup",
        "DELETE",
        _HOOK + "/messages/{message}",
        webhooks.delete,
        "delete_webhook_message",
    ),
    _operation("open_dm", "POST", "users/@me/channels", messages.open_dm, "create_dm"),
    _operation("get_channel", "GET", "channels/{channel}", messages.channel, "get_channel"),
    _operation(
        "typing", "POST", "channels/{channel}/typing", messages.typing, "trigger_typing_indicator"
    ),
    _operation(
        "put_commands",
        "PUT",
        "applications/{app}/commands",
        commands.put,
        "bulk_set_application_commands",
    ),
    _operation(
        "get_commands",
        "GET",
        "applications/{app}/commands",
        commands.read,
        "list_application_commands",
    ),
    _operation("me", "GET", "users/@me", accounts.me, "get_my_user"),
    _operation(
        "application",
        "GET",
        "oauth2/applications/@me",
        accounts.application,
        "get_my_oauth2_application",
    ),
    _operation(
        "application", "GET", "applications/@me", accounts.application, "get_my_application"
    ),
    _operation("gateway", "GET", "gateway", accounts.gateway, "get_gateway"),
    _operation("gateway_bot", "GET", "gateway/bot", accounts.gateway_bot, "get_bot_gateway"),
    _operation("guilds", "GET", "users/@me/guilds", accounts.guilds, "list_my_guilds"),
    _operation("leave_guild", "DELETE", "users/@me/guilds/{guild}", accounts.leave, "leave_guild"),
)


def find(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """Find the operation for a request, and the parts of its path."""
    for operation in OPERATIONS:
        if operation.method == method and (found := operation.path.match(path)):
            return operation, found.groupdict()
    return None
