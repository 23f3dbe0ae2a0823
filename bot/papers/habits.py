"""How somebody wants to be reminded, and all that is due moved along when they change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.filing import DATED, Filed, Kind, Papers, PaperWork
from bot.planning.model import Habits
from bot.planning.record import habits_from_bytes, habits_to_bytes, plan_from_bytes
from bot.planning.reminding import is_zone, moved_along
from bot.records.outcome import outcome_from_bytes
from bot.records.reminding import checkins_due

Due = Mapping[str, datetime | None]
Change = Callable[[Habits], Habits]
"""What is changed of somebody's habits; pure."""

_KEPT = "kept"


async def read_habits(papers: Papers, owner: str) -> Habits:
    """Read how somebody wants to be reminded."""
    return habits_from_bytes(await papers.read(owner, "habits"))


async def write_habits(
    papers: Papers, owner: str, habits: Habits, at: datetime, platform: str
) -> None:
    """Keep how somebody wants to be reminded, and set what they have due anew."""
    await change_habits(papers, owner, lambda _: habits, at, platform)


async def change_habits(
    papers: Papers, owner: str, changed: Change, at: datetime, platform: str
) -> Habits:
    """Change how somebody wants to be reminded, and set what they have due anew.

    What is due goes first: if that is cut short, the habits are as they were, and the next time all
    of it is done. Where they were changed by somebody else meanwhile, it begins anew.
    """
    while True:
        before = await read_habits(papers, owner)
        after = changed(before)
        for paper in await papers.kept(owner, kinds=DATED):
            fold = partial(_set_anew, paper.kind, before, after, at)
            await papers.turn(PaperWork(owner, paper.kind, at, fold, paper.case_id, platform))
        done = await papers.turn(PaperWork(owner, "habits", at, partial(_swapped, before, after)))
        if done.note == _KEPT:
            return after


def _swapped(before: Habits, after: Habits, body: bytes) -> Filed:
    if habits_from_bytes(body) != before:
        return Filed(body)
    return Filed(habits_to_bytes(after), note=_KEPT)


def _set_anew(kind: Kind, before: Habits, after: Habits, at: datetime, body: bytes) -> Filed:
    if not body:
        return Filed(body)
    return Filed(body, _due_of(kind, body, before, after, at), moves=before.on)


def _due_of(kind: Kind, body: bytes, before: Habits, after: Habits, at: datetime) -> Due:
    if kind == "plan":
        return moved_along(plan_from_bytes(body), before, after, at)
    return checkins_due(outcome_from_bytes(body), after, at, before)


async def at_home(papers: Papers, owner: str, zone: str, at: datetime, platform: str) -> Habits:
    """Read habits with the zone that the platform tells, unless the person chose one.

    Somebody who moved to another zone is reminded by their new clock from then on.
    """

    def moved(habits: Habits) -> Habits:
        return habits if habits.chosen_zone else replace(habits, zone=zone)

    habits = await read_habits(papers, owner)
    if moved(habits) == habits or not is_zone(zone):
        return habits
    return await change_habits(papers, owner, moved, at, platform)
