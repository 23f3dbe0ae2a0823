"""Faults that a test plans for requests of the app."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.discord.model import Call, DiscordError, Json
from tests.fakes.slack.faults import Hang, Reset

__all__ = ["Error", "Fault", "Faults", "Hang", "Planned", "Reset", "Status"]

_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"


@dataclass(frozen=True, slots=True)
class Status:
    """An HTTP status with Discord's usual body for it, or with this one.

    Without ``via`` a 429 looks like a ban by Cloudflare, which discord.py does not try again;
    ``everywhere`` says that the limit is the global one; ``after`` lets the request take effect.
    """

    status: int
    retry_after: float | None = None
    body: str | None = None
    content_type: str = ""
    via: bool = True
    everywhere: bool = False
    code: int = 0
    after: bool = False

    def text(self) -> tuple[str, str]:
        """Give the body and its content type."""
        if self.body is not None:
            return self.body, self.content_type or "application/json"
        if self.status == 429:
            return json.dumps(self._limited()), "application/json"
        return (_PAGE, "text/html") if self.status >= 500 else ("", "text/plain")

    def headers(self) -> dict[str, str]:
        """Give what goes with it."""
        given: dict[str, str] = {}
        if self.status == 429 and self.via:
            given["Via"] = "1.1 google"
        if self.retry_after is not None:
            given["Retry-After"] = f"{self.retry_after:g}"
        if self.status == 429:
            given["X-RateLimit-Scope"] = "global" if self.everywhere else "user"
        return given | ({"X-RateLimit-Global": "true"} if self.everywhere else {})

    def _limited(self) -> Json:
        body: Json = {"message": "You are being rate limited.", "global": self.everywhere}
        body["retry_after"] = 1.0 if self.retry_after is None else self.retry_after
        return body | ({"code": self.code} if self.code else {})


@dataclass(frozen=True, slots=True)
class Error:
    """A refusal with this code of Discord's; ``status`` only where it is not the usual one."""

    code: int
    status: int = 0

    def raised(self) -> DiscordError:
        """Give it as the fake's own operations raise it."""
        return DiscordError(self.code, status=self.status)


Fault = Status | Error | Reset | Hang


@dataclass(slots=True)
class Planned:
    """A fault that waits for its requests; ``hits`` counts those it met."""

    operation: str
    fault: Fault
    left: int | None
    channel: str
    when: Callable[[Call], bool] | None
    hits: int = 0

    def lift(self) -> None:
        """Meet no further requests."""
        self.left = 0

    def meets(self, call: Call) -> bool:
        """Whether this request is for this fault."""
        return (
            self.left != 0
            and self.operation in ("*", call.operation)
            and (not self.channel or self.channel == call.channel)
            and (self.when is None or self.when(call))
        )


class Faults:
    """All that is planned; the first that meets a request is used."""

    def __init__(self) -> None:
        self.planned: list[Planned] = []

    def take(self, call: Call) -> Fault | None:
        """Find and use up the fault for a request."""
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
