"""Is a request really Slack's, and here for the first time? Asked of the raw bytes, before parsing.

Bolt parses the body before it verifies it, answers a timestamp that is no number with a failure,
logs the body of what it refuses, and takes the same request again within its window: hence this.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from enum import Enum

from bot.errors import SetupError
from bot.ports import Received

WINDOW = 300
"""How many seconds a request's timestamp may differ from our clock."""

_LONGEST_TIME = 12  # digits; more is no time, and a number of any length is slow to read
_MARK = 8  # bytes of a signature that tell it from others: nobody can make two that share them


class Refusal(Enum):
    """Why a request is not taken."""

    UNSIGNED = "unsigned"
    UNTIMELY = "untimely"
    FORGED = "forged"
    REPLAYED = "replayed"


class Signatures:
    """Checks v0 signatures, and remembers the accepted ones while they could be used again.

    ``clock`` gives seconds since the epoch, ``window`` is in seconds. Of more than ``remember``
    accepted signatures the oldest are forgotten: a request replayed then is told by its delivery
    id. Raises ``SetupError`` without a secret, which anybody could sign with.
    """

    def __init__(
        self,
        secret: str,
        clock: Callable[[], float],
        window: int = WINDOW,
        remember: int = 40_000,
    ) -> None:
        if not secret:
            raise SetupError(
                "There is no signing secret to check Slack's requests with.",
                "Copy it from “Basic Information” of the app into SLACK_SIGNING_SECRET.",
            )
        self._secret = secret.encode()
        self._clock = clock
        self._window = window
        self._accepted = _Accepted(2 * window, remember // 2)

    def check(self, received: Received) -> Refusal | None:
        """Say why a request is refused, or None; what is taken once is refused from then on."""
        said = received.headers.get("x-slack-request-timestamp", "")
        signature = received.headers.get("x-slack-signature", "").encode("utf-8", "replace")
        if not said or not signature:
            return Refusal.UNSIGNED
        now = self._clock()
        if not self._timely(said, now):
            return Refusal.UNTIMELY
        digest = self._digest(said, received.body)
        if not hmac.compare_digest(b"v0=" + digest.hex().encode(), signature):
            return Refusal.FORGED
        return None if self._accepted.add(_mark(digest), now) else Refusal.REPLAYED

    def release(self, received: Received) -> None:
        """Let an accepted request come again: it failed, and Slack may repeat it that second."""
        said = received.headers.get("x-slack-request-timestamp", "")
        self._accepted.remove(_mark(self._digest(said, received.body)))

    def _timely(self, said: str, now: float) -> bool:
        if not (said.isascii() and said.isdecimal() and len(said) <= _LONGEST_TIME):
            return False
        return abs(now - int(said)) <= self._window

    def _digest(self, said: str, body: bytes) -> bytes:
        return hmac.digest(self._secret, b"v0:%b:%b" % (said.encode(), body), "sha256")


def _mark(digest: bytes) -> int:
    return int.from_bytes(digest[:_MARK], "big")


class _Accepted:
    """Two generations of marks: the older one goes when the younger one is full or old enough.

    A mark is thus kept for at least ``seconds`` unless more than twice ``size`` come in that time.
    """

    def __init__(self, seconds: int, size: int) -> None:
        self._seconds = seconds
        self._size = size
        self._young: set[int] = set()
        self._old: set[int] = set()
        self._turned = 0.0

    def add(self, mark: int, now: float) -> bool:
        """Remember a mark; False if it was known."""
        self._age(now)
        if mark in self._young or mark in self._old:
            return False
        self._young.add(mark)
        return True

    def remove(self, mark: int) -> None:
        self._young.discard(mark)
        self._old.discard(mark)

    def _age(self, now: float) -> None:
        passed = now - self._turned
        if passed < self._seconds and len(self._young) < self._size:
            return
        self._old = set() if passed >= 2 * self._seconds else self._young
        self._young = set()
        self._turned = now
