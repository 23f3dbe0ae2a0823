"""The Slack app as data: its manifest, and the link that creates the app from it; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import yaml

from adapters.slack.heard import LOG_SHORTCUT

EVENTS_PATH = "/slack/events"
"""Where Slack sends everything in HTTP mode."""

INSTALL_PATH = "/slack/install"
"""Where somebody installs the app into a workspace."""

REDIRECT_PATH = "/slack/oauth_redirect"
"""Where Slack sends them back to."""

COMMAND = "/crossroads"
GLOBAL_SHORTCUT = "start_case"
MESSAGE_SHORTCUT = "start_case_message"

SCOPES: Mapping[str, str] = {
    "commands": f"offer {COMMAND} and the three shortcuts",
    "chat:write": "write the cards of your dialogue to you, and edit them in place",
    "im:history": "read what you type to the app in its direct messages",
    "im:write": "open the direct messages with you",
    "files:write": "hand you your export, and post the picture of what a team answered",
    "channels:read": "see who is in a public channel whose people you ask, and who reads along",
    "groups:read": "see the same of a private channel that it was invited to",
    "usergroups:read": "ask a user group",
    "users:read": "tell people from bots, guests and those who left, by name",
}
"""Every scope the app asks for, with what it is for."""

SOCKET_SCOPE = "connections:write"
"""The one scope of the App-Level Token: it may open Socket Mode connections."""

EVENTS = ("app_home_opened", "app_uninstalled", "message.im", "tokens_revoked")

_OFFERED = (
    "start",
    "fast",
    "opinion",
    "draft",
    "plan",
    "log",
    "cases",
    "resume",
    "settings",
    "mydata",
    "help",
)
"""The words that Slack shows behind the command; “help” names the others."""

_ABOUT = (
    "One of your clients has become trouble. Crossroads asks what matters, one question at a time, "
    "in your direct messages, and comes to a recommendation with every reason laid open. You "
    "can ask your team for a second opinion; they see what you approve, and nothing else. You "
    "decide. What you answer is sealed, and the app never writes to a client."
)


def manifest(
    *, request_url: str = "", socket_mode: bool = True, redirect_url: str = ""
) -> dict[str, Any]:
    """Make the app's manifest: for Socket Mode, or for HTTP at ``request_url``.

    ``redirect_url`` is for installing by OAuth; tokens rotate only then, as only then somebody
    renews them.
    """
    url = {"request_url": request_url} if request_url else {}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Crossroads",
            "description": "Think through what to do about a client who is trouble.",
            "long_description": _ABOUT,
            "background_color": "#1d3c45",
        },
        "features": _features(request_url),
        "oauth_config": {
            **({"redirect_urls": [redirect_url]} if redirect_url else {}),
            "scopes": {"bot": list(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**url, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **url},
            "org_deploy_enabled": True,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": bool(redirect_url),
        },
    }


def _features(request_url: str) -> dict[str, Any]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Crossroads", "always_online": True},
        "shortcuts": [
            {
                "name": "Start a case",
                "type": "global",
                "callback_id": GLOBAL_SHORTCUT,
                "description": "Begin to think about a client who is trouble.",
            },
            {
                "name": "Start a case",
                "type": "message",
                "callback_id": MESSAGE_SHORTCUT,
                "description": "Begin a case; nothing of the message is stored until you agree.",
            },
            {
                "name": "Add to log",
                "type": "message",
                "callback_id": LOG_SHORTCUT,
                "description": "Quote it in the log of a case, after you have looked at it.",
            },
        ],
        "slash_commands": [
            {
                "command": COMMAND,
                **({"url": request_url} if request_url else {}),
                "description": "Think through what to do about a client who is trouble.",
                "usage_hint": f"[{' | '.join(_OFFERED)}]",
                "should_escape": False,
            }
        ],
    }


def as_yaml(content: Mapping[str, Any]) -> str:
    """Write a manifest as YAML, in its own order."""
    return yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True, width=88)


def creation_link(content: Mapping[str, Any]) -> str:
    """Make the link that opens Slack's page for creating an app with this manifest filled in."""
    packed = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return f"https://api.slack.com/apps?new_app=1&manifest_json={quote(packed, safe='')}"
