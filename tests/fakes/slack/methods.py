"""Which function answers which method, and the scope it needs."""

from __future__ import annotations

from collections.abc import Callable

from tests.fakes.slack import auth, chat, files, talk, views
from tests.fakes.slack.model import Call, Json, SlackError, Team
from tests.fakes.slack.world import World

_OPEN: dict[str, Callable[[World, Call], Json]] = {
    "api.test": auth.api_test,
    "apps.connections.open": auth.connections_open,
    "oauth.v2.access": auth.access,
}


def _by_place(what: str) -> Callable[[Team, Call], str]:
    """Say which scope a call needs, by the kind of its channel."""

    def scope(team: Team, call: Call) -> str:
        channel = team.channels.get(str(call.args.get("channel")))
        if channel is None or channel.user:
            return f"im:{what}" if channel else ""
        return f"groups:{what}" if channel.private else f"channels:{what}"

    return scope


Scope = str | Callable[[Team, Call], str]

_METHODS: dict[str, tuple[Callable[[World, Team, Call], Json], Scope]] = {
    "auth.test": (auth.test, ""),
    "auth.revoke": (auth.revoke, ""),
    "chat.postMessage": (chat.post, "chat:write"),
    "chat.update": (chat.update, "chat:write"),
    "chat.delete": (chat.delete, "chat:write"),
    "chat.postEphemeral": (chat.post_ephemeral, "chat:write"),
    "chat.getPermalink": (chat.permalink, ""),
    "conversations.open": (talk.open_channel, "im:write"),
    "conversations.info": (talk.info, _by_place("read")),
    "conversations.members": (talk.members, _by_place("read")),
    "conversations.history": (talk.history, _by_place("history")),
    "conversations.replies": (talk.replies, _by_place("history")),
    "users.info": (talk.user_info, "users:read"),
    "users.list": (talk.user_list, "users:read"),
    "usergroups.list": (talk.groups, "usergroups:read"),
    "usergroups.users.list": (talk.in_group, "usergroups:read"),
    "views.open": (views.open_modal, ""),
    "views.push": (views.push, ""),
    "views.update": (views.update, ""),
    "views.publish": (views.publish, ""),
    "files.getUploadURLExternal": (files.upload_url, "files:write"),
    "files.completeUploadExternal": (files.complete, "files:write"),
    "files.delete": (files.delete, "files:write"),
    "files.info": (files.info, "files:read"),
}


def answer(world: World, call: Call) -> Json:
    """Do what a call asks, and give what Slack answers."""
    try:
        return {"ok": True} | _done(world, call)
    except SlackError as error:
        body: Json = {"ok": False, "error": error.code} | error.more
        if error.messages:
            body["response_metadata"] = {"messages": list(error.messages)}
        return body


def _done(world: World, call: Call) -> Json:
    if call.method in _OPEN:
        return _OPEN[call.method](world, call)
    if call.method not in _METHODS:
        raise SlackError("unknown_method")
    team = world.team_of(call)
    call.team = team.id
    does, needs = _METHODS[call.method]
    scope = needs if isinstance(needs, str) else needs(team, call)
    if scope and scope not in team.scopes:
        provided = ",".join(sorted(team.scopes))
        raise SlackError("missing_scope", needed=scope, provided=provided)
    return does(world, team, call)
