"""Calls to Slack's Web API: one session, patience where Slack asks for it, nothing done twice.

Nothing of what is sent or answered is logged, and no error repeats it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.faults import (
    FAILURES,
    PATIENCE,
    Again,
    Failure,
    Held,
    Lost,
    Refused,
    SlackError,
    Unclear,
    failure,
    next_step,
    wait_said,
)
from adapters.slack.session import PUBLIC_API, is_slacks, web_client
from bot.errors import DeliveryError

Pause = Callable[[float], Awaitable[None]]

_LATEST = 15  # messages looked through for one that may have been posted; Slack's cap for some apps
_THREAD = 1000
_SETTLING = 1.0  # seconds in which what was sent before a connection broke shows in the history
_POSTS = 2  # times a message is tried to be posted
_Gate = tuple[str, str, str]  # token, method, channel


class Calls:
    """Calls methods for any number of workspaces over one shared session.

    ``api_url`` is changed for GovSlack and for tests. ``pause`` waits for so many seconds.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_url: str = PUBLIC_API,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._session = session
        self._api_url = api_url
        self._pause = pause
        self._client = web_client(session, api_url)
        self._gates: dict[_Gate, float] = {}

    @property
    def client(self) -> AsyncWebClient:
        """The SDK's client over the same session, for what the SDKs do themselves; no token."""
        return self._client

    @property
    def api_url(self) -> str:
        """Where the Web API is."""
        return self._api_url

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()

    async def call(
        self, token: str, method: str, /, *, channel: str = "", **arguments: Any
    ) -> Mapping[str, Any]:
        """Call a method, such as "chat.update", and return Slack's answer.

        Raises ``SlackError`` where Slack refuses, ``Unclear`` where the call may have had its
        effect all the same, else ``DeliveryError``.
        """
        send = getattr(self._client, method.replace(".", "_"))
        if channel:
            arguments["channel"] = channel

        async def once() -> Mapping[str, Any]:
            answer: AsyncSlackResponse = await send(token=token, **arguments)
            assert isinstance(answer.data, dict)
            return answer.data

        return await self._patiently(_gate(token, method, channel), once)

    async def post(
        self,
        token: str,
        channel: str,
        marker: str,
        text: str,
        blocks: Sequence[Mapping[str, Any]],
        *,
        again: bool = False,
        **more: Any,
    ) -> str:
        """Post a message that holds a block with the id ``marker``, once, and return its ts.

        Where it is unclear whether it arrived, and at first if it is tried ``again``, the latest
        messages of the channel (with ``thread_ts``, of that thread) are looked through. Raises as
        ``call`` does.
        """
        unsure, thread = again, str(more.get("thread_ts") or "")
        for left in reversed(range(_POSTS)):
            if unsure and (found := await self._look(token, channel, marker, thread)):
                return found
            try:
                answer = await self.call(
                    token, "chat.postMessage", channel=channel, text=text, blocks=blocks, **more
                )
            except Unclear:
                if not left:
                    raise
                await self._pause(_SETTLING)
                unsure = True
            else:
                return str(answer["ts"])
        raise AssertionError("the last try returns or raises")

    async def _look(self, token: str, channel: str, marker: str, thread: str) -> str:
        """Look for a message of ours where we may read; elsewhere it counts as not there.

        In channels we may post but, unless an admin has granted it, not read: then a message whose
        answer was lost is posted twice rather than not at all.
        """
        try:
            return await self.posted_already(token, channel, marker, thread=thread)
        except SlackError as error:
            if error.code != "missing_scope":
                raise
            return ""

    async def posted_already(
        self, token: str, channel: str, marker: str, but: str = "", thread: str = ""
    ) -> str:
        """Look for our message with the block id ``marker``; its ts, or "" if it is not there.

        ``but`` is the ts of one that does not count; ``thread`` that of the thread it is in.
        """
        for message in await self.latest(token, channel, thread):
            ours = message.get("bot_id") and message.get("ts") != but
            if ours and _holds(message, marker):
                return str(message["ts"])
        return ""

    async def latest(
        self, token: str, channel: str, thread: str = ""
    ) -> Sequence[Mapping[str, Any]]:
        """Read the latest messages of a channel, or those of a thread."""
        if thread:
            # A thread is read from its beginning, and a page of it is small for some apps.
            told = await self.call(
                token, "conversations.replies", channel=channel, ts=thread, limit=_THREAD
            )
        else:
            told = await self.call(token, "conversations.history", channel=channel, limit=_LATEST)
        return told.get("messages") or []

    async def upload(
        self,
        token: str,
        channel: str,
        filename: str,
        content: bytes,
        title: str,
        *,
        thread: str = "",
        alt: str = "",
    ) -> str:
        """Share a file in a channel, or a thread of it, and return its id; raises as ``call`` does.

        ``alt`` says what it shows to those who do not see it.
        """

        async def once() -> Mapping[str, Any]:
            answer = await self._client.files_upload_v2(
                token=token,
                channel=channel,
                filename=filename,
                content=content,
                title=title,
                thread_ts=thread or None,
                alt_txt=alt or None,
            )
            return answer.data if isinstance(answer.data, dict) else {}

        told = await self._patiently(_gate(token, "files.upload_v2", channel), once)
        files = told.get("files") or [{}]
        return str(files[0].get("id", ""))

    async def respond(self, response_url: str, payload: Mapping[str, Any]) -> None:
        """Answer through an interaction's own address; raises as ``call`` does.

        An address that is not Slack's is refused: it came from outside.
        """
        if not is_slacks(response_url, self._api_url):
            raise SlackError("foreign_response_url", "respond")

        async def once() -> Mapping[str, Any]:
            async with self._session.post(
                response_url, json=payload, allow_redirects=False
            ) as answer:
                _check(answer)
            return {}

        await self._patiently(("", "respond", response_url), once)

    # -------------------------------------------------------------- patience

    async def _patiently(
        self, gate: _Gate, once: Callable[[], Awaitable[Mapping[str, Any]]]
    ) -> Mapping[str, Any]:
        attempt = 0
        while True:
            await self._wait_at(gate)
            attempt += 1
            try:
                return await once()
            except _Answered as error:
                found = error.found
            except FAILURES as error:
                found = failure(error)
            await self._prepare(gate, found, attempt)

    async def _prepare(self, gate: _Gate, found: Failure, attempt: int) -> None:
        """Wait for the next try, or raise what is to be made of the failure."""
        if isinstance(found, Held):
            self._shut(gate, found.seconds)
        match next_step(gate[1], found, attempt):
            case Again(seconds, gate=False):
                await self._pause(seconds)
            case DeliveryError() as error:
                raise error from None  # the SDK's error holds the answer's text

    def _shut(self, gate: _Gate, seconds: float) -> None:
        now = asyncio.get_running_loop().time()
        shut = {known: until for known, until in self._gates.items() if until > now}
        self._gates = {**shut, gate: max(now + seconds, shut.get(gate, 0.0))}

    async def _wait_at(self, gate: _Gate) -> None:
        until = self._gates.get(gate)
        if until is None:
            return
        left = until - asyncio.get_running_loop().time()
        if left <= 0:
            self._gates.pop(gate, None)
        elif left > PATIENCE:
            raise SlackError("ratelimited", gate[1], timedelta(seconds=left))
        else:
            await self._pause(left)


class _Answered(Exception):
    """What an answer through a response_url means, when it is no success."""

    def __init__(self, found: Failure) -> None:
        super().__init__()
        self.found = found


def _check(answer: aiohttp.ClientResponse) -> None:
    if answer.status == 429:
        raise _Answered(Held(wait_said(answer.headers)))
    if answer.status >= 500:
        raise _Answered(Lost(f"it answered with status {answer.status}"))
    if answer.status != 200:
        raise _Answered(Refused("response_url_refused"))


def _gate(token: str, method: str, channel: str) -> _Gate:
    return token, method, channel if method.startswith("chat.") else ""


def _holds(message: Mapping[str, Any], marker: str) -> bool:
    return any(block.get("block_id") == marker for block in message.get("blocks") or [])
