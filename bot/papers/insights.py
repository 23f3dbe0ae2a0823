"""What is counted of somebody's decisions: read from the store, changing nothing."""

from __future__ import annotations

from bot.dossier.standing import course_label
from bot.errors import FlowErrors, NotFound, WrongUse
from bot.papers.plans import Basis, basis_of
from bot.records.insights import Decided
from bot.records.outcome import Outcome, outcome_from_bytes
from bot.service import Service


async def decided_cases(service: Service, owner: str) -> list[Decided]:
    """Gather all cases that somebody decided in a dialogue that asks what came of it."""
    papers = await service.store.papers.kept(owner)
    outcomes = {
        one.case_id: outcome_from_bytes(one.body) for one in papers if one.kind == "outcome"
    }
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
    return _counted(basis, outcome)


def _counted(basis: Basis, outcome: Outcome | None) -> Decided:
    """Take what was kept when the person decided, else what stands."""
    of, stands = basis.planning.of, basis.standing
    kept = outcome if outcome and outcome.chosen else None
    chosen = kept.chosen if kept else stands.course
    recommended = kept.recommended if kept else stands.recommended
    said = outcome.newest if outcome else None
    answers = basis.planning.checklist.checkins.answers
    return Decided(
        course=course_label(basis.flow, of, chosen),
        followed=chosen == recommended if of else None,
        answer=answers.get(said.answer, said.answer) if said else "",
    )
