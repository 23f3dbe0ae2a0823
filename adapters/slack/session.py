"""The one HTTP session to Slack, where its answers can be read, and what may be logged: nothing."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.config import proxy_for

PUBLIC_API = "https://slack.com/api/"
"""The Web API's address for everybody but GovSlack."""

_ROOTS = frozenset({"slack.com", "slack-gov.com"})
_NEVER = logging.CRITICAL + 1

SILENT = logging.getLogger("slack_sdks_silenced")
"""For everything of the SDKs that takes a logger: they log bodies, tokens and what people said.

It has a level of its own, since the SDK prepares its messages wherever a logger has none.
"""
SILENT.setLevel(_NEVER)
SILENT.propagate = False
SILENT.disabled = True


def quiet_sdk_logs() -> None:
    """Silence the loggers of the SDKs and of aiohttp, whatever the root logger lets through."""
    for name in ("slack_sdk", "slack_bolt", "aiohttp"):
        logger = logging.getLogger(name)
        logger.setLevel(_NEVER)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


class _Answer(aiohttp.ClientResponse):
    """An answer that is a JSON object or no answer: the SDK stumbles over anything else."""

    @property
    def content_type(self) -> str:
        said = super().content_type
        return "application/json" if self.url.path.startswith("/api/") else said

    async def json(
        self,
        *,
        encoding: str | None = None,
        loads: Callable[[str], Any] | None = None,
        content_type: str | None = "application/json",
    ) -> Any:
        told = orjson.loads(await self.read())
        if not isinstance(told, dict):
            raise orjson.JSONDecodeError("no JSON object", "", 0)
        return told


def new_session(seconds: float = 10.0, api_url: str = PUBLIC_API) -> aiohttp.ClientSession:
    """Open the session that everything sent to Slack shares; closing it is the caller's.

    ``seconds`` is what a call may take in all. No cookie is kept: workspaces share nothing.
    """
    return aiohttp.ClientSession(
        response_class=_Answer,
        cookie_jar=aiohttp.DummyCookieJar(),
        json_serialize=lambda value: orjson.dumps(value).decode(),
        timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=seconds / 2),
        proxy=proxy_for(api_url),
    )


class _Client(AsyncWebClient):
    """The SDK's client, with credentials written as a header here: its own way is deprecated."""

    async def api_call(
        self, api_method: str, *, auth: dict[str, str] | None = None, **more: Any
    ) -> AsyncSlackResponse:
        if auth is not None:
            pair = f"{auth['client_id']}:{auth['client_secret']}".encode()
            basic = f"Basic {b64encode(pair).decode()}"
            more["headers"] = {**(more.get("headers") or {}), "Authorization": basic}
        return await super().api_call(api_method, **more)


def web_client(session: aiohttp.ClientSession, api_url: str) -> AsyncWebClient:
    """Make the SDK's client: it retries nothing, logs nothing and holds no token."""
    client = _Client(base_url=api_url, session=session, logger=SILENT, retry_handlers=[])
    client.proxy = None  # it reads HTTPS_PROXY by itself; the session knows better
    return client


def is_slacks(url: str, api_url: str) -> bool:
    """Say whether an address that came with a request belongs to the Slack we talk to."""
    asked, api = urlsplit(url), urlsplit(api_url)
    try:
        if (asked.scheme, asked.hostname, asked.port) == (api.scheme, api.hostname, api.port):
            return True
        elsewhere = asked.scheme != "https" or asked.port is not None or "@" in asked.netloc
    except ValueError:  # a port that is none
        return False
    root = api.hostname or ""
    host = asked.hostname or ""
    return not elsewhere and root in _ROOTS and (host == root or host.endswith(f".{root}"))
