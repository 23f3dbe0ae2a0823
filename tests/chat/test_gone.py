"""What is pressed and sent off when the version of its dialogue is not stored here any more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import NotFound
from bot.records.logbook import log_from_bytes
from bot.sheets import due, letters, log, plans
from tests.flows.talks import TROUBLED_CLIENT, flow_in
from tests.rounds.table import case_of, table
from tests.rounds.test_brief import said
from tests.store.making import raw


async def test_what_needs_no_dialogue_goes_on_and_the_rest_says_who_can_help(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, ["ann"]) as at:
        case_id = await at.a_case("ann")
        offered = await at.orders("ann", "plan", case_id)
        await at.press("ann", "Make it", offered.sheet)
    with raw(tmp_path) as database:
        database.execute("DELETE FROM flows")
    newer = replace(flow_in(TROUBLED_CLIENT), version="newer")
    async with table(tmp_path, ["ann"], flow=newer) as at:
        owner, entry = at.actor("ann").owner, {"when": "today", "fact": "They called at night."}
        kept = await at.submits("ann", log.act("entry", case_id), entry)
        assert "They called at night." in said(kept)
        body = await at.store.papers.read(owner, "log", case_of("ann"))
        assert len(log_from_bytes(body).entries) == 1
        assert "They called" in said(await at.orders("ann", "log", case_id))
        assert "Due" in said(await at.presses_action("ann", due.act("show")))
        for action in (plans.act("show", case_id), letters.Spot(case_id).act("show")):
            with pytest.raises(NotFound, match="Whoever runs Crossroads here"):
                await at.presses_action("ann", action)
