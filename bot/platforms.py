"""What the settings of each chat platform come to together, and where the missing ones are."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from binascii import Error
from dataclasses import dataclass

from bot.config import Settings
from bot.errors import SetupError

# ------------------------------------------------------------------ Slack


@dataclass(frozen=True, slots=True)
class SlackModes:
    """How Slack is to be spoken with.

    ``socket``: over Socket Mode. ``http``: over signed HTTP; there either with one workspace's
    bot token, or, with ``oauth``, with the tokens of every workspace that installs the app.
    """

    socket: bool = False
    http: bool = False
    oauth: bool = False

    def __bool__(self) -> bool:
        """Say whether Slack is set up at all."""
        return self.socket or self.http


_WHERE = {
    "SLACK_BOT_TOKEN": "OAuth & Permissions, “Bot User OAuth Token”, after “Install to …”",
    "SLACK_APP_TOKEN": "Basic Information, “App-Level Tokens”, “Generate Token and Scopes” with "
    "the scope connections:write",
    "SLACK_SIGNING_SECRET": "Basic Information, “App Credentials”, “Signing Secret”",
    "SLACK_CLIENT_ID": "Basic Information, “App Credentials”, “Client ID”",
    "SLACK_CLIENT_SECRET": "Basic Information, “App Credentials”, “Client Secret”",
}
_PAGE = "your app's page at https://api.slack.com/apps"


def slack_modes(settings: Settings) -> SlackModes:
    """Tell how Slack is to be spoken with; raises ``SetupError`` that names what is missing."""
    _check_prefixes(settings)
    bot, app = bool(settings.slack_bot_token), bool(settings.slack_app_token)
    signing = bool(settings.slack_signing_secret)
    client, secret = bool(settings.slack_client_id), bool(settings.slack_client_secret)
    if app and not bot:
        raise _missing("SLACK_BOT_TOKEN", has="SLACK_APP_TOKEN")
    if client and not secret:
        raise _missing("SLACK_CLIENT_SECRET", has="SLACK_CLIENT_ID")
    if secret and not client:
        raise _missing("SLACK_CLIENT_ID", has="SLACK_CLIENT_SECRET")
    if client and not signing:
        raise _missing("SLACK_SIGNING_SECRET", has="SLACK_CLIENT_ID")
    if bot and not app and not signing:
        raise _missing("SLACK_APP_TOKEN", has="SLACK_BOT_TOKEN", instead=("SLACK_SIGNING_SECRET",))
    if signing and not bot and not client:
        raise _missing(
            "SLACK_BOT_TOKEN",
            has="SLACK_SIGNING_SECRET",
            instead=("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"),
        )
    return SlackModes(socket=app, http=signing, oauth=client)


def slack_is_mentioned(settings: Settings) -> bool:
    """Say whether any of Slack's tokens, secrets or ids is set."""
    return any(getattr(settings, name.lower()) for name in _WHERE)


def _missing(name: str, has: str, instead: tuple[str, ...] = ()) -> SetupError:
    """Make the error of a half-filled set; ``instead`` would complete it as well."""
    remedy = f"Set {name}: it is on {_PAGE} under {_WHERE[name]}."
    if instead:
        places = "; ".join(f"{other} ({_WHERE[other]})" for other in instead)
        remedy += f" Or, to use HTTP, set {places}."
    return SetupError(f"{has} is set, but {name} is missing.", remedy)


def _check_prefixes(settings: Settings) -> None:
    """Refuse a token of another kind; raises ``SetupError``."""
    pairs = (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token, "xoxb-"),
        ("SLACK_APP_TOKEN", settings.slack_app_token, "xapp-"),
    )
    for name, token, prefix in pairs:
        if token is None:
            continue
        value = token.get_secret_value()
        if value.startswith("xoxe"):
            raise SetupError(
                f"{name} is a token that expires after 12 hours.",
                "Tokens that rotate need the installation by OAuth: see docs/slack.md.",
            )
        if not re.fullmatch(re.escape(prefix) + r"[!-~]+", value):
            raise SetupError(
                f"{name} must be {prefix} and what follows, in one piece; it is something else.",
                f"The right one is on {_PAGE} under {_WHERE[name]}.",
            )


# ------------------------------------------------------------------ Discord


DISCORD_PORTAL = "https://discord.com/developers/applications"
"""Where Discord's applications are looked after."""

_MOST_SHARDS = 65_536
_TOKEN = re.compile(r"([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_SNOWFLAKE = re.compile(r"[0-9]{15,20}")
_SHARDS = re.compile(r"([0-9, -]+)/ *([0-9]{1,5})")
_SHARD_RANGE = re.compile(r" *([0-9]{1,5}) *(?:- *([0-9]{1,5}) *)?")
_THE_TOKEN = f"The right one is at {DISCORD_PORTAL}: choose the application, “Bot”, “Reset Token”."
_THE_SHARDS = "Write 0,1/4 for shards 0 and 1 of 4, or 0-3/8; leave it out for all of them."


@dataclass(frozen=True, slots=True)
class Shards:
    """Which of a bot's ``count`` connections to Discord this process holds, in order."""

    ids: tuple[int, ...]
    count: int

    @property
    def hear_direct_messages(self) -> bool:
        """Say whether direct messages arrive here: Discord sends them on shard 0 alone."""
        return 0 in self.ids


def discord_is_set(settings: Settings) -> bool:
    """Say whether Discord is to be served."""
    return settings.discord_token is not None


def discord_token(settings: Settings) -> str:
    """Give the bot's token, "" if none is set; raises ``SetupError`` if it is something else."""
    token = settings.discord_token.get_secret_value() if settings.discord_token else ""
    if not token:
        return ""
    if token.casefold().startswith("bot "):
        raise SetupError("DISCORD_TOKEN must be the token alone, without “Bot”.", _THE_TOKEN)
    if not _TOKEN.fullmatch(token):
        raise SetupError(
            "DISCORD_TOKEN must be a bot's token: three parts with dots between, in one piece. It "
            "is something else, such as a client secret or a public key.",
            _THE_TOKEN,
        )
    return token


def discord_application_id(token: str) -> str:
    """Read the application's id out of a bot's token; "" where it is no such token.

    Its first part is the bot's user id, which is the application's as well, but for the oldest.
    """
    matched = _TOKEN.fullmatch(token)
    if not matched:
        return ""
    first = matched[1]
    try:
        read = urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (Error, UnicodeDecodeError):
        return ""
    return read if is_snowflake(read) else ""


def is_snowflake(text: str) -> bool:
    """Say whether a text may be one of Discord's ids."""
    return _SNOWFLAKE.fullmatch(text) is not None


def discord_shards(settings: Settings) -> Shards | None:
    """Tell which shards are held here; None: all, as many as Discord recommends."""
    return parse_shards(settings.discord_shards) if settings.discord_shards else None


def parse_shards(text: str) -> Shards:
    """Read shards as they are written (0,1/4, 0-3/8); raises ``SetupError``."""
    matched = _SHARDS.fullmatch(text.strip())
    if not matched:
        raise _no_shards("it names no shards")
    count = int(matched[2])
    if not 0 < count <= _MOST_SHARDS:
        raise _no_shards(f"there must be between 1 and {_MOST_SHARDS} of them")
    ids = [shard for part in matched[1].split(",") for shard in _shard_range(part, count)]
    if len(set(ids)) < len(ids):
        raise _no_shards("a shard is named twice")
    return Shards(tuple(sorted(ids)), count)


def _shard_range(part: str, count: int) -> range:
    matched = _SHARD_RANGE.fullmatch(part)
    if not matched:
        raise _no_shards("it names no shards")
    first, last = int(matched[1]), int(matched[2] or matched[1])
    if first > last:
        raise _no_shards(f"{first}-{last} runs backwards")
    if last >= count:
        raise _no_shards(f"of {count} shards the last is {count - 1}")
    return range(first, last + 1)


def _no_shards(why: str) -> SetupError:
    return SetupError(f"DISCORD_SHARDS is not as it must be: {why}.", _THE_SHARDS)
