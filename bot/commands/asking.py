"""Ask the chat platforms whether what is set for them will do; only this uses the network."""

from __future__ import annotations

from importlib.util import find_spec

from pydantic import SecretStr

from bot.checked import Checked
from bot.config import Settings
from bot.errors import CrossroadsError
from bot.platforms import (
    Shards,
    SlackModes,
    discord_is_set,
    discord_shards,
    discord_token,
    slack_is_mentioned,
    slack_modes,
)

# ------------------------------------------------------------------ Slack


async def slack_findings(settings: Settings) -> list[Checked]:
    """Look whether Slack's settings go together and Slack agrees; nothing if none is set."""
    if not slack_is_mentioned(settings):
        return []
    try:
        modes = slack_modes(settings)
    except CrossroadsError as error:
        return [Checked.of("Slack settings", error)]
    said = Checked("Slack settings", _manner(modes, settings))
    if missing := _missing("Slack", "slack_bolt"):
        return [said, missing]
    from adapters.slack.checks import examine

    bot_token, app_token = _plain(settings.slack_bot_token), _plain(settings.slack_app_token)
    checked = await examine(settings.slack_api_url, bot_token=bot_token, app_token=app_token)
    return [said, *checked]


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _missing(platform: str, package: str) -> Checked | None:
    """Tell whether packages are missing that come with an extra of the platform's name."""
    if find_spec(package) and find_spec("aiohttp"):
        return None
    remedy = f"Install Crossroads with it: pip install 'crossroads[{platform.lower()}]'"
    return Checked(platform, f"The packages that speak with {platform} are missing.", remedy)


def _manner(modes: SlackModes, settings: Settings) -> str:
    """Say in words how Slack is to be spoken with."""
    ways = []
    if modes.socket:
        ways.append("Socket Mode for one workspace")
    if modes.http:
        where = f"HTTP on {settings.http_host}:{settings.http_port}"
        whom = "every workspace that installs the app" if modes.oauth else "one workspace"
        ways.append(f"{where} for {whom}")
    return " and ".join(ways)


# ------------------------------------------------------------------ Discord


async def discord_findings(settings: Settings) -> list[Checked]:
    """Look whether Discord's settings are right and Discord agrees; nothing if none is set."""
    if not discord_is_set(settings):
        return []
    try:
        token, shards = discord_token(settings), discord_shards(settings)
        said = Checked("Discord settings", _share(shards))
    except CrossroadsError as error:
        return [Checked.of("Discord settings", error)]
    if missing := _missing("Discord", "discord"):
        return [said, missing]
    from adapters.discord.checks import examine

    try:
        wanted, odd = _commands(settings), []
    except CrossroadsError as error:
        wanted, odd = [], [Checked.of("Discord commands", error)]
    return [said, *odd, *await examine(settings.discord_api_url, token, wanted, shards)]


def _share(shards: Shards | None) -> str:
    """Say in words which part of Discord is served here."""
    if shards is None:
        return "every shard, as many as Discord recommends"
    named = ", ".join(str(shard) for shard in shards.ids)
    where = "arrive here" if shards.hear_direct_messages else "arrive where shard 0 is"
    return f"shards {named} of {shards.count}; direct messages {where}"


def _commands(settings: Settings) -> list[dict[str, object]]:
    """Make the commands of the dialogue that is begun; none if it does not load."""
    from adapters.discord.commands import payload
    from bot.chat.beginning import every_track, other_dialogues
    from bot.commands.wiring import load_library

    flows = load_library(settings).flows
    flow = flows.get(settings.flow)
    return payload(every_track(flow), other_dialogues(flows.values(), flow)) if flow else []
