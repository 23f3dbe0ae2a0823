"""What can go wrong with a call to Slack, and what that means: refused, held back, or unclear."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.errors import DeliveryError

_CODE = re.compile(r"[a-z0-9_.:-]{1,60}")
_LIMITED = frozenset({"ratelimited", "rate_limited"})
_BUSY = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
_TOO_MANY = 429
_LONGEST_WAIT = 3_600.0
_NO_WAIT_SAID = 1.0


class SlackError(DeliveryError):
    """Slack understood a call and refused it; ``code`` is its word, such as "channel_not_found"."""

    def __init__(self, code: str, method: str, retry_after: timedelta | None = None) -> None:
        super().__init__(f"Slack answered {method} with “{code}”.", retry_after)
        self.code = code
        self.method = method


class Unclear(DeliveryError):
    """A call may or may not have had its effect: the answer to it was lost, or was none."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Slack said no, and would again."""

    code: str


@dataclass(frozen=True, slots=True)
class Held:
    """Slack took nothing and wants to be left alone for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unreached:
    """Slack could not be reached: nothing was sent."""

    why: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Something was sent, and no usable answer came."""

    why: str


Failure = Refused | Held | Unreached | Lost

FAILURES = (SlackApiError, SlackRequestError, aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""What a call through the SDK can end with."""


def failure(error: Exception) -> Failure:
    """Say what an error of a call means; the answer's text is not kept."""
    match error:
        case SlackApiError():
            return _answered(error)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Unreached("it could not be reached")
        case asyncio.TimeoutError():
            return Lost("it did not answer in time")
        case aiohttp.ClientError() | OSError():
            return Lost("the connection broke")
        case _:
            return Lost("its answer could not be read")


def _answered(error: SlackApiError) -> Failure:
    answer = error.response
    # Where the body is no JSON, the SDK hands out aiohttp's answer instead of its own.
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0))
    data = getattr(answer, "data", None)
    said = data.get("error", "") if isinstance(data, Mapping) else ""
    code = said if isinstance(said, str) and _CODE.fullmatch(said) else ""
    if status == _TOO_MANY or code in _LIMITED:
        return Held(wait_said(answer.headers))
    if status >= 500 or code in _BUSY or not code:
        return Lost(f"it answered with status {status}")
    return Refused(code)


def wait_said(headers: Mapping[str, str]) -> float:
    """Read how many seconds to wait from ``Retry-After``; one if nothing usable is said."""
    said = headers.get("Retry-After", "").strip()
    if not (said.isascii() and said.isdecimal() and len(said) <= 9):
        return _NO_WAIT_SAID
    return min(max(float(said), _NO_WAIT_SAID), _LONGEST_WAIT)


# ------------------------------------------------------------------ what to do about it


@dataclass(frozen=True, slots=True)
class Again:
    """Try once more after so many seconds; ``gate``: nobody else may try before either."""

    seconds: float
    gate: bool = False


TRIES = 4
PATIENCE = 10.0
"""Seconds that a call waits for Slack; a longer wait is the outbox's."""

_NOT_TWICE = frozenset(
    {
        "chat.postMessage",
        "chat.postEphemeral",
        "chat.meMessage",
        "files.completeUploadExternal",
        "files.upload_v2",
        "oauth.v2.access",
        "respond",
        "views.open",
        "views.push",
    }
)
"""Methods that do their work once more when called once more, or whose trigger is used up."""


def next_step(method: str, found: Failure, attempt: int) -> Again | DeliveryError:
    """Decide what follows the ``attempt``-th failure (from 1) of a call."""
    last = attempt >= TRIES
    match found:
        case Refused(code):
            return SlackError(code, method)
        case Held(seconds) if last or seconds > PATIENCE:
            return SlackError("ratelimited", method, timedelta(seconds=seconds))
        case Held(seconds):
            return Again(seconds, gate=True)
        case Unreached(why):
            return DeliveryError(_failed(method, why)) if last else Again(_back_off(attempt))
        case Lost(why) if last or method in _NOT_TWICE:
            return Unclear(_failed(method, why))
        case Lost():
            return Again(_back_off(attempt))


def _back_off(attempt: int) -> float:
    return 0.25 * 2.0**attempt


def _failed(method: str, why: str) -> str:
    return f"Slack did not take {method}: {why}."
