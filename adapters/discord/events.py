"""What Discord posts over HTTP, signed: that somebody took the app off their account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.ports import Received, Reply
from bot.service import Clock

_DEAUTHORIZED = "APPLICATION_DEAUTHORIZED"
_SKEW = 300.0
"""Seconds for which a signature counts; a replay within them does nothing twice."""

Id = Annotated[str, Field(max_length=20, pattern=r"^[0-9]+$")]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _User(_Sent):
    id: Id


class _Data(_Sent):
    user: _User | None = None


class _Event(_Sent):
    type: str = ""
    data: _Data = _Data()


class _Posted(_Sent):
    type: int
    event: _Event = _Event()


class Events:
    """Answers these posts; ``key`` is the application's public key in hexadecimal digits.

    ``deauthorized`` is told whose account the app was taken off.
    """

    def __init__(
        self, key: Callable[[], str], deauthorized: Callable[[str], Awaitable[None]], clock: Clock
    ) -> None:
        self._key = key
        self._deauthorized = deauthorized
        self._clock = clock

    async def receive(self, request: Received) -> Reply:
        """Answer a post: 401 if it is not signed by Discord, which Discord itself tries."""
        if not self._is_signed(request):
            return Reply(401)
        try:
            posted = _Posted.model_validate_json(request.body)
        except ValidationError:
            return Reply(400)
        if posted.event.type == _DEAUTHORIZED and posted.event.data.user:
            await self._deauthorized(posted.event.data.user.id)
        return Reply(204)

    def _is_signed(self, request: Received) -> bool:
        stamp = request.headers.get("x-signature-timestamp", "")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
            return False
        if abs(self._clock().timestamp() - float(stamp)) > _SKEW:
            return False
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self._key()))
            signature = bytes.fromhex(request.headers.get("x-signature-ed25519", ""))
            key.verify(signature, stamp.encode() + request.body)
        except (ValueError, InvalidSignature):
            return False
        return True
