"""The conversations.* and users.* methods."""

from __future__ import annotations

import base64
from typing import Any

from tests.fakes.slack.chat import shown
from tests.fakes.slack.model import Account, Call, Channel, Json, Message, SlackError, Team
from tests.fakes.slack.world import World


def described(team: Team, channel: Channel) -> Json:
    """Write a channel as Slack does."""
    body: Json = {"id": channel.id, "is_im": bool(channel.user), "context_team_id": team.id}
    body |= {"is_ext_shared": channel.shared, "is_shared": channel.shared or channel.wide}
    body |= {"is_archived": channel.archived, "is_org_shared": channel.wide}
    body |= {"is_pending_ext_shared": channel.invited, "is_mpim": False}
    if channel.user:
        return body | {"user": channel.user, "is_open": True}
    body |= {"is_private": channel.private, "pending_shared": ["T9"] if channel.invited else []}
    return body | {"name": channel.name, "is_member": channel.member}


def readable(world: World, team: Team, channel_id: str) -> Channel:
    """Find a channel that the bot may know of; raises SlackError."""
    channel = world.channel(team, channel_id)
    if channel.private and not channel.member:
        raise SlackError("channel_not_found")
    return channel


def open_channel(world: World, team: Team, call: Call) -> Json:
    users = str(call.args.get("users") or "")
    account = team.people.get(users)
    if account and (account.is_bot or account.deleted):
        raise SlackError("cannot_dm_bot" if account.is_bot else "user_disabled")
    channel = team.channel_with(users) or team.channels.get(str(call.args.get("channel")))
    if channel is None:
        raise SlackError("user_not_found" if users else "channel_not_found")
    if call.args.get("return_im") in (True, "1", "true"):
        return {"channel": described(team, channel), "already_open": True, "no_op": True}
    return {"channel": {"id": channel.id}, "already_open": True, "no_op": True}


def info(world: World, team: Team, call: Call) -> Json:
    channel = readable(world, team, str(call.args.get("channel")))
    return {"channel": described(team, channel)}


def members(world: World, team: Team, call: Call) -> Json:
    channel = readable(world, team, str(call.args.get("channel")))
    there = [*channel.people, *([team.bot_user] if channel.member else [])]
    return _pages("members", there, call.args)


def _pages(name: str, there: list[Any], args: Json) -> Json:
    start = _cursor(args.get("cursor"))
    end = start + min(int(args.get("limit") or 100), 1000)
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(there) else ""
    return {name: there[start:end], "response_metadata": {"next_cursor": following}}


def history(world: World, team: Team, call: Call) -> Json:
    channel = world.channel(team, str(call.args.get("channel")))
    there = team.messages.get(channel.id, {}).values()
    found = [one for one in there if one.thread_ts in ("", one.ts) or one.broadcast]
    return _page(world, sorted(found, key=lambda one: one.ts, reverse=True), call.args)


def replies(world: World, team: Team, call: Call) -> Json:
    channel = world.channel(team, str(call.args.get("channel")))
    ts = str(call.args.get("ts"))
    there = team.messages.get(channel.id, {})
    if ts not in there:
        raise SlackError("thread_not_found")
    found = [one for one in there.values() if ts in (one.ts, one.thread_ts)]
    return _page(world, sorted(found, key=lambda one: one.ts), call.args)


def _page(world: World, found: list[Message], args: Json) -> Json:
    found = [one for one in found if _within(one.ts, args)]
    start = _cursor(args.get("cursor"))
    end = start + min(int(args.get("limit") or 100), 999)
    body: Json = {"messages": [shown(world, one) for one in found[start:end]]}
    body["has_more"] = end < len(found)
    if body["has_more"]:
        following = base64.b64encode(f"next:{end}".encode()).decode()
        body["response_metadata"] = {"next_cursor": following}
    return body


def _within(ts: str, args: Json) -> bool:
    oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "9" * 12)
    if args.get("inclusive") in (True, "1", "true") and ts in (oldest, latest):
        return True
    return float(oldest) < float(ts) < float(latest)


def _cursor(cursor: Any) -> int:
    if not cursor:
        return 0
    try:
        word, _, at = base64.b64decode(str(cursor), validate=True).decode().partition(":")
    except ValueError as error:
        raise SlackError("invalid_cursor") from error
    if word != "next" or not at.isdecimal():
        raise SlackError("invalid_cursor")
    return int(at)


def user_info(world: World, team: Team, call: Call) -> Json:
    account = team.people.get(str(call.args.get("user")))
    if account is None and call.args.get("user") == team.bot_user:
        account = Account(team.bot_user, "Crossroads", is_bot=True)
    if account is None:
        raise SlackError("user_not_found")
    user = listed(team, account)
    if call.args.get("include_locale") in (True, "1", "true"):
        user["locale"] = account.locale
    return {"user": user}


def listed(team: Team, account: Account) -> Json:
    """Write somebody as the directory does."""
    body: Json = {
        "id": account.id,
        "team_id": account.home or team.id,
        "name": account.name.lower(),
        "real_name": account.name,
        "deleted": account.deleted,
        "is_bot": account.is_bot,
        "profile": {"display_name": account.name, "real_name": account.name},
    }
    if account.is_stranger:
        body["is_stranger"] = True
    if account.deleted:  # Slack tells less of those who left
        return body
    return body | {
        "is_admin": account.is_admin,
        "is_owner": False,
        "is_restricted": account.is_restricted or account.is_ultra_restricted,
        "is_ultra_restricted": account.is_ultra_restricted,
        "tz": account.tz,
        "tz_label": account.tz,
        "tz_offset": account.tz_offset,
    }


def user_list(world: World, team: Team, call: Call) -> Json:
    there = [one for one in team.people.values() if not one.home]
    return _pages("members", [listed(team, one) for one in there], call.args)


def groups(world: World, team: Team, call: Call) -> Json:
    whole = call.args.get("include_users") in (True, "1", "true")
    there = [
        {"id": one.id, "handle": one.handle, "name": one.name, "team_id": team.id}
        | ({"users": list(one.users)} if whole else {})
        for one in team.groups.values()
    ]
    return {"usergroups": there}


def in_group(world: World, team: Team, call: Call) -> Json:
    group = team.groups.get(str(call.args.get("usergroup")))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}
