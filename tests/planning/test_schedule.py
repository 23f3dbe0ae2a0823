"""Checklists put on days: around days off, never into the past, and what people do to a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.errors import NotFound, WrongUse
from bot.planning.calendar import calendar_file
from bot.planning.days_off import days_off
from bot.planning.model import Plan
from bot.planning.record import plan_from_bytes, plan_to_bytes
from bot.planning.rule import planning_of
from bot.planning.schedule import (
    MOST_ITEMS,
    add,
    drop,
    make_plan,
    move,
    renewed,
    tick,
    usual_days,
)
from tests.decision.table import FLOW

PLANNING = planning_of(FLOW)
assert PLANNING
CHECKLIST = PLANNING.checklist
MONDAY = date(2026, 3, 2)
NONE = days_off("")
GERMAN = days_off("DE")
COURSES = sorted({course for task in CHECKLIST.tasks for course in task.courses})
EVERYTHING = {
    "safety": "none",
    "payment": "overdue",
    "field": "legal",
    "holding": ("deliverables", "data", "credentials", "property", "money"),
    "premortem": "ambushed",
    "riders": tuple(sorted({task.rider for task in CHECKLIST.tasks if task.rider})),
}


def plan_for(course: str, off: object = GERMAN, **days: date) -> Plan:
    return make_plan(CHECKLIST, course, EVERYTHING, days, MONDAY, off)  # type: ignore[arg-type]


@pytest.mark.parametrize("course", COURSES)
@given(start=st.dates(date(2026, 1, 1), date(2030, 1, 1)), ahead=st.integers(0, 90))
def test_nothing_lies_in_the_past_or_on_a_day_off_unless_it_keeps_somebody_safe(
    course: str, start: date, ahead: int
) -> None:
    usual = usual_days(CHECKLIST, course, start)
    first = next(iter(CHECKLIST.anchors_of(course)), None)
    chosen = {first.id: start + timedelta(days=ahead)} if first else {}
    plan = make_plan(CHECKLIST, course, EVERYTHING, chosen, start, GERMAN)
    fixed = {task.text for task in CHECKLIST.tasks if task.fixed}
    assert plan.items
    assert set(plan.anchors) <= set(usual)
    for item in plan.items:
        day = date.fromisoformat(item.day)
        assert day >= start
        assert item.text in fixed or not GERMAN(day), item
    assert [item.day for item in plan.items] == sorted(item.day for item in plan.items)


def test_a_day_is_asked_for_only_where_something_hangs_on_it() -> None:
    def asked(**facts: object) -> list[str]:
        known = {**EVERYTHING, **facts}
        return [anchor.id for anchor in CHECKLIST.anchors_of("LEAVE_QUIET", known)]

    assert asked(commitment="nothing_open", holding=("none",)) == ["tell"]
    assert asked(commitment="notice") == ["tell", "end"]


@pytest.mark.parametrize("course", COURSES)
def test_every_must_do_line_that_holds_is_in_the_plan(course: str) -> None:
    wanted = {t.text for t in CHECKLIST.tasks if t.rider and course in t.courses}
    items = {item.text for item in plan_for(course).items if item.origin == "rider"}
    assert items == wanted


def test_what_prepares_a_day_moves_before_a_holiday_and_what_follows_after_it() -> None:
    # Good Friday is 3 April 2026, Easter Monday the 6th.
    told = date(2026, 4, 17)
    days = {item.text: item.day for item in plan_for("LEAVE_EXPLAIN", tell=told).items}
    assert days["Save the correspondence."] == "2026-04-02", "14 days before is Good Friday"
    told = date(2026, 3, 30)
    days = {item.text: item.day for item in plan_for("LEAVE_EXPLAIN", tell=told).items}
    assert days["Deliver what is open, or write down what stays unfinished."] == "2026-04-07"


def test_what_made_way_for_a_holiday_says_so_until_it_is_moved_by_hand() -> None:
    friday = date(2026, 4, 17)  # two weeks before it is Good Friday
    plan = plan_for("LEAVE_EXPLAIN", tell=friday)
    told = {item.instead for item in plan.items if item.instead}
    assert "Fri 3 Apr 2026: Good Friday" in told
    assert not [item for item in plan_for("LEAVE_EXPLAIN", NONE, tell=friday).items if item.instead]
    one = next(item for item in plan.items if item.instead)
    assert one.day == "2026-04-02"
    assert not next(i for i in move(plan, one.id, friday).items if i.id == one.id).instead
    assert plan_from_bytes(plan_to_bytes(plan)) == plan


def test_without_a_country_weekends_alone_are_days_off() -> None:
    assert not NONE(date(2026, 4, 6))
    assert NONE(date(2026, 4, 4)) == "Saturday"
    assert GERMAN(date(2026, 4, 6)) == "Easter Monday"
    assert days_off("DE-BY")(date(2026, 1, 6)) == "Epiphany"
    assert days_off("AE")(date(2026, 4, 3)) != "Friday", "its weekend is what it is there"


@pytest.mark.parametrize(
    ("code", "says"), [("XX", "Did you mean"), ("DE-QQ", "There are: DE"), ("Grmany", "DE")]
)
def test_a_country_that_is_not_known_is_told_with_the_nearest(code: str, says: str) -> None:
    with pytest.raises(WrongUse, match=says):
        days_off(code)


def test_a_day_that_is_over_is_refused() -> None:
    with pytest.raises(WrongUse, match="is over"):
        plan_for("RESET", tell=MONDAY - timedelta(days=1))


# ------------------------------------------------------------------ what people do to it


def test_a_plan_is_ticked_moved_added_to_and_taken_from() -> None:
    plan = plan_for("RESET")
    first = plan.items[0].id
    assert tick(plan, first).items[0].done
    assert tick(tick(plan, first), first, done=False) == plan
    moved = move(plan, first, date(2027, 1, 2))
    assert moved.items[-1].id == first
    assert moved.items[-1].moved
    added = add(plan, "  Call   my sister ", MONDAY)
    assert added.items[0].text == "Call my sister" or "Call my sister" in {
        item.text for item in added.items
    }
    assert len(drop(plan, first).items) == len(plan.items) - 1
    for change in (tick, drop):
        with pytest.raises(NotFound):
            change(plan, "999")


@pytest.mark.parametrize("text", ["", "   ", "x" * 301])
def test_what_cannot_be_added_is_said(text: str) -> None:
    with pytest.raises(WrongUse):
        add(plan_for("RESET"), text, MONDAY)


def test_a_plan_does_not_grow_for_ever() -> None:
    plan = plan_for("RESET")
    while len(plan.items) < MOST_ITEMS:
        plan = add(plan, "More", MONDAY)
    with pytest.raises(WrongUse, match=str(MOST_ITEMS)):
        add(plan, "One more", MONDAY)


def again(before: Plan, *, afresh: bool = False, course: str = "RESET", **days: date) -> Plan:
    """Make a plan again, for other days unless those are named."""
    fresh = plan_for(course, **(days or {"tell": date(2026, 6, 1)}))
    return renewed(fresh, before, MONDAY, afresh=afresh)


def test_made_again_it_keeps_what_was_added_and_ticked_and_every_item_its_number() -> None:
    plan = add(tick(plan_for("RESET"), "1"), "Call my sister", MONDAY)
    made = again(plan)
    assert {i.text for i in made.items if i.done} == {i.text for i in plan.items if i.done}
    assert "Call my sister" in {item.text for item in made.items}
    assert {i.text: i.id for i in made.items} == {i.text: i.id for i in plan.items}
    other = again(drop(plan, "2"), course="LEAVE_EXPLAIN")
    numbers = [item.id for item in other.items]
    assert len(set(numbers)) == len(numbers)
    texts = {item.id: item.text for item in plan.items}
    assert all(texts.get(item.id, item.text) == item.text for item in other.items)
    assert int(max(numbers, key=int)) < other.next_id
    assert plan_from_bytes(plan_to_bytes(made)) == made


def test_made_again_what_was_moved_keeps_its_day_and_what_was_removed_stays_away() -> None:
    plan = plan_for("RESET")
    moved, gone = plan.items[0].text, plan.items[1].text
    changed = drop(move(plan, plan.items[0].id, date(2026, 5, 9)), plan.items[1].id)
    for made in (again(changed), again(again(changed))):
        days = {item.text: item.day for item in made.items}
        assert days[moved] == "2026-05-09", "a Saturday that the person chose"
        assert next(item for item in made.items if item.text == moved).moved
        assert gone not in days
        assert plan_from_bytes(plan_to_bytes(made)) == made
    anew = again(changed, afresh=True)
    assert [(i.text, i.day, i.moved) for i in anew.items] == [
        (i.text, i.day, False) for i in plan_for("RESET", tell=date(2026, 6, 1)).items
    ]


def test_made_again_a_day_chosen_by_hand_that_is_over_is_reckoned_anew() -> None:
    plan = plan_for("RESET")
    made = again(move(plan, plan.items[0].id, MONDAY - timedelta(days=1)))
    fresh = {i.text: i.day for i in plan_for("RESET", tell=date(2026, 6, 1)).items}
    one = next(item for item in made.items if item.text == plan.items[0].text)
    assert (one.day, one.moved) == (fresh[one.text], False)


def test_for_another_course_the_checklist_begins_anew_but_for_ticks_and_own_items() -> None:
    plan = plan_for("LEAVE_EXPLAIN")
    shared = [i for i in plan.items if i.text in {o.text for o in plan_for("HANDOVER").items}]
    ticked, moved, gone, *_ = shared
    changed = add(tick(plan, ticked.id), "Call my sister", MONDAY)
    changed = drop(move(changed, moved.id, date(2026, 5, 9)), gone.id)
    items = {item.text: item for item in again(changed, course="HANDOVER").items}
    assert items[ticked.text].done
    assert items["Call my sister"].origin == "own"
    assert not items[moved.text].moved
    assert gone.text in items


def test_plans_that_were_kept_before_anything_could_stay_removed_are_read() -> None:
    kept = b'{"course":"RESET","anchors":{},"items":[],"next_id":4}'
    assert plan_from_bytes(kept) == Plan("RESET", {}, (), 4)


def test_a_day_the_plan_rests_on_may_be_over_and_what_follows_it_stays_where_it_is() -> None:
    told = MONDAY - timedelta(days=5)
    before = Plan("LEAVE_EXPLAIN", {"tell": told.isoformat(), "end": "2026-03-20"})
    days = {"tell": told, "end": date(2026, 4, 20)}
    made = make_plan(CHECKLIST, "LEAVE_EXPLAIN", EVERYTHING, days, MONDAY, GERMAN, before)
    assert made.anchors == {"tell": "2026-02-25", "end": "2026-04-20"}
    placed = {item.text: item.day for item in made.items}
    assert placed["Deliver what is open, or write down what stays unfinished."] == "2026-03-04"
    assert min(placed.values()) >= MONDAY.isoformat()
    usual = usual_days(CHECKLIST, "LEAVE_EXPLAIN", MONDAY, {"tell": told}, before)
    assert usual["end"] == told + timedelta(days=30)
    other = replace(before, course="RESET")
    for wrong in (None, other):
        with pytest.raises(WrongUse, match="is over"):
            make_plan(CHECKLIST, "LEAVE_EXPLAIN", EVERYTHING, days, MONDAY, GERMAN, wrong)


# ------------------------------------------------------------------ the calendar file


def test_the_calendar_file_has_what_is_open_as_whole_days_and_names_nobody() -> None:
    plan = tick(add(plan_for("RESET"), "Grüße: Ärger, «Ωmega» ☕; ok", date(2026, 3, 9)), "1")
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    data = calendar_file(plan, "Crossroads", "K7Q2M9XA", at)
    assert data == calendar_file(plan, "Crossroads", "K7Q2M9XA", at)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"K7Q2M9XA" not in data
    events = Calendar.from_ical(data).walk("VEVENT")
    assert {str(e["SUMMARY"]) for e in events} == {i.text for i in plan.items if not i.done}
    for event in events:
        assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1)
    assert len({str(event["UID"]) for event in events}) == len(events)
