"""The part of Discord's API that the doctor asks, on loopback: what it says is set by each test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from adapters.discord.commands import payload
from adapters.discord.rights import NEEDED

APPLICATION_ID = "1234567890123456789"
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.canary.canary-canary"
"""A bot's token for that application: the first part is its id."""

TRACKS = [("full", "All the questions"), ("fast", "A first look")]


class DeveloperPortal:
    """Answers with ``said`` by path, or with the ``faults`` in its place; counts who asked."""

    def __init__(self) -> None:
        self.said: dict[str, Any] = {
            "users/@me": user(),
            "applications/@me": application(),
            f"applications/{APPLICATION_ID}/commands": registered(payload(TRACKS)),
            "gateway/bot": gateway(),
            "users/@me/guilds": [joined("Acme", str(NEEDED)), joined("Other", str(NEEDED))],
        }
        self.faults: dict[str, web.Response | None] = {}
        self.asked: list[str] = []
        self.api_url = ""

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one question as Discord would; a fault of None breaks the connection."""
        path = request.path.removeprefix("/api/v10/")
        self.asked.append(path)
        if path in self.faults:
            return self.faults[path] or _broken(request)
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return refusal(401, "401: Unauthorized", 0)
        if request.method != "GET" or path not in self.said:
            return refusal(404, "404: Not Found", 0)
        return web.json_response(self.said[path])


@asynccontextmanager
async def serving(portal: DeveloperPortal) -> AsyncIterator[DeveloperPortal]:
    """Serve it on a free port."""
    app = web.Application()
    app.router.add_route("*", "/api/{path:.*}", portal.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    portal.api_url = f"http://{host}:{port}/api/"
    try:
        yield portal
    finally:
        await runner.cleanup()


def _broken(request: web.Request) -> web.Response:
    transport = request.transport
    assert isinstance(transport, asyncio.Transport)
    transport.abort()
    return web.Response()


def refusal(status: int, message: str, code: int) -> web.Response:
    """Refuse in Discord's own form."""
    return web.json_response({"message": message, "code": code}, status=status)


def page(status: int) -> web.Response:
    """Answer with a page, as a proxy does, or whoever stands before Discord."""
    return web.Response(status=status, text="<html>canary</html>", content_type="text/html")


def user() -> dict[str, Any]:
    """Make what Discord says of the bot itself."""
    return {"id": APPLICATION_ID, "username": "crossroads", "bot": True, "avatar": None}


def application(**more: Any) -> dict[str, Any]:
    """Make what Discord says of an application that is set up well."""
    return {
        "id": APPLICATION_ID,
        "name": "Crossroads",
        "flags": 1 << 23,
        "bot_public": True,
        "bot_require_code_grant": False,
        "integration_types_config": {"0": {}, "1": {}},
        "interactions_endpoint_url": None,
        "event_webhooks_url": None,
        "event_webhooks_status": 1,
        **more,
    }


def registered(commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give commands as Discord lists them: with fields of its own, without what is the default."""
    text = json.dumps(commands).replace('"required": false, ', "")
    own = {"id": "1", "version": "2", "nsfw": False, "default_member_permissions": None}
    listed: list[dict[str, Any]] = json.loads(text)
    return [
        {**own, "application_id": APPLICATION_ID, **command, "contexts": command["contexts"][::-1]}
        for command in listed
    ]


def joined(name: str, permissions: str) -> dict[str, Any]:
    """Make what Discord says of a server that the bot is in."""
    return {"id": "1", "name": name, "owner": False, "permissions": permissions, "features": []}


def gateway(remaining: int = 998, shards: int = 1) -> dict[str, Any]:
    """Make what Discord says of the gateway."""
    limit = {
        "total": 1000,
        "remaining": remaining,
        "reset_after": 14_400_000,
        "max_concurrency": 1,
    }
    return {"url": "wss://gateway.discord.gg", "shards": shards, "session_start_limit": limit}
