"""Change how somebody wants to be reminded, as it was said on the command line."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.desk import Desk
from bot.commands.wiring import now
from bot.errors import WrongUse
from bot.papers import habits as papers
from bot.planning import entered
from bot.planning.model import Habits


async def change_habits(at: Desk, wanted: Mapping[str, str]) -> None:
    """Keep the fields that are named (see ``entered.read_habits``); raises ``WrongUse``."""

    def changed(before: Habits) -> Habits:
        habits, wrong = entered.read_habits(wanted, before)
        if wrong:
            raise WrongUse(" ".join(wrong.values()))
        return habits

    await papers.change_habits(at.service.store.papers, at.owner, changed, now(), "terminal")
