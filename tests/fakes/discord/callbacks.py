"""The first response to an interaction."""

from __future__ import annotations

from tests.fakes.discord import model, shown, writing
from tests.fakes.discord.checks import refuse, wrong_callback, wrong_edit, wrong_message
from tests.fakes.discord.components import numbered
from tests.fakes.discord.forms import fields
from tests.fakes.discord.limits import Wrong
from tests.fakes.discord.modals import wrong_choices, wrong_modal
from tests.fakes.discord.model import (
    EPHEMERAL,
    Call,
    DiscordError,
    Interaction,
    Json,
    Message,
    OpenModal,
)
from tests.fakes.discord.world import RESPONSE_SECONDS, World


def respond(world: World, call: Call) -> Json | None:
    begun = _begun(world, call)
    refuse(world, call, _wrong(world, call, begun))
    kind = int(call.body["type"])
    data: Json = call.body.get("data") or {}
    message = _does(world, call, begun, kind, data)
    world.answer(begun, kind, data)
    wanted = call.query.get("with_response", "").lower() in ("1", "true")
    return _told(world, begun, message) if wanted else None


def _begun(world: World, call: Call) -> Interaction:
    begun = world.interactions.get(call.ids["token"])
    if begun is None or begun.id != call.ids["interaction"]:
        raise DiscordError(10062)
    if begun.answer:
        raise DiscordError(40060)
    if world.clock.now() - begun.at > RESPONSE_SECONDS:
        raise DiscordError(10062)
    return begun


def _wrong(world: World, call: Call, begun: Interaction) -> list[Wrong]:
    found = list(wrong_callback(call, begun))
    if found:
        return found
    data: Json = call.body.get("data") or {}
    match call.body["type"]:
        case model.SAYS:
            return wrong_message(call, data, "data")
        case model.UPDATES:
            return wrong_edit(call, _source(world, begun), data, "data")
        case model.CHOICES:
            return wrong_choices(data)
        case model.ASKS:
            return wrong_modal(world, data)
    return []


def _does(world: World, call: Call, begun: Interaction, kind: int, data: Json) -> Message | None:
    message = None
    match kind:
        case model.SAYS:
            message = writing.create(world, begun.channel, data, call.files, begun)
        case model.THINKS:
            message = writing.think(world, begun, int(data.get("flags") or 0))
        case model.UPDATES:
            message = writing.change(world, _source(world, begun), data, call.files)
        case model.DEFERS:
            message = _source(world, begun)
        case model.ASKS:
            _open(world, begun, data)
    begun.original = message.id if message else ""
    return message


def _open(world: World, begun: Interaction, data: Json) -> None:
    world.modal_ids.add(data["custom_id"])
    shape = data | {"components": list(numbered(data["components"]))}
    world.open(OpenModal(begun.user, begun.token, shape, fields(shape["components"])))


def _source(world: World, begun: Interaction) -> Message:
    """Find the message whose component was used, if it is still there."""
    asked = begun if begun.source else begun.opener
    message_id = asked.source if asked else ""
    found = world.messages.get(begun.channel.id, {}).get(message_id)
    found = found or world.ephemerals.get(begun.user, {}).get(message_id)
    if found is None:
        raise DiscordError(10008)
    return found


def _told(world: World, begun: Interaction, message: Message | None) -> Json:
    about: Json = {"id": begun.id, "type": begun.kind, "channel_id": begun.channel.id}
    if begun.channel.guild:
        about["guild_id"] = begun.channel.guild
    if message is None:
        return {"interaction": about}
    written = shown.message(world, message)
    about |= {"response_message_id": message.id, "response_message_loading": message.loading}
    about["response_message_ephemeral"] = bool(written["flags"] & EPHEMERAL)
    if begun.answer in (model.SAYS, model.UPDATES):
        return {"interaction": about, "resource": {"type": begun.answer, "message": written}}
    return {"interaction": about}
