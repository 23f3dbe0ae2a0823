"""What an account takes along that is about to join another one."""

from __future__ import annotations

from datetime import datetime

from bot.filing import Papers
from bot.papers.counting import bring_notice
from bot.papers.habits import change_habits
from bot.planning.record import habits_from_bytes
from bot.service import Service


async def bring_along(
    service: Service, owner: str, joining: str, platform: str, at: datetime
) -> None:
    """Keep for a person what their other account said, and have its reminders follow their habits.

    Whoever dies in between does it again, when the accounts are linked.
    """
    await bring_notice(service, owner, joining, platform, at)
    await _same_habits(service.store.papers, owner, joining, platform, at)


async def _same_habits(
    papers: Papers, owner: str, joining: str, platform: str, at: datetime
) -> None:
    """Remind of the other account's cases as the person wants it, if they ever said how."""
    body = await papers.read(owner, "habits")
    if body:
        theirs = habits_from_bytes(body)
        await change_habits(papers, joining, lambda _: theirs, at, platform)
