"""Delivery over Socket Mode: the websockets that the app keeps open."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.slack.drafts import EVENTS, Sending
from tests.fakes.slack.model import Json
from tests.fakes.slack.post import Delivery
from tests.fakes.slack.world import World

MOST = 10


class Socket:
    """One connection. ``ghost``: it stays open, but nothing comes of it any more."""

    def __init__(self, ws: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self.ghost = False
        self.acknowledged: list[Json] = []
        self._ws = ws
        self._transport = transport
        self._waiting: dict[str, asyncio.Future[Json]] = {}

    @property
    def closed(self) -> bool:
        """Whether it is closed, on this side."""
        return self._ws.closed

    async def say(self, frame: Json) -> None:
        """Send a frame, as JSON."""
        await self._ws.send_str(json.dumps(frame))

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Announce the end of the connection (also "warning", "link_disabled")."""
        await self.say(
            {"type": "disconnect", "reason": reason, "debug_info": {"host": "127.0.0.1"}}
        )

    async def ping(self, data: str = "ping") -> None:
        """Send a ping frame."""
        await self._ws.ping(data.encode())

    async def close(self) -> None:
        """Close properly, with a close frame."""
        await self._ws.close(drain=False)

    def drop(self) -> None:
        """Break the connection, without a close frame."""
        if self._transport is not None:
            self._transport.abort()

    async def ask(self, envelope: Json, patience: float) -> Json | None:
        """Send an envelope and wait for its acknowledgement; None if none came."""
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = answer
        try:
            await self.say(envelope)
            async with asyncio.timeout(patience):
                return await answer
        except (TimeoutError, ConnectionError):
            return None
        finally:
            self._waiting.pop(envelope["envelope_id"], None)

    async def listen(self) -> None:
        """Take what the app sends until the connection ends."""
        async for message in self._ws:
            if self.ghost:
                continue
            if message.type is WSMsgType.PING:
                await self._ws.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._heard(json.loads(message.data))
        self._over()

    def _heard(self, frame: Json) -> None:
        self.acknowledged.append(frame)
        answer = self._waiting.get(str(frame.get("envelope_id")))
        if answer and not answer.done():
            answer.set_result(frame)

    def _over(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionError("the socket was closed"))


class Sockets:
    """All connections that are open; deliveries go to them in turn, as Slack's do."""

    def __init__(self, world: World) -> None:
        self.open: list[Socket] = []
        self.count = 0
        self._world = world
        self._turn = 0

    async def link(self, request: web.Request) -> web.StreamResponse:
        """Answer one connection of the app, for as long as it lasts."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._world.tickets:
            raise web.HTTPForbidden
        self._world.tickets.discard(ticket)
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        socket = Socket(ws, request.transport)
        if len(self.open) >= MOST:
            await socket.disconnect("too_many_websockets")
            await socket.close()
            return ws
        await self._served(socket)
        return ws

    async def _served(self, socket: Socket) -> None:
        self.open.append(socket)
        self.count += 1
        await socket.say(self._hello())
        self._world.changes.tell()
        try:
            await socket.listen()
        finally:
            self.open.remove(socket)
            self._world.changes.tell()

    def _hello(self) -> Json:
        debug = {"host": "127.0.0.1", "build_number": 1, "approximate_connection_time": 18060}
        hello: Json = {"type": "hello", "num_connections": len(self.open), "debug_info": debug}
        return hello | {"connection_info": {"app_id": self._world.app_id}}

    async def deliver(
        self, sending: Sending, patience: float, retry: int, reason: str, via: Socket | None
    ) -> Delivery:
        """Send to one connection and wait for the acknowledgement."""
        socket = via or self._next()
        if socket is None or socket.ghost or socket.closed:
            return Delivery(sending, acknowledged=False, status=0)
        start = time.monotonic()
        frame = await socket.ask(_envelope(sending, retry, reason), patience)
        took = time.monotonic() - start
        if frame is None:
            return Delivery(sending, acknowledged=False, status=0, took=took)
        given: Any = frame.get("payload")
        text = given if isinstance(given, str) else json.dumps(given) if given else ""
        body = given if isinstance(given, dict) else {}
        return Delivery(sending, True, 200, body, text, took)

    def _next(self) -> Socket | None:
        self._turn += 1
        return self.open[self._turn % len(self.open)] if self.open else None


def _envelope(sending: Sending, retry: int, reason: str) -> Json:
    envelope: Json = {
        "envelope_id": str(uuid.uuid4()),
        "payload": sending.payload,
        "type": sending.kind,
        "accepts_response_payload": sending.kind != EVENTS,
    }
    if sending.kind == EVENTS:
        envelope |= {"retry_attempt": retry, "retry_reason": reason}
    return envelope
