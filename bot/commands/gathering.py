"""Gather what letters of a case are made from: out of the store, and the flows in force."""

from __future__ import annotations

from bot.commands.desk import desk
from bot.commands.letters import drafts_in
from bot.commands.wiring import load_library
from bot.dossier.letters import letters_of
from bot.drafting.writing import Letters
from bot.errors import CrossroadsError


async def gather_letters(as_name: str, said: str) -> Letters:
    """Find one of the person's cases and what letters it may have."""
    async with desk(as_name) as at:
        listed = await at.find(said)
        case, flow = await at.opened_case(listed.id)
        if flow is None:
            raise CrossroadsError(
                f"The version of the flow that “{case.name or case.id}” follows is not here.",
                f"“crossroads resume {case.id}” takes it to the one in force.",
            )
        return letters_of(flow, case, drafts_in(load_library(at.settings), flow.id))
