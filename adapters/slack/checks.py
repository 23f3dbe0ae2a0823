"""What can be found out about the Slack side before anything runs: tokens, scopes, the socket."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from adapters.reach import ask, new_session
from adapters.slack.manifest import SCOPES, SOCKET_SCOPE
from bot.checked import Checked

_CODE = re.compile(r"[a-z0-9_]{1,80}")  # of an error; anything else is not repeated
_NO_NETWORK = (
    "Check the network, the proxy and the firewall (outgoing https must be open), and "
    "SLACK_API_URL."
)
_REINSTALL = (
    "At https://api.slack.com/apps choose the app; put the manifest that “crossroads setup slack” "
    "prints into “App Manifest”, save, then “Install App”, “Reinstall to …”."
)
_RENEW_BOT = (
    "Copy the “Bot User OAuth Token” anew from “OAuth & Permissions” into SLACK_BOT_TOKEN; if "
    "there is none, install the app first (“Install App”)."
)
_RENEW_APP = (
    "Make a new one (“Basic Information”, “App-Level Tokens”, “Generate Token and Scopes”, scope "
    f"{SOCKET_SCOPE}) and put it into SLACK_APP_TOKEN."
)
_LATER = "Try again in some minutes; https://slack-status.com tells whether Slack has trouble."


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack answered to a call: ``error`` is its code, or what went wrong on the way.

    ``status`` is the HTTP status, 0 if there was no answer at all.
    """

    status: int
    error: str = ""
    body: Mapping[str, Any] | None = None
    scopes: frozenset[str] | None = None


async def examine(api_url: str, *, bot_token: str = "", app_token: str = "") -> list[Checked]:
    """Ask Slack about the tokens given; without a bot token, only whether it answers."""
    async with new_session(api_url) as session:
        if not bot_token:
            return [judge_reach(api_url, await _ask(session, api_url, "api.test"))]
        answer = await _ask(session, api_url, "auth.test", bot_token)
        found = list(judge_bot(api_url, answer))
        if app_token and answer.status:  # who cannot be reached need not be asked twice
            answer = await _ask(session, api_url, "apps.connections.open", app_token)
            found.append(judge_socket(api_url, answer))
    return found


async def _ask(
    session: aiohttp.ClientSession, api_url: str, method: str, token: str = ""
) -> Answer:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    reached = await ask(session, "POST", api_url + method, headers)
    if not reached.status:
        return Answer(0, reached.trouble)
    return read_answer(reached.status, reached.headers, reached.body)


def read_answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """Read an answer of the Web API; one that is none of Slack's says so."""
    try:
        read = json.loads(body)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        return Answer(status, f"an answer that is not Slack's (HTTP status {status})")
    scopes = None
    if (listed := headers.get("x-oauth-scopes")) is not None:
        scopes = frozenset(scope.strip() for scope in listed.split(",") if scope.strip())
    code = str(read.get("error", ""))
    error = "" if read.get("ok") is True else code if _CODE.fullmatch(code) else f"HTTP {status}"
    return Answer(status, error, read, scopes)


# ------------------------------------------------------------------ what the answers mean


def judge_bot(api_url: str, answer: Answer) -> Iterator[Checked]:
    """Tell who the bot token belongs to, and whether it may do what is needed."""
    if answer.error or answer.body is None:
        yield _refused("Slack", api_url, answer, _RENEW_BOT)
        return
    user, team = answer.body.get("user"), answer.body.get("team")
    url = answer.body.get("url", "")
    if not answer.body.get("bot_id"):
        text = "SLACK_BOT_TOKEN is a person's token, not the app's."
        yield Checked("Slack", text, _RENEW_BOT)
        return
    yield Checked("Slack", f"the bot is @{user} in “{team}” ({url})")
    yield judge_scopes(answer.scopes)


def judge_scopes(granted: frozenset[str] | None) -> Checked:
    """Compare what was granted with what the manifest asks for."""
    if granted is None:
        return Checked("Slack scopes", "Slack did not tell which were granted")
    missing = [f"{scope} (to {why})" for scope, why in SCOPES.items() if scope not in granted]
    if missing:
        return Checked("Slack scopes", f"Not granted: {'; '.join(missing)}.", _REINSTALL)
    more = sorted(granted - set(SCOPES))
    extra = f"; not needed: {', '.join(more)}" if more else ""
    return Checked("Slack scopes", f"all {len(SCOPES)} are granted{extra}")


def judge_socket(api_url: str, answer: Answer) -> Checked:
    """Tell whether Socket Mode can be had with the app token."""
    subject = "Slack Socket Mode"
    if answer.error == "missing_scope":
        return Checked(subject, f"The app token lacks the scope {SOCKET_SCOPE}.", _RENEW_APP)
    if answer.error or answer.body is None:
        remedy = f"{_RENEW_APP} See also that “Socket Mode” is switched on there."
        return _refused(subject, api_url, answer, remedy)
    return Checked(subject, "Slack offers a connection")


def judge_reach(api_url: str, answer: Answer) -> Checked:
    """Tell whether Slack answers at all."""
    if answer.error:
        return _refused("Slack", api_url, answer, "Set SLACK_API_URL to where Slack's Web API is.")
    return Checked("Slack", f"{api_url} answers; the tokens come with each installation")


_REFUSALS = {
    "invalid_auth": "it does not know the token",
    "not_authed": "it got no token",
    "token_revoked": "the token was revoked, or the app was removed",
    "token_expired": "the token has expired",
    "account_inactive": "the app was removed from the workspace, or the workspace is closed",
    "not_allowed_token_type": "it is a token of another kind",
}


def _refused(subject: str, api_url: str, answer: Answer, remedy: str) -> Checked:
    """Tell why there is no good answer: Slack's own refusal, its trouble, or none of its doing."""
    if answer.status == 0:
        return Checked(subject, f"{api_url} cannot be reached: {answer.error}.", _NO_NETWORK)
    if answer.body is None:
        later = answer.status >= 500
        text = f"{api_url} gave {answer.error}."
        return Checked(subject, text, _LATER if later else _NO_NETWORK)
    if answer.status == 429 or answer.status >= 500 or answer.error == "ratelimited":
        return Checked(subject, f"Slack has no time just now ({answer.error}).", _LATER)
    meaning = _REFUSALS.get(answer.error)
    said = f"{meaning} ({answer.error})" if meaning else answer.error
    return Checked(subject, f"Slack refused: {said}.", remedy)
