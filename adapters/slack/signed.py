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
        self._accepted = _Accepted(window, remember)

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
        return None if self._accepted.add(int(said), digest[:_MARK], now) else Refusal.REPLAYED

    def release(self, received: Received) -> None:
        """Let an accepted request come again: it failed, and Slack may repeat it that second."""
        said = received.headers.get("x-slack-request-timestamp", "")
        self._accepted.remove(int(said), self._digest(said, received.body)[:_MARK])

    def _timely(self, said: str, now: float) -> bool:
        if not (said.isascii() and said.isdecimal() and len(said) <= _LONGEST_TIME):
            return False
        return abs(now - int(said)) <= self._window

    def _digest(self, said: str, body: bytes) -> bytes:
        return hmac.digest(self._secret, b"v0:%b:%b" % (said.encode(), body), "sha256")


class _Accepted:
    """Marks by the second they were signed in, some bytes each: a set would take ten times that.

    A second goes when it is out of the window; of more than ``most`` marks the oldest go.
    """

    def __init__(self, window: int, most: int) -> None:
        self._window = window
        self._most = most
        self._seconds: dict[int, bytearray] = {}
        self._count = 0

    def add(self, second: int, mark: bytes, now: float) -> bool:
        """Remember a mark; False if it was known."""
        marks = self._seconds.get(second)
        if marks is None:
            self._age(now)
            marks = self._seconds[second] = bytearray()
        if _find(marks, mark) >= 0:
            return False
        marks += mark
        self._count += 1
        if self._count > self._most:
            self._cut(min(self._seconds))
        return True

    def remove(self, second: int, mark: bytes) -> None:
        """Forget a mark, if it is there."""
        marks = self._seconds.get(second, bytearray())
        place = _find(marks, mark)
        if place >= 0:
            del marks[place : place + _MARK]
            self._count -= 1

    def _age(self, now: float) -> None:
        for second in [known for known in self._seconds if known < now - self._window]:
            self._count -= len(self._seconds.pop(second)) // _MARK

    def _cut(self, second: int) -> None:
        """Forget the older half of a second's marks."""
        marks = self._seconds[second]
        gone = len(marks) // _MARK // 2 + 1
        del marks[: gone * _MARK]
        self._count -= gone
        if not marks:
            del self._seconds[second]


def _find(marks: bytearray, mark: bytes) -> int:
    """Find a whole mark, not one made of the ends of two; -1 if it is not there."""
    place = marks.find(mark)
    while place % _MARK and place >= 0:
        place = marks.find(mark, place + 1)
    return place
