"""The HTTP face of the fake: the REST API, with the faults planned."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from typing import Any

import orjson
from aiohttp import web
from aiohttp.multipart import BodyPartReader

from tests.fakes import shapes
from tests.fakes.discord.faults import Error, Fault, Faults, Hang, Reset, Status
from tests.fakes.discord.model import Attachment, Call, DiscordError
from tests.fakes.discord.operations import Operation, find
from tests.fakes.discord.world import World


class Server:
    """Answers what the app asks of Discord."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """Say which path is answered by what."""
        return [
            web.route("*", "/api/v10/{path:.*}", self._api),
            web.get("/attachments/{channel}/{id}/{name}", self._attachment),
        ]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        found = find(request.method, path)
        call = Call(
            found[0].name if found else "unknown",
            request.method,
            path,
            len(self._world.calls),
            time.monotonic(),
            found[1] if found else {},
            dict(request.query),
            found[0].official if found else "",
            auth=request.headers.get("Authorization", ""),
        )
        self._place(call)
        self._world.calls.append(call)
        try:
            await _read(request, call)
        except orjson.JSONDecodeError:
            response = _refused(call, DiscordError(50109))
            call.status = response.status
            return response
        return await self._answered(request, call, found[0] if found else None)

    def _place(self, call: Call) -> None:
        """Say whom and where a request is about, before anything is done."""
        begun = self._world.interactions.get(call.ids.get("token", ""))
        call.channel = begun.channel.id if begun else call.ids.get("channel", "")
        call.user = begun.user if begun else ""
        call.moment = self._world.clock.now()

    async def _answered(
        self, request: web.Request, call: Call, operation: Operation | None
    ) -> web.StreamResponse:
        fault = self._faults.take(call)
        call.fault = type(fault).__name__ if fault else ""
        first = not isinstance(fault, Error) and (fault is None or fault.after)
        response = self._done(call, operation) if first else None
        self._world.changes.tell()
        if fault is not None:
            response = await self._met(request, call, fault, response)
        response = response or self._done(call, operation)
        call.status = response.status
        self._world.changes.tell()
        return response

    async def _met(
        self, request: web.Request, call: Call, fault: Fault, response: web.Response | None
    ) -> web.Response | None:
        if isinstance(fault, Hang):
            fault.reached.set()
            self._world.changes.tell()
            await fault.released.wait()
        elif isinstance(fault, Reset):
            _break(request)
            return web.Response(status=500)
        elif isinstance(fault, Status):
            text, kind = fault.text()
            headers = {"Content-Type": kind} | fault.headers()
            return web.Response(status=fault.status, body=text.encode(), headers=headers)
        else:
            return _refused(call, fault.raised())
        return response

    def _done(self, call: Call, operation: Operation | None) -> web.Response:
        try:
            answer = self._does(call, operation)
        except DiscordError as error:
            return _refused(call, error)
        except Exception:
            self._world.bugs.append(f"{call.operation} broke on {call.json}")
            raise
        if answer is None:
            return web.Response(status=204)
        call.answer = answer
        status = 201 if call.operation == "begin_thread" else 200
        self._world.bugs += shapes.wrong_answer(call.official, status, answer)
        return _as_json(status, answer)

    def _does(self, call: Call, operation: Operation | None) -> Any:
        if operation is None:
            raise DiscordError(0, status=404)
        if not operation.open and call.auth != f"Bot {self._world.token}":
            raise DiscordError(0, status=401)
        return operation.does(self._world, call)

    async def _attachment(self, request: web.Request) -> web.StreamResponse:
        for messages in [*self._world.messages.values(), *self._world.ephemerals.values()]:
            for message in messages.values():
                for file in message.attachments:
                    if file.id == request.match_info["id"]:
                        return web.Response(body=file.content, content_type=file.kind)
        raise web.HTTPNotFound


def _refused(call: Call, error: DiscordError) -> web.Response:
    call.answer = error.body
    return _as_json(error.status, error.body)


def _as_json(status: int, body: Any) -> web.Response:
    # discord.py reads JSON only where the content type is exactly this
    headers = {"Content-Type": "application/json"}
    return web.Response(status=status, body=orjson.dumps(body), headers=headers)


def _break(request: web.Request) -> None:
    """Reset the connection: with no linger time, closing sends RST."""
    transport = request.transport
    assert isinstance(transport, asyncio.Transport)
    raw = transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _read(request: web.Request, call: Call) -> None:
    if request.content_type == "multipart/form-data":
        await _read_parts(request, call)
    elif request.can_read_body:
        raw = await request.read()
        call.json = orjson.loads(raw) if raw else None


async def _read_parts(request: web.Request, call: Call) -> None:
    files: dict[str, Attachment] = {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        content = bytes(await part.read())
        if part.name == "payload_json":
            call.json = orjson.loads(content)
        elif part.name and part.filename:
            index = part.name.removeprefix("files[").removesuffix("]")
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files[index] = Attachment(index, part.filename, content, kind)
    call.files = files
