"""The HTTP face of the fake: the Web API, uploads, response urls, with the faults planned."""

from __future__ import annotations

import base64
import json
import socket
import struct
import time
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.fakes.slack.chat import respond
from tests.fakes.slack.faults import Error, Fault, Faults, Hang, Reset, Status
from tests.fakes.slack.files import receive
from tests.fakes.slack.methods import answer
from tests.fakes.slack.model import Call, Json, SlackError
from tests.fakes.slack.world import World

_STRUCTURED = ("blocks", "view", "metadata", "attachments")


class Server:
    """Answers what the app asks of Slack."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """Say which path is answered by what."""
        return [
            web.route("*", "/api/{method}", self._api),
            web.post("/response/{name}", self._response),
            web.post("/upload/{name}", self._upload),
        ]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        call = await _read(request, request.match_info["method"], len(self._world.calls))
        call.team = self._team(call)
        return await self._answered(request, call)

    async def _response(self, request: web.Request) -> web.StreamResponse:
        call = await _read(request, "response_url", len(self._world.calls))
        known = self._world.responses.get(request.match_info["name"])
        if known:
            call.team, call.args["channel"] = known.team, known.channel
            call.user = known.user
        return await self._answered(request, call)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        content = await request.read()
        order = len(self._world.calls)
        args: Json = {"length": len(content), "content": content}
        return await self._answered(request, Call("upload", "", "", args, order, time.monotonic()))

    def _team(self, call: Call) -> str:
        try:
            return self._world.team_of(call).id
        except SlackError:
            return ""

    async def _answered(self, request: web.Request, call: Call) -> web.StreamResponse:
        self._world.calls.append(call)
        fault = self._faults.take(call)
        call.fault = type(fault).__name__ if fault else ""
        first = not isinstance(fault, Error) and (fault is None or fault.after)
        response = self._done(request, call) if first else None
        self._world.changes.tell()
        response = await self._met(request, call, fault, response)
        call.status = response.status
        self._world.changes.tell()
        return response

    async def _met(
        self,
        request: web.Request,
        call: Call,
        fault: Fault | None,
        response: web.Response | None,
    ) -> web.Response:
        if isinstance(fault, Hang):
            fault.reached.set()
            self._world.changes.tell()
            await fault.released.wait()
        elif isinstance(fault, Reset):
            _break(request)
            return web.Response(status=500)
        elif isinstance(fault, Status):
            return _failure(fault)
        elif isinstance(fault, Error):
            call.answer = {"ok": False, "error": fault.code}
            return _as_json(call.answer)
        return response or self._done(request, call)

    def _done(self, request: web.Request, call: Call) -> web.Response:
        if call.method in ("response_url", "upload"):
            return self._plain(request, call)
        call.answer = answer(self._world, call)
        headers: dict[str, str] = {}
        team = self._world.teams.get(call.team)
        if team and call.answer["ok"]:
            headers["x-oauth-scopes"] = ",".join(sorted(team.scopes))
        return _as_json(call.answer, headers)

    def _plain(self, request: web.Request, call: Call) -> web.Response:
        name = request.match_info["name"]
        try:
            if call.method == "upload":
                receive(self._world, name, call.args["content"])
                return web.Response(text=f"OK - {call.args['length']}")
            args = {key: value for key, value in call.args.items() if key != "channel"}
            respond(self._world, name, args)
        except SlackError as error:
            call.answer = {"ok": False, "error": error.code}
            return web.Response(status=404, text=error.code)
        return web.Response(text="ok")


def _as_json(body: Json, headers: dict[str, str] | None = None) -> web.Response:
    raw = json.dumps(body).encode()
    return web.Response(body=raw, content_type="application/json", headers=headers)


def _failure(fault: Status) -> web.Response:
    text, kind = fault.text()
    headers = {"Content-Type": kind}
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    return web.Response(status=fault.status, body=text.encode(), headers=headers)


def _break(request: web.Request) -> None:
    """Reset the connection: with no linger time, closing sends RST."""
    transport = request.transport
    if transport is not None:
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


async def _read(request: web.Request, method: str, order: int) -> Call:
    args: Json = dict(request.query)
    as_json = request.content_type == "application/json"
    if as_json:
        args |= await request.json()
    elif request.content_type == "multipart/form-data":
        args |= dict(await request.post())
    else:
        args |= dict(parse_qsl(await request.text(), keep_blank_values=True))
    token = _token(request, args)
    args = {key: _parsed(key, value) for key, value in args.items()}
    return Call(method, token, "", args, order, time.monotonic(), as_json)


def _token(request: web.Request, args: Json) -> str:
    kind, _, rest = request.headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        args["client_id"], _, args["client_secret"] = base64.b64decode(rest).decode().partition(":")
    given = args.pop("token", "")
    return rest if kind == "Bearer" else str(given)


def _parsed(key: str, value: Any) -> Any:
    """Read what a form carries as JSON text; what is none stays as it is, to be refused."""
    if key in _STRUCTURED and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
