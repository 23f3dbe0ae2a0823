"""All that a person has due, of every case; and how it is put off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial

from bot.filing import Filed, Paper, PaperWork
from bot.papers.habits import read_habits
from bot.planning.model import Item
from bot.planning.record import plan_from_bytes
from bot.planning.reminding import due_at
from bot.records.outcome import Outcome, outcome_from_bytes
from bot.service import Service
from bot.sheets.due import DueCase


async def due_of(service: Service, owner: str, today: date) -> list[DueCase]:
    """List what is due by today, case by case."""
    papers = await service.store.papers.kept(owner)
    names = {case.id: case.name or case.id for case in await service.store.cases(owner)}
    found = [_due_case(case_id, name, papers, today) for case_id, name in names.items()]
    return [case for case in found if case.items or case.asked]


def _due_case(case_id: str, name: str, papers: Iterable[Paper], today: date) -> DueCase:
    items: tuple[Item, ...] = ()
    asked = 0
    for paper in papers:
        if paper.case_id == case_id and paper.kind == "plan":
            plan = plan_from_bytes(paper.body)
            items = tuple(i for i in plan.items if not i.done and i.day <= today.isoformat())
        elif paper.case_id == case_id and paper.kind == "outcome":
            asked = _asked(outcome_from_bytes(paper.body), today)
    return DueCase(case_id, name, items, asked)


def _asked(outcome: Outcome, today: date) -> int:
    """Tell which check-in is due and was not answered: the last one whose day has come."""
    if outcome.stopped:
        return 0
    since = datetime.fromisoformat(outcome.since).date()
    come = [day for day in outcome.days if since + timedelta(days=day) <= today]
    return come[-1] if come and str(come[-1]) not in outcome.said else 0


async def put_off(
    service: Service, owner: str, today: date, day: date, at: datetime, platform: str, key: str
) -> int:
    """Remind again of all that is due on another day; gives of how many things.

    ``key`` is the platform's delivery id: seen before, nothing is put off again.
    """
    habits = await read_habits(service.store.papers, owner)
    moment, count = due_at(day, habits), 0
    for paper in await service.store.papers.kept(owner):
        names = _due_names(paper, today)
        if names:
            again = partial(_again, names, moment)
            work = PaperWork(owner, paper.kind, at, again, paper.case_id, platform, key)
            await service.store.papers.turn(work)
            count += len(names)
    return count


def _again(names: Iterable[str], moment: datetime, body: bytes) -> Filed:
    return Filed(body, dict.fromkeys(names, moment)) if body else Filed(body)


def _due_names(paper: Paper, today: date) -> list[str]:
    """Name the reminders of a paper that are due."""
    if paper.kind == "plan":
        plan = plan_from_bytes(paper.body)
        return [i.id for i in plan.items if not i.done and i.day <= today.isoformat()]
    if paper.kind == "outcome" and (day := _asked(outcome_from_bytes(paper.body), today)):
        return [str(day)]
    return []
