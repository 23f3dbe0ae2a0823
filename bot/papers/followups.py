"""What came of a decision: asked after a while, answered, kept beside the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.engine.model import Case
from bot.errors import FlowErrors, NotFound, WrongUse
from bot.filing import Filed, PaperWork
from bot.papers.habits import read_habits
from bot.papers.plans import Basis, basis_of
from bot.planning.model import CheckIns, Habits
from bot.records.outcome import NOTE, Outcome, Said, outcome_from_bytes, outcome_to_bytes
from bot.records.reminding import checkins_due
from bot.service import Service

Change = Callable[[Outcome], Outcome]


async def begin(
    service: Service, owner: str, case_id: str, at: datetime, platform: str, workspace: str = ""
) -> None:
    """Note what was decided and when it will be asked about; what there is of it already stays.

    ``workspace`` is where it may be counted.
    """
    case = await service.store.case(owner, case_id)
    marked = at.isoformat() if workspace else ""
    fresh = replace(await _decided(service, case, at), workspace=workspace, marked=marked)
    habits = await read_habits(service.store.papers, owner)

    def fold(body: bytes) -> Filed:
        before = outcome_from_bytes(body) if body else None
        if before and before.since == (case.touched or before.since):
            return Filed(outcome_to_bytes(before))  # written again: it is of this decision
        return _filed(fresh.after(before) if before else fresh, habits, at)

    # As of the decision: that it is noted now does not keep the case longer, as an answer does.
    decided = datetime.fromisoformat(fresh.since)
    work = PaperWork(owner, "outcome", decided, fold, case_id=case_id, platform=platform)
    await service.store.papers.turn(work)


async def _decided(service: Service, case: Case, at: datetime) -> Outcome:
    """Say what was decided in a case, and when it is asked about."""
    since = case.touched or at.isoformat()
    try:
        basis = await basis_of(service, case.owner, case.id)
    except WrongUse:  # a dialogue that asks nothing afterwards
        return Outcome("", "", since)
    stands, asked = basis.standing, basis.planning.checklist.checkins
    return Outcome(stands.recommended, stands.course, since, asked.days)


async def begin_finished(service: Service, owner: str, at: datetime, platform: str) -> None:
    """Note what somebody decided in all their finished cases, where that was not done yet."""
    papers = await service.store.papers.kept(owner, kinds=["outcome"])
    noted = {
        paper.case_id: datetime.fromisoformat(outcome_from_bytes(paper.body).since)
        for paper in papers
    }
    for case in await service.store.cases(owner):
        touched = case.touched.replace(microsecond=0)  # as it is written down
        if case.status == "finished" and noted.get(case.id) != touched:
            try:
                await begin(service, owner, case.id, at, platform)
            except (NotFound, FlowErrors):  # nothing can be asked about what cannot be read
                continue


async def outcome_of(service: Service, owner: str, case_id: str) -> Outcome | None:
    """Read what is known of a case's outcome; None before it was decided."""
    body = await service.store.papers.read(owner, "outcome", case_id)
    return outcome_from_bytes(body) if body else None


async def answer(
    service: Service,
    owner: str,
    case_id: str,
    day: int,
    said: str,
    at: datetime,
    *,
    note: str | None = None,
    platform: str = "terminal",
) -> Outcome:
    """Note what somebody says came of it; ``note`` None keeps the one there was.

    Raises ``NotFound`` where nothing is asked, and ``WrongUse`` for no such answer or day.
    """
    asked = (await basis_of(service, owner, case_id)).planning.checklist.checkins
    if said not in asked.answers or day not in asked.days:
        raise WrongUse("That is no answer to it.", f"There are: {', '.join(asked.answers)}.")
    if note and len(note) > NOTE:
        raise WrongUse(f"That note has {len(note)} characters.", f"{NOTE} are the most.")

    def changed(outcome: Outcome) -> Outcome:
        before = outcome.said.get(str(day))
        kept = note if note is not None else before.note if before else ""
        return outcome.with_answer(day, Said(said, kept.strip(), at.isoformat()))

    return await change(service, owner, case_id, changed, at, platform)


async def change(
    service: Service, owner: str, case_id: str, changed: Change, at: datetime, platform: str
) -> Outcome:
    """Change what is noted; raises ``NotFound`` where nothing was decided."""
    habits = await read_habits(service.store.papers, owner)

    def fold(body: bytes) -> Filed:
        if not body:
            raise NotFound("Nothing was decided in this case yet.", "Go on with the case first.")
        return _filed(changed(outcome_from_bytes(body)), habits, at)

    work = PaperWork(owner, "outcome", at, fold, case_id=case_id, platform=platform)
    return outcome_from_bytes((await service.store.papers.turn(work)).body)


async def checkins_of(service: Service, owner: str, case_id: str) -> tuple[Basis, CheckIns]:
    """Give what is asked about a case; raises ``WrongUse`` where nothing is."""
    basis = await basis_of(service, owner, case_id)
    return basis, basis.planning.checklist.checkins


def _filed(outcome: Outcome, habits: Habits, at: datetime) -> Filed:
    return Filed(outcome_to_bytes(outcome), checkins_due(outcome, habits, at))
