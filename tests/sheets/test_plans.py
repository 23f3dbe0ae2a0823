"""A plan of any length has room on every platform, and every item of it can be reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.discord.render import form_modal as discord_form
from adapters.discord.render import sheet_message as discord_message
from adapters.discord.render import sheet_pages
from adapters.slack.render.entries import form_modal
from adapters.slack.render.sheets import sheet_message, sheet_modal
from bot.cards.actions import parse_action
from bot.cards.rows import card_text
from bot.planning.model import Anchor, Habits, Item, Plan
from bot.planning.schedule import MOST_ITEMS, MOST_TEXT, tick
from bot.sheets import plan_forms
from bot.sheets import plans as sheets
from bot.sheets.acts import read
from bot.sheets.model import FIELD_LABEL, FORM_ROOM, MOST_BUTTONS, Form, Sheet
from bot.sheets.plans import ShownPlan
from tests.discord.render_checks import check_message as check_on_discord
from tests.fakes import shapes
from tests.fakes.discord.limits import wrong_parts
from tests.slack.render_checks import check_message, check_view

THURSDAY = date(2026, 3, 5)
CASE = "01JQ7Z5K3N8XW2M4R6T9V0B1CD"
LONG = ("Ünlü & <b>*always*</b> _never_ @here 👩‍💻 " * 20)[:MOST_TEXT]


def shown(count: int) -> ShownPlan:
    items = tuple(
        Item(str(n), f"{n}. {LONG}"[:MOST_TEXT], str(THURSDAY + timedelta(days=n - 3)))
        for n in range(1, count + 1)
    )
    return ShownPlan(
        Plan("RESET", {}, items, count + 1),
        CASE,
        "Heron" * 12,
        "Reset the terms",
        THURSDAY,
        Habits(),
    )


def check_form(form: Form) -> None:
    """See that both platforms take a form."""
    check_view(form_modal(form))
    modal = discord_form(form, "1")
    answer = {"type": 9, "data": modal}
    assert shapes.wrong_request("create_interaction_response", answer) == []
    assert [*wrong_parts(modal["components"], "components")] == []


def sheets_of(plan: ShownPlan) -> list[Sheet]:
    parts = [sheets.parts_sheet(plan, what) for what in ("move", "drop")] if plan.plan.items else []
    return [sheets.plan_sheet(plan), *parts]


def forms_of(plan: ShownPlan) -> list[Form]:
    made = {
        "tick": plan_forms.tick_form,
        "move": plan_forms.move_form,
        "drop": plan_forms.drop_form,
    }
    forms: dict[str, Form] = {}
    for sheet in sheets_of(plan):
        for button in sheet.buttons:
            what, _, page = read(button.action)
            if what in made and page:
                forms[str(button.action)] = made[what](plan, int(page))
    return [*forms.values()]


@pytest.mark.parametrize("count", [0, 1, 25, 26, 60, MOST_ITEMS])
def test_a_plan_of_any_length_has_room_on_both_platforms(count: int) -> None:
    for sheet in sheets_of(shown(count)):
        assert len(sheet.buttons) <= MOST_BUTTONS
        assert all(parse_action(str(one.action)) == one.action for one in sheet.buttons)
        assert sheet.notice == "Your plan", "nothing of it stands in a notification"
        check_message(sheet_message(sheet))
        if sheet.whole:
            check_view(sheet_modal(sheet, sheet.whole))
        check_on_discord(discord_message(sheet))
        for page in sheet_pages(sheet, whole=True):
            check_on_discord(page)


@pytest.mark.parametrize("count", [1, 26, 60, MOST_ITEMS])
def test_every_form_has_room_and_every_item_is_in_one_of_them(count: int) -> None:
    plan = shown(count)
    forms = [*forms_of(plan), plan_forms.add_form(CASE), plan_forms.habits_form(CASE, Habits())]
    for form in forms:
        assert len(form.fields) + bool(form.intro) <= FORM_ROOM
        check_form(form)
    for what in ("tick", "move", "drop"):
        offered = [
            choice.id
            for form in forms
            if read(form.action)[0] == what
            for choice in form.fields[0].choices
        ]
        assert offered == [item.id for item in plan.plan.items], what


def test_the_days_are_asked_with_as_many_fields_as_there_is_room_for() -> None:
    anchors = [Anchor(f"day_{n}", f"On which day do you {LONG}?", "", n) for n in range(4)]
    form = plan_forms.days_form(CASE, anchors, {}, THURSDAY, "DE", changed=True)
    assert len(form.fields) == FORM_ROOM
    assert all(len(one.label) <= FIELD_LABEL for one in form.fields)
    check_form(form)


def test_a_chosen_day_that_is_over_is_told_and_not_proposed() -> None:
    anchors = [Anchor("tell", "On which day do you tell them?", "", 14), Anchor("end", "?", "", 30)]
    days = {"tell": THURSDAY - timedelta(days=1), "end": THURSDAY}
    form = plan_forms.days_form(CASE, anchors, days, THURSDAY, "DE", changed=True)
    tell, end, _, changed = form.fields
    assert (tell.value, end.value) == ("", "5 March 2026")
    assert tell.hint == "4 March 2026 is over and stays, unless you write another."
    assert changed.value == "keep"
    check_form(form)


def test_what_is_overdue_stands_first_and_marks_say_why() -> None:
    items = (
        Item("1", "Call the lawyer.", "2026-03-03", origin="rider"),
        Item("2", "Send it.", "2026-03-05", instead="Fri 6 Mar 2026: A holiday"),
        Item("3", "Pack.", "2026-03-01", done=True),
    )
    plan = ShownPlan(
        Plan("RESET", {}, items, 4),
        CASE,
        "Heron",
        "Reset the terms",
        THURSDAY,
        Habits(on=False),
        (("On which day do you tell them?", "2026-03-19"),),
    )
    said = card_text(sheets.plan_sheet(plan).card)
    order = [
        "Thu 19 Mar",
        "Overdue",
        "(must do)",
        "To do",
        "Today",
        "(instead of Fri 6 Mar",
        "Done: 1",
    ]
    assert [said.index(one) for one in order] == sorted(said.index(one) for one in order)
    assert "You are not reminded of anything." in said


def test_a_form_for_ticking_off_tells_by_its_id_how_the_items_stood() -> None:
    before = shown(3)
    after = replace(before, plan=tick(before.plan, "2"))
    assert plan_forms.tick_form(before, 0).action == plan_forms.tick_form(shown(3), 0).action
    assert plan_forms.tick_form(before, 0).action != plan_forms.tick_form(after, 0).action
