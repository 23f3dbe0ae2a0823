"""What can be found out at Discord before anything runs: token, application, gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import aiohttp
from pydantic import TypeAdapter

from adapters.discord.commands import COMMAND
from adapters.discord.portal import (
    APPLICATION,
    COMMANDS,
    GATEWAY,
    JOINED,
    USER,
    Answer,
    Application,
    Command,
    Gateway,
    Joined,
    User,
    read_answer,
)
from adapters.discord.rights import ADMINISTRATOR, NEEDED, missing
from adapters.reach import ask, new_session
from bot.checked import Checked
from bot.platforms import DISCORD_PORTAL, Shards

API_VERSION = "v10/"
"""What is appended to the address of Discord's API."""

_DEAUTHORIZED = "APPLICATION_DEAUTHORIZED"
_EVENTS_STOPPED = 3  # event_webhooks_status: Discord gave up on the address
_INSTALLATIONS = {"0": "Guild Install", "1": "User Install"}
_INTENTS = {
    "Presence": 1 << 12 | 1 << 13,
    "Server Members": 1 << 14 | 1 << 15,
    "Message Content": 1 << 18 | 1 << 19,
}
"""Flags of the privileged intents, granted in full or to an app that is not verified yet."""

_PORTAL = f"At {DISCORD_PORTAL} choose the application"
_RENEW = (
    f"{_PORTAL}, then “Bot”, “Reset Token”, and copy the new token into DISCORD_TOKEN; the old one "
    "then ends."
)
_NO_NETWORK = (
    "Check the network, the proxy and the firewall (outgoing https must be open), and "
    "DISCORD_API_URL."
)
_LATER = "Try again in some minutes; https://discordstatus.com tells whether Discord has trouble."
_ODD = (
    "See that DISCORD_API_URL and DISCORD_TOKEN are right, and that this is the newest Crossroads."
)
_BLOCKED = (
    "Wait an hour. Discord shuts an address out that sent too many refused requests: see that "
    "nothing else runs with a token that is not valid."
)


_SERVERS_SHOWN = 5

T = TypeVar("T")


# ------------------------------------------------------------------ asking


async def examine(
    api_url: str, token: str, wanted: Sequence[Mapping[str, Any]], shards: Shards | None
) -> list[Checked]:
    """Ask Discord about the token, and whether all is set as ``wanted`` commands and shards need.

    Without commands these are not looked at. Who is refused or not reached is not asked twice.
    """
    headers = {"Authorization": f"Bot {token}", "User-Agent": "DiscordBot (crossroads, 1)"}
    async with new_session(api_url) as session:
        client = _Client(session, api_url, headers)
        user = await client.get("users/@me", USER)
        found = [judge_user(api_url, user)]
        if user.body is None:
            return found
        application, gateway = await asyncio.gather(
            client.get("applications/@me", APPLICATION), client.get("gateway/bot", GATEWAY)
        )
        found += judge_application(api_url, application)
        if wanted and application.body:
            path = f"applications/{application.body.id}/commands"
            found.append(judge_commands(api_url, await client.get(path, COMMANDS), wanted))
        found.append(judge_servers(api_url, await client.get("users/@me/guilds", JOINED)))
    return [*found, judge_gateway(api_url, gateway, shards)]


@dataclass(frozen=True, slots=True)
class _Client:
    session: aiohttp.ClientSession
    api_url: str
    headers: Mapping[str, str]

    async def get(self, path: str, form: TypeAdapter[T]) -> Answer[T]:
        url = self.api_url + API_VERSION + path
        reached = await ask(self.session, "GET", url, self.headers)
        if not reached.status:
            return Answer(0, None, reached.trouble, theirs=False)
        return read_answer(reached.status, reached.body, form)


# ------------------------------------------------------------------ what the answers mean


def judge_user(api_url: str, answer: Answer[User]) -> Checked:
    """Tell who the token belongs to."""
    if answer.body is None:
        return _refused("Discord", api_url, answer)
    return Checked("Discord", f"the bot is @{_shown(answer.body.username)}")


def judge_application(api_url: str, answer: Answer[Application]) -> Iterator[Checked]:
    """Tell whether what is set in the developer portal lets the bot be installed and heard."""
    if answer.body is None:
        yield _refused("Discord application", api_url, answer)
        return
    application = answer.body
    yield Checked("Discord application", _about(application))
    yield judge_installation(application)
    yield from _in_the_way(application)
    yield judge_intents(application)
    yield judge_events(application)


def _about(application: Application) -> str:
    who = "anybody" if application.bot_public else "only its owner (“Public Bot” is off)"
    return f"“{_shown(application.name)}”, which {who} may add"


def judge_installation(application: Application) -> Checked:
    """Tell whether it can be installed in servers and in accounts."""
    subject, told = "Discord installation", application.integration_types_config
    if told is None:
        return Checked(subject, "Discord did not tell where it may be installed")
    missing = [name for key, name in _INSTALLATIONS.items() if key not in told]
    if not missing:
        return Checked(subject, "in servers and in one's own account")
    listed = " and ".join(f"“{name}”" for name in missing)
    remedy = f"{_PORTAL}, then “Installation”, tick {listed}, “Save Changes”."
    return Checked(subject, f"Not allowed: {listed}.", remedy)


def _in_the_way(application: Application) -> Iterator[Checked]:
    """Find settings with which nothing would arrive, or nobody could add it."""
    if application.interactions_endpoint_url:
        yield Checked(
            "Discord interactions",
            "An “Interactions Endpoint URL” is set: commands and clicks go there, not here.",
            f"{_PORTAL}, then “General Information”, empty that field, “Save Changes”.",
        )
    if application.bot_require_code_grant:
        yield Checked(
            "Discord installation",
            "“Requires OAuth2 Code Grant” is on, so the link cannot add it to a server.",
            f"{_PORTAL}, then “Bot”, switch it off, “Save Changes”.",
        )


def judge_intents(application: Application) -> Checked:
    """Tell which privileged intents are on; none is needed."""
    on = [name for name, flags in _INTENTS.items() if application.flags & flags]
    if not on:
        return Checked("Discord intents", "no privileged one is on, and none is needed")
    text = f"{', '.join(on)}: on, but not needed; you may switch it off under “Bot”"
    return Checked("Discord intents", text)


def judge_events(application: Application) -> Checked:
    """Tell whether Discord says when somebody removes the app from their account."""
    subject = "Discord events"
    if not application.event_webhooks_url:
        return Checked(subject, "none are sent, which is fine without a public address")
    if application.event_webhooks_status == _EVENTS_STOPPED:
        return Checked(
            subject,
            "Discord stopped sending them, as the address did not answer as it must.",
            f"{_PORTAL}, then “Webhooks”, look at “Endpoint”, and switch “Events” on again.",
        )
    if _DEAUTHORIZED not in (application.event_webhooks_types or ()):
        return Checked(
            subject,
            "An address is set, but “Application Deauthorized” is not sent to it.",
            f"{_PORTAL}, then “Webhooks”, tick that event, “Save Changes”.",
        )
    return Checked(subject, "Discord says when somebody removes the app")


def judge_servers(api_url: str, answer: Answer[tuple[Joined, ...]]) -> Checked:
    """Tell in which servers second opinions can be posted; without that all else works."""
    subject = "Discord second opinions"
    if answer.body is None:
        return _refused(subject, api_url, answer)
    lacking = [text for one in answer.body if (text := _lacks(one))]
    if not answer.body:
        return Checked(subject, "the bot is in no server yet; they are posted in one")
    if not lacking:
        return Checked(subject, f"they can be posted in each of {len(answer.body)} servers")
    shown = "; ".join(lacking[:_SERVERS_SHOWN])
    more = f"; and {len(lacking) - _SERVERS_SHOWN} more" if len(lacking) > _SERVERS_SHOWN else ""
    text = f"not allowed everywhere, all else works: {shown}{more}. The link adds what is missing"
    return Checked(subject, text)


def _lacks(server: Joined) -> str:
    may = int(server.permissions)
    names = [] if may & ADMINISTRATOR else missing(may, NEEDED)
    return f"“{_shown(server.name)}” lacks {', '.join(names)}" if names else ""


def judge_commands(
    api_url: str, answer: Answer[tuple[Command, ...]], wanted: Sequence[Mapping[str, Any]]
) -> Checked:
    """Compare what is registered with what this version registers when it starts."""
    subject = "Discord commands"
    if answer.body is None:
        return _refused(subject, api_url, answer)
    ours = _forms(Command.model_validate(command) for command in wanted)
    theirs = _forms(answer.body)
    if ours == theirs:
        return Checked(subject, f"{_counted(len(ours) - len(wanted))} of /{COMMAND} registered")
    differing = [name for name, form in ours.items() if theirs.get(name) != form]
    if len(differing) == len(ours):
        return Checked(subject, "not registered yet; they are put at the next start")
    gone = [name for name in theirs if name not in ours]
    listed = ", ".join(_shown(f"/{name}") for name in (*differing, *gone))
    return Checked(subject, f"they are put anew at the next start; not as now: {listed}")


def _forms(commands: Iterator[Command] | Sequence[Command]) -> Mapping[str, object]:
    """Lay commands and subcommands side by side, by their full names."""
    return {
        f"{command.name} {name}".strip(): form
        for command in commands
        for name, form in command.forms.items()
    }


def _counted(number: int) -> str:
    return f"all {number} subcommands"


def judge_gateway(api_url: str, answer: Answer[Gateway], shards: Shards | None) -> Checked:
    """Tell whether enough sessions may still be begun today."""
    subject = "Discord gateway"
    if answer.body is None:
        return _refused(subject, api_url, answer)
    limit, recommended = answer.body.session_start_limit, answer.body.shards
    needed = len(shards.ids) if shards else recommended
    left = f"{limit.remaining} of {limit.total} sessions may still be begun today"
    if limit.remaining < needed:
        wait = timedelta(seconds=limit.reset_after // 1000)
        remedy = f"Wait {wait} (h:mm:ss); and see why it was started so often."
        return Checked(subject, f"Only {left}, and a start takes {needed}.", remedy)
    text = f"it offers a connection; {left}"
    if shards and shards.count != recommended:
        text += f"; it recommends {recommended} shards, DISCORD_SHARDS counts {shards.count}"
    return Checked(subject, text)


def _refused(subject: str, api_url: str, answer: Answer[Any]) -> Checked:
    """Tell why there is no good answer: a refusal, Discord's trouble, or none of its doing."""
    if answer.status == 0:
        return Checked(subject, f"{api_url} cannot be reached: {answer.trouble}.", _NO_NETWORK)
    if answer.status == 429 and not answer.theirs:
        return Checked(subject, f"{api_url} shuts this address out (429).", _BLOCKED)
    if answer.status == 429 or answer.status >= 500:
        return Checked(subject, f"Discord has no time just now ({answer.trouble}).", _LATER)
    if not answer.theirs:
        return Checked(subject, f"{api_url} gave {answer.trouble}.", _NO_NETWORK)
    if answer.status == 401:
        return Checked(subject, "Discord does not know the token (401).", _RENEW)
    return Checked(subject, f"Discord refused: {answer.trouble}.", _ODD)


def _shown(name: str) -> str:
    """Give a name without what could play tricks with a terminal."""
    return "".join(char for char in name[:80] if char.isprintable())
