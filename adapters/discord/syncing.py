"""Registering the command at Discord, only when there is need to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from adapters.discord.commands import Json, digest
from bot.ports import Safe

DRAWER = "discord_commands"

_TRUSTED = timedelta(days=1)
"""How long what was registered counts: another program with the token may have changed it."""


async def sync(
    put: Callable[[list[Json]], Awaitable[object]],
    safe: Safe,
    application_id: str,
    payload: list[Json],
    now: datetime,
) -> bool:
    """Put the commands if they are not the ones put lately; says whether they were.

    What ``put`` raises leaves them to the next start.
    """
    wanted = digest(payload).encode()
    if await safe.kept(DRAWER, application_id, now) == wanted:
        return False
    await put(payload)
    await safe.keep(DRAWER, application_id, wanted, now + _TRUSTED)
    return True
