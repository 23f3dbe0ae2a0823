"""The one HTTP server of the process: caps what comes in, routes it, tells how it is.

It is built on aiohttp's low-level server: an ``Application`` with its router, middlewares and
signals costs more than what is done here. Nothing of a request is ever logged.
"""

from __future__ import annotations

import asyncio
import errno
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage
from aiohttp.streams import StreamReader

from bot.errors import SetupError
from bot.ports import Receive, Received, Reply

_log = logging.getLogger(__name__)

Ready = Callable[[], Awaitable[Mapping[str, str]]]
"""Names what the program needs, each "ok" or in a few words what is wrong with it; no secrets."""

Routes = Mapping[tuple[str, str], Receive]
"""What answers a method on a path, such as ("POST", "/slack/events")."""

OK = "ok"

_JSON = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}
_ALIVE = Reply(200, _JSON, b'{"status":"alive"}')
_TOO_LARGE = Reply(413, {"Connection": "close"})
_NOT_FOUND = Reply(404)
_UNAVAILABLE = 503
_LONGEST_LINE = 8_190  # bytes of the request line, and of one header
_MOST_HEADERS = 64
_LINGER = (
    1.0  # seconds to throw away what a refused sender still sends, so that it reads the answer
)
_BACKLOG = 1_024


async def _nothing_needed() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a request may take: ``body`` in bytes, ``seconds`` until it must be answered.

    ``grace`` is for how many seconds requests under way may go on when the server stops.
    """

    body: int = 1_048_576
    seconds: float = 10.0
    grace: float = 10.0


class Server:
    """Serves ``routes``, ``/healthz`` (the loop runs) and ``/readyz`` (everything needed is there).

    A request that fails or takes too long is answered with 500 or 503 and an empty body.
    """

    def __init__(
        self,
        host: str,
        port: int,
        routes: Routes,
        ready: Ready = _nothing_needed,
        limits: Limits = Limits(),
    ) -> None:
        self._host = host
        self._port = port
        self._ready = ready
        self._limits = limits
        self._routes: dict[tuple[str, str], Receive] = {
            ("GET", "/healthz"): _alive,
            ("GET", "/readyz"): self._readiness,
            **routes,
        }
        self._runner: web.ServerRunner | None = None

    async def start(self) -> None:
        """Begin to listen; raises ``SetupError`` where the address cannot be had."""
        runner = web.ServerRunner(
            _Wire(self._handle, request_factory=self._request),
            shutdown_timeout=self._limits.grace,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port, backlog=_BACKLOG).start()
        except OSError as error:
            await runner.cleanup()
            raise _cannot_listen(self._host, self._port, error) from error
        self._runner = runner

    async def stop(self) -> None:
        """Take no more, let what is under way be finished, and let go of the port."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens; with port 0 the system has chosen one."""
        if self._runner is None:
            return self._host, self._port
        host, port = self._runner.addresses[0][:2]
        return str(host), int(port)

    def _request(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: web.RequestHandler,
        writer: AbstractStreamWriter,
        task: asyncio.Task[None],
    ) -> _Request:
        loop = asyncio.get_running_loop()
        most = self._limits.body
        return _Request(message, payload, protocol, writer, task, loop, client_max_size=most)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        async with asyncio.timeout(self._limits.seconds):
            reply = await self._answer(request)
        response = web.Response(status=reply.status, headers=reply.headers, body=reply.body)
        if reply is _TOO_LARGE:
            response.force_close()
        return response

    async def _answer(self, request: web.BaseRequest) -> Reply:
        path, _, query = request.raw_path.partition("?")
        receive = self._routes.get((request.method, path))
        if receive is None:
            return self._nowhere(path)
        body = b""
        if request.can_read_body:
            if (request.content_length or 0) > self._limits.body:
                return _TOO_LARGE
            try:
                body = await request.read()
            except web.HTTPRequestEntityTooLarge:
                return _TOO_LARGE
        return await receive(_received(request, path, query, body))

    def _nowhere(self, path: str) -> Reply:
        allowed = sorted(method for method, known in self._routes if known == path)
        return Reply(405, {"Allow": ", ".join(allowed)}) if allowed else _NOT_FOUND

    async def _readiness(self, received: Received) -> Reply:
        checks = await self._ready()
        fine = all(state == OK for state in checks.values())
        return Reply(200 if fine else _UNAVAILABLE, _JSON, json.dumps(dict(checks)).encode())


def _received(request: web.BaseRequest, path: str, query: str, body: bytes) -> Received:
    headers = {name.lower(): value for name, value in request.headers.items()}
    asked = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
    return Received(request.method, path, asked, headers, body)


async def _alive(received: Received) -> Reply:
    return _ALIVE


def _cannot_listen(host: str, port: int, error: OSError) -> SetupError:
    where = f"{host}:{port}"
    match error.errno:
        case errno.EADDRINUSE:
            said = f"Another program listens on {where} already."
        case errno.EACCES | errno.EPERM:
            said = f"This user may not listen on {where}."
        case errno.EADDRNOTAVAIL:
            said = f"{host} is no address of this machine."
        case _:
            said = f"I cannot listen on {where}: {error.strerror or 'no such host'}."
    return SetupError(said, "Choose another with CROSSROADS_HTTP_HOST and CROSSROADS_HTTP_PORT.")


# ------------------------------------------------------------------ what aiohttp lets be adapted


class _Request(web.BaseRequest):
    """A request whose answer does not tell which software made it."""

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        response.headers.popall(hdrs.SERVER, None)


class _Protocol(web.RequestHandler):
    """A connection that answers failures with an empty body, and logs of them the type alone."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if status == 504:  # aiohttp's word for our time limit; we are no gateway
            status = _UNAVAILABLE
            _log.error("A request was not answered in time.")
        elif status >= 500:
            self.log_exception(exc_info=exc)
        response = web.Response(status=status)
        response.force_close()
        return response

    def log_exception(self, *args: object, **kw: object) -> None:
        _log.error("A request failed: %s.", type(kw.get("exc_info")).__name__)


class _Wire(web.Server):
    """Makes the connections, within limits."""

    def __call__(self) -> _Protocol:
        return _Protocol(
            self,
            loop=asyncio.get_running_loop(),
            logger=_log,
            access_log=None,  # type: ignore[arg-type]
            max_line_size=_LONGEST_LINE,
            max_field_size=_LONGEST_LINE,
            max_headers=_MOST_HEADERS,
            lingering_time=_LINGER,
            auto_decompress=False,  # what is signed are the bytes that came
        )
