"""Faults that a test plans for calls of the Web API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.slack.model import Call

_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"


@dataclass(frozen=True, slots=True)
class Status:
    """An HTTP status with Slack's usual body for it, or with this one.

    ``after`` lets the call take effect first.
    """

    status: int
    retry_after: int | str | None = None
    body: str | None = None
    content_type: str = ""
    after: bool = False

    def text(self) -> tuple[str, str]:
        """Give the body and its content type."""
        if self.body is not None:
            return self.body, self.content_type or "application/json"
        if self.status == 429:
            return json.dumps({"ok": False, "error": "ratelimited"}), "application/json"
        return (_PAGE, "text/html") if self.status == 502 else ("", "text/plain")


@dataclass(frozen=True, slots=True)
class Error:
    """An answer with ``ok: false`` and this code."""

    code: str


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection breaks; ``after`` lets the call take effect first."""

    after: bool = False


@dataclass(slots=True)
class Hang:
    """Nothing is answered until ``release``; ``after`` lets the call take effect first.

    Once released, the call goes on as if nothing had been.
    """

    after: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let all that hangs go on."""
        self.released.set()


Fault = Status | Error | Reset | Hang


@dataclass(slots=True)
class Planned:
    """A fault that waits for its calls; ``hits`` counts those it met."""

    method: str
    fault: Fault
    left: int | None
    channel: str
    team: str
    when: Callable[[Call], bool] | None
    hits: int = 0

    def lift(self) -> None:
        """Meet no further calls."""
        self.left = 0

    def meets(self, call: Call) -> bool:
        """Whether this call is for this fault."""
        return (
            self.left != 0
            and self.method in ("*", call.method)
            and (not self.channel or self.channel == call.args.get("channel"))
            and (not self.team or self.team == call.team)
            and (self.when is None or self.when(call))
        )


class Faults:
    """All that is planned; the first that meets a call is used."""

    def __init__(self) -> None:
        self.planned: list[Planned] = []

    def take(self, call: Call) -> Fault | None:
        """Find and use up the fault for a call."""
        for one in self.planned:
            if one.meets(call):
                one.hits += 1
                one.left = None if one.left is None else one.left - 1
                return one.fault
        return None

    def release(self) -> None:
        """Let everything that hangs go on."""
        for one in self.planned:
            if isinstance(one.fault, Hang):
                one.fault.release()
