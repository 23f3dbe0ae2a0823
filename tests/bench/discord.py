"""A press on Discord, from the gateway's event to the answer on the wire; its turn is on disk then.

The bot runs in a process of its own, beside one with discord.py's bare client, which only answers
the same events with the same cards (``discord_server`` says how). The other side is a lean stand-in
for the gateway and the REST API, in this process. CPU is the bot's, as the system counts it.

Frames come uncompressed: unpacking them would cost both alike, and make their ratio look better.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from tests.bench.discord_presses import APP, BOT, Json, Place, Press, Presser, ids_in, path
from tests.bench.discord_server import CARDS

Figures = dict[str, float]
_IN_FLIGHT = 32
_ROUNDS = 15
_PRESSES = 640
_AT_A_TIME = 20
_LEAST = 5
"""More than so many things can be pressed on each card."""

_HELLO, _ACK, _BEAT, _IDENTIFY = 10, 11, 1, 2


# ------------------------------------------------------------------ the other side


class Discordish:
    """Stands in for Discord: one gateway connection, and the API as far as it is needed."""

    def __init__(self) -> None:
        self.url = ""
        self._ws: web.WebSocketResponse | None = None
        self._waiting: dict[str, tuple[Press, asyncio.Future[tuple[float, bytes]]]] = {}

    async def press(self, press: Press) -> tuple[float, bytes]:
        """Tell of a press; gives the seconds until its answer was here, and that answer."""
        assert self._ws is not None
        answer = asyncio.get_running_loop().create_future()
        self._waiting[press.id] = press, answer
        start = time.perf_counter()
        await self._ws.send_str(press.frame)
        came, body = await answer
        return came - start, body

    async def answered(self, request: web.Request) -> web.Response:
        """Take the answer to an interaction; who asks for the message gets it."""
        body = await request.read()
        press, answer = self._waiting.pop(request.match_info["id"])
        answer.set_result((time.perf_counter(), body))
        if "with_response" not in request.query:
            return web.Response(status=204)
        return _as_json(press.callback)

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        """Keep the connection."""
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        self._ws = ws
        await _say(ws, _HELLO, {"heartbeat_interval": 41_250})
        async for message in ws:
            op = orjson.loads(message.data)["op"] if message.type is WSMsgType.TEXT else None
            if op == _BEAT:
                await _say(ws, _ACK, None)
            elif op == _IDENTIFY:
                await _say(ws, 0, self._ready(), "READY")
        return ws

    def _ready(self) -> Json:
        return {
            "v": 10,
            "user": BOT | {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None},
            "guilds": [],
            "session_id": "a session",
            "resume_gateway_url": f"ws{self.url.removeprefix('http')}gateway",
            "shard": [0, 1],
            "application": {"id": APP, "flags": 0},
            "private_channels": [],
        }

    async def rest(self, request: web.Request) -> web.Response:
        """Answer what is asked at the start."""
        asked = request.match_info["path"]
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        told: Any = []
        if asked.endswith("users/@me"):
            told = BOT
        elif asked.endswith("applications/@me"):
            told = _APPLICATION
        elif asked.endswith("gateway/bot"):
            url = f"ws{self.url.removeprefix('http')}gateway"
            told = {"url": url, "shards": 1, "session_start_limit": limit}
        return _as_json(orjson.dumps(told))


def _as_json(body: bytes) -> web.Response:
    # discord.py reads JSON only where the content type is exactly this.
    return web.Response(body=body, headers={"Content-Type": "application/json"})


_APPLICATION: Json = {
    "id": APP,
    "name": "crossroads",
    "icon": None,
    "description": "",
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "0" * 64,
    "flags": 0,
    "owner": BOT | {"id": "1"},
}


async def _say(ws: web.WebSocketResponse, op: int, data: object, event: str | None = None) -> None:
    number = 1 if event else None
    await ws.send_str(orjson.dumps({"t": event, "s": number, "op": op, "d": data}).decode())


@asynccontextmanager
async def discordish() -> AsyncIterator[Discordish]:
    """Serve the stand-in on loopback."""
    stand_in = Discordish()
    app = web.Application()
    app.router.add_post("/v10/interactions/{id}/{token}/callback", stand_in.answered)
    app.router.add_get("/gateway/", stand_in.gateway)
    app.router.add_get("/gateway", stand_in.gateway)
    app.router.add_route("*", "/v10/{path:.*}", stand_in.rest)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stand_in.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield stand_in
    finally:
        await runner.cleanup()


class Bot:
    """A bot's process, and the Discord that it is connected to."""

    def __init__(self, kind: str, there: Discordish, process: asyncio.subprocess.Process) -> None:
        self.kind = kind
        self.there = there
        self._process = process

    async def figures(self) -> Figures:
        """Ask for its CPU seconds and memory."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(b"figures\n")
        figures: Figures = json.loads(await self._process.stdout.readline())
        return figures


@asynccontextmanager
async def bot(kind: str, folder: Path, people: int) -> AsyncIterator[Bot]:
    """Start a bot's process, and end it."""
    async with discordish() as there:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.bench.discord_server",
            *(kind, str(folder), there.url, str(people)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin
        assert process.stdout
        try:
            if not json.loads(await process.stdout.readline())["connected"]:
                raise RuntimeError("The bot is not connected.")
            yield Bot(kind, there, process)
        finally:
            process.stdin.write(b"end\n")
            await process.wait()


# ------------------------------------------------------------------ measuring


async def _together(bot: Bot, people: list[Presser], presses: int) -> tuple[float, float]:
    """Press so often, one thing a person at a time; gives CPU µs a press, and presses a second.

    The events are made beforehand, a part at a time, so that making them takes no time away; the
    answers are looked at afterwards.
    """
    sent, cpu, took = 0, 0.0, 0.0
    while sent < presses:
        each = min(_AT_A_TIME, -(-(presses - sent) // len(people)))
        ready = [[somebody.next() for _ in range(each)] for somebody in people]
        before, start = await bot.figures(), time.perf_counter()
        answers = await asyncio.gather(*(_press(bot.there, pressed) for pressed in ready))
        took += time.perf_counter() - start
        after = await bot.figures()
        cpu += after["cpu_s"] - before["cpu_s"]
        sent += each * len(people)
        _check(bot, ready, answers)
        if bot.kind == "ours" and after["events"] - before["events"] != each * len(people):
            raise RuntimeError("A press was answered, but is no turn on disk.")
    return cpu / sent * 1e6, sent / took


async def _press(there: Discordish, pressed: list[Press]) -> list[bytes]:
    return [(await there.press(press))[1] for press in pressed]


def _check(bot: Bot, pressed: list[list[Press]], answers: list[list[bytes]]) -> None:
    """See that each answer put the next card into the message."""
    for presses, bodies in zip(pressed, answers, strict=True):
        for press, body in zip(presses, bodies, strict=True):
            shown = ids_in(body)
            # The floors make the same card with the ids of one case.
            same = shown == press.wanted or (bot.kind != "ours" and len(shown) > _LEAST)
            if not (body.startswith(b'{"type":7,') and same):
                raise RuntimeError(f"The {bot.kind} bot did not answer with the next card.")


async def _alone(bot: Bot, somebody: Presser, presses: int) -> float:
    """Press one thing after the other, idle in between; median milliseconds to the answer."""
    took = []
    for _ in range(presses):
        press = somebody.next()
        await asyncio.sleep(0.02)
        took.append((await bot.there.press(press))[0])
    return statistics.median(took) * 1e3


async def measure_discord(folder: Path, presses: int = 100_000) -> Figures:
    """Measure everything about Discord; ``presses`` are those after which memory is looked at."""
    places = path()
    folder, whole = folder / "discord", folder / "discord whole"
    folder.mkdir()
    whole.mkdir()
    cards = [place.made for place in places[len(places) // 2 :]]
    (folder / CARDS).write_bytes(orjson.dumps(cards))
    people = [Presser(number, places) for number in range(_IN_FLIGHT + 1)]
    async with AsyncExitStack() as stack:
        bots = {
            kind: await stack.enter_async_context(bot(kind, folder, len(people)))
            for kind in ("bare", "lean", "ours")
        }
        ours = bots["ours"]
        figures = await _compared(bots, places, people[:_IN_FLIGHT])
        figures["alone_ms"] = await _alone(ours, people[_IN_FLIGHT], 300)
    async with bot("ours", whole, _IN_FLIGHT) as ours:
        return figures | await _growing(ours, places, presses)


async def _compared(bots: dict[str, Bot], places: list[Place], people: list[Presser]) -> Figures:
    """Compare with the floors by turns."""
    rows = []
    others = [Presser(number, places) for number in range(_IN_FLIGHT)]
    for _ in range(_ROUNDS):
        measured = {
            kind: await _together(one, people if kind == "ours" else others, _PRESSES)
            for kind, one in bots.items()
        }
        rows.append([value for pair in measured.values() for value in pair])
    floor_cpu, floor_rate, lean_cpu, _, cpu, rate = map(statistics.median, zip(*rows, strict=True))
    return {
        "floor_cpu_us": floor_cpu,
        "lean_floor_cpu_us": lean_cpu,
        "cpu_us": cpu,
        "cpu_times_floor": cpu / floor_cpu,
        "cpu_times_lean_floor": cpu / lean_cpu,
        "floor_per_s": floor_rate,
        "per_s": rate,
    }


async def _growing(ours: Bot, places: list[Place], presses: int) -> Figures:
    """See what many interactions leave in memory."""
    people = [Presser(number, places) for number in range(_IN_FLIGHT)]
    await _together(ours, people, 1000)
    early = (await ours.figures())["resident_mb"]
    await _together(ours, people, presses - 1000)
    late = (await ours.figures())["resident_mb"]
    return {"resident_mb": early, "more_resident_mb": late - early}
