"""How somebody wants to be reminded, and all that is due moved along when they change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.filing import Filed, Kind, Paper, Papers, PaperWork
from bot.planning.model import Habits
from bot.planning.record import habits_from_bytes, habits_to_bytes, plan_from_bytes
from bot.planning.reminding import reminders_of
from bot.records.outcome import outcome_from_bytes
from bot.records.reminding import checkins_due

Due = Mapping[str, datetime | None]


async def read_habits(papers: Papers, owner: str) -> Habits:
    """Read how somebody wants to be reminded."""
    return habits_from_bytes(await papers.read(owner, "habits"))


async def write_habits(
    papers: Papers, owner: str, habits: Habits, at: datetime, platform: str
) -> None:
    """Keep how somebody wants to be reminded, and set all that they have due anew."""
    body = habits_to_bytes(habits)
    await papers.turn(PaperWork(owner, "habits", at, lambda _: Filed(body)))
    for paper in await papers.kept(owner):
        if paper.case_id and paper.kind in {"plan", "outcome"}:
            await _set_anew(papers, owner, paper, habits, at, platform)


async def _set_anew(
    papers: Papers, owner: str, paper: Paper, habits: Habits, at: datetime, platform: str
) -> None:
    def fold(body: bytes) -> Filed:
        return Filed(body, _due_of(paper.kind, body, habits, at)) if body else Filed(body)

    work = PaperWork(owner, paper.kind, at, fold, case_id=paper.case_id, platform=platform)
    await papers.turn(work)


def _due_of(kind: Kind, body: bytes, habits: Habits, at: datetime) -> Due:
    if kind == "plan":
        return reminders_of(plan_from_bytes(body), habits, at)
    return checkins_due(outcome_from_bytes(body), habits, at)


async def at_home(papers: Papers, owner: str, zone: str, at: datetime, platform: str) -> Habits:
    """Read habits with the zone that the platform tells, unless the person chose one.

    Somebody who moved to another zone is reminded by their new clock from then on.
    """
    habits = await read_habits(papers, owner)
    if not zone or habits.chosen_zone or zone == habits.zone:
        return habits
    moved = replace(habits, zone=zone)
    await write_habits(papers, owner, moved, at, platform)
    return moved
