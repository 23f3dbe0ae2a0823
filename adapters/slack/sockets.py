"""Socket Mode: one websocket that Slack speaks through, opened again whenever it ends."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable

import aiohttp
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.faults import FAILURES, Refused, failure
from adapters.slack.session import SILENT
from bot.config import proxy_for

_FIRST_WAIT = 0.5
_LONGEST_WAIT = 60.0

log = logging.getLogger(__name__)


class _Client(SocketModeClient):
    """The SDK's client, which asks for a fresh address each time and waits longer each time.

    The SDK's own way is to try one address again every few seconds; addresses are for one use.
    """

    def __init__(
        self,
        app_token: str,
        web_client: AsyncWebClient,
        pause: Callable[[float], Awaitable[None]],
        ping_interval: float,
    ) -> None:
        super().__init__(
            app_token, logger=SILENT, web_client=web_client, ping_interval=ping_interval
        )
        self._pause = pause

    async def issue_new_wss_url(self) -> str:
        """Put the address off until ``connect``, which asks for one before each try."""
        return ""

    async def connect(self) -> None:
        """Open a connection in place of the present one; tries until it is there, or closed."""
        wait = _FIRST_WAIT
        while not self.closed:
            try:
                await self._connect_once()
            except FAILURES as error:
                found = failure(error)
                why = found.code if isinstance(found, Refused) else type(found).__name__.lower()
                log.warning("No connection to Slack's Socket Mode (%s); trying again.", why)
                await self._pause(wait * random.uniform(0.5, 1.0))  # noqa: S311 - spreads the tries
                wait = min(2 * wait, _LONGEST_WAIT)
            else:
                return

    async def _connect_once(self) -> None:
        self.auto_reconnect_enabled = False
        if self.current_session is not None:
            await self.current_session.close()
        answer = await self.web_client.apps_connections_open(app_token=self.app_token)
        url = str(answer["url"])
        self.current_session = await self.aiohttp_client_session.ws_connect(
            url,
            proxy=proxy_for(url),
            autoping=False,
            max_msg_size=_LARGEST_MESSAGE,
            timeout=aiohttp.ClientWSTimeout(ws_close=_FAREWELL),
        )
        self.auto_reconnect_enabled = self.default_auto_reconnect_enabled
        self.stale = False
        self.last_ping_pong_time = time.time()
        await self.current_session.ping(f"sdk-ping-pong:{time.time()}".encode())
        for task in (self.current_session_monitor, self.message_receiver):
            if task is not None:
                task.cancel()
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())


_LARGEST_MESSAGE = 4 * 1024 * 1024
_FAREWELL = 1.0
"""Seconds that a connection's other end has to close it as well: a dead one never does."""


class Socket(AsyncBaseSocketModeHandler):
    """Speaks with Slack for a Bolt app; what the app does not answer with 200 is not acknowledged.

    ``ping_interval`` is in seconds: after four of them without an answer a connection counts as
    dead, however open it looks.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        web_client: AsyncWebClient,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        ping_interval: float = 5.0,
    ) -> None:
        self._app = app
        self.client: _Client = _Client(app_token, web_client, pause, ping_interval)
        self.client.socket_mode_request_listeners.append(self.handle)

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Hand an envelope to the app, and acknowledge it with what the app answers."""
        try:
            response = await run_async_bolt_app(self._app, req)
        except (TypeError, AttributeError) as error:  # Bolt looks into all as if it were whole
            log.warning("An envelope could not be read: %s.", type(error).__name__)
            return
        try:
            await send_async_response(client, req, response, time.time())
        except (ConnectionError, aiohttp.ClientError):
            log.warning("An acknowledgement could not be sent; Slack will ask again.")

    async def start(self) -> None:
        """Connect; returns when Slack can be heard."""
        await self.connect_async()  # type: ignore[no-untyped-call]

    async def connected(self) -> bool:
        """Say whether the connection is open and alive."""
        return await self.client.is_connected()

    async def stop(self) -> None:
        """Take no more from Slack, and close the connection."""
        await self.close_async()  # type: ignore[no-untyped-call]
