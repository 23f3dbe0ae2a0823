"""Calls to Discord's REST API, through the SDK's own client and its sense of rate limits.

Each call may be made twice without harm: edits and deletions by nature, new messages by a nonce,
first answers because Discord takes only one. So the SDK may repeat what failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, NoReturn
from weakref import WeakValueDictionary

import aiohttp
import discord
import orjson
from discord.http import Route
from discord.webhook.async_ import async_context

from adapters.discord.faults import Unclear, in_words
from bot.config import proxy_for
from bot.errors import DeliveryError

Json = dict[str, Any]
File = tuple[str, bytes]
"""A file's name and content."""

_KINDS = {"png": "image/png"}

NONCE = 25
"""Characters that a nonce may have."""


class Calls:
    """Calls methods of the API for the one bot; ``seconds`` is what each try may take."""

    def __init__(self, client: discord.Client, seconds: float = 10.0) -> None:
        self._client = client
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._session: aiohttp.ClientSession | None = None
        self._proxy = proxy_for(Route.BASE)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def close(self) -> None:
        """Let go of the session that answers interactions."""
        if self._session:
            await self._session.close()

    @property
    def application(self) -> str:
        """The application's id, once it is known."""
        return str(self._client.application_id or "")

    @property
    def bot(self) -> str:
        """The bot's own user id, once it is known."""
        return str(self._client.user.id) if self._client.user else ""

    # ------------------------------------------------------------------ as the bot

    async def open_dm(self, user: str) -> str:
        """Find the channel of somebody's direct messages; raises ``DeliveryError``."""
        body = {"recipient_id": user}
        told = await self.call("open direct messages", "POST", "/users/@me/channels", json=body)
        return _id(told) or _unread("open direct messages")

    async def post(
        self, channel: str, message: Json, nonce: str, files: Sequence[File] = ()
    ) -> str:
        """Post a message and give its id; within minutes the same nonce posts no second one."""
        body = {**message, "nonce": nonce[:NONCE], "enforce_nonce": True}
        path = "/channels/{channel_id}/messages"
        told = await self.call("post a message", "POST", path, channel, json=body, files=files)
        return _id(told) or _unread("post a message")

    async def edit(
        self, channel: str, message: str, content: Json, files: Sequence[File] = ()
    ) -> None:
        """Put other content into a message of ours; raises ``DeliveryError``."""
        path = "/channels/{channel_id}/messages/{message}"
        await self.call(
            "edit a message", "PATCH", path, channel, message=message, json=content, files=files
        )

    async def delete(self, channel: str, message: str) -> None:
        """Delete a message of ours; raises ``DeliveryError``."""
        path = "/channels/{channel_id}/messages/{message}"
        await self.call("delete a message", "DELETE", path, channel, message=message)

    async def messages(
        self, channel: str, *, limit: int, before: str = "", after: str = ""
    ) -> Sequence[Mapping[str, Any]]:
        """Read messages, newest first; raises ``DeliveryError``."""
        asked: dict[str, str | int] = {"limit": limit}
        asked |= {"before": before} if before else {}
        asked |= {"after": after} if after else {}
        path = "/channels/{channel_id}/messages"
        told = await self.call("read messages", "GET", path, channel, params=asked)
        return told if isinstance(told, list) else _unread("read messages")

    async def put_commands(self, commands: Sequence[Json]) -> None:
        """Replace the application's commands; raises ``DeliveryError``."""
        path = "/applications/{application}/commands"
        await self.call(
            "register the commands", "PUT", path, application=self.application, json=list(commands)
        )

    async def call(
        self,
        what: str,
        method: str,
        path: str,
        channel: str = "",
        *,
        json: object = None,
        params: Mapping[str, str | int] | None = None,
        files: Sequence[File] = (),
        **named: str,
    ) -> Any:
        """Call the API. To one channel things go in order, even what nobody waits for any more.

        Given up in the middle, a call is let finish: the SDK holds everybody back for good if it is
        stopped while it waits out a limit that is everybody's.
        """
        more: Json = {"timeout": self._timeout}
        if files:
            more["form"] = _form(json, files)
        elif json is not None:
            more["json"] = json
        more |= {} if params is None else {"params": params}
        route = Route(method, path, **({"channel_id": channel} if channel else {}), **named)

        if self._client.is_closed():
            raise DeliveryError(f"There is no connection to Discord any more by which to {what}.")

        async def in_turn() -> Any:
            turn = self._turns.setdefault(channel, asyncio.Lock()) if channel else nullcontext()
            async with turn:
                return await self._client.http.request(route, **more)

        with in_words(what):
            return await _to_its_end(in_turn())

    # ------------------------------------------------------------------ as an interaction's answer

    async def respond(
        self, spot_id: str, token: str, kind: int, data: Json | None, files: Sequence[File] = ()
    ) -> str:
        """Answer an interaction; gives the id of the message that came of it, if one did.

        Raises ``DeliveryError``.
        """
        body: Json = {"type": kind} if data is None else {"type": kind, "data": data}
        route = Route(
            "POST",
            "/interactions/{webhook_id}/{webhook_token}/callback",
            webhook_id=spot_id,
            webhook_token=token,
        )
        wanted = {"with_response": "true"} if kind == 4 else None
        with in_words("answer"):
            told = await self._webhook(route, body, files, wanted)
        return _id(told, "resource", "message")

    async def change(self, token: str, data: Json, files: Sequence[File] = ()) -> str:
        """Edit the answer to an interaction, or the message it came from; gives its id."""
        with in_words("change an answer"):
            told = await self._webhook(self._original("PATCH", token), data, files)
        return _id(told)

    async def follow(self, token: str, data: Json, files: Sequence[File] = ()) -> str:
        """Say something more to an interaction; gives the message's id."""
        route = Route(
            "POST",
            "/webhooks/{webhook_id}/{webhook_token}",
            webhook_id=self.application,
            webhook_token=token,
        )
        with in_words("say something more"):
            told = await self._webhook(route, data, files, {"wait": "true"})
        return _id(told)

    async def withdraw(self, token: str) -> None:
        """Take away the answer to an interaction, or the message it came from."""
        with in_words("take an answer away"):
            await self._webhook(self._original("DELETE", token), None)

    def _original(self, method: str, token: str) -> Route:
        return Route(
            method,
            "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
            webhook_id=self.application,
            webhook_token=token,
        )

    async def _webhook(
        self,
        route: Route,
        body: Json | None,
        files: Sequence[File] = (),
        params: dict[str, str] | None = None,
    ) -> Any:
        if self._session is None:
            # Without timeouts of its own: the one below holds for all that the SDK tries.
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(), cookie_jar=aiohttp.DummyCookieJar()
            )
        if files and body is not None:
            form = _form(body, files)
            sent: Json = {"multipart": form}
        else:
            sent = {"payload": body}
        async with asyncio.timeout(self._timeout.total):
            try:
                return await async_context.get().request(
                    route, self._session, proxy=self._proxy, params=params, **sent
                )
            except TypeError:  # the SDK reads what comes with status 429 as JSON, be it a page
                raise aiohttp.ClientPayloadError from None


def _id(told: Any, *inside: str) -> str:
    """Read the id of what was made, "" if what Discord answered does not say it."""
    for name in (*inside, "id"):
        told = told.get(name) if isinstance(told, dict) else None
    return str(told or "")


def _unread(what: str) -> NoReturn:
    raise Unclear(f"Discord was asked to {what}, and what it answered cannot be read.")


async def _to_its_end(call: Coroutine[Any, Any, Any]) -> Any:
    task = asyncio.create_task(call)
    task.add_done_callback(_looked_at)
    return await asyncio.shield(task)


def _looked_at(task: asyncio.Task[Any]) -> None:
    """Note how a call ended for which nobody waits any more; asyncio would log all of it."""
    if not task.cancelled():
        task.exception()


def _form(body: object, files: Sequence[File]) -> list[Json]:
    """Put a payload and files together as a form with several parts."""
    parts: list[Json] = [{"name": "payload_json", "value": orjson.dumps(body).decode()}]
    for number, (name, content) in enumerate(files):
        parts.append(
            {
                "name": f"files[{number}]",
                "value": content,
                "filename": name,
                "content_type": _KINDS.get(name.rpartition(".")[2], "application/octet-stream"),
            }
        )
    return parts
