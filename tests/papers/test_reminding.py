"""What is due reaches people once, at their time, in one message that tells nothing of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from adapters.discord.render.sheets import sheet_message as on_discord
from adapters.slack.render.sheets import sheet_message as on_slack
from bot.cards.rows import card_text
from bot.filing import Filed, PaperWork
from bot.papers import plans
from bot.papers.habits import read_habits, write_habits
from bot.papers.reminding import TRIES, Reminding
from bot.planning.model import Habits, Plan
from bot.planning.record import plan_to_bytes
from bot.planning.reminding import reminders_of
from bot.planning.schedule import add, drop, move, tick
from bot.ports import Contact
from bot.rounds.ports import Letter
from bot.sheets import due as sheets
from tests.rounds.table import TENANT, Clock, Died, Paper, Table, case_of, table

BERLIN = Habits(zone="Europe/Berlin", chosen_zone=True)
TEXT = "Call Ms Grey about the Heron invoice."


@dataclass
class Hall:
    """A table with somebody who reminds, and what each person was sent."""

    t: Table
    reminding: Reminding

    async def plan(
        self, name: str, days: list[date], habits: Habits = BERLIN, *, known: bool = True
    ) -> None:
        """Give somebody a case with a plan that has something to do on each of these days."""
        t, owner = self.t, self.t.actor(name).owner
        if known:
            contact = Contact("paper", TENANT, {"user": name})
            await t.store.set_contact(owner, contact)
        await t.parts.service.start(
            owner, t.parts.flow, case_of(name), t.clock(), track="fast", platform="paper"
        )
        await write_habits(t.store.papers, owner, habits, t.clock(), "paper")
        plan = Plan("RESET", {})
        for day in days:
            plan = add(plan, TEXT, day)
        made = plan

        def fold(body: bytes) -> Filed:
            return Filed(plan_to_bytes(made), reminders_of(made, habits, t.clock()))

        work = PaperWork(owner, "plan", t.clock(), fold, case_of(name), "paper")
        await t.store.papers.turn(work)

    async def change(self, name: str, changed: plans.Change, key: str = "") -> None:
        """Change somebody's plan."""
        owner, at = self.t.actor(name).owner, self.t.clock()
        service = self.t.parts.service
        await plans.change(service, owner, case_of(name), changed, at, platform="paper", key=key)

    async def at(self, moment: datetime) -> int:
        """Set the clock, do what is due, and give how many people were reminded."""
        self.t.clock.now = moment
        return await self.reminding.round()

    async def waiting(self, name: str) -> list[datetime]:
        """Give when somebody is reminded next."""
        found = await self.t.store.papers.reminders(self.t.actor(name).owner)
        return [one.due for one in found]

    def told(self) -> list[str]:
        """Give what was posted, in order."""
        return [card_text(one.sheet.card) for one in self.t.paper.posts]


def reminding_of(t: Table) -> Reminding:
    return Reminding(t.parts.service, "paper", t.paper, t.clock)


@asynccontextmanager
async def hall(
    folder: Path, people: str = "ann ben", clock: Clock | None = None, paper: Paper | None = None
) -> AsyncIterator[Hall]:
    async with table(folder, people.split(), clock, paper) as t:
        yield Hall(t, reminding_of(t))


def day(number: int, month: int = 3) -> date:
    return date(2026, month, number)


def utc(month: int, number: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, number, hour, minute, tzinfo=UTC)


# ------------------------------------------------------------------ when


@pytest.mark.parametrize(
    ("on", "before", "hour"),
    [
        (day(28), day(27), 8),
        (day(29), day(28), 7),  # summer time began in the night
        (day(24, 10), day(23, 10), 7),
        (day(25, 10), day(24, 10), 8),  # it ended
    ],
)
async def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change(
    tmp_path: Path, on: date, before: date, hour: int
) -> None:
    async with hall(tmp_path, "ann") as h:
        await h.plan("ann", [on])
        assert await h.at(utc(on.month, on.day, hour) - timedelta(minutes=1)) == 0
        assert await h.at(utc(on.month, on.day, hour)) == 1
        assert h.told() == ["You have an item due."]


async def test_an_item_moved_by_hand_to_a_holiday_still_reminds(tmp_path: Path) -> None:
    christmas = day(25, 12)
    async with hall(tmp_path, "ann") as h:
        await h.plan("ann", [day(9)], replace(BERLIN, country="DE"))
        await h.change("ann", lambda plan: move(plan, "1", christmas))
        assert await h.at(utc(3, 10, 9)) == 0
        assert await h.at(utc(12, 25, 8)) == 1


async def test_who_flew_to_another_zone_is_not_woken_there(tmp_path: Path) -> None:
    async with hall(tmp_path, "ann") as h:
        await h.plan("ann", [day(9)], Habits(zone="Asia/Tokyo", at="09:00"))
        assert await h.at(utc(3, 9, 0)) == 0, "it is one at night in Berlin, where they are now"
        assert await h.waiting("ann") == [utc(3, 9, 7)]
        assert await h.at(utc(3, 9, 7)) == 1


async def test_what_comes_late_into_the_quiet_hours_waits_for_their_end(tmp_path: Path) -> None:
    async with hall(tmp_path, "ann") as h:
        await h.plan("ann", [day(9)])
        assert await h.at(utc(3, 9, 22)) == 0, "the bot was down until then"
        assert await h.waiting("ann") == [utc(3, 10, 7)]
        assert await h.at(utc(3, 10, 7)) == 1
        assert await h.at(utc(3, 10, 8)) == 0


async def test_a_week_of_downtime_ends_in_one_message_for_forty_items(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(3) + timedelta(days=number % 7) for number in range(40)])
        await h.plan("ben", [day(5)])
        assert await h.at(utc(3, 10, 10)) == 2
        assert sorted(h.told()) == ["You have 40 items due.", "You have an item due."]
        assert await h.at(utc(3, 11, 10)) == 0
        assert await h.waiting("ann") == []


# ------------------------------------------------------------------ once


async def test_a_process_that_dies_after_posting_does_not_remind_twice(tmp_path: Path) -> None:
    clock = Clock()
    async with hall(tmp_path, clock=clock) as h:
        await h.plan("ann", [day(9), day(9)])
        paper, paper.dies = h.t.paper, True
        with suppress(Died):
            await h.at(utc(3, 9, 8))
        assert len(await h.waiting("ann")) == 2, "it was not noted"
    paper.dies = False
    async with hall(tmp_path, clock=clock, paper=paper) as h:
        assert await h.at(utc(3, 9, 9)) == 1
        assert h.told() == ["You have 2 items due."]
        assert paper.letters[-1].attempts > 0, "the platform is to look for the first"
        assert await h.waiting("ann") == []


async def test_two_processes_at_once_post_one_message(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9)])
        h.t.clock.now = utc(3, 9, 8)
        await asyncio.gather(h.reminding.round(), reminding_of(h.t).round())
        assert h.told() == ["You have an item due."]
        assert await h.waiting("ann") == []


async def test_what_is_set_anew_while_its_message_is_under_way_is_not_lost(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9)])
        put = h.t.paper.put

        async def meanwhile(letter: Letter) -> str:
            ref = await put(letter)
            await h.change("ann", lambda plan: move(plan, "1", day(12)))
            return ref

        h.reminding.forum.put = meanwhile  # type: ignore[method-assign]
        assert await h.at(utc(3, 9, 8)) == 1
        assert await h.waiting("ann") == [utc(3, 12, 8)]


async def test_what_is_done_dropped_or_deleted_is_not_reminded_of(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9), day(9), day(9)])
        await h.change("ann", lambda plan: tick(plan, "1"))
        await h.change("ann", lambda plan: drop(plan, "2"))
        await h.at(utc(3, 9, 8))
        assert h.told() == ["You have an item due."]
        await h.plan("ben", [day(12)])
        await h.t.store.forget(h.t.actor("ben").owner)
        assert await h.at(utc(3, 12, 9)) == 0


# ------------------------------------------------------------------ where it does not arrive


async def test_a_platform_s_wish_to_wait_is_obeyed(tmp_path: Path) -> None:
    async with hall(tmp_path, "ann") as h:
        await h.plan("ann", [day(9)])
        h.t.paper.asks_to_wait = timedelta(seconds=37)
        assert await h.at(utc(3, 9, 8)) == 0
        assert await h.waiting("ann") == [utc(3, 9, 8) + timedelta(seconds=37)]
        h.t.paper.asks_to_wait = None
        assert await h.at(utc(3, 9, 8, 1)) == 1


async def test_a_platform_that_fails_is_tried_again_less_and_less_often(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9)])
        await h.plan("ben", [day(9)])
        h.t.paper.failing.add("ann")
        waits, at = [], utc(3, 9, 8)
        for _ in range(14):
            await h.at(at)
            (due,) = await h.waiting("ann")
            waits.append(int((due - at).total_seconds()))
            at = due
        assert waits[:4] == [2, 4, 8, 16]
        assert waits[-1] == 3600
        assert h.told() == ["You have an item due."], "Ben did not wait for it"
        h.t.paper.failing.clear()
        assert await h.at(at) == 1


async def test_who_cannot_be_reached_is_tried_for_a_week(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9)])
        h.t.paper.deaf.add("ann")
        for number in range(TRIES):
            await h.at(utc(3, 9 + number, 8))
            assert len(await h.waiting("ann")) == 1
        await h.at(utc(3, 9 + TRIES, 8))
        assert await h.waiting("ann") == []
        assert h.told() == []


async def test_a_damaged_paper_stops_nobody_else_s_reminder(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9)])
        await h.plan("ben", [day(9)])
        await _damage_habits(h, "ann")
        assert await h.at(utc(3, 9, 8)) == 1
        assert h.told() == ["You have an item due."]
        assert h.t.paper.posts[0].target.address == {"user": "ben"}
        assert len(await h.waiting("ann")) == 1
        assert "Heron" not in caplog.text


async def _damage_habits(h: Hall, name: str) -> None:
    """Turn a bit of what is kept of somebody's habits."""
    database = h.t.store.papers._database
    owner = h.t.actor(name).owner
    async with database.transaction() as run:
        await run(
            "UPDATE papers SET body = zeroblob(64) WHERE kind = 'habits'"
            " AND person = (SELECT row FROM people WHERE owner = ?)",
            (owner,),
        )


# ------------------------------------------------------------------ what the person does with it


async def test_stop_all_stops_all_and_says_how_to_begin_again(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9), day(12)])
        await h.at(utc(3, 9, 8))
        reaction = await h.t.press("ann", "Stop all reminders")
        assert reaction.sheet
        assert "Reminders…" in card_text(reaction.sheet.card)
        assert await h.waiting("ann") == []
        assert await h.at(utc(3, 12, 9)) == 0
        owner, papers = h.t.actor("ann").owner, h.t.store.papers
        on = replace(await read_habits(papers, owner), on=True)
        await write_habits(papers, owner, on, h.t.clock(), "paper")
        assert await h.waiting("ann") == [utc(3, 13, 8)] * 2, "what is open comes the day after"


@pytest.mark.parametrize(("label", "again"), [("Tomorrow", 10), ("Next week", 16)])
async def test_later_reminds_of_all_of_it_again(tmp_path: Path, label: str, again: int) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(8), day(9), day(30)])
        await h.at(utc(3, 9, 8))
        await h.t.press("ann", label)
        assert await h.waiting("ann") == [utc(3, again, 8)] * 2 + [utc(3, 30, 7)]
        assert await h.at(utc(3, again, 8)) == 1
        assert h.told() == ["You have 2 items due."] * 2


async def test_done_pressed_twice_ticks_once_and_shows_what_is_left(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9), day(9)])
        await h.at(utc(3, 9, 8))
        shown = (await h.t.press("ann", "Show")).sheet
        assert shown
        done = sheets.act("done", case_of("ann"), "1")
        for _ in range(2):
            after = await h.t.presses_action("ann", done, key="the same click")
        assert after.sheet
        labels = [button.label for button in after.sheet.buttons]
        assert len([label for label in labels if label.startswith("Done")]) == 1
        plan = await plans.plan_of(h.t.parts.service, h.t.actor("ann").owner, case_of("ann"))
        assert plan
        assert [item.done for item in plan.items] == [True, False]


async def test_no_notification_tells_anything_of_the_matter(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(9)])
        await h.at(utc(3, 9, 8))
        sheet = h.t.paper.posts[0].sheet
        slack, discord = on_slack(sheet), on_discord(sheet)
        assert sheet.notice == "You have an item due", "what is posted first, and notified"
        for sent in (orjson.dumps(slack.payload), repr(discord).encode()):
            for word in ("Grey", "Heron", "invoice", "client", "RESET"):
                assert word.encode().lower() not in sent.lower(), sent
