"""Decisions counted in a workspace: off at first, told to everybody, and nobody's against them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cards.actions import Action
from bot.errors import NotFound, WrongUse
from bot.filing import Filed, PaperWork
from bot.opinion.chart import Chart
from bot.papers.reminding import Reminding
from bot.ports import Contact
from bot.sheets.counting import does
from bot.sheets.model import Sheet
from tests.rounds.table import TENANT, Clock, Died, Paper, Table, case_of, table
from tests.rounds.test_brief import said

TEAM = ["ann", "ben", "cleo", "dan", "eve"]
NEWS = "Decisions are counted here"


@dataclass
class Firm:
    """A table with somebody who reminds; Ada looks after the workspace."""

    t: Table
    reminding: Reminding

    async def knows(self, *names: str, tenant: str = TENANT) -> None:
        """Let people be reached by the workspace."""
        for name in names:
            owner = self.t.actor(name).owner
            await self.t.store.set_contact(owner, Contact("paper", tenant, {"user": name}))

    async def counts(self) -> Sheet:
        """Have decisions counted, as those do who look after the workspace."""
        asked = (await self.t.press("ada", "Count decisions", await self.settings())).sheet
        assert asked is not None
        done = await self.t.press("ada", "Count, and tell", asked)
        assert done.sheet is not None
        return done.sheet

    async def settings(self) -> Sheet:
        shown = (await self.t.orders("ada", "workspace")).sheet
        assert shown is not None
        return shown

    async def passes(self, **by: float) -> None:
        """Let time pass and do what is due, until nothing is."""
        self.t.clock.advance(timedelta(**by))
        for _ in range(3):
            await self.reminding.round()

    async def decide(self, *names: str) -> None:
        """Let people decide, and the bot notice it."""
        for name in names:
            await self.t.decides(name)
            await self.passes(minutes=1)

    async def begins(self) -> None:
        """Have decisions counted, everybody told, and five of them made."""
        await self.knows(*TEAM)
        await self.counts()
        await self.passes(minutes=1)
        await self.decide(*TEAM)

    async def sees(self, name: str) -> str:
        """Give what somebody is shown."""
        return said(await self.t.orders(name, "insights"))

    def told(self) -> list[str]:
        """Name who got the message, in order."""
        posts = [one for one in self.t.paper.posts if one.sheet.card.title == NEWS]
        return [one.target.address["user"] for one in posts]


@asynccontextmanager
async def firm(
    folder: Path, clock: Clock | None = None, paper: Paper | None = None
) -> AsyncIterator[Firm]:
    async with table(folder, ["ada", "ned", *TEAM], clock, paper) as t:
        t.paper.admins = {"ada"}
        yield Firm(t, Reminding(t.parts.service, "paper", t.paper, t.clock))


async def test_nothing_is_counted_before_somebody_who_may_has_turned_it_on(
    tmp_path: Path,
) -> None:
    async with firm(tmp_path) as f:
        await f.decide(*TEAM)
        assert "Nothing is counted for the whole workspace" in await f.sees("ann")
        assert "Decisions are counted: no" in said(await f.t.orders("ada", "workspace"))
        for label in ("count", "count_now", "count_no_more"):
            with pytest.raises(WrongUse, match="Only those who look after"):
                await f.t.presses_action("ben", Action("workspace", arg=label))
        await f.counts()
        assert "yes, those since 2 March 2026" in said(await f.t.orders("ben", "workspace"))
        await f.passes(minutes=1)
        assert "nothing to show yet" in await f.sees("ann"), "what was before is not counted"


async def test_everybody_is_told_once_and_then_five_cases_of_three_people_are_shown_to_all(
    tmp_path: Path,
) -> None:
    async with firm(tmp_path) as f:
        await f.knows(*TEAM)
        await f.knows("ned", tenant="paper:elsewhere")
        await f.counts()
        await f.passes(minutes=1)
        await f.passes(minutes=1)
        assert sorted(f.told()) == TEAM
        (news,) = {one.sheet.notice for one in f.t.paper.posts}
        assert news == "A setting has changed here"
        await f.decide(*TEAM[:4])
        assert "nothing to show yet" in await f.sees("ada")
        await f.decide("eve")
        shown = await f.sees("ada")
        assert "5 cases; followed the recommendation: 5 (100 %)" in shown
        assert "you have not begun a case here" in shown, "Ada looks after it, and sees no more"
        assert "Your decisions are counted in it" in await f.sees("ann")
        assert sorted(f.told()) == TEAM, "nobody is told twice"


async def test_somebody_who_comes_later_is_told_with_their_first_decision_and_it_counts(
    tmp_path: Path,
) -> None:
    async with firm(tmp_path) as f:
        await f.knows(*TEAM[:4])
        await f.counts()
        await f.passes(minutes=1)
        await f.decide(*TEAM)
        assert f.told()[-1] == "eve"
        assert "5 cases" in await f.sees("eve")


async def test_who_stays_out_is_counted_neither_before_nor_after_until_they_come_back(
    tmp_path: Path,
) -> None:
    async with firm(tmp_path) as f:
        await f.begins()
        out = await f.t.press("ben", "Stay out")
        assert "Your decisions are not counted in it." in said(out)
        assert "nothing to show yet" in await f.sees("ann")
        back = await f.t.press("ben", "Count mine too", out.sheet)
        assert "5 cases" in said(back)


async def test_what_is_deleted_is_counted_no_more(tmp_path: Path) -> None:
    async with firm(tmp_path) as f:
        await f.begins()
        await f.t.store.forget(f.t.actor("cleo").owner)
        assert "nothing to show yet" in await f.sees("ann")


async def test_turned_off_nothing_is_shown_and_on_again_it_begins_anew(tmp_path: Path) -> None:
    async with firm(tmp_path) as f:
        await f.knows(*TEAM)
        await f.counts()
        await f.passes(minutes=1)
        out = (await f.t.press("ben", "Stay out")).sheet
        await f.decide(*TEAM)
        await f.t.press("ada", "Count decisions no more", await f.settings())
        assert "Nothing is counted for the whole workspace" in await f.sees("ann")
        with pytest.raises(NotFound, match="any more"):
            await f.t.press("ben", "Count mine too", out)
        await f.counts()
        await f.passes(minutes=1)
        assert sorted(f.told()) == sorted([*TEAM, *TEAM[:1], *TEAM[2:]]), "not who stays out"
        assert "nothing to show yet" in await f.sees("ann")


async def test_nobody_is_counted_whom_the_message_has_not_reached(tmp_path: Path) -> None:
    async with firm(tmp_path) as f:
        f.t.paper.deaf = {"ben"}
        await f.begins()
        assert "nothing to show yet" in await f.sees("ann")
        assert "has not reached you" in await f.sees("ben")
        f.t.paper.deaf = set()
        await f.passes(days=1)
        assert "5 cases" in await f.sees("ben")


async def test_who_wants_no_reminders_is_told_all_the_same_but_not_at_night(
    tmp_path: Path,
) -> None:
    night = Clock(datetime(2026, 3, 2, 22, 30, tzinfo=UTC))  # in Berlin half past eleven
    async with firm(tmp_path, night) as f:
        await f.knows("ann")
        await f.t.presses_action("ann", Action("due", arg="stop|"))
        await f.counts()
        await f.passes(minutes=1)
        assert f.told() == []
        await f.passes(hours=10)
        assert f.told() == ["ann"]


async def test_who_dies_while_telling_goes_on_and_tells_nobody_in_two_messages(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with firm(tmp_path, clock) as f:
        await f.knows(*TEAM)
        await f.counts()
        f.t.paper.dies = True
        with pytest.raises(Died):
            await f.passes(minutes=1)
        paper = f.t.paper
    paper.dies = False
    async with firm(tmp_path, clock, paper) as f:
        await f.passes(minutes=1)
        assert sorted(f.told()) == TEAM
        assert all(one.sheet.notice == "A setting has changed here" for one in paper.posts)


async def test_pressed_again_or_turned_off_before_anybody_was_told_it_stays_quiet(
    tmp_path: Path,
) -> None:
    async with firm(tmp_path) as f:
        await f.knows(*TEAM)
        asked = (await f.t.press("ada", "Count decisions", await f.settings())).sheet
        await f.t.press("ada", "Count, and tell", asked)
        await f.t.press("ada", "Count, and tell", asked)
        await f.t.press("ada", "Count decisions no more", await f.settings())
        await f.passes(minutes=1)
        assert f.told() == []


async def test_the_picture_shows_the_same_and_says_it_in_words(tmp_path: Path) -> None:
    drawn: list[Chart] = []

    async def draw(chart: Chart) -> bytes | None:
        drawn.append(chart)
        return b"PNG"

    async with firm(tmp_path) as f:
        object.__setattr__(f.t.parts, "draw_chart", draw)
        await f.begins()
        shown = (await f.t.orders("ann", "insights")).sheet
        file = (await f.t.press("ann", "Picture of all", shown)).file
        assert file is not None
        assert (file.data, drawn[0].title) == (b"PNG", "What was decided here")
        assert file.title.startswith("Bar chart of cases by course: What was decided here. ")
        with pytest.raises(NotFound, match="nothing to draw"):
            await f.t.presses_action("ann", does("picture", "own"))


async def test_the_default_audience_and_the_counting_do_not_change_each_other(
    tmp_path: Path,
) -> None:
    async with firm(tmp_path) as f:
        await f.counts()
        form = await f.t.press("ada", "Choose a default", await f.settings())
        shown = said(await f.t.fills("ada", form, channel="team"))
        assert "#team" in shown
        assert "yes, those since" in shown
        cleared = said(await f.t.press("ada", "No default", await f.settings()))
        assert "whom the asker chooses" in cleared
        assert "yes, those since" in cleared


async def test_a_damaged_paper_keeps_nobody_else_from_being_told_or_asked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with firm(tmp_path) as f:
        await f.knows(*TEAM)
        await f.t.decides("ann")
        await f.t.decides("ben")
        owner, papers = f.t.actor("ann").owner, f.t.store.papers
        for kind in ("habits", "counting"):
            await papers.turn(PaperWork(owner, kind, f.t.clock(), lambda _: Filed(b"{}")))
        async with f.t.store.papers._database.transaction() as run:
            await run("UPDATE papers SET body = zeroblob(64)")
        await f.counts()
        await f.passes(minutes=1)
        assert sorted(f.told()) == TEAM[1:]
        assert await papers.read(f.t.actor("ben").owner, "outcome", case_of("ben"))
        assert "StoreDamaged" in caplog.text
        assert "nothing to show yet" in await f.sees("ben")
