"""One websocket of the app, and the sessions that outlive it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from tests.fakes.discord.model import Json

MOST_KEPT = 10_000


class Socket:
    """One connection. ``muted``: it stays open, but nothing comes of it any more."""

    def __init__(self, ws: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self.muted = False
        self.ended = False
        self.beats = 0
        self.session: Session | None = None
        self._ws = ws
        self._transport = transport
        self._frames: asyncio.Queue[str] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    @property
    def closed(self) -> bool:
        """Whether it is closed, on this side."""
        return self._ws.closed

    @property
    def close_code(self) -> int | None:
        """The code that it was closed with."""
        return self._ws.close_code

    def say(self, op: int, data: Any) -> None:
        """Send a frame that is no event."""
        self.send(orjson.dumps({"op": op, "d": data, "s": None, "t": None}).decode())

    def send(self, frame: str) -> None:
        """Send a frame as it is, after all those before it."""
        if not self.muted:
            self._frames.put_nowait(frame)

    async def flush(self) -> None:
        """Wait until all frames were written."""
        await self._frames.join()

    async def close(self, code: int = 1000) -> None:
        """Close properly, with a close frame."""
        self.ended = True
        await self.flush()
        await self._ws.close(code=code, drain=False)

    def drop(self) -> None:
        """Break the connection, without a close frame."""
        if self._transport is not None:
            self._transport.abort()

    def over(self) -> None:
        """Write no more."""
        self._writer.cancel()
        while not self._frames.empty():
            self._frames.get_nowait()
            self._frames.task_done()

    async def _write(self) -> None:
        while True:
            frame = await self._frames.get()
            try:
                if not self._ws.closed:
                    await self._ws.send_str(frame)
            except ConnectionError:
                self.drop()
            finally:
                self._frames.task_done()


@dataclass(slots=True, eq=False)
class Session:
    """What the gateway knows of a client, also while it is not connected.

    ``kept`` are the events that it may not have seen yet, as frames with their numbers.
    """

    id: str
    shard: int
    shards: int
    intents: int
    socket: Socket | None = None
    seq: int = 0
    kept: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))

    def wants(self, guild: str, intent: int) -> bool:
        """Whether an event of this guild ("": of direct messages) is for this session."""
        shard = (int(guild) >> 22) % self.shards if guild else 0
        return shard == self.shard and (not intent or bool(self.intents & intent))

    def dispatch(self, event: str, data: Json) -> None:
        """Send an event, now or when the client has come back."""
        self.seq += 1
        frame = orjson.dumps({"op": 0, "t": event, "s": self.seq, "d": data}).decode()
        self.kept.append((self.seq, frame))
        if self.socket is not None:
            self.socket.send(frame)

    def seen(self, seq: int) -> None:
        """Forget what the client has received."""
        while self.kept and self.kept[0][0] <= seq:
            self.kept.popleft()

    def waits_for(self, seq: int) -> bool:
        """Whether the client may not have received this number yet."""
        return bool(self.kept) and self.kept[0][0] <= seq

    def missed(self, seq: int) -> Iterator[str]:
        """Give what came after this number."""
        return (frame for number, frame in self.kept if number > seq)
