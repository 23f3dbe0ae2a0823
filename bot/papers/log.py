"""The evidence log of a case: thin, over the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.drafting.linter import reads_badly
from bot.drafting.model import Finding
from bot.errors import FlowErrors, NotFound, WrongUse
from bot.filing import Filed, PaperWork
from bot.papers.letters import Shelf
from bot.records.logbook import Entry, Log, log_from_bytes, log_to_bytes, own_words
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


async def pointed_out(
    shelf: Shelf, service: Service, owner: str, case_id: str, entry: Entry
) -> tuple[Finding, ...]:
    """Look for labels and diagnoses in what the person says themselves; nothing is refused.

    Which words these are the flow says. Raises ``NotFound`` where it is no case of theirs.
    """
    case = await service.store.case(owner, case_id)
    try:
        drafts = await shelf.of(await service.flow_of(case))
    except (WrongUse, NotFound, FlowErrors):  # no letters, so no list of words; or no such version
        return ()
    return reads_badly(drafts.lint.log, own_words(entry))
