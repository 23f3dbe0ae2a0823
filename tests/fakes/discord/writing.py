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
    channel = world.channels[message.channel]
    body: Json = {"id": message.id, "channel_id": channel.id}
    if channel.guild:
        body["guild_id"] = channel.guild
    _tell(world, "MESSAGE_DELETE", channel, message, body)


def tell(world: World, event: str, message: Message) -> None:
    """Tell the gateway of a message, as a client with the intents hears it."""
    channel = world.channels[message.channel]
    body = shown.message(world, message) | {"channel_type": channel.kind}
    if channel.guild:
        author = world.user(message.author)
        body |= {"guild_id": channel.guild, "member": shown.member(author)}
        del body["member"]["user"]
    _tell(world, event, channel, message, body)


def _tell(world: World, event: str, channel: Channel, message: Message, body: Json) -> None:
    if message.ephemeral_to or not channel.bot:
        return
    intent = DIRECT_MESSAGES if channel.kind == DM else GUILD_MESSAGES
    world.dispatch(event, body, channel.guild, intent)


# ------------------------------------------------------------------ contents


def _filled(world: World, message: Message, body: Json, files: Files) -> Message:
    changes: dict[str, Any] = {}
    if "content" in body:
        changes["content"] = str(body["content"] or "").strip()
    if "embeds" in body:
        changes["embeds"] = tuple({"type": "rich", **one} for one in body["embeds"] or ())
    if "flags" in body:
        changes["flags"] = int(body["flags"] or 0) & ~EPHEMERAL
    if files or "attachments" in body:
        changes["attachments"] = _attached(world, message, body, files)
    if "components" in body:
        there = changes.get("attachments", message.attachments)
        changes["components"] = _parts(world, message, body["components"] or [], there)
    return replace(message, **changes)


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
    if there is None:
        return {"id": world.snowflake(), "url": url, "proxy_url": url}
    url = str(shown.attachment(world, message, there)["url"])
    body: Json = {"id": world.snowflake(), "url": url, "proxy_url": url}
    return body | {"attachment_id": there.id, "content_type": there.kind}
