"""What came of a decision: asked after a week, a month and a quarter, answered, kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cards.rows import card_text
from bot.errors import NotFound, WrongUse
from bot.papers import followups
from bot.papers.reminding import Reminding
from bot.ports import Contact
from bot.records.outcome import Outcome
from bot.sheets.due import outcome_act
from tests.rounds.table import MONDAY, TENANT, Clock, Paper, Table, case_of, table


@dataclass
class Hall:
    """A table with somebody who reminds."""

    t: Table
    reminding: Reminding

    async def after(self, days: int, minutes: int = 0) -> int:
        """Let the bot look at what is due so many days after the beginning."""
        self.t.clock.now = MONDAY + timedelta(days=days, minutes=minutes)
        return await self.reminding.round()

    async def outcome(self, name: str = "ann") -> Outcome:
        """Read what is known of somebody's outcome."""
        owner = self.t.actor(name).owner
        found = await followups.outcome_of(self.t.parts.service, owner, case_of(name))
        assert found
        return found

    async def waiting(self, name: str = "ann") -> list[tuple[str, datetime]]:
        """Give what somebody is asked next."""
        found = await self.t.store.papers.reminders(self.t.actor(name).owner)
        return [(one.name, one.due) for one in found]


@asynccontextmanager
async def hall(
    folder: Path, clock: Clock | None = None, paper: Paper | None = None
) -> AsyncIterator[Hall]:
    async with table(folder, ["ann", "ben"], clock, paper) as t:
        yield Hall(t, Reminding(t.parts.service, "paper", t.paper, t.clock))


async def test_a_finished_case_is_asked_about_after_7_30_and_90_days(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.t.decides("ann")
        await h.after(0, 1)
        assert [name for name, _ in await h.waiting()] == ["7", "30", "90"]
        assert (await h.waiting())[0][1] == datetime(2026, 3, 9, 9, tzinfo=UTC)
        assert [await h.after(day, 1) for day in (6, 7, 8, 30, 90, 200)] == [0, 1, 0, 1, 1, 0]
        assert {card_text(one.sheet.card) for one in h.t.paper.posts} == {"You have an item due."}


async def test_a_case_that_goes_on_is_not_asked_about(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.t.a_case("ann")
        await h.after(0, 1)
        assert await h.waiting() == []
        with pytest.raises(NotFound, match="Nothing was decided"):
            await h.t.orders("ann", "outcome", case_of("ann"))


async def test_a_process_that_died_before_noting_the_decision_notes_it_later(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with hall(tmp_path, clock) as h:
        await h.t.decides("ann")
        paper = h.t.paper
    async with hall(tmp_path, clock, paper) as h:
        await h.after(5)
        due = [when for _, when in await h.waiting()]
        assert due[0] == datetime(2026, 3, 9, 9, tzinfo=UTC), "the days count from the decision"
        await h.after(5, 1)
        assert len(await h.waiting()) == 3, "it is noted once"


async def test_what_happened_is_pressed_noted_and_changed(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.t.decides("ann")
        await h.after(0, 1)
        await h.after(7, 1)
        shown = (await h.t.press("ann", "Show")).sheet
        asked = (await h.t.press("ann", "Say what happened", shown)).sheet
        assert asked
        labels = [button.label for button in asked.buttons]
        assert labels[:2] == ["It is settled", "It is better than before"]
        assert labels[-2:] == ["Add a note…", "Stop asking"]
        assert len(labels) == 7
        said = (await h.t.press("ann", "It is better", asked)).sheet
        form = await h.t.press("ann", "Add a note", said)
        await h.t.fills("ann", form, note="They pay in time now.")
        outcome = await h.outcome()
        assert outcome.newest
        assert (outcome.newest.answer, outcome.newest.note) == ("better", "They pay in time now.")
        assert [name for name, _ in await h.waiting()] == ["30", "90"]
        await h.t.press("ann", "It is worse", said)
        changed = (await h.outcome()).said["7"]
        assert (changed.answer, changed.note) == ("worse", "They pay in time now.")


async def test_stop_asking_asks_no_more_and_keeps_what_was_said(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.t.decides("ann")
        await h.after(0, 1)
        asked = (await h.t.orders("ann", "outcome", case_of("ann"))).sheet
        await h.t.press("ann", "It is settled", asked)
        await h.t.press("ann", "Stop asking", asked)
        assert await h.waiting() == []
        assert (await h.outcome()).said["7"].answer == "settled"
        assert [await h.after(day, 1) for day in (7, 30, 90)] == [0, 0, 0]


async def test_an_answer_or_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.t.decides("ann")
        await h.after(0, 1)
        for more in ("7.nothing", "8.better", "x.better", "99999.better"):
            with pytest.raises(WrongUse):
                await h.t.presses_action("ann", outcome_act("say", case_of("ann"), more))
        assert (await h.outcome()).said == {}


async def test_nobody_answers_for_somebody_else(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.t.decides("ann")
        await h.after(0, 1)
        with pytest.raises(NotFound):
            await h.t.presses_action("ben", outcome_act("say", case_of("ann"), "7.better"))


async def test_asked_about_early_or_about_no_day_it_says_what_the_answer_counts_for(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path) as h:
        await h.t.decides("ann")
        await h.after(0, 1)
        early = await h.t.orders("ann", "outcome", case_of("ann"))
        assert early.sheet
        assert "What you say now counts as your answer after 7 days" in card_text(early.sheet.card)
        await h.after(31)
        for made_up in ("", "0", "999", "x"):
            asked = await h.t.presses_action("ann", outcome_act("ask", case_of("ann"), made_up))
            assert asked.sheet
            assert "30 days after you decided" in card_text(asked.sheet.card)


async def test_who_says_what_came_of_it_keeps_the_case_for_the_next_time(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        owner, store = h.t.actor("ann").owner, h.t.store
        await h.t.decides("ann")
        contact = Contact("paper", TENANT, {"user": "ann"}, keep_days=30)
        await store.set_contact(owner, contact)
        await h.after(2)
        expired = [(owner, case_of("ann"))]
        assert await store.expired(MONDAY + timedelta(days=31)) == expired, "noted, not said"
        await h.after(8)
        act = outcome_act("say", case_of("ann"), "7.better")
        await h.t.presses_action("ann", act)
        assert await store.expired(MONDAY + timedelta(days=37)) == []
        assert await store.expired(MONDAY + timedelta(days=39)) == expired
