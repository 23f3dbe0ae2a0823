"""The chat.* methods."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.slack.checks import wrong_call, wrong_message
from tests.fakes.slack.limits import Wrong
from tests.fakes.slack.model import Call, Channel, Json, Message, SlackError, Team
from tests.fakes.slack.world import RESPONSE_SECONDS, RESPONSE_USES, World


def refuse(world: World, where: str, wrong: list[Wrong]) -> None:
    """Note what is wrong with a payload, and raise what Slack answers."""
    if wrong:
        world.violations += [f"{where}: {what} ({code})" for code, what in wrong]
        raise SlackError(wrong[0][0], tuple(what for _, what in wrong))


def shown(world: World, message: Message) -> Json:
    """Write a message as Slack does."""
    team = world.teams[message.team]
    body: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": message.team,
    }
    if message.from_bot:
        body |= {"bot_id": team.bot_id, "app_id": world.app_id}
        body["bot_profile"] = {"id": team.bot_id, "app_id": world.app_id, "team_id": team.id}
    if message.client_msg_id:
        body["client_msg_id"] = message.client_msg_id
    if message.blocks:
        body["blocks"] = list(message.blocks)
    if message.thread_ts:
        body["thread_ts"] = message.thread_ts
    if message.broadcast:
        body["subtype"] = "thread_broadcast"
    if message.edited:
        body["edited"] = {"user": message.user, "ts": message.edited}
    if message.files:
        body["files"] = [
            {"id": one, "name": team.files[one].name} for one in message.files if one in team.files
        ]
    return body


def _writable(world: World, team: Team, channel_id: str) -> Channel:
    channel = world.channel(team, channel_id)
    if not channel.member:
        raise SlackError("channel_not_found" if channel.private else "not_in_channel")
    if channel.archived:
        raise SlackError("is_archived")
    return channel


def _said(world: World, team: Team, call: Call, channel: Channel) -> Message:
    args = call.args
    thread = str(args.get("thread_ts") or "")
    if thread and thread not in team.messages.get(channel.id, {}):
        raise SlackError("thread_not_found")
    if args.get("reply_broadcast") and not thread:
        raise SlackError("invalid_arguments", ("reply_broadcast without thread_ts",))
    return Message(
        team.id,
        channel.id,
        world.ts(),
        team.bot_user,
        args.get("text") or "",
        world.blocks(args.get("blocks") or []),
        thread,
        from_bot=True,
        broadcast=args.get("reply_broadcast") in (True, "1", "true"),
    )


def post(world: World, team: Team, call: Call) -> Json:
    channel = _writable(world, team, str(call.args.get("channel")))
    wrong = wrong_message(call.args)
    wrong += wrong_call("chat_postMessage", call.args) if call.as_json and not wrong else []
    refuse(world, call.method, wrong)
    message = world.keep(_said(world, team, call, channel))
    return {"channel": channel.id, "ts": message.ts, "message": shown(world, message)}


def post_ephemeral(world: World, team: Team, call: Call) -> Json:
    channel = _writable(world, team, str(call.args.get("channel")))
    user = call.user = str(call.args.get("user"))
    if user not in team.people or (channel.user and channel.user != user):
        raise SlackError("user_not_in_channel")
    refuse(world, call.method, wrong_message(call.args))
    message = world.keep(replace(_said(world, team, call, channel), ephemeral_to=user))
    return {"message_ts": message.ts}


def _own(world: World, team: Team, call: Call, otherwise: str) -> Message:
    channel = world.channel(team, str(call.args.get("channel")))
    message = team.messages.get(channel.id, {}).get(str(call.args.get("ts")))
    if message is None:
        raise SlackError("message_not_found")
    if not message.from_bot:
        raise SlackError(otherwise)
    return message


def update(world: World, team: Team, call: Call) -> Json:
    message = _own(world, team, call, "cant_update_message")
    refuse(world, call.method, wrong_message(call.args))
    message = replace(message, text=call.args.get("text") or "", edited=world.ts())
    if "blocks" in call.args:
        message = replace(message, blocks=world.blocks(call.args["blocks"] or []))
    world.keep(message)
    body = shown(world, message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": body}


def delete(world: World, team: Team, call: Call) -> Json:
    message = _own(world, team, call, "cant_delete_message")
    world.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def permalink(world: World, team: Team, call: Call) -> Json:
    channel = world.channel(team, str(call.args.get("channel")))
    ts = str(call.args.get("message_ts"))
    if ts not in team.messages.get(channel.id, {}):
        raise SlackError("message_not_found")
    name = ts.replace(".", "")
    link = f"https://{team.domain}.slack.com/archives/{channel.id}/p{name}"
    return {"channel": channel.id, "permalink": link}


def respond(world: World, name: str, args: Json) -> None:
    """Take what was sent to a response url; raises SlackError when it is used up or too old."""
    response = world.responses.get(name)
    if response is None:
        raise SlackError("no_such_url")
    response.uses += 1
    if response.uses > RESPONSE_USES:
        raise SlackError("used_url")
    if world.clock.now() - response.at > RESPONSE_SECONDS:
        raise SlackError("expired_url")
    original = world.current(response.message) if response.message else None
    if args.get("delete_original"):
        if original:
            world.remove(original)
        return
    refuse(world, "response_url", wrong_message(args))
    team = world.teams[response.team]
    said = answered(world, team, response.channel, response.user, args)
    if args.get("replace_original") and original:
        said = replace(original, text=said.text, blocks=said.blocks, edited=said.ts)
    world.keep(said)


def answered(world: World, team: Team, channel: str, user: str, args: Json) -> Message:
    """Make the message that an answer to a command or a response url becomes."""
    in_channel = args.get("response_type") == "in_channel"
    return Message(
        team.id,
        channel,
        world.ts(),
        team.bot_user,
        args.get("text") or "",
        world.blocks(args.get("blocks") or []),
        str(args.get("thread_ts") or ""),
        from_bot=True,
        ephemeral_to="" if in_channel else user,
    )
