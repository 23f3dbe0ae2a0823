"""The gateway: websockets that the app keeps open, one for each shard."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from tests.fakes import shapes
from tests.fakes.discord import shown
from tests.fakes.discord.model import Guild, Json
from tests.fakes.discord.sessions import Session, Socket
from tests.fakes.discord.world import GUILDS, World

BEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT, MEMBERS = 1, 2, 3, 4, 6, 7, 8
INVALID, HELLO, ACK = 9, 10, 11
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
FRESH_AFTER = frozenset({1000, 1001})
"""Close codes of the client that end its session as well."""
ENDS_SESSION = frozenset({4003, 4004, 4005, 4007, 4009, 4010, 4011, 4012, 4013, 4014})
"""Close codes of Discord that do."""


class Gateway:
    """All connections of the app, and the sessions that it can resume.

    ``count`` is how often a connection became ready or resumed; ``refusing`` is the code that
    whoever identifies is closed with (0: nobody is); ``down`` says that nobody can connect,
    which ``turned_away`` counts.
    """

    def __init__(self, world: World) -> None:
        self.open: list[Socket] = []
        self.sessions: dict[str, Session] = {}
        self.connections = 0
        self.identifies = 0
        self.resumes = 0
        self.count = 0
        self.heartbeat_ms = 41_250
        self.refusing = 0
        self.down = False
        self.turned_away = 0
        self.heard: list[Json] = []
        self._world = world
        world.dispatch = self.dispatch

    # ------------------------------------------------------------------ what a test can do

    def drop(self) -> None:
        """Break all connections, without a close frame."""
        for socket in [*self.open]:
            socket.drop()

    async def close(self, code: int) -> None:
        """Close all connections with this code."""
        for socket in [*self.open]:
            await self._end(socket, code)

    def reconnect(self) -> None:
        """Ask the app to come back on new connections."""
        for socket in self.open:
            socket.say(RECONNECT, None)

    def invalidate(self, resumable: bool = False) -> None:
        """Tell the app that its sessions are invalid."""
        for socket in self.open:
            if not resumable and socket.session:
                self._forget(socket.session)
            socket.say(INVALID, resumable)

    def mute(self) -> None:
        """Leave the connections open, with nothing coming of them any more."""
        for socket in self.open:
            socket.muted = True

    async def flush(self) -> None:
        """Wait until all that is to be sent was written."""
        for socket in [*self.open]:
            await socket.flush()

    async def received(self, seconds: float = 5.0) -> None:
        """Wait until the app has received all that was sent, as its next heartbeat tells."""
        sent = {one: one.seq for one in self.sessions.values() if one.socket}
        for session in sent:
            if session.socket and not session.socket.muted:
                session.socket.say(BEAT, None)

        def arrived() -> bool:
            return not any(one.socket and one.waits_for(seq) for one, seq in sent.items())

        await self._world.changes.until(arrived, seconds)

    # ------------------------------------------------------------------ events

    def dispatch(self, event: str, data: Json, guild: str = "", intent: int = 0) -> None:
        """Send an event to all sessions it is for."""
        for session in self.sessions.values():
            if session.wants(guild, intent):
                session.dispatch(event, data)

    def heard_by(self, guild: str, intent: int) -> bool:
        """Whether anybody is connected who would hear such an event."""
        return any(
            one.socket is not None and not one.socket.muted and one.wants(guild, intent)
            for one in self.sessions.values()
        )

    # ------------------------------------------------------------------ connections

    async def link(self, request: web.Request) -> web.StreamResponse:
        """Answer one connection of the app, for as long as it lasts."""
        if self.down:
            self.turned_away += 1
            self._world.changes.tell()
            return web.Response(status=503)
        ws = web.WebSocketResponse(max_msg_size=2**20)
        await ws.prepare(request)
        transport = request.transport
        assert isinstance(transport, asyncio.Transport)
        socket = Socket(ws, transport)
        self.open.append(socket)
        self.connections += 1
        socket.say(HELLO, {"heartbeat_interval": self.heartbeat_ms, "_trace": []})
        self._world.changes.tell()
        try:
            await self._listen(ws, socket)
        finally:
            self._gone(socket)
        return ws

    async def _listen(self, ws: web.WebSocketResponse, socket: Socket) -> None:
        async for message in ws:
            if socket.muted:
                continue
            if message.type is WSMsgType.TEXT:
                await self._heard(socket, orjson.loads(message.data))

    def _gone(self, socket: Socket) -> None:
        self.open.remove(socket)
        socket.over()
        session = socket.session
        if session is not None and session.socket is socket:
            session.socket = None
            if not socket.ended and socket.close_code in FRESH_AFTER:
                self._forget(session)
        self._world.changes.tell()

    async def _end(self, socket: Socket, code: int) -> None:
        if socket.session is not None and code in ENDS_SESSION:
            self._forget(socket.session)
        await socket.close(code)

    def _forget(self, session: Session) -> None:
        session.socket = None
        self.sessions.pop(session.id, None)

    async def _heard(self, socket: Socket, frame: Json) -> None:
        op, data = frame.get("op"), frame.get("d")
        if op == BEAT:
            self._beat(socket, data)
        elif op == IDENTIFY and socket.session is None:
            await self._identify(socket, data or {})
        elif op == RESUME and socket.session is None:
            await self._resume(socket, data or {})
        elif op in (IDENTIFY, RESUME):
            await self._end(socket, 4005)
        elif op not in (PRESENCE, VOICE, MEMBERS):
            await self._end(socket, 4001)

    def _beat(self, socket: Socket, seq: Any) -> None:
        socket.beats += 1
        if socket.session is not None and isinstance(seq, int):
            socket.session.seen(seq)
        socket.say(ACK, None)
        self._world.changes.tell()

    # ------------------------------------------------------------------ sessions

    async def _identify(self, socket: Socket, data: Json) -> None:
        self.identifies += 1
        self.heard.append(data)
        refusal = self.refusing or self._refusal(data)
        if refusal:
            await self._end(socket, refusal)
            return
        shard, shards = data.get("shard") or (0, 1)
        name = f"session-{self.identifies}-{self._world.snowflake()}"
        session = Session(name, shard, shards, data["intents"], socket)
        socket.session = session
        self.sessions[session.id] = session
        self._ready(session)

    def _refusal(self, data: Json) -> int:
        shard, shards = data.get("shard") or (0, 1)
        if data.get("token") != self._world.token:
            return 4004
        if not 0 <= shard < shards:
            return 4010
        intents = data.get("intents")
        if not isinstance(intents, int):
            return 4013
        return 4014 if intents & PRIVILEGED else 0

    def _ready(self, session: Session) -> None:
        guilds = [one for one in self._world.joined.values() if session.wants(one.id, GUILDS)]
        ready: Json = {
            "v": 10,
            "user": shown.me(self._world),
            "guilds": [{"id": one.id, "unavailable": True} for one in guilds],
            "session_id": session.id,
            "resume_gateway_url": self._world.gateway_url,
            "shard": [session.shard, session.shards],
            "application": {"id": self._world.app, "flags": 0, "flags_new": "0"},
            "session_type": "normal",
            "private_channels": [],
            "relationships": [],
            "_trace": [],
        }
        self._world.bugs += shapes.wrong("GatewayReady", ready)
        session.dispatch("READY", ready)
        for one in guilds:
            if one.id not in self._world.outages:
                session.dispatch("GUILD_CREATE", self.available(one))
        self._established()

    def available(self, guild: Guild) -> Json:
        """Write a guild that was known, and can be used now."""
        return shown.guild(self._world, guild) | {"unavailable": False}

    async def _resume(self, socket: Socket, data: Json) -> None:
        self.resumes += 1
        if data.get("token") != self._world.token:
            await self._end(socket, 4004)
            return
        session = self.sessions.get(str(data.get("session_id")))
        if session is None:
            socket.say(INVALID, False)
            return
        seq = int(data.get("seq") or 0)
        if seq > session.seq:
            await self._end(socket, 4007)
            return
        socket.session, session.socket = session, socket
        for frame in session.missed(seq):
            socket.send(frame)
        session.dispatch("RESUMED", {"_trace": []})
        self._established()

    def _established(self) -> None:
        self.count += 1
        self._world.changes.tell()
