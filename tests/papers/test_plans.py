"""Plans and logs as people hold them, on paper: what is pressed, what comes of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat import desk
from bot.chat.log import quote
from bot.errors import NotFound, WrongUse
from bot.planning.model import Plan
from bot.planning.record import habits_from_bytes, plan_from_bytes
from bot.records.logbook import Entry, log_from_bytes
from bot.sheets import due as due_sheets
from bot.sheets import log as log_sheets
from bot.sheets import plans as sheets
from tests.rounds.table import Table, case_of, table
from tests.rounds.test_brief import said
from tests.sheets.test_plans import check_form

PEOPLE = ["ann", "ben"]


async def planned(t: Table) -> str:
    """Let Ann have a case with a plan."""
    case_id = await t.a_case("ann")
    offered = await t.orders("ann", "plan", case_id)
    await t.press("ann", "Make it", offered.sheet)
    return case_id


async def plan_of(t: Table, case_id: str) -> Plan:
    return plan_from_bytes(await t.store.papers.read(t.actor("ann").owner, "plan", case_id))


async def test_before_a_result_there_is_no_plan_yet(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        owner = t.actor("ann").owner
        await t.parts.service.start(owner, t.parts.flow, "CASEANN", t.clock(), platform="paper")
        with pytest.raises(NotFound, match="no result yet"):
            await t.orders("ann", "plan", "CASEANN")


async def test_what_cannot_be_read_stands_beside_its_field_and_nothing_is_changed(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await planned(t)
        before = await plan_of(t, case_id)
        for what, entered in (
            ("days", {"tell": "some day", "country": "Atlantis"}),
            ("habits", {"at": "99:99", "zone": "Nowhere"}),
            ("add", {"text": "Call", "day": "3/4"}),
        ):
            reaction = await t.submits("ann", sheets.act(what, case_id), entered)
            assert set(reaction.errors) == set(entered) - {"text"}
        assert await plan_of(t, case_id) == before


async def test_a_press_or_form_that_comes_twice_is_done_once(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await planned(t)
        entered = {"text": "Call my sister", "day": "tomorrow"}
        for _ in range(2):
            await t.submits("ann", sheets.act("add", case_id), entered, key="the same")
        plan = plan_from_bytes(await t.store.papers.read(t.actor("ann").owner, "plan", case_id))
        assert [item.text for item in plan.items].count("Call my sister") == 1


async def test_an_item_that_is_gone_is_told_and_the_others_stay(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await planned(t)
        await t.submits("ann", sheets.act("drop", case_id, "0"), {"item": "1"})
        with pytest.raises(NotFound, match="no longer in your plan"):
            await t.submits("ann", sheets.act("drop", case_id, "0"), {"item": "1"})
        reaction = await t.submits("ann", sheets.act("tick", case_id, "0"), {"done": ("1", "2")})
        assert "Done: 1 of" in said(reaction)


@pytest.mark.parametrize("what", ["make", "days", "show", "whole", "habits", "calendar", "add"])
async def test_nobody_sees_or_changes_the_plan_of_another(tmp_path: Path, what: str) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await planned(t)
        with pytest.raises(NotFound):
            await t.presses_action("ben", sheets.act(what, case_id))
        with pytest.raises(NotFound):
            await t.submits("ben", sheets.act("add", case_id), {"text": "x", "day": ""})


async def test_other_habits_move_all_reminders_and_none_comes_at_once(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await planned(t)
        owner, papers = t.actor("ann").owner, t.store.papers
        before = {one.name: one.due for one in await papers.reminders(owner)}
        entered = {"at": "18:00", "quiet": "", "zone": "America/New_York", "country": "US"}
        await t.submits("ann", sheets.act("habits", case_id), {**entered, "on": "yes"})
        after = {one.name: one.due for one in await papers.reminders(owner)}
        assert set(after) == set(before)
        assert all(due > before[name] for name, due in after.items())
        assert all(due > t.clock() for due in after.values())
        habits = habits_from_bytes(await papers.read(owner, "habits"))
        assert (habits.zone, habits.chosen_zone, habits.country) == ("America/New_York", True, "US")
        await t.submits("ann", sheets.act("habits", case_id), {"on": "no"})
        assert await papers.reminders(owner) == []


async def test_other_days_keep_what_was_added_and_done(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await planned(t)
        await t.submits("ann", sheets.act("add", case_id), {"text": "Call", "day": "tomorrow"})
        await t.submits("ann", sheets.act("tick", case_id, "0"), {"done": ("1",)})
        reaction = await t.submits("ann", sheets.act("days", case_id), {"tell": "in 3 weeks"})
        assert "Call" in said(reaction)
        assert "Done: 1 of" in said(reaction)


async def test_a_chosen_day_that_is_over_is_not_proposed_and_what_hangs_on_it_stays(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await planned(t)
        await t.submits("ann", sheets.act("days", case_id), {"tell": "tomorrow"})
        first = (await plan_of(t, case_id)).items[0].id
        await t.submits("ann", sheets.act("move", case_id, "0"), {"item": first, "day": "1 May"})
        t.clock.advance(timedelta(days=3))
        before = await plan_of(t, case_id)
        form = await t.press("ann", "Other days", (await t.orders("ann", "plan", case_id)).sheet)
        assert form.form is not None
        assert [(one.id, one.value) for one in form.form.fields] == [
            ("tell", ""),
            ("country", ""),
            ("changed", "keep"),
        ]
        await t.fills("ann", form)
        after = await plan_of(t, case_id)
        assert after.anchors == before.anchors == {"tell": "2026-03-03"}
        assert [i for i in after.items if i.day > "2026-03-05"] == [
            i for i in before.items if i.day > "2026-03-05"
        ]
        await t.fills("ann", form, changed="afresh")
        assert not any(item.moved for item in (await plan_of(t, case_id)).items)


async def test_a_plan_is_never_shown_as_that_of_another_course(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await t.a_case("ann")
        offered = await t.orders("ann", "plan", case_id)
        assert "You have not decided yet." in said(offered)
        await t.press("ann", "Make it", offered.sheet)
        added = await t.submits("ann", sheets.act("add", case_id), {"text": "Breathe.", "day": ""})
        assert "What counts by now" not in said(added)
        for value in ("enough", "gave_in", "KEEP", "They paid."):
            await t.answers("ann", value)
        shown = await t.orders("ann", "plan", case_id)
        assert "What counts by now is “Keep and watch”" in said(shown)
        assert "the one for “Talk and reset terms”" in said(shown)
        form = await t.press("ann", "A plan for that…", shown.sheet)
        made = await t.fills("ann", form)
        assert "What counts by now" not in said(made)
        assert "Keep and watch" in said(made)
        assert "Breathe." in said(made)
        assert "Talk it through, or send the letter." not in said(made)


async def test_an_old_button_that_made_the_plan_does_not_make_it_again(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await planned(t)
        await t.submits("ann", sheets.act("days", case_id), {"tell": "in 9 weeks"})
        before = await plan_of(t, case_id)
        await t.presses_action("ann", sheets.act("make", case_id))
        assert await plan_of(t, case_id) == before


async def test_every_item_of_a_long_plan_can_be_moved_and_removed(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await planned(t)
        for number in range(30):
            entered = {"text": f"Call {number}", "day": "in 9 weeks"}
            await t.submits("ann", sheets.act("add", case_id), entered)
        for button, part in (("Move…", "Move 26 to"), ("Remove…", "Remove 26 to")):
            sheet = (await t.orders("ann", "plan", case_id)).sheet
            chosen = await t.press("ann", button, sheet)
            form = await t.press("ann", part, chosen.sheet)
            assert form.form is not None
            last = form.form.fields[0].choices[-1]
            more = {"day": "tomorrow"} if button == "Move…" else {}
            await t.fills("ann", form, item=last.id, **more)
            items = {item.id: item for item in (await plan_of(t, case_id)).items}
            moved = last.id in items and items[last.id].day == "2026-03-03"
            assert moved if more else last.id not in items


async def test_a_form_opened_before_a_reminder_was_answered_opens_nothing_again(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await planned(t)
        old = await t.press("ann", "Tick off", (await t.orders("ann", "plan", case_id)).sheet)
        await t.presses_action("ann", due_sheets.act("done", case_id, "1"))
        await t.fills("ann", old, done=("2",))
        assert {item.id for item in (await plan_of(t, case_id)).items if item.done} == {"1", "2"}
        new = await t.press("ann", "Tick off", (await t.orders("ann", "plan", case_id)).sheet)
        await t.fills("ann", new, done=("2",))
        assert {item.id for item in (await plan_of(t, case_id)).items if item.done} == {"2"}


@pytest.mark.parametrize("what", ["tick", "move", "drop"])
async def test_a_button_for_a_part_that_is_gone_opens_no_empty_form(
    tmp_path: Path, what: str
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await planned(t)
        with pytest.raises(NotFound, match="nothing there any more"):
            await t.presses_action("ann", sheets.act(what, case_id, "1"))


async def test_a_plan_whose_case_was_deleted_is_gone_with_its_reminders(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await planned(t)
        sheet = (await t.orders("ann", "plan", case_id)).sheet
        owner = t.actor("ann").owner
        assert sheet is not None
        await t.store.forget(owner, case_id)
        assert await t.store.papers.reminders(owner) == []
        for button in sheet.buttons:
            with pytest.raises(NotFound, match="or is not yours"):
                await t.presses_action("ann", button.action)
        for what in ("add", "tick", "habits", "days"):
            with pytest.raises(NotFound, match="That case was deleted"):
                await t.submits("ann", sheets.act(what, case_id), {"text": "x", "day": ""})
        assert [paper.kind for paper in await t.store.papers.kept(owner)] in ([], ["habits"])


# ------------------------------------------------------------------ the log


async def test_an_entry_is_written_changed_and_taken_out(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await t.a_case("ann")
        sheet = (await t.orders("ann", "log", case_id)).sheet
        form = await t.press("ann", "Add an entry", sheet)
        entry = await t.fills("ann", form, when="today 8:30", fact="He is a narcissist.")
        assert "“narcissist” is a diagnosis. Write what was said and done" in said(entry)
        assert "It is saved as you wrote it." in said(entry)
        form = await t.press("ann", "Change it", entry.sheet)
        entry = await t.fills("ann", form, fact="He shouted for five minutes.")
        shown = await t.press("ann", "What it said before", entry.sheet)
        assert "He is a narcissist." in said(shown)
        assert "2026-03-02 08:30 (Europe/Berlin)" in said(shown)
        form = await t.press("ann", "Impression", entry.sheet)
        entry = await t.fills("ann", form, next="5 March, Ana")
        assert "2026-03-05, Ana" in said(entry)
        gone = await t.press("ann", "Take it out", entry.sheet)
        assert "taken out of the log" in said(gone)
        assert "There is nothing in it yet." in said(await t.orders("ann", "log", case_id))
        await t.press("ann", "Put it back", gone.sheet)
        assert "He shouted" in said(await t.orders("ann", "log", case_id))


async def test_a_quoted_message_goes_into_the_log_that_was_chosen(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        with pytest.raises(NotFound, match="no case"):
            await quote(t.parts, t.actor("ann"), "Pay nothing", "Bob", "Slack", t.clock())
        await t.a_case("ann")
        owner = t.actor("ann").owner
        await t.parts.service.start(owner, t.parts.flow, "OTHER", t.clock(), platform="paper")
        at = t.clock() - timedelta(days=2)
        offered = await quote(t.parts, t.actor("ann"), "Pay nothing", "Bob", "Slack", at)
        assert await t.store.papers.kept(owner) == []
        await t.fills("ann", offered, case=case_of("ann"))
        assert offered.form
        assert [one.id for one in offered.form.fields][-2:] == ["quote", "fact"]
        t.paper.form_room = 5
        narrow = await quote(t.parts, t.actor("ann"), "Pay nothing", "Bob", "Slack", at)
        assert narrow.form
        assert [one.id for one in narrow.form.fields][-2:] == ["who", "quote"]
        kept = log_from_bytes(await t.store.papers.read(owner, "log", case_of("ann")))
        assert [one.entry.quote for one in kept.entries] == ["Pay nothing"]
        assert kept.entries[0].entry.at.startswith("2026-02-28")
        nowhere = await t.submits("ann", offered.form.action, {"when": "", "quote": "Pay"})
        assert set(nowhere.errors) == {"case"}
        papers = await t.store.papers.kept(owner)
        assert [paper.case_id for paper in papers if paper.kind == "log"] == [case_of("ann")]


def test_of_more_cases_than_a_form_can_offer_it_says_where_the_others_are() -> None:
    cases = {f"CASE{number}": "Heron" * 13 for number in range(26)}
    form = log_sheets.quote_form(cases, Entry("2026-03-02"), 3, 5)
    assert len(form.fields[0].choices) == 25
    assert "“/crossroads log” with a name writes in any other." in form.fields[0].hint
    few = log_sheets.quote_form(dict([*cases.items()][:25]), Entry("2026-03-02"), 3, 5)
    assert few.fields[0].hint == ""
    for one in (form, few):
        check_form(one)


async def test_nobody_reads_or_writes_in_the_log_of_another(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await t.a_case("ann")
        form = log_sheets.act("entry", case_id)
        await t.submits("ann", form, {"when": "", "fact": "He called."}, key="once")
        await t.submits("ann", form, {"when": "", "fact": "He called."}, key="once")
        log = log_from_bytes(await t.store.papers.read(t.actor("ann").owner, "log", case_id))
        assert len(log.entries) == 1
        for what in ("page", "add", "show", "edit", "remove", "history"):
            with pytest.raises(NotFound):
                await t.presses_action("ben", log_sheets.act(what, case_id, "1"))
        with pytest.raises(NotFound):
            await t.submits("ben", form, {"when": "", "fact": "Mine."})
        with pytest.raises(WrongUse):
            await desk.press(t.parts, t.actor("ann"), log_sheets.act("burn", case_id), "key")
