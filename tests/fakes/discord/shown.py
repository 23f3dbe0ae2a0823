"""Users, channels, guilds, messages and the application as Discord writes them."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.fakes.discord.model import (
    COMMAND,
    COMPONENT,
    DM,
    EPHEMERAL,
    EVERYTHING,
    GROUP,
    MODAL,
    THREADS,
    Account,
    Attachment,
    Channel,
    Guild,
    Interaction,
    Json,
    Message,
)
from tests.fakes.discord.world import World, made

PERMISSIONS = str(EVERYTHING)


def user(account: Account) -> Json:
    """Write a user."""
    body: Json = {
        "id": account.id,
        "username": account.name.lower().replace(" ", "_"),
        "global_name": None if account.bot else account.name,
        "avatar": None,
        "discriminator": "0001" if account.bot else "0",
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    return body | {"bot": True} if account.bot else body


def me(world: World) -> Json:
    """Write the bot as it sees itself."""
    return user(world.bot) | {
        "mfa_enabled": True,
        "locale": "en-US",
        "verified": True,
        "email": None,
    }


def member(account: Account, roles: Sequence[str] = ()) -> Json:
    """Write a member of a guild."""
    return {
        "user": user(account),
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": [*roles],
        "joined_at": made(account.id),
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def channel(world: World, there: Channel) -> Json:
    """Write a channel."""
    body: Json = {"id": there.id, "type": there.kind, "flags": 0, "last_message_id": None}
    if there.kind == DM:
        return body | {"recipients": [user(world.people[one]) for one in there.people]}
    if there.kind == GROUP:
        people = [user(world.people[one]) for one in there.people]
        body |= {"recipients": people, "owner_id": there.people[0]}
        return body | {"name": there.name or None, "icon": None}
    if there.kind in THREADS:
        return body | _thread(world, there)
    return body | {
        "guild_id": there.guild,
        "name": there.name,
        "position": 0,
        "parent_id": None,
        "topic": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "permission_overwrites": [*there.overwrites],
    }


def _thread(world: World, there: Channel) -> Json:
    about = {"archived": there.archived, "archive_timestamp": made(there.id), "locked": False}
    return {
        "guild_id": there.guild,
        "name": there.name,
        "parent_id": there.parent,
        "owner_id": there.maker or world.bot.id,
        "thread_metadata": about | {"auto_archive_duration": 10_080},
        "rate_limit_per_user": 0,
        "message_count": 0,
        "member_count": len(there.people),
        "total_message_sent": 0,
    }


def thread_member(world: World, there: Channel, user_id: str) -> Json:
    """Write that somebody is in a thread."""
    about = {"id": there.id, "user_id": user_id, "flags": 0}
    return about | {"join_timestamp": made(there.id)}


def role(role_id: str, name: str, bits: int) -> Json:
    """Write a role."""
    return {
        "id": role_id,
        "name": name,
        "permissions": str(bits),
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def guild(world: World, there: Guild) -> Json:
    """Write a guild as GUILD_CREATE does."""
    return {
        "id": there.id,
        "name": there.name,
        "icon": None,
        "owner_id": world.owner_of(there),
        "joined_at": made(there.id),
        "large": False,
        "member_count": len(world.people) + 1,
        "roles": [*world.roles[there.id].values()],
        "channels": [channel(world, one) for one in _channels(world, there)],
        "members": [member(world.bot)],
        "preferred_locale": there.locale,
        "features": [],
        **{name: [] for name in ("emojis", "stickers", "threads", "presences", "voice_states")},
        **{name: [] for name in ("stage_instances", "guild_scheduled_events")},
        **dict.fromkeys(("verification_level", "explicit_content_filter", "mfa_level"), 0),
        **dict.fromkeys(("default_message_notifications", "afk_timeout", "nsfw_level"), 0),
        **dict.fromkeys(("premium_tier", "system_channel_flags"), 0),
        "premium_progress_bar_enabled": False,
    }


def _channels(world: World, there: Guild) -> list[Channel]:
    inside = [one for one in world.channels.values() if one.guild == there.id]
    return [one for one in inside if one.kind not in THREADS]


_OF_A_GUILD = ("description", "home_header", "splash", "discovery_splash", "banner", "icon")
_IDS = ("application_id", "afk_channel_id", "system_channel_id", "widget_channel_id")
_MORE_IDS = ("rules_channel_id", "safety_alerts_channel_id", "public_updates_channel_id")
_LEVELS = ("verification_level", "default_message_notifications", "mfa_level", "nsfw_level")
_MORE_LEVELS = ("explicit_content_filter", "premium_tier", "premium_subscription_count")
_SIZES = ("max_stage_video_channel_users", "max_video_channel_users", "system_channel_flags")


def whole_guild(world: World, there: Guild) -> Json:
    """Write a guild as the REST API does."""
    return {
        "id": there.id,
        "name": there.name,
        "owner_id": world.owner_of(there),
        "roles": [*world.roles[there.id].values()],
        "features": [],
        "emojis": [],
        "stickers": [],
        "region": "deprecated",
        "preferred_locale": there.locale,
        "afk_timeout": 300,
        "max_members": 500_000,
        "max_presences": None,
        "vanity_url_code": None,
        "incidents_data": None,
        **dict.fromkeys((*_OF_A_GUILD, *_IDS, *_MORE_IDS)),
        **dict.fromkeys((*_LEVELS, *_MORE_LEVELS, *_SIZES), 0),
        **dict.fromkeys(("widget_enabled", "premium_progress_bar_enabled", "nsfw"), False),
    }


def application(world: World) -> Json:
    """Write the application as its owner sees it."""
    key = world.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    owner = Account("1", "Owner")
    install: Json = {"oauth2_install_params": {"scopes": ["applications.commands"]}}
    install["oauth2_install_params"]["permissions"] = "0"
    return {
        "id": world.app,
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "summary": "",
        "verify_key": key.hex(),
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(owner),
        "approximate_guild_count": len(world.joined),
        "approximate_user_install_count": len(world.people),
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "integration_types_config": {"0": install, "1": install},
    }


def attachment(world: World, message: Message, file: Attachment) -> Json:
    """Write a file of a message."""
    url = f"{world.base}/attachments/{message.channel}/{file.id}/{file.name}"
    body: Json = {"id": file.id, "filename": file.name, "size": len(file.content)}
    body |= {"url": url, "proxy_url": url, "content_type": file.kind}
    if file.description:
        body["description"] = file.description
    return body | {"ephemeral": True} if message.ephemeral_to else body


def message(world: World, there: Message) -> Json:
    """Write a message."""
    body: Json = {
        "id": there.id,
        "channel_id": there.channel,
        "type": 19 if there.reference else 0,
        "content": there.content,
        "author": user(world.user(there.author)),
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "attachments": [attachment(world, there, one) for one in there.attachments],
        "embeds": list(there.embeds),
        "components": list(there.components),
        "timestamp": made(there.id),
        "edited_timestamp": there.edited or None,
        "flags": there.flags | (EPHEMERAL if there.ephemeral_to else 0),
        "pinned": False,
        "tts": False,
    }
    if there.nonce:
        body["nonce"] = there.nonce
    if there.reference:
        pointed: Json = {"type": 0, "channel_id": there.channel, "message_id": there.reference}
        body["message_reference"] = pointed
    if there.token:
        body |= _by_interaction(world, world.interactions[there.token])
    return body


def _by_interaction(world: World, begun: Interaction) -> Json:
    body: Json = {"webhook_id": world.app, "application_id": world.app}
    if begun.kind == COMMAND:
        person = user(world.people[begun.user])
        body["type"] = 20
        body["interaction"] = {"id": begun.id, "type": COMMAND, "name": begun.command}
        body["interaction"]["user"] = person
    return body | {"interaction_metadata": _metadata(world, begun)}


def _metadata(world: World, begun: Interaction) -> Json:
    body: Json = {"id": begun.id, "type": begun.kind, "user": user(world.people[begun.user])}
    body["authorizing_integration_owners"] = begun.owners
    if begun.kind == COMPONENT:
        body["interacted_message_id"] = begun.source
    if begun.kind == MODAL and begun.opener:
        body["triggering_interaction_metadata"] = _metadata(world, begun.opener)
    return body
