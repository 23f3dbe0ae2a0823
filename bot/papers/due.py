"""All that a person has due, of every case; and how it is put off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import partial
from itertools import groupby
from operator import attrgetter

from bot.filing import DATED, Filed, Kind, Paper, PaperWork
from bot.papers.habits import read_habits
from bot.planning.model import Item
from bot.planning.record import plan_from_bytes
from bot.planning.reminding import due_at, zone_of
from bot.ports import Listed
from bot.records.outcome import outcome_from_bytes
from bot.service import Service
from bot.sheets.due import DueCase


async def due_of(service: Service, owner: str, today: date) -> list[DueCase]:
    """List what is due by today, case by case."""
    papers = service.store.papers
    zone = zone_of(await read_habits(papers, owner))
    dated = sorted(await papers.kept(owner, kinds=DATED), key=attrgetter("case_id"))
    of_case = {case_id: [*theirs] for case_id, theirs in groupby(dated, attrgetter("case_id"))}
    listed = await service.store.cases(owner)
    found = [_due_case(case, of_case.get(case.id, ()), today, zone) for case in listed]
    return [case for case in found if case.items or case.asked]


def _due_case(case: Listed, papers: Iterable[Paper], today: date, zone: tzinfo) -> DueCase:
    items: tuple[Item, ...] = ()
    asked = 0
    for paper in papers:
        if paper.kind == "plan":
            items = _due_items(paper.body, today)
        elif case.status == "finished":  # else the decision was taken back
            asked = outcome_from_bytes(paper.body).asked_on(today, zone)
    return DueCase(case.id, case.name or case.id, items, asked)


def _due_items(body: bytes, today: date) -> tuple[Item, ...]:
    items = plan_from_bytes(body).items
    return tuple(item for item in items if not item.done and item.day <= today.isoformat())


async def put_off(
    service: Service, owner: str, today: date, day: date, at: datetime, platform: str, key: str
) -> int:
    """Remind again of all that is due on another day; gives of how many things.

    ``key`` is the platform's delivery id: seen before, nothing is put off again.
    """
    papers = service.store.papers
    habits = await read_habits(papers, owner)
    moment, zone, count = due_at(day, habits), zone_of(habits), 0
    for paper in await papers.kept(owner, kinds=DATED):
        if names := _due_names(paper.kind, paper.body, today, zone):
            again = partial(_again, paper.kind, today, zone, moment)
            work = PaperWork(owner, paper.kind, at, again, paper.case_id, platform, key)
            await papers.turn(work)
            count += len(names)
    return count


def _again(kind: Kind, today: date, zone: tzinfo, moment: datetime, body: bytes) -> Filed:
    """Put off what is still due: it may have been done in the meantime."""
    return Filed(body, dict.fromkeys(_due_names(kind, body, today, zone), moment))


def _due_names(kind: Kind, body: bytes, today: date, zone: tzinfo) -> list[str]:
    """Name the reminders of a paper that are due."""
    if not body:
        return []
    if kind == "plan":
        return [item.id for item in _due_items(body, today)]
    day = outcome_from_bytes(body).asked_on(today, zone)
    return [str(day)] if day else []
