"""Delivery over HTTP: signed requests, as Slack makes them."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack.drafts import COMMANDS, EVENTS, Sending
from tests.fakes.slack.model import Json


@dataclass(frozen=True, slots=True)
class Raw:
    """A request, byte by byte, so that it can be sent once more."""

    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of something sent to the app.

    ``status`` is the HTTP status (Socket Mode: 200 when acknowledged), 0 if no answer came in time;
    ``payload`` is the JSON of the answer, ``text`` the answer as it came; ``took`` is in seconds.
    """

    sending: Sending
    acknowledged: bool
    status: int
    payload: Json = field(default_factory=dict)
    text: str = ""
    took: float = 0.0
    raw: Raw | None = None


def signed(secret: str, at: float, body: bytes) -> dict[str, str]:
    """Make the headers that prove a body is Slack's."""
    stamp = str(int(at))
    base = b"v0:" + stamp.encode() + b":" + body
    mark = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}"}


def written(sending: Sending) -> tuple[str, bytes]:
    """Give the content type and body of a request."""
    if sending.kind == EVENTS:
        return "application/json", json.dumps(sending.payload).encode()
    flat = sending.payload
    if sending.kind != COMMANDS:
        flat = {"payload": json.dumps(sending.payload)}
    return "application/x-www-form-urlencoded", urlencode(flat).encode()


def request(sending: Sending, url: str, secret: str, at: float, retry: int, reason: str) -> Raw:
    """Make the signed request for something to be sent; ``retry`` counts from 1."""
    kind, body = written(sending)
    headers = {"Content-Type": kind, "Accept": "*/*", "User-Agent": "Slackbot 1.0"}
    if retry:
        headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
    return Raw(url, headers | signed(secret, at, body), body)


async def post(
    session: aiohttp.ClientSession, raw: Raw, sending: Sending, patience: float
) -> Delivery:
    """Send a request and wait for its answer, no longer than ``patience`` seconds."""
    start = time.monotonic()
    timeout = aiohttp.ClientTimeout(total=patience)
    try:
        async with session.post(
            raw.url, data=raw.body, headers=raw.headers, timeout=timeout
        ) as response:
            text = await response.text()
            status = response.status
    except (aiohttp.ClientError, TimeoutError):
        status, text = 0, ""
    took = time.monotonic() - start
    return Delivery(sending, status == 200, status, _json(text), text, took, raw)


def _json(text: str) -> Json:
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
