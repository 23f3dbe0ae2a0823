"""The files.* methods, and the upload between them."""

from __future__ import annotations

import json

from tests.fakes.slack.chat import shown
from tests.fakes.slack.model import Call, Json, Message, SlackError, Team, Upload
from tests.fakes.slack.world import World


def upload_url(world: World, team: Team, call: Call) -> Json:
    name, length = str(call.args.get("filename") or ""), str(call.args.get("length") or "")
    if not name or not length.isdecimal() or length == "0":
        raise SlackError("invalid_arguments")
    alt = str(call.args.get("alt_txt") or "")
    if len(alt) > 1000:
        raise SlackError("invalid_arguments", ("alt_txt is too long",))
    upload = Upload(world.id("F"), name, int(length), alt=alt)
    team.files[upload.id] = upload
    return {"upload_url": f"{world.base}/upload/{upload.id}", "file_id": upload.id}


def receive(world: World, file_id: str, content: bytes) -> None:
    """Take the bytes of a file; raises SlackError."""
    found = [team.files[file_id] for team in world.teams.values() if file_id in team.files]
    if not found or len(content) != found[0].length:
        raise SlackError("upload_failed")
    found[0].content = content


def complete(world: World, team: Team, call: Call) -> Json:
    given = call.args.get("files")
    files = json.loads(given) if isinstance(given, str) else given or []
    done = [_finished(team, one) for one in files]
    channel_id = call.args.get("channel_id") or call.args.get("channels")
    if channel_id:
        _share(world, team, call, str(channel_id), done)
    return {"files": [{"id": one.id, "title": one.title, "name": one.name} for one in done]}


def _finished(team: Team, one: Json) -> Upload:
    upload = team.files.get(str(one.get("id")))
    if upload is None or not upload.content:
        raise SlackError("file_not_found")
    upload.title = str(one.get("title") or upload.name)
    return upload


def _share(world: World, team: Team, call: Call, channel_id: str, done: list[Upload]) -> None:
    channel = world.channel(team, channel_id)
    if not channel.member:
        raise SlackError("not_in_channel")
    for one in done:
        one.shared = (*one.shared, channel.id)
    message = Message(
        team.id,
        channel.id,
        world.ts(),
        team.bot_user,
        str(call.args.get("initial_comment") or ""),
        thread_ts=str(call.args.get("thread_ts") or ""),
        from_bot=True,
        files=tuple(one.id for one in done),
    )
    world.keep(message)


def info(world: World, team: Team, call: Call) -> Json:
    upload = team.files.get(str(call.args.get("file")))
    if upload is None:
        raise SlackError("file_not_found")
    sharing = [one for kept in team.messages.values() for one in kept.values()]
    shares = [shown(world, one) for one in sharing if upload.id in one.files]
    return {"file": {"id": upload.id, "name": upload.name, "shares": {"private": shares}}}


def delete(world: World, team: Team, call: Call) -> Json:
    name = str(call.args.get("file"))
    if team.files.pop(name, None) is None:
        raise SlackError("file_not_found")
    for messages in team.messages.values():
        for message in [one for one in messages.values() if name in one.files]:
            world.remove(message)
    return {}
