"""What an interaction's token opens: follow-ups, and the first response as ``@original``."""

from __future__ import annotations

from tests.fakes.discord import shown, writing
from tests.fakes.discord.checks import refuse, wrong_edit, wrong_message
from tests.fakes.discord.model import EPHEMERAL, Call, DiscordError, Interaction, Json, Message
from tests.fakes.discord.world import World

USER_ONLY_FOLLOWUPS = 5


def follow_up(world: World, call: Call) -> Json:
    begun = _begun(world, call)
    refuse(world, call, wrong_message(call))
    if begun.user_only and begun.followups >= USER_ONLY_FOLLOWUPS:
        raise DiscordError(40094)
    begun.followups += 1
    waiting = _waiting(world, begun)
    if waiting:
        body = call.body | {"flags": int(call.body.get("flags") or 0) & ~EPHEMERAL}
        return shown.message(world, writing.change(world, waiting, body, call.files))
    message = writing.create(world, begun.channel, call.body, call.files, begun)
    return shown.message(world, message)


def read(world: World, call: Call) -> Json:
    return shown.message(world, _message(world, call))


def edit(world: World, call: Call) -> Json:
    message = _message(world, call)
    refuse(world, call, wrong_edit(call, message))
    return shown.message(world, writing.change(world, message, call.body, call.files))


def delete(world: World, call: Call) -> None:
    writing.remove(world, _message(world, call))


def _begun(world: World, call: Call) -> Interaction:
    if call.ids["app"] != world.app:
        raise DiscordError(10015)
    begun = world.interaction(call.ids["token"])
    call.user, call.channel = begun.user, begun.channel.id
    return begun


def _message(world: World, call: Call) -> Message:
    begun = _begun(world, call)
    named = call.ids.get("message", "")
    return world.reached(begun, named or begun.original)


def _waiting(world: World, begun: Interaction) -> Message | None:
    """Find the placeholder that the first follow-up takes the place of."""
    try:
        message = world.reached(begun, begun.original)
    except DiscordError:
        return None
    return message if message.loading else None
