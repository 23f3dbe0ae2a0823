"""Which function answers which request, and how the official specification calls it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.discord import accounts, callbacks, commands, messages, threads, webhooks
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


_HOOK = "webhooks/{app}/{token}"
_ORIGINAL = f"{_HOOK}/messages/@original"
_SENT = f"{_HOOK}/messages/{{message}}"
_CHANNEL = "channels/{channel}"
_MESSAGES = f"{_CHANNEL}/messages"
_MESSAGE = f"{_MESSAGES}/{{message}}"
_CALLBACK = "interactions/{interaction}/{token}/callback"
_COMMANDS = "applications/{app}/commands"
_OAUTH = "oauth2/applications/@me"
_GUILD = "users/@me/guilds/{guild}"
_SERVER = "guilds/{guild}"
_IN_THREAD = f"{_CHANNEL}/thread-members/{{user}}"

_TABLE: tuple[tuple[str, str, str, Callable[[World, Call], Any], str], ...] = (
    ("callback", "POST", _CALLBACK, callbacks.respond, "create_interaction_response"),
    ("post_message", "POST", _MESSAGES, messages.post, "create_message"),
    ("edit_message", "PATCH", _MESSAGE, messages.edit, "update_message"),
    ("delete_message", "DELETE", _MESSAGE, messages.delete, "delete_message"),
    ("get_messages", "GET", _MESSAGES, messages.history, "list_messages"),
    ("get_message", "GET", _MESSAGE, messages.read, "get_message"),
    ("edit_original", "PATCH", _ORIGINAL, webhooks.edit, "update_original_webhook_message"),
    ("get_original", "GET", _ORIGINAL, webhooks.read, "get_original_webhook_message"),
    ("delete_original", "DELETE", _ORIGINAL, webhooks.delete, "delete_original_webhook_message"),
    ("followup", "POST", _HOOK, webhooks.follow_up, "execute_webhook"),
    ("edit_followup", "PATCH", _SENT, webhooks.edit, "update_webhook_message"),
    ("get_followup", "GET", _SENT, webhooks.read, "get_webhook_message"),
    ("delete_followup", "DELETE", _SENT, webhooks.delete, "delete_webhook_message"),
    ("open_dm", "POST", "users/@me/channels", messages.open_dm, "create_dm"),
    ("get_channel", "GET", _CHANNEL, messages.channel, "get_channel"),
    ("typing", "POST", f"{_CHANNEL}/typing", messages.typing, "trigger_typing_indicator"),
    ("put_commands", "PUT", _COMMANDS, commands.put, "bulk_set_application_commands"),
    ("get_commands", "GET", _COMMANDS, commands.read, "list_application_commands"),
    ("me", "GET", "users/@me", accounts.me, "get_my_user"),
    ("application", "GET", _OAUTH, accounts.application, "get_my_oauth2_application"),
    ("application", "GET", "applications/@me", accounts.application, "get_my_application"),
    ("gateway", "GET", "gateway", accounts.gateway, "get_gateway"),
    ("gateway_bot", "GET", "gateway/bot", accounts.gateway_bot, "get_bot_gateway"),
    ("guilds", "GET", "users/@me/guilds", accounts.guilds, "list_my_guilds"),
    ("leave_guild", "DELETE", _GUILD, accounts.leave, "leave_guild"),
    ("guild", "GET", _SERVER, threads.guild, "get_guild"),
    ("member", "GET", f"{_SERVER}/members/{{user}}", threads.member, "get_guild_member"),
    ("threads", "GET", f"{_SERVER}/threads/active", threads.active, "get_active_guild_threads"),
    ("begin_thread", "POST", f"{_CHANNEL}/threads", threads.begin, "create_thread"),
    ("is_in_thread", "GET", _IN_THREAD, threads.look, "get_thread_member"),
    ("add_to_thread", "PUT", _IN_THREAD, threads.add, "add_thread_member"),
    ("change_channel", "PATCH", _CHANNEL, threads.change, "update_channel"),
    ("delete_channel", "DELETE", _CHANNEL, threads.remove, "delete_channel"),
)


def _operation(
    name: str, method: str, path: str, does: Callable[[World, Call], Any], official: str
) -> Operation:
    pattern = re.compile(_PART.sub(r"(?P<\1>[^/]+)", path) + "$")
    opened = path.startswith(("interactions/", "webhooks/"))
    return Operation(name, method, pattern, does, official, opened)


OPERATIONS = tuple(_operation(*entry) for entry in _TABLE)


def find(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """Find the operation for a request, and the parts of its path."""
    for operation in OPERATIONS:
        if operation.method == method and (found := operation.path.match(path)):
            return operation, found.groupdict()
    return None
