"""Crossroads as a Slack app: what comes in through HTTP or Socket Mode, and how it is answered.

Bolt runs with ``process_before_response``: a click is acknowledged when its turn is on disk, not
before. What takes longer, such as bringing the next card, comes after that.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import orjson
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.forms import payload_of
from adapters.slack.grants import Authorization
from adapters.slack.hub import Hub
from adapters.slack.parse import parse
from adapters.slack.reception import hear
from adapters.slack.session import SILENT, quiet_sdk_logs
from adapters.slack.signed import Signatures
from bot.ports import Received, Reply

PATIENCE = 2.0
"""Seconds that a turn may take: Slack waits three in all for an acknowledgement."""

_JSON: Mapping[str, str | Sequence[str]] = {"content-type": "application/json;charset=utf-8"}
_FORM = "application/x-www-form-urlencoded"
_ANYTHING = re.compile("")
_REFUSED = Reply(401)
_UNREADABLE = Reply(400)
_NOT_INSTALLED = (
    "Crossroads is not installed in this workspace, or not any more. "
    "Whoever looks after its apps can install it again."
)

log = logging.getLogger(__name__)


def new_bolt(hub: Hub, patience: float = PATIENCE) -> AsyncApp:
    """Make the Bolt app; everything it hears goes to one listener, which routes it by itself.

    Signatures are checked before, on the raw body; Bolt would parse and log it first. What is not
    durable within ``patience`` seconds is not acknowledged.
    """
    quiet_sdk_logs()
    app = AsyncApp(
        name="crossroads",
        logger=SILENT,
        process_before_response=True,
        signing_secret="checked before",  # noqa: S106 - see above
        client=hub.calls.client,
        authorize=cast(Any, Authorization(hub.grants)),  # typed as a function; Bolt takes both
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        user_facing_authorize_error_message=_NOT_INSTALLED,
    )

    async def listen(body: dict[str, Any]) -> BoltResponse:
        return await _answered(hub, body, patience)

    app.action(_ANYTHING)(listen)
    app.event(_ANYTHING)(listen)
    app.view(_ANYTHING)(listen)
    app.command(_ANYTHING)(listen)
    app.shortcut(_ANYTHING)(listen)
    app.error(_failed)
    return app


async def _answered(hub: Hub, body: Mapping[str, object], patience: float) -> BoltResponse:
    """Answer a payload when what it asks for is durable; raises where it is not."""
    heard = parse(body)
    if heard is None:
        return BoltResponse(status=200, body="")
    async with asyncio.timeout(patience):
        answer = await hear(hub, heard)
    hub.background.after(answer.later)
    if answer.body is None:
        return BoltResponse(status=200, body="")
    return BoltResponse(status=200, body=orjson.dumps(answer.body).decode(), headers=dict(_JSON))


async def _failed(error: Exception) -> BoltResponse:
    """Leave it unacknowledged, so that Slack shows its own error or sends it once more."""
    if isinstance(error, TimeoutError):
        log.warning("A turn took too long; it was not acknowledged.")
    else:
        log.error("Something was not acknowledged: %s.", type(error).__name__)
    return BoltResponse(status=500, body="")


class Http:
    """Answers Slack's signed requests."""

    def __init__(self, app: AsyncApp, signatures: Signatures) -> None:
        self._app = app
        self._signatures = signatures

    async def receive(self, received: Received) -> Reply:
        """Answer a request; what is not signed, too old or replayed is refused unread."""
        refusal = self._signatures.check(received)
        if refusal is not None:
            log.warning("A request was refused: %s.", refusal.name.lower())
            return _REFUSED
        try:
            request = _request(received)
        except (ValueError, TypeError, AttributeError, RecursionError):
            return _UNREADABLE  # none of Slack's: Bolt looks into it as if it were
        status = 0
        try:
            response = await self._app.async_dispatch(request)
            status = response.status
        finally:
            if not 0 < status < 500:  # also where it was given up
                self._signatures.release(received)
        headers = {name: values[0] for name, values in response.headers.items()}
        return Reply(response.status, headers, (response.body or "").encode())


def _request(received: Received) -> AsyncBoltRequest:
    """Give Bolt the JSON itself where it comes in a form, which it would read more slowly."""
    kind = received.headers.get("content-type", "")
    body = payload_of(received.body) if kind.startswith(_FORM) else None
    if body is None:
        body = received.body.decode()
    return AsyncBoltRequest(body=body, headers={"content-type": kind})
