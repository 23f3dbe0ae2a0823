"""Decisions counted again and again: what somebody said stays, and no number grows by one."""

from __future__ import annotations

from pathlib import Path

from bot.papers.counting import go_on_telling, notice_of, see_told, take_part, tell_everybody
from bot.records.counting import Here
from bot.rounds.ports import Actor
from bot.rounds.workspace import Workspace, write_workspace
from tests.papers.test_counting import TEAM, firm
from tests.rounds.table import TENANT


async def test_who_stays_out_and_comes_back_is_not_seen_to_by_those_who_look(
    tmp_path: Path,
) -> None:
    async with firm(tmp_path) as f:
        await f.begins()
        assert "5 cases" in await f.sees("ann")
        out = await f.t.press("ben", "Stay out")
        await f.t.press("ben", "Count mine too", out.sheet)
        assert "nothing to show yet" in await f.sees("ann"), "until five more can be shown"
        assert "Your decisions are counted in it" in await f.sees("ben")


async def test_counting_that_begins_anew_shows_nothing_of_the_one_before(tmp_path: Path) -> None:
    async with firm(tmp_path) as f:
        await f.begins()
        assert "5 cases" in await f.sees("ann")
        await f.t.press("ada", "Count decisions no more", await f.settings())
        await f.counts()
        await f.passes(minutes=1)
        assert "nothing to show yet" in await f.sees("ann")


async def test_a_press_that_comes_again_takes_nothing_away(tmp_path: Path) -> None:
    async with firm(tmp_path) as f:
        await f.begins()
        out = await f.t.press("ben", "Stay out")
        for _ in range(2):
            await f.t.press("ben", "Count mine too", out.sheet)
            assert "5 cases" in await f.sees("ann")


async def test_who_stays_out_stays_so_after_they_were_in_another_workspace(tmp_path: Path) -> None:
    async with firm(tmp_path) as f:
        service, owner, at = f.t.parts.service, f.t.actor("ben").owner, f.t.clock()
        one, other = (Here("paper", name, at.isoformat()) for name in ("one", "other"))
        await take_part(service, owner, one, at, out=True)
        assert await see_told(service, owner, other, at), "there they said nothing yet"
        assert not await see_told(service, owner, one, at)
        assert await see_told(service, owner, other, at)
        notice = await notice_of(service, owner, "paper")
        assert notice
        assert (notice.elsewhere, notice.out) == (("one",), False)


async def test_a_counting_that_begins_anew_is_not_lost_to_the_telling_of_the_one_before(
    tmp_path: Path,
) -> None:
    async with firm(tmp_path) as f:
        await f.knows(*TEAM)
        service, safe, at = f.t.parts.service, f.t.store.safe, f.t.clock()
        old, new = (Here("paper", TENANT, f"2026-03-0{day}T09:00:00+00:00") for day in (1, 2))
        ada: Actor = f.t.actor("ada")
        await write_workspace(safe, ada, TENANT, Workspace(counted=old.since))
        await tell_everybody(safe, old, TENANT, at)
        reached, store = f.t.store.reached, f.t.store

        async def meanwhile(tenant: str, after: int = 0, limit: int = 200) -> object:
            store.reached = reached  # type: ignore[method-assign]
            await write_workspace(safe, ada, TENANT, Workspace(counted=new.since))
            await tell_everybody(safe, new, TENANT, at)
            return await reached(tenant, after, limit)

        store.reached = meanwhile  # type: ignore[method-assign,assignment]
        for _ in range(2):
            await go_on_telling(service, "paper", f.t.paper.workspace, at)
        notice = await notice_of(service, f.t.actor("ben").owner, "paper")
        assert notice
        assert notice.since == new.since
