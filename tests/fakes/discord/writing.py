"""Making and changing messages of the app, and telling the gateway of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.discord import shown
from tests.fakes.discord.components import FILE, GALLERY, THUMBNAIL, numbered, walk
from tests.fakes.discord.model import (
    DM,
    EPHEMERAL,
    LOADING,
    Attachment,
    Channel,
    DiscordError,
    Interaction,
    Json,
    Message,
)
from tests.fakes.discord.world import World

GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 9, 1 << 12

Files = Mapping[str, Attachment]


def create(
    world: World, channel: Channel, body: Json, files: Files, by: Interaction | None = None
) -> Message:
    """Make a message of what the app gave, by way of an interaction or in the channel."""
    flags = int(body.get("flags") or 0)
    message = Message(
        world.snowflake(),
        channel.id,
        world.bot.id,
        nonce=str(body.get("nonce") or ""),
        ephemeral_to=by.user if by and flags & EPHEMERAL else "",
        token=by.token if by else "",
        reference=str((body.get("message_reference") or {}).get("message_id", "")),
        from_bot=True,
    )
    message = world.keep(_filled(world, message, body, files))
    tell(world, "MESSAGE_CREATE", message)
    return message


def think(world: World, by: Interaction, flags: int) -> Message:
    """Make the placeholder that says the app is thinking."""
    return create(world, by.channel, {"flags": flags | LOADING}, {}, by)


def change(world: World, message: Message, body: Json, files: Files) -> Message:
    """Put into a message what the app gave; what it did not name stays."""
    kept = _filled(world, message, body, files)
    kept = replace(kept, flags=kept.flags & ~LOADING)
    if not message.loading:
        kept = replace(kept, edited=world.stamp())
    world.keep(kept)
    tell(world, "MESSAGE_UPDATE", kept)
    return kept


def remove(world: World, message: Message) -> None:
    """Delete a message."""
    world.remove(message)
    tell(world, "MESSAGE_DELETE", message)


def tell(world: World, event: str, message: Message) -> None:
    """Tell the gateway of a message, unless the bot does not see it there."""
    channel = world.channels[message.channel]
    if channel.bot and not message.ephemeral_to:
        body = heard(world, message, event)
        world.dispatch(event, body, channel.guild, intent(channel))


def heard(world: World, message: Message, event: str = "MESSAGE_CREATE") -> Json:
    """Write what the gateway tells of a message."""
    channel = world.channels[message.channel]
    if event == "MESSAGE_DELETE":
        about = {"id": message.id, "channel_id": channel.id}
        return about | ({"guild_id": channel.guild} if channel.guild else {})
    body = shown.message(world, message) | {"channel_type": channel.kind}
    if channel.guild:
        body |= {"guild_id": channel.guild, "member": shown.member(world.user(message.author))}
        del body["member"]["user"]
    if channel.guild and not message.from_bot:
        # Without the privileged intent nobody reads what people write in a guild
        body["content"] = ""
    return body


def intent(channel: Channel) -> int:
    """Give the intent that it takes to hear of messages in a channel."""
    return DIRECT_MESSAGES if channel.kind == DM else GUILD_MESSAGES


# ------------------------------------------------------------------ contents


def _filled(world: World, message: Message, body: Json, files: Files) -> Message:
    changes: dict[str, Any] = {}
    if "content" in body:
        changes["content"] = str(body["content"] or "").strip()
    if "embeds" in body:
        changes["embeds"] = tuple(_embed(one) for one in body["embeds"] or ())
    if "flags" in body:
        changes["flags"] = int(body["flags"] or 0) & ~EPHEMERAL
    if files or "attachments" in body:
        changes["attachments"] = _attached(world, message, body, files)
    if "components" in body:
        there = changes.get("attachments", message.attachments)
        changes["components"] = _parts(world, message, body["components"] or [], there)
    return replace(message, **changes)


def _embed(given: Json) -> Json:
    fields = [{"inline": False, **one} for one in given.get("fields") or ()]
    return {"type": "rich", **given} | ({"fields": fields} if fields else {})


def _attached(world: World, message: Message, body: Json, files: Files) -> tuple[Attachment, ...]:
    named = {str(one["id"]): one for one in body.get("attachments") or ()}
    kept = [one for one in message.attachments if "attachments" not in body or one.id in named]
    for index, file in files.items():
        about = named.get(index, {})
        name, description = about.get("filename") or file.name, about.get("description") or ""
        added = replace(file, id=world.snowflake(), name=name, description=description)
        kept.append(added)
    return tuple(kept)


def _parts(
    world: World, message: Message, given: list[Json], files: tuple[Attachment, ...]
) -> tuple[Json, ...]:
    nodes = numbered(given)
    by_url = {f"attachment://{one.name}": one for one in files}
    for node in walk(nodes):
        if node["type"] == FILE:
            there = by_url.get(node["file"]["url"])
            node.update({"name": there.name, "size": len(there.content)} if there else {})
            node["file"] = _media(world, message, node["file"], by_url)
        elif node["type"] == THUMBNAIL:
            node["media"] = _media(world, message, node["media"], by_url)
        elif node["type"] == GALLERY:
            node["items"] = [_item(world, message, one, by_url) for one in node["items"]]
    return nodes


def _item(world: World, message: Message, item: Json, files: Files) -> Json:
    media = _media(world, message, item["media"], files)
    return {"description": None, "spoiler": False, **item, "media": media}


def _media(world: World, message: Message, media: Json, files: Files) -> Json:
    url = str(media["url"])
    there = files.get(url)
    if there is None and url.startswith("attachment://"):
        raise DiscordError(50035)
    if there is None:
        return {"id": world.snowflake(), "url": url, "proxy_url": url}
    url = str(shown.attachment(world, message, there)["url"])
    body: Json = {"id": world.snowflake(), "url": url, "proxy_url": url}
    return body | {"attachment_id": there.id, "content_type": there.kind}
