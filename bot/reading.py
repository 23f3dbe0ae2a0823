"""Read a person's cases with all that belongs to them: flow version, history, rounds."""

from __future__ import annotations

from dataclasses import replace

from bot.dossier.documents import Dossier
from bot.dossier.history import history, versions
from bot.dossier.rounds import Asked
from bot.engine.model import Case, Flow
from bot.errors import FlowErrors, NotFound
from bot.opinion.ballots import from_bytes
from bot.rounds.ports import Held, Rounds
from bot.rounds.stages import known
from bot.service import Service
from bot.sheets.shown import Shown


async def read_case(service: Service, owner: str, case_id: str) -> tuple[Case, Flow | None]:
    """Read a case and its flow version; None where that cannot be loaded any more."""
    case = await service.store.case(owner, case_id)
    return case, await _flow(service, case, case.version)


async def read_dossier(service: Service, rounds: Rounds, owner: str, case_id: str) -> Dossier:
    """Gather everything there is about a case; raises ``NotFound`` or ``FlowErrors``."""
    case = await service.store.case(owner, case_id)
    flow = await service.flow_of(case)
    events = await service.store.history(owner, case_id)
    flows = {case.version: flow}
    for version in versions(case, events):
        if older := await _flow(service, case, version):
            flows[version] = older
    held = await read_rounds(rounds, owner, case_id)
    papers = await service.store.papers.kept(owner, case_id)
    return Dossier(flow, case, history(flows, case, events), held, papers)


async def read_rounds(rounds: Rounds, owner: str, case_id: str = "") -> tuple[Shown, ...]:
    """Read the rounds that somebody asked for (about one case), oldest first."""
    return tuple(map(_shown, reversed(await rounds.asked_by(owner, case_id))))


def _shown(held: Held) -> Shown:
    """Give a round with its counts; once it is closed they stay, even if people are forgotten."""
    round_ = known(held)
    if record := round_.record:
        return Shown(round_, record.asked, record.answered)
    return Shown(round_, held.asked, held.answered)


async def read_asked(rounds: Rounds, voter: str) -> tuple[Asked, ...]:
    """Read the open rounds that somebody is asked in, each with their own answer alone."""
    waiting = [known(held).id for held in await rounds.waiting_for(voter)]
    return tuple([_asked(await rounds.held(round_id, voter)) for round_id in waiting])


def _asked(held: Held) -> Asked:
    answered = held.participant is not None and held.participant.answered
    return Asked(known(held), answered, from_bytes(held.ballot) if held.ballot else None)


async def _flow(service: Service, case: Case, version: str) -> Flow | None:
    try:
        return await service.flow_of(replace(case, version=version))
    except (NotFound, FlowErrors):  # not stored here, or of a form that is no longer read
        return None
