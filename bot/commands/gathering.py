"""Gather what letters of a case are made from, and keep what was made of them beside it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.desk import desk
from bot.commands.letters import drafts_in
from bot.commands.wiring import load_library, now
from bot.dossier.letters import letters_of
from bot.drafting.versions import Version, Versions, versions_from_bytes
from bot.drafting.writing import Letters
from bot.errors import CrossroadsError
from bot.papers.letters import Folder, fill_in, save


async def gather_letters(as_name: str, said: str) -> Letters:
    """Find one of the person's cases and what letters it may have."""
    return (await gather_folder(as_name, said)).letters


async def gather_folder(as_name: str, said: str) -> Folder:
    """Find one of the person's cases, its letters, and what was kept of them."""
    async with desk(as_name) as at:
        listed = await at.find(said)
        case, flow = await at.opened_case(listed.id)
        if flow is None:
            raise CrossroadsError(
                f"The version of the flow that “{case.name or case.id}” follows is not here.",
                f"“crossroads resume {case.id}” takes it to the one in force.",
            )
        letters = letters_of(flow, case, drafts_in(load_library(at.settings), flow.id))
        body = await at.service.store.papers.read(at.owner, "letters", case.id)
        return Folder(case.id, letters, versions_from_bytes(body))


async def keep_values(as_name: str, case_id: str, values: Mapping[str, str]) -> None:
    """Keep what was filled in beside the case."""
    async with desk(as_name) as at:
        await fill_in(at.service, at.owner, case_id, values, now())


async def keep_version(as_name: str, case_id: str, version: Version) -> Versions:
    """Keep a text as the next version of its letter."""
    async with desk(as_name) as at:
        return await save(at.service, at.owner, case_id, version, now())
