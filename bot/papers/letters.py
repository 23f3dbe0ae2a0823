"""The letters of a case: written from its answers, what was filled in and saved kept beside it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from bot.dossier.letters import letters_of, vocabulary
from bot.drafting.linter import prepare
from bot.drafting.load import has_drafts, load_drafts
from bot.drafting.model import Drafts
from bot.drafting.versions import (
    MOST,
    Version,
    Versions,
    versions_from_bytes,
    versions_to_bytes,
)
from bot.drafting.writing import Letters
from bot.engine.model import Flow
from bot.errors import WrongUse
from bot.filing import Filed, PaperWork
from bot.service import Service

_REMEMBERED = 8


class Shelf:
    """The drafts of flow versions, compiled; the ones used last are at hand."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._drafts: OrderedDict[str, Drafts] = OrderedDict()

    async def of(self, flow: Flow) -> Drafts:
        """Give the drafts of a flow version; raises ``WrongUse`` where it has none."""
        if flow.version not in self._drafts:
            files = await self._service.store.published(flow.version)
            if files is None or not has_drafts(files):
                raise WrongUse("The dialogue of this case has no letters.", "Newer ones do.")
            drafts = load_drafts(files, vocabulary(flow))
            prepare(drafts)
            self._drafts[flow.version] = drafts
            if len(self._drafts) > _REMEMBERED:
                self._drafts.popitem(last=False)
        self._drafts.move_to_end(flow.version)
        return self._drafts[flow.version]

    async def warm(self) -> None:
        """Take the drafts of all flows in force to hand, so that nobody's first letter waits."""
        for flow in self._service.flows.values():
            with suppress(WrongUse):  # it has no letters
                await self.of(flow)


@dataclass(frozen=True, slots=True)
class Folder:
    """The letters that can be written for a case, and what was kept of them."""

    case_id: str
    letters: Letters
    kept: Versions


async def folder_of(shelf: Shelf, service: Service, owner: str, case_id: str) -> Folder:
    """Gather it; raises ``NotFound`` or ``WrongUse``."""
    case = await service.store.case(owner, case_id)
    flow = await service.flow_of(case)
    letters = letters_of(flow, case, await shelf.of(flow))
    body = await service.store.papers.read(owner, "letters", case_id)
    return Folder(case_id, letters, versions_from_bytes(body))


async def fill_in(
    service: Service, owner: str, case_id: str, values: Mapping[str, str], at: datetime
) -> Versions:
    """Keep what was filled in; an empty value is none."""

    def fold(body: bytes) -> Filed:
        kept = versions_from_bytes(body)
        merged = {**kept.values, **values}
        filled = {slot: value for slot, value in merged.items() if value.strip()}
        return Filed(versions_to_bytes(replace(kept, values=filled)))

    return await _turned(service, PaperWork(owner, "letters", at, fold, case_id=case_id))


async def save(
    service: Service, owner: str, case_id: str, version: Version, at: datetime, key: str = ""
) -> Versions:
    """Keep a version; it gets the next number of its letter. The same text is not kept twice.

    Raises ``WrongUse`` where there are too many.
    """

    def fold(body: bytes) -> Filed:
        kept = versions_from_bytes(body)
        before = kept.of(version.course, version.medium)
        if before and (before[-1].text, before[-1].tone) == (version.text, version.tone):
            return Filed(body)
        if len(kept.saved) >= MOST:
            raise WrongUse(f"{MOST} versions are kept of a case.", "Remove some of them first.")
        numbered = replace(version, number=before[-1].number + 1 if before else 1)
        return Filed(versions_to_bytes(replace(kept, saved=(*kept.saved, numbered))))

    work = PaperWork(owner, "letters", at, fold, case_id=case_id, key=key)
    return await _turned(service, work)


async def remove(
    service: Service, owner: str, case_id: str, letter: tuple[str, str], newest: int, at: datetime
) -> Versions:
    """Keep no version of a letter (course, medium) any more, those after the ``newest`` excepted.

    Those were saved when somebody had already been asked whether to remove the others.
    """

    def fold(body: bytes) -> Filed:
        kept = versions_from_bytes(body)
        rest = [v for v in kept.saved if (v.course, v.medium) != letter or v.number > newest]
        return Filed(versions_to_bytes(replace(kept, saved=tuple(rest))) if body else body)

    return await _turned(service, PaperWork(owner, "letters", at, fold, case_id=case_id))


async def _turned(service: Service, work: PaperWork) -> Versions:
    return versions_from_bytes((await service.store.papers.turn(work)).body)
