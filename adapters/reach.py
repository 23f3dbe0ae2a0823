"""Ask a platform something before anything runs, and say in words why no answer came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from bot.config import proxy_for

SECONDS = 10
"""How long each question may take."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What came back: ``status`` is 0 if nothing did, and ``trouble`` then says why."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    trouble: str = ""


def new_session(url: str) -> aiohttp.ClientSession:
    """Open a session for questions to an address; closing it is the caller's."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    return aiohttp.ClientSession(timeout=timeout, proxy=proxy_for(url))


async def ask(
    session: aiohttp.ClientSession, method: str, url: str, headers: Mapping[str, str]
) -> Reached:
    """Ask once. A redirection is not followed: the token is for this address alone."""
    try:
        async with session.request(method, url, headers=headers, allow_redirects=False) as response:
            return Reached(response.status, response.headers, await response.read())
    except TimeoutError:
        return _nothing(f"it did not answer within {SECONDS} seconds")
    except aiohttp.ClientConnectorCertificateError:
        return _nothing("its certificate is not one that this machine trusts")
    except aiohttp.ClientConnectorDNSError:
        return _nothing("its name cannot be looked up")
    except aiohttp.ClientError as error:
        return _nothing(f"the connection failed ({type(error).__name__})")


def _nothing(trouble: str) -> Reached:
    return Reached(0, {}, b"", trouble)
