"""What is counted of decisions: read from the store, changing nothing."""

from __future__ import annotations

from bot.dossier.standing import course_label
from bot.engine.model import Flow
from bot.errors import FlowErrors, NotFound, WrongUse
from bot.papers.plans import Basis, basis_of
from bot.planning.rule import Planning
from bot.records.insights import Decided
from bot.records.outcome import Outcome, outcome_from_bytes
from bot.service import Service


async def decided_cases(service: Service, owner: str) -> list[Decided]:
    """Gather all cases that somebody decided in a dialogue that asks what came of it."""
    papers = await service.store.papers.kept(owner, kinds=["outcome"])
    outcomes = {one.case_id: outcome_from_bytes(one.body) for one in papers}
    listed = await service.store.cases(owner)
    finished = [case.id for case in listed if case.status == "finished"]
    found = [await _decided(service, owner, case_id, outcomes.get(case_id)) for case_id in finished]
    return [one for one in found if one is not None]


async def _decided(
    service: Service, owner: str, case_id: str, outcome: Outcome | None
) -> Decided | None:
    """Tell what counts of a case; None where its dialogue led to none, asks nothing or is lost."""
    try:
        basis = await basis_of(service, owner, case_id)
    except (NotFound, WrongUse, FlowErrors):
        return None
    return _counted(basis, outcome) if basis.planning.of else None


def _counted(basis: Basis, outcome: Outcome | None) -> Decided:
    """Take what was kept when the person decided, else what stands."""
    stands, since = basis.standing, basis.case.touched
    found = outcome or Outcome("", "", since)
    if not found.chosen or found.since != since:
        found = Outcome(stands.recommended, stands.course, since).after(found)
    return decided(basis.flow, basis.planning, found)


def decided(flow: Flow, planning: Planning, outcome: Outcome, person: str = "") -> Decided:
    """Say what counts of a case, as people read it; its checklist is for the courses of a table."""
    labels = planning.checklist.checkins.answers
    said = [
        (one.at, labels.get(one.answer, one.answer))
        for _, one in sorted(outcome.said.items(), key=lambda item: int(item[0]))
    ]
    return Decided(
        course=course_label(flow, planning.of, outcome.chosen),
        recommended=course_label(flow, planning.of, outcome.recommended),
        answer=said[-1][1] if said else "",
        since=outcome.since,
        person=person,
        answers=tuple(said),
    )
