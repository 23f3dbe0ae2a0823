"""What Slack does with the app's answer to an interaction or a command."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.fakes.slack.chat import answered, refuse
from tests.fakes.slack.checks import wrong_message, wrong_modal_or_home
from tests.fakes.slack.drafts import COMMANDS
from tests.fakes.slack.model import Json, OpenView, SlackError, Team
from tests.fakes.slack.post import Delivery
from tests.fakes.slack.views import stack_on
from tests.fakes.slack.world import World


def apply(world: World, delivery: Delivery) -> None:
    """Show what the answer says; what it must not say becomes a violation."""
    sending = delivery.sending
    team = world.teams[sending.team]
    try:
        if sending.kind == COMMANDS and sending.channel and delivery.acknowledged:
            _spoken(world, team, delivery)
        view = team.view(sending.view)
        if view is not None:
            _submitted(world, team, view, delivery)
    except SlackError as error:
        if not error.messages:
            world.violations.append(f"an answer: {error.code}")
    world.changes.tell()


def _spoken(world: World, team: Team, delivery: Delivery) -> None:
    args = delivery.payload or ({"text": delivery.text} if delivery.text else {})
    if args:
        refuse(world, "answer to a command", wrong_message(args))
        sending = delivery.sending
        world.keep(answered(world, team, sending.channel, sending.user, args))


def _submitted(world: World, team: Team, view: OpenView, delivery: Delivery) -> None:
    if not delivery.acknowledged:
        world.put(replace(view, trouble=True))
        return
    answer = delivery.payload
    stack = team.modals[view.user]
    match answer.get("response_action"):
        case None:
            stack.remove(view)
        case "clear":
            stack.clear()
        case "errors":
            _errors(world, view, answer.get("errors"))
        case "update":
            world.change_view(view, _checked(world, answer))
        case "push":
            stack_on(world, team, view.user, _checked(world, answer))
        case other:
            world.violations.append(f"answer to a submission: response_action {other!r}")


def _checked(world: World, answer: Json) -> Json:
    view: Any = answer.get("view")
    refuse(world, "answer to a submission", wrong_modal_or_home(view, "modal"))
    assert isinstance(view, dict)
    return view


def _errors(world: World, view: OpenView, errors: Any) -> None:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        world.violations.append("answer to a submission: errors for what is no input")
        return
    world.put(replace(view, errors=errors, trouble=False))
