"""What can go wrong with a call to Discord, and what that means."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from json import JSONDecodeError

import aiohttp
import discord

from bot.errors import DeliveryError

UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE = 10003, 10004, 10008
UNKNOWN_MEMBER, UNKNOWN_USER = 10007, 10013
MISSING_ACCESS, MISSING_PERMISSIONS, NO_HISTORY = 50001, 50013, 160002
THREAD_ARCHIVED = 50083
UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, INVALID_TOKEN = 10015, 10062, 50027
ALREADY_ANSWERED = 40060
CLOSED = frozenset({40003, 50007, 50278})
"""No direct messages: closed by the person, none in common with them, or opened too fast."""

GONE = frozenset({UNKNOWN_MESSAGE, UNKNOWN_CHANNEL})
EXPIRED = frozenset({UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK, INVALID_TOKEN, UNKNOWN_MESSAGE})
"""The interaction can be answered no more, or no more followed up."""

_TOO_MANY = 429
_LONGEST_WAIT = 3_600.0

FAILURES = (
    discord.HTTPException,
    discord.RateLimited,
    discord.GatewayNotFound,
    aiohttp.ClientError,
    asyncio.TimeoutError,
    OSError,
    JSONDecodeError,
)
"""What a call through the SDK can end with."""


class DiscordError(DeliveryError):
    """Discord understood a call and refused it; ``code`` is its number for the reason."""

    def __init__(self, code: int, status: int, what: str) -> None:
        super().__init__(f"Discord refused to {what}: {code or status}.")
        self.code = code
        self.status = status


class Unclear(DeliveryError):
    """A call may or may not have had its effect: the answer to it was lost, or was none."""


@contextmanager
def in_words(what: str) -> Iterator[None]:
    """Turn what a call ends with into a ``DeliveryError``; nothing of the answer's text is kept."""
    try:
        yield
    except FAILURES as error:
        raise meaning(error, what) from None


def meaning(error: BaseException, what: str) -> DeliveryError:
    """Say what an error of a call means."""
    match error:
        case discord.RateLimited():
            wait = timedelta(seconds=min(error.retry_after, _LONGEST_WAIT))
            return DeliveryError(f"Discord wants to be left alone before one may {what}.", wait)
        case discord.HTTPException() if error.status == _TOO_MANY and error.code not in CLOSED:
            return DeliveryError(
                f"Discord shut us out for a while, trying to {what}.", _wait(error)
            )
        case discord.HTTPException() if error.status >= 500:
            return Unclear(f"Discord failed to {what}: it answered with status {error.status}.")
        case discord.HTTPException():
            return DiscordError(error.code, error.status, what)
        case aiohttp.ClientConnectorError():
            return DeliveryError(f"Discord could not be reached to {what}.")
        case asyncio.TimeoutError():
            return Unclear(f"Discord did not answer in time, asked to {what}.")
        case _:
            return Unclear(f"The connection to Discord broke, asked to {what}.")


def _wait(error: discord.HTTPException) -> timedelta:
    """Read how long to stay away, which a refusal by the network in front says in a header."""
    said = error.response.headers.get("Retry-After", "")
    try:
        seconds = float(said)
    except ValueError:
        seconds = 60.0
    return timedelta(seconds=min(max(seconds, 1.0), _LONGEST_WAIT))
