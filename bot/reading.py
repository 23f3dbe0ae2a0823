"""Read a person's cases with all that belongs to them: flow version, history, what a list says."""

from __future__ import annotations

from dataclasses import replace

from bot.dossier.documents import Dossier
from bot.dossier.history import history, versions
from bot.engine.model import Case, Flow
from bot.errors import FlowErrors, NotFound
from bot.service import Service


async def read_case(service: Service, owner: str, case_id: str) -> tuple[Case, Flow | None]:
    """Read a case and its flow version; None where that cannot be loaded any more."""
    case = await service.store.case(owner, case_id)
    return case, await _flow(service, case, case.version)


async def read_dossier(service: Service, owner: str, case_id: str) -> Dossier:
    """Gather everything there is about a case; raises ``NotFound`` or ``FlowErrors``."""
    case = await service.store.case(owner, case_id)
    flow = await service.flow_of(case)
    events = await service.store.history(owner, case_id)
    flows = {case.version: flow}
    for version in versions(case, events):
        if older := await _flow(service, case, version):
            flows[version] = older
    return Dossier(flow, case, history(flows, case, events))


async def _flow(service: Service, case: Case, version: str) -> Flow | None:
    try:
        return await service.flow_of(replace(case, version=version))
    except (NotFound, FlowErrors):  # not stored here, or of a form that is no longer read
        return None
