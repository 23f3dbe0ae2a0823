"""The plan of a case: made, looked at, changed, with its reminders in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.dossier.standing import Standing, course_label, standing
from bot.engine.model import Case, Flow
from bot.errors import NotFound, WrongUse
from bot.filing import Filed, PaperWork
from bot.papers.habits import read_habits
from bot.planning.days_off import days_off
from bot.planning.model import Anchor, Habits, Plan
from bot.planning.record import plan_from_bytes, plan_to_bytes
from bot.planning.reminding import reminders_of, zone_of
from bot.planning.rule import Planning, planning_of
from bot.planning.schedule import make_plan, renewed
from bot.service import Service

Change = Callable[[Plan], Plan]
"""What is done to a plan; pure, and raises ``NotFound`` or ``WrongUse`` for what cannot be done."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan is made from: the case, its checklist, and what stands."""

    case: Case
    flow: Flow
    planning: Planning
    standing: Standing

    @property
    def anchors(self) -> Sequence[Anchor]:
        """The days that may be chosen."""
        return self.planning.checklist.anchors_of(self.standing.course, self.standing.facts)

    @property
    def course(self) -> str:
        """The course, for people."""
        return self.named(self.standing.course)

    @property
    def decided(self) -> bool:
        """Whether the course is the person's own decision; where none is asked for, it is."""
        return self.standing.decided or not self.planning.of

    def named(self, course: str) -> str:
        """Name any course for people."""
        return course_label(self.flow, self.planning.of, course)


async def basis_of(service: Service, owner: str, case_id: str) -> Basis:
    """Gather what a plan is made from; raises ``NotFound``, or ``WrongUse`` where there is none."""
    case = await service.store.case(owner, case_id)
    flow = await service.flow_of(case)
    planning = planning_of(flow)
    if planning is None:
        raise WrongUse("The dialogue of this case has no checklist.", "Newer ones do.")
    return Basis(case, flow, planning, standing(flow, case, planning.of, planning.course))


async def plan_of(service: Service, owner: str, case_id: str) -> Plan | None:
    """Read the plan of a case; None if there is none yet."""
    body = await service.store.papers.read(owner, "plan", case_id)
    return plan_from_bytes(body) if body else None


async def make(
    service: Service,
    owner: str,
    case_id: str,
    anchors: Mapping[str, date],
    at: datetime,
    *,
    afresh: bool = False,
    platform: str = "terminal",
    key: str = "",
) -> Plan:
    """Make the plan from the days that were chosen; what the person did to it stays.

    ``afresh`` takes back what they moved and removed. Raises ``WrongUse`` for a day that is over or
    a country that is not known.
    """
    basis = await basis_of(service, owner, case_id)
    habits = await read_habits(service.store.papers, owner)
    today = at.astimezone(zone_of(habits)).date()
    checklist, stands, off = basis.planning.checklist, basis.standing, days_off(habits.country)

    def fold(body: bytes) -> Filed:
        before = plan_from_bytes(body) if body else None
        plan = make_plan(checklist, stands.course, stands.facts, anchors, today, off, before)
        made = renewed(plan, before, today, afresh=afresh) if before else plan
        return _filed(made, habits, at, before)

    work = PaperWork(owner, "plan", at, fold, case_id=case_id, platform=platform, key=key)
    return plan_from_bytes((await service.store.papers.turn(work)).body)


async def change(
    service: Service,
    owner: str,
    case_id: str,
    changed: Change,
    at: datetime,
    *,
    platform: str = "terminal",
    key: str = "",
) -> Plan:
    """Change the plan of a case; raises ``NotFound`` where there is none, or what it raises."""
    habits = await read_habits(service.store.papers, owner)

    def fold(body: bytes) -> Filed:
        if not body:
            raise NotFound("There is no plan yet.", "“plan” makes one.")
        before = plan_from_bytes(body)
        return _filed(changed(before), habits, at, before)

    work = PaperWork(owner, "plan", at, fold, case_id=case_id, platform=platform, key=key)
    return plan_from_bytes((await service.store.papers.turn(work)).body)


def _filed(plan: Plan, habits: Habits, at: datetime, before: Plan | None) -> Filed:
    return Filed(plan_to_bytes(plan), reminders_of(plan, habits, at, before))
