"""Decisions counted in a Slack workspace: turned on by an admin, told to those who use the app."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.slack import FakeSlack
from tests.slack.moments import pressing
from tests.slack.surfaces import said
from tests.slack.team import team


async def test_an_admin_turns_it_on_and_who_uses_the_app_is_told_privately(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        chief, bob = fake.person("Chief", is_admin=1), t.people[0]
        for who in (t.ann, bob):
            assert (await who.slash("start")).acknowledged
            await t.passes()
        before = {who.id: len(who.from_bot) for who in (t.ann, bob)}
        told = await t.orders(chief, "workspace")
        assert (await chief.clicks(told, pressing("workspace", "count"))).acknowledged
        await t.at.idle()
        asked = chief.ephemerals[-1]
        assert "Nothing is counted that was decided before" in said(asked)
        assert (await chief.clicks(asked, pressing("workspace", "count_now"))).acknowledged
        await t.passes(60)
        assert "yes, those since" in said(chief.ephemerals[-1])
        (news,) = t.ann.from_bot[before[t.ann.id] :]
        assert "Decisions are counted here" in said(news)
        assert len(bob.from_bot[before[bob.id] :]) == 1
        assert t.fake.posts(t.room) == []
        assert (await t.ann.clicks(news, pressing("insights", "out|"))).acknowledged
        await t.passes()
        assert "Your decisions are not counted in it." in said(t.ann.ephemerals[-1])
        assert "Your decisions are counted in it." in said(await t.orders(bob, "insights"))
