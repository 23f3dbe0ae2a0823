"""A signed click over HTTP, from request to acknowledgement and on to the next card.

The server runs in a process of its own, beside one with a bare Bolt app that only acknowledges the
same requests; clicks are sent from here. CPU is the server's, as the system counts it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_plus

from aiohttp import web

from adapters.slack.render import card
from bot.engine.advance import advance
from bot.engine.model import Answered, Case, Commanded, Show, Started
from bot.engine.show import margin
from bot.ports import Parcel
from tests.bench.dialogue import NOON, next_answer, shipped
from tests.bench.slack_server import SECRET, TEAM, TRACK

Figures = dict[str, float]
_IN_FLIGHT = 32
_PEOPLE = 500
_CLICKS = 3200
_AT_A_TIME = 100


def path() -> list[tuple[str, str]]:
    """Give the clicks of one round through the dialogue, each (action id, blocks as JSON).

    The last one begins again, so that the round may be repeated; the turn stands as ``{turn}``.
    """
    flow = shipped()
    case = Case("C{case}", "ann", flow.id, flow.version)
    turn = advance(flow, case, Started("ann", NOON, flow.tracks[TRACK]))
    clicks = []
    for _ in range(8):
        (view,) = [effect.view for effect in turn.effects if isinstance(effect, Show)]
        made = card(Parcel("ann", case.id, turn.case.turn, view, (), margin(flow, turn.case)))
        blocks = json.dumps(made.blocks)
        value = next_answer(turn)
        if view.prompt and view.prompt.input == "choice":
            clicks.append((f"answer:C{{case}}:{{turn}}:{value}", blocks))
            turn = advance(flow, turn.case, Answered("ann", turn.case.turn, NOON, value))
        else:
            clicks.append(("say:C{case}:{turn}:skip", blocks))
            turn = advance(flow, turn.case, Commanded("ann", turn.case.turn, NOON, "skip"))
    return [*clicks, ("say:C{case}:{turn}:restart", clicks[-1][1])]


class Clicker:
    """Makes one person's clicks after one another, each signed."""

    def __init__(self, number: int, clicks: list[tuple[str, str]]) -> None:
        self.number = number
        self._clicks = clicks
        self._turn = 1

    def next(self) -> tuple[bytes, dict[str, str]]:
        """Give the body and headers of the next click."""
        action, blocks = self._clicks[(self._turn - 1) % len(self._clicks)]
        action = action.replace("{case}", f"{self.number:06}").replace("{turn}", str(self._turn))
        self._turn += 1
        payload = self._payload(action, json.loads(blocks))
        body = f"payload={quote_plus(json.dumps(payload))}".encode()
        return body, _signed(body)

    def _payload(self, action: str, blocks: object) -> dict[str, object]:
        user, channel, ts = (
            f"U{self.number:06}",
            f"D{self.number:06}",
            f"1700000000.{self.number:06}",
        )
        return {
            "type": "block_actions",
            "user": {"id": user, "username": "somebody", "name": "somebody", "team_id": TEAM},
            "api_app_id": "A0BENCH",
            "token": "unused",
            "container": {
                "type": "message",
                "message_ts": ts,
                "channel_id": channel,
                "is_ephemeral": False,
            },
            "trigger_id": f"12345.98765.{self.number}{self._turn}",
            "team": {"id": TEAM, "domain": "bench"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": channel, "name": "directmessage"},
            "message": {
                "type": "message",
                "user": "U0",
                "bot_id": "B0",
                "ts": ts,
                "text": "…",
                "blocks": blocks,
            },
            "state": {"values": {}},
            "response_url": f"https://hooks.slack.com/actions/{TEAM}/1/x",
            "actions": [
                {
                    "action_id": action,
                    "block_id": "b",
                    "text": {"type": "plain_text", "text": "1. Something", "emoji": False},
                    "value": action,
                    "type": "button",
                    "action_ts": f"{time.time():.6f}{self._turn}",
                }
            ],
        }


def _signed(body: bytes) -> dict[str, str]:
    at = str(int(time.time()))
    digest = hmac.digest(SECRET.encode(), b"v0:%b:%b" % (at.encode(), body), hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={digest.hex()}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


# ------------------------------------------------------------------ a small HTTP client


class Line:
    """One kept connection: aiohttp's client would take as long as what is measured."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, body: bytes, headers: dict[str, str]) -> float:
        """Post a click; gives the seconds until its acknowledgement. It must be a 200."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = (
            "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"{lines}Content-Length: {len(body)}\r\n\r\n"
        )
        start = time.perf_counter()
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        took = time.perf_counter() - start
        if b" 200 " not in answer.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"not acknowledged: {answer[:80]!r}")
        length = next(
            (line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:")),
            b"content-length:0",
        )
        await reader.readexactly(int(length.split(b":")[1]))
        return took

    def close(self) -> None:
        """Hang up."""
        if self._streams:
            self._streams[1].close()


# ------------------------------------------------------------------ the other side


@dataclass
class Slackish:
    """Stands in for Slack's Web API: takes cards and notes when they came."""

    url: str = ""
    came: asyncio.Queue[float] = field(default_factory=asyncio.Queue)

    async def answer(self, request: web.Request) -> web.Response:
        """Say yes to everything."""
        await request.read()
        method = request.path.rsplit("/", 1)[-1]
        if method in {"chat.update", "chat.postMessage"}:
            self.came.put_nowait(time.perf_counter())
        body = {
            "ok": True,
            "ts": "1700000001.000001",
            "team_id": TEAM,
            "bot_id": "B0",
            "user_id": "U0",
        }
        return web.json_response(body)


@asynccontextmanager
async def slackish() -> AsyncIterator[Slackish]:
    """Serve the stand-in on loopback."""
    stand_in = Slackish()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", stand_in.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stand_in.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield stand_in
    finally:
        await runner.cleanup()


class Served:
    """A server process."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, *, bare: bool) -> None:
        self._process = process
        self.port = port
        self.bare = bare

    async def figures(self) -> Figures:
        """Ask for its CPU seconds and memory."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(b"figures\n")
        figures: Figures = json.loads(await self._process.stdout.readline())
        return figures


@asynccontextmanager
async def served(*arguments: object) -> AsyncIterator[Served]:
    """Start a server process, and end it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.slack_server",
        *map(str, arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    try:
        port = json.loads(await process.stdout.readline())["port"]
        yield Served(process, port, bare=arguments == ("bare",))
    finally:
        process.stdin.write(b"end\n")
        await process.wait()


# ------------------------------------------------------------------ measuring


async def _together(server: Served, people: list[Clicker], clicks: int) -> tuple[float, float]:
    """Send so many clicks, 32 in flight; gives the server's CPU µs a click, and clicks a second.

    The requests are made beforehand, a part at a time, so that making them takes no time away.
    """
    lines = [Line(server.port) for _ in people]
    sent, cpu, took = 0, 0.0, 0.0
    while sent < clicks:
        each = min(_AT_A_TIME, -(-(clicks - sent) // len(people)))
        ready = [[somebody.next() for _ in range(each)] for somebody in people]
        before, start = await server.figures(), time.perf_counter()
        await asyncio.gather(*map(_send, lines, ready))
        took += time.perf_counter() - start
        after = await server.figures()
        cpu += after["cpu_s"] - before["cpu_s"]
        sent += each * len(people)
        if not server.bare and after["events"] - before["events"] != each * len(people):
            raise RuntimeError("A click was acknowledged, but is no turn on disk.")
    for line in lines:
        line.close()
    return cpu / sent * 1e6, sent / took


async def _send(line: Line, requests: list[tuple[bytes, dict[str, str]]]) -> None:
    for body, headers in requests:
        await line.post(body, headers)


async def _alone(server: Served, somebody: Clicker, clicks: int) -> float:
    """Send clicks one after the other; gives the median milliseconds to the acknowledgement."""
    line = Line(server.port)
    took = [await line.post(*somebody.next()) for _ in range(clicks)]
    line.close()
    return statistics.median(took) * 1e3


async def _crowd(server: Served, people: list[Clicker], rounds: int) -> float:
    """Let everybody click at once, some rounds; gives the longest wait in seconds."""
    lines = [Line(server.port) for _ in people]
    longest = 0.0
    for _ in range(rounds):
        requests = [somebody.next() for somebody in people]
        took = await asyncio.gather(
            *(line.post(*request) for line, request in zip(lines, requests, strict=True))
        )
        longest = max(longest, *took)
    for line in lines:
        line.close()
    return longest


async def _next_cards(server: Served, api: Slackish, somebody: Clicker, clicks: int) -> float:
    """Send clicks one by one, each after the card of the one before; median milliseconds to it."""
    line, took = Line(server.port), []
    for _ in range(clicks):
        start = time.perf_counter()
        await line.post(*somebody.next())
        took.append(await api.came.get() - start)
        await asyncio.sleep(0.02)  # idle in between
    line.close()
    return statistics.median(took) * 1e3


async def measure_slack(folder: Path, turns: int = 100_000) -> Figures:
    """Measure everything about Slack; ``turns`` are those after which memory is looked at."""
    whole = folder / "whole"
    whole.mkdir()
    async with slackish() as api:
        figures = await _acknowledging(folder, api)
        async with served("whole", whole, api.url, _PEOPLE) as server:
            figures |= await _delivering(server, api, turns)
    return figures


async def _acknowledging(folder: Path, api: Slackish) -> Figures:
    """Compare with the bare app by turns, and see how long one and five hundred people wait."""
    clicks = path()
    people = [Clicker(number, clicks) for number in range(_PEOPLE)]
    rows = []
    async with served("bare") as floor, served("ours", folder, api.url, _PEOPLE) as server:
        for _ in range(5):
            others = [Clicker(number, clicks) for number in range(_IN_FLIGHT)]
            base = await _together(floor, others, _CLICKS)
            mine = await _together(server, people[:_IN_FLIGHT], _CLICKS)
            rows.append((*base, *mine))
        floor_cpu, floor_rate, cpu, rate = (
            statistics.median(column) for column in zip(*rows, strict=True)
        )
        return {
            "floor_cpu_us": floor_cpu,
            "cpu_us": cpu,
            "cpu_times_floor": cpu / floor_cpu,
            "floor_per_s": floor_rate,
            "per_s": rate,
            "share_of_floor": rate / floor_rate,
            "alone_ms": await _alone(server, people[40], 900),
            "crowd_longest_s": await _crowd(server, people, 9),
        }


async def _delivering(server: Served, api: Slackish, turns: int) -> Figures:
    """See how soon the next card comes, and what many turns leave in memory."""
    clicks = path()
    people = [Clicker(number, clicks) for number in range(_PEOPLE)]
    card_ms = await _next_cards(server, api, people[40], 200)
    cpu, rate = await _together(server, people[:_IN_FLIGHT], 800)
    early = (await server.figures())["resident_mb"]
    await _together(server, people[:_IN_FLIGHT], turns - 1000)
    late = (await server.figures())["resident_mb"]
    return {
        "card_ms": card_ms,
        "with_card_cpu_us": cpu,
        "with_card_per_s": rate,
        "resident_mb": early,
        "more_resident_mb": late - early,
    }
