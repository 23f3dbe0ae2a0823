"""The views.* methods."""

from __future__ import annotations

from typing import Any

from tests.fakes.slack.chat import refuse
from tests.fakes.slack.checks import wrong_call, wrong_modal_or_home
from tests.fakes.slack.model import Call, Json, OpenView, SlackError, Team
from tests.fakes.slack.world import World

DEPTH = 3


def shown(world: World, view: OpenView, values: Json | None = None) -> Json:
    """Write a view as Slack does; ``values`` is its state."""
    team = world.teams[view.team]
    given: Json = {"private_metadata": "", "callback_id": "", "external_id": "", "submit": None}
    given |= {"title": None, "close": None, "clear_on_close": False, "notify_on_close": False}
    return {
        **given,
        **view.body,
        "id": view.id,
        "team_id": view.team,
        "state": values or {"values": {}},
        "hash": view.hash,
        "previous_view_id": view.previous or None,
        "root_view_id": view.root,
        "app_id": world.app_id,
        "app_installed_team_id": team.enterprise if team.org else team.id,
        "bot_id": team.bot_id,
    }


def _checked(world: World, call: Call, kind: str) -> Json:
    view: Any = call.args.get("view")
    wrong = wrong_modal_or_home(view, kind)
    if kind == "modal" and call.method == "views.open" and not wrong and call.as_json:
        wrong = wrong_call("views_open", call.args)
    refuse(world, call.method, wrong)
    assert isinstance(view, dict)
    return view


def open_modal(world: World, team: Team, call: Call) -> Json:
    body = _checked(world, call, "modal")
    trigger = world.pull(str(call.args.get("trigger_id")))
    call.user = trigger.user
    view = world.make_view(trigger.team, trigger.user, body, None)
    world.teams[trigger.team].modals[trigger.user] = [view]
    world.changes.tell()
    return {"view": shown(world, view)}


def push(world: World, team: Team, call: Call) -> Json:
    body = _checked(world, call, "modal")
    trigger = world.pull(str(call.args.get("trigger_id")))
    call.user = trigger.user
    view = stack_on(world, world.teams[trigger.team], trigger.user, body)
    return {"view": shown(world, view)}


def stack_on(world: World, team: Team, user: str, body: Json) -> OpenView:
    """Put a modal on top of those that are open; raises SlackError."""
    stack = team.modals.get(user, [])
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= DEPTH:
        raise SlackError("push_limit_reached")
    view = world.make_view(team.id, user, body, stack[-1])
    stack.append(view)
    world.changes.tell()
    return view


def update(world: World, team: Team, call: Call) -> Json:
    body = _checked(world, call, "modal")
    view = _find(team, call.args)
    call.user = view.user
    _same(view, call.args.get("hash"))
    return {"view": shown(world, world.change_view(view, body))}


def _find(team: Team, args: Json) -> OpenView:
    view = team.view(str(args.get("view_id")))
    named = [v for stack in team.modals.values() for v in stack if "external_id" in v.body]
    for one in named:
        if args.get("external_id") and one.body["external_id"] == args["external_id"]:
            view = one
    if view is None:
        raise SlackError("not_found")
    return view


def _same(view: OpenView, stamp: str | None) -> None:
    if stamp and stamp != view.hash:
        raise SlackError("hash_conflict")


def publish(world: World, team: Team, call: Call) -> Json:
    body = _checked(world, call, "home")
    user = call.user = str(call.args.get("user_id"))
    if user not in team.people:
        raise SlackError("user_not_found")
    old = team.homes.get(user)
    if old is None:
        team.homes[user] = world.make_view(team.id, user, body, None)
        world.changes.tell()
    else:
        _same(old, call.args.get("hash"))
        world.change_view(old, body)
    return {"view": shown(world, team.homes[user])}
