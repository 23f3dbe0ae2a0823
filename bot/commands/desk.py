"""What the commands around the conversation share: the person's own corner of the store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import typer

from bot.commands.wiring import find_case, opened, person, rounds_of
from bot.config import Settings, read_settings
from bot.dossier.documents import Dossier
from bot.engine.model import Case, Flow
from bot.ports import Listed
from bot.reading import read_case, read_dossier
from bot.rounds.ports import Rounds
from bot.service import Service


@dataclass(frozen=True, slots=True)
class Desk:
    """The open service, and who sits at it."""

    settings: Settings
    service: Service
    owner: str

    @property
    def rounds(self) -> Rounds:
        """Where second opinions are kept."""
        return rounds_of(self.service)

    async def cases(self) -> Sequence[Listed]:
        """List the person's cases, last touched first."""
        return await self.service.store.cases(self.owner)

    async def find(self, said: str) -> Listed:
        """Find one of the person's cases; raises ``NotFound`` or ``WrongUse``."""
        return await find_case(self.service, self.owner, said)

    async def opened_case(self, case_id: str) -> tuple[Case, Flow | None]:
        """Read a case and its flow version; None where that cannot be loaded any more."""
        return await read_case(self.service, self.owner, case_id)

    async def dossier(self, case_id: str) -> Dossier:
        """Gather everything there is about a case; raises ``NotFound`` or ``FlowErrors``."""
        return await read_dossier(self.service, self.rounds, self.owner, case_id)


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
