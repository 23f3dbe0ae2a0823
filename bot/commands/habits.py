"""Change how somebody wants to be reminded, as it was said on the command line."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.desk import Desk
from bot.commands.wiring import now
from bot.errors import WrongUse
from bot.papers.habits import read_habits, write_habits
from bot.planning import entered


async def change_habits(at: Desk, wanted: Mapping[str, str]) -> None:
    """Keep the fields that are named (see ``entered.read_habits``); raises ``WrongUse``."""
    papers = at.service.store.papers
    habits, wrong = entered.read_habits(wanted, await read_habits(papers, at.owner))
    if wrong:
        raise WrongUse(" ".join(wrong.values()))
    await write_habits(papers, at.owner, habits, now(), "terminal")
