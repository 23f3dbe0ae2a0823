"""What a reminder opens: each thing that is due put off alone, once, and told where it stays."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.discord.render.sheets import sheet_message as on_discord
from adapters.slack.render.sheets import sheet_message as on_slack
from bot.cards.rows import card_text
from bot.chat.reaction import Reaction
from bot.errors import NotFound
from bot.papers import plans
from bot.papers.reminding import TRIES
from bot.planning.model import Item
from bot.planning.schedule import tick
from bot.sheets import due as sheets
from bot.sheets.due import DueCase
from bot.sheets.model import MOST_BUTTONS, Entered
from tests.discord.render_checks import check_message as check_on_discord
from tests.papers.test_reminding import Hall, day, hall, utc
from tests.rounds.table import case_of
from tests.sheets.test_plans import LONG, check_form
from tests.slack.render_checks import check_message

MONDAY = day(9)


async def days_of(h: Hall, name: str = "ann") -> list[str]:
    plan = await plans.plan_of(h.t.parts.service, h.t.actor(name).owner, case_of(name))
    assert plan
    return [item.day for item in plan.items]


async def shown(h: Hall, *days: date) -> Reaction:
    """Let Ann open what is due of a plan."""
    await h.plan("ann", [*days])
    await h.at(utc(3, 9, 8))
    return await h.t.press("ann", "Show")


async def test_one_of_several_is_put_off_and_the_others_stay(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        form = await h.t.press("ann", "Put off", (await shown(h, day(8), MONDAY, day(30))).sheet)
        assert form.form
        assert len(form.form.fields[0].choices) == 2, "what is not due yet is not offered"
        left = await h.t.fills("ann", form, items=(f"{case_of('ann')}.2",), until="7")
        assert left.instead
        assert left.sheet
        done = [one.label for one in left.sheet.buttons if one.label.startswith("Done")]
        assert len(done) == 1
        assert await days_of(h) == ["2026-03-08", "2026-03-16", "2026-03-30"]
        assert await h.waiting("ann") == [utc(3, 16, 8), utc(3, 30, 7)]


async def test_another_day_may_be_written_if_it_is_to_come(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        form = await h.t.press("ann", "Put off", (await shown(h, MONDAY)).sheet)
        both = (f"{case_of('ann')}.1",)
        for wrong in ("today", "9 March 2026", "some day"):
            refused = await h.t.fills("ann", form, items=both, day=wrong)
            assert set(refused.errors) == {"day"}
        nothing = await h.t.fills("ann", form, items=())
        assert set(nothing.errors) == {"items"}
        assert await days_of(h) == ["2026-03-09"]
        await h.t.fills("ann", form, items=both, day="next Friday")
        assert await days_of(h) == ["2026-03-13"]


async def test_what_comes_twice_is_put_off_once(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        sheet = (await shown(h, MONDAY, MONDAY)).sheet
        form = (await h.t.press("ann", "Put off", sheet)).form
        assert form
        entered: Entered = {"items": (f"{case_of('ann')}.1",), "until": "1", "day": ""}
        later = sheets.act("later", more="1")
        await h.t.submits("ann", form.action, entered, key="once")
        await h.t.presses_action("ann", later, key="at once")
        before = (await days_of(h), await h.waiting("ann"))
        assert before == (["2026-03-09", "2026-03-10"], [utc(3, 10, 8)] * 2)
        h.t.clock.advance(timedelta(days=2))
        await h.t.submits("ann", form.action, entered, key="once")
        await h.t.presses_action("ann", later, key="at once")
        assert (await days_of(h), await h.waiting("ann")) == before


async def test_what_was_done_meanwhile_is_not_moved_and_nobody_moves_another_s(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path) as h:
        form = await h.t.press("ann", "Put off", (await shown(h, MONDAY, MONDAY)).sheet)
        assert form.form
        await h.change("ann", lambda plan: tick(plan, "1"))
        both = (f"{case_of('ann')}.1", f"{case_of('ann')}.2")
        entered: Entered = {"items": both, "until": "1", "day": ""}
        with pytest.raises(NotFound):
            await h.t.submits("ben", form.form.action, entered)
        await h.t.fills("ann", form, items=(*both, "rubbish"), until="1")
        assert await days_of(h) == ["2026-03-09", "2026-03-10"]
        with pytest.raises(NotFound, match="no longer"):
            await h.t.fills("ann", form, items=both[:1])


async def test_what_was_given_up_stands_on_top_of_the_plan(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ann", [day(30), MONDAY])
        await h.t.goes_on("ann")
        h.t.paper.deaf.add("ann")
        for number in range(TRIES + 1):
            await h.at(utc(3, 9 + number, 8))
        assert len(await h.waiting("ann")) == 1, "the one that is not due yet"
        plan = (await h.t.orders("ann", "plan", case_of("ann"))).sheet
        assert plan
        said = card_text(plan.card)
        assert said.index("Overdue") < said.index("Mon 9 Mar") < said.index("To do")


@pytest.mark.parametrize(("cases", "items"), [(1, 1), (1, 26), (3, 8), (30, 7)])
def test_however_much_is_due_it_has_room_and_can_be_put_off(cases: int, items: int) -> None:
    due = [
        DueCase(
            f"01JQ7Z5K3N8XW2M4R6T9V0B1{case:02}",
            "Heron" * 12,
            tuple(Item(str(n), f"{n}. {LONG}"[:300], "2026-03-05") for n in range(items)),
            30,
        )
        for case in range(cases)
    ]
    sheet = sheets.all_due_sheet(due, MONDAY, "What happened?")
    assert len(sheet.buttons) <= MOST_BUTTONS
    done = [one for one in sheet.buttons if one.label.startswith("Done")]
    told = "Not everything here has a button." in card_text(sheet.card)
    assert told is (len(done) < cases * items)
    check_message(on_slack(sheet))
    check_on_discord(on_discord(sheet))
    offered = 0
    for page in range((cases * items - 1) // 25 + 1):
        form = sheets.off_form(due, page, MONDAY)
        check_form(form)
        offered += len(form.fields[0].choices)
    assert offered == cases * items


def test_a_plan_with_nothing_due_offers_nothing_to_put_off() -> None:
    asked = DueCase("CASE", "Heron", (), 30)
    sheet = sheets.all_due_sheet([asked], MONDAY, "What happened?")
    assert not [b for b in sheet.buttons if b.label.startswith("Put off")]
