"""Decisions counted in a Discord server: turned on by who manages it, told to those who use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.discord.circle import circle
from tests.discord.surfaces import said
from tests.fakes.discord import FakeDiscord

pytestmark = pytest.mark.usefixtures("sound")


async def test_who_manages_the_server_turns_it_on_and_who_came_by_the_server_is_told(
    fake: FakeDiscord, tmp_path: Path
) -> None:
    async with circle(fake, tmp_path) as here:
        gus, hal = (fake.person(name, installed=False) for name in ("Gus", "Hal"))
        began = (gus, hal, here.ann)  # Ann has the app in her own account: she belongs to no server
        for who in began:
            assert (await who.slash("start", where=here.hall)).acknowledged
            await here.passes()
        before = {who.id: len(who.from_bot) for who in began}
        shown = await here.orders(here.olga, "workspace", here.hall)
        assert (await here.olga.clicks(shown, "Count decisions…")).acknowledged
        await here.at.idle()
        asked = here.olga.ephemerals[-1]
        assert (await here.olga.clicks(asked, "Count, and tell everybody")).acknowledged
        await here.passes(60)
        assert "yes, those since" in said(here.olga.ephemerals[-1])
        told = [who.from_bot[before[who.id] :] for who in began]
        assert [len(theirs) for theirs in told] == [1, 1, 0]
        news = told[0][0]
        assert "Decisions are counted here" in said(news)
        assert here.shown == []
        assert (await gus.clicks(news, "Stay out")).acknowledged
        await here.passes()
        assert "Your decisions are not counted in it." in said(
            await here.orders(gus, "insights", here.hall)
        )
        assert "Your decisions are counted in it." in said(await here.orders(hal, "insights"))
        assert "you have not begun a case here" in said(
            await here.orders(here.ann, "insights", here.hall)
        )
