"""The operations on messages in channels, and on channels."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.discord import shown
from tests.fakes.discord.checks import refuse, wrong_edit, wrong_message
from tests.fakes.discord.model import DM, PRIVATE, Call, Channel, DiscordError, Json, Message
from tests.fakes.discord.rights import ATTACH, HISTORY, VIEW, may, need, writing
from tests.fakes.discord.world import NONCE_SECONDS, World
from tests.fakes.discord.writing import change, create
from tests.fakes.discord.writing import remove as take_away

DEFAULT_LIMIT, MOST = 50, 100


def open_dm(world: World, call: Call) -> Json:
    user = str(call.body.get("recipient_id"))
    call.user = user
    refuse(world, call)
    if user not in world.people:
        raise DiscordError(50033 if user == world.bot.id else 10013)
    if user not in world.dms and world.closed.get(user) == 40003:
        raise DiscordError(40003)
    return shown.channel(world, world.dm(user))


def channel(world: World, call: Call) -> Json:
    return shown.channel(world, _there(world, call))


def typing(world: World, call: Call) -> None:
    _there(world, call)


def post(world: World, call: Call) -> Json:
    there = _there(world, call)
    refuse(world, call, wrong_message(call, called=_callable(world, there)))
    need(world, there, writing(there) | (ATTACH if call.files else 0))
    _reachable(world, there)
    _answered(world, call, there)
    earlier = _earlier(world, call, there)
    if earlier:
        return shown.message(world, earlier)
    if there.archived:
        there = world.place(replace(there, archived=False))
    message = create(world, there, call.body, call.files)
    if message.nonce:
        world.nonces[there.id, message.nonce] = (world.clock.now(), message.id)
    return shown.message(world, message)


def _callable(world: World, there: Channel) -> list[str]:
    """Give whom a message may call (our rule): those for whom a private thread was made."""
    departed = [user for guild, user in world.departed if guild == there.guild]
    return [*there.people, *departed] if there.kind == PRIVATE else []


def read(world: World, call: Call) -> Json:
    there = _there(world, call)
    return shown.message(world, world.message(there.id, call.ids["message"]))


def edit(world: World, call: Call) -> Json:
    there = _there(world, call)
    message = world.message(there.id, call.ids["message"])
    if message.author != world.bot.id:
        raise DiscordError(50005)
    refuse(world, call, wrong_edit(call, message))
    _awake(there)
    return shown.message(world, change(world, message, call.body, call.files))


def delete(world: World, call: Call) -> None:
    there = _there(world, call)
    message = world.message(there.id, call.ids["message"])
    if message.author != world.bot.id:
        raise DiscordError(50003 if there.kind == DM else 50013)
    _awake(there)
    take_away(world, message)


def _awake(there: Channel) -> None:
    if there.archived:
        raise DiscordError(50083)


def history(world: World, call: Call) -> list[Json]:
    there = _there(world, call)
    limit = int(call.query.get("limit", DEFAULT_LIMIT))
    if not 1 <= limit <= MOST:
        raise DiscordError(50035, {"limit": {"_errors": [{"code": "NUMBER_TYPE_MAX"}]}})
    if there.guild and not may(world, there, world.bot.id) & HISTORY:
        return []
    found = sorted(world.messages.get(there.id, {}).values(), key=_age)
    page = _page(found, call, limit)
    return [shown.message(world, one) for one in reversed(page)]


def _page(found: list[Message], call: Call, limit: int) -> list[Message]:
    """Cut out of what is there, oldest first."""
    if "after" in call.query:
        return [one for one in found if _age(one) > int(call.query["after"])][:limit]
    if "around" in call.query:
        middle = int(call.query["around"])
        half = limit // 2
        newer = [one for one in found if _age(one) >= middle][: limit - half]
        return [one for one in found if _age(one) < middle][-half:] + newer
    if "before" in call.query:
        found = [one for one in found if _age(one) < int(call.query["before"])]
    return found[-limit:]


def _age(message: Message) -> int:
    return int(message.id)


def _there(world: World, call: Call) -> Channel:
    found = world.channel(call.ids["channel"])
    need(world, found, VIEW)
    if found.kind == DM:
        call.user = found.people[0]
    return found


def _reachable(world: World, there: Channel) -> None:
    if there.kind == DM and there.people[0] in world.closed:
        raise DiscordError(world.closed[there.people[0]])


def _answered(world: World, call: Call, there: Channel) -> None:
    """See that the message which is replied to exists, unless the app does not mind."""
    reference = call.body.get("message_reference") or {}
    message_id = str(reference.get("message_id", ""))
    if message_id and there.guild and not may(world, there, world.bot.id) & HISTORY:
        raise DiscordError(160002)
    if not message_id or message_id in world.messages.get(there.id, {}):
        return
    if reference.get("fail_if_not_exists") is False:
        del call.body["message_reference"]
        return
    unknown = {"code": "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "message": "Unknown message"}
    raise DiscordError(50035, {"message_reference": {"_errors": [unknown]}})


def _earlier(world: World, call: Call, there: Channel) -> Message | None:
    """Find the message that was made with this nonce a short while ago."""
    nonce = str(call.body.get("nonce") or "")
    at, message_id = world.nonces.get((there.id, nonce), (0.0, ""))
    if not call.body.get("enforce_nonce") or world.clock.now() - at > NONCE_SECONDS:
        return None
    return world.messages.get(there.id, {}).get(message_id)
