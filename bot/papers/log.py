"""The evidence log of a case: thin, over the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.filing import Filed, PaperWork
from bot.records.logbook import Log, log_from_bytes, log_to_bytes
from bot.service import Service

Change = Callable[[Log], Log]


async def log_of(service: Service, owner: str, case_id: str) -> Log:
    """Read the log of a case; raises ``NotFound`` where it is none of theirs."""
    return log_from_bytes(await service.store.papers.read(owner, "log", case_id))


async def change(
    service: Service, owner: str, case_id: str, changed: Change, at: datetime, key: str = ""
) -> Log:
    """Change the log of a case; raises what the change raises."""

    def fold(body: bytes) -> Filed:
        before = log_from_bytes(body)
        after = changed(before)
        return Filed(body if after is before else log_to_bytes(after))

    work = PaperWork(owner, "log", at, fold, case_id=case_id, key=key)
    return log_from_bytes((await service.store.papers.turn(work)).body)
