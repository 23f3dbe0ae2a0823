"""How somebody wants to be reminded, by the clock of where they are now."""

from __future__ import annotations

from datetime import datetime

from bot.chat.parts import Parts
from bot.papers.habits import at_home
from bot.planning.model import Habits
from bot.planning.reminding import zone_of
from bot.rounds.ports import Actor


async def habits_of(parts: Parts, actor: Actor) -> Habits:
    """Read somebody's habits, with the time zone that the platform tells now."""
    zone, papers = await parts.forum.zone(actor), parts.service.store.papers
    return await at_home(papers, actor.owner, zone, parts.clock(), actor.platform)


async def local_time(parts: Parts, actor: Actor) -> datetime:
    """Tell the time by somebody's own clock."""
    return parts.clock().astimezone(zone_of(await habits_of(parts, actor)))
