"""What the commands around the conversation share: the person's own corner of the store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import typer

from adapters.terminal.documents import Dossier
from adapters.terminal.history import history, versions
from bot.commands.wiring import find_case, opened, person
from bot.config import Settings, read_settings
from bot.engine.model import Case, Flow
from bot.errors import FlowErrors, NotFound
from bot.ports import Listed
from bot.service import Service


@dataclass(frozen=True, slots=True)
class Desk:
    """The open service, and who sits at it."""

    settings: Settings
    service: Service
    owner: str

    async def cases(self) -> Sequence[Listed]:
        """List the person's cases, last touched first."""
        return await self.service.store.cases(self.owner)

    async def find(self, said: str) -> Listed:
        """Find one of the person's cases; raises ``NotFound`` or ``WrongUse``."""
        return await find_case(self.service, self.owner, said)

    async def opened_case(self, case_id: str) -> tuple[Case, Flow | None]:
        """Read a case and its flow version; None where that cannot be loaded any more."""
        case = await self.service.store.case(self.owner, case_id)
        return case, await self._flow(case, case.version)

    async def dossier(self, case_id: str) -> Dossier:
        """Gather everything there is about a case; raises ``NotFound`` or ``FlowErrors``."""
        case = await self.service.store.case(self.owner, case_id)
        flow = await self.service.flow_of(case)
        events = await self.service.store.history(self.owner, case_id)
        flows = {case.version: flow}
        for version in versions(case, events):
            if older := await self._flow(case, version):
                flows[version] = older
        return Dossier(flow, case, history(flows, case, events))

    async def _flow(self, case: Case, version: str) -> Flow | None:
        try:
            return await self.service.flow_of(replace(case, version=version))
        except (NotFound, FlowErrors):  # not stored here, or of a form that is no longer read
            return None


@asynccontextmanager
async def desk(as_name: str) -> AsyncIterator[Desk]:
    """Open the store for a person; raises ``SetupError`` or ``StoreError``."""
    settings = read_settings()
    async with opened(settings) as service:
        yield Desk(settings, service, service.owner(person(as_name)))


def print_json(record: object) -> None:
    """Print a record as indented JSON."""
    import orjson

    typer.echo(orjson.dumps(record, option=orjson.OPT_INDENT_2).decode())


def width() -> int:
    """Give the columns that text is laid out for."""
    import shutil

    return max(40, min(100, shutil.get_terminal_size().columns))
