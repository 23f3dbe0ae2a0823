"""From a checklist and the days somebody chose to a plan, and what can be done to one; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from bot.errors import NotFound, WrongUse
from bot.planning.days_off import DaysOff
from bot.planning.model import Checklist, Item, Origin, Plan, Task

MOST_ITEMS = 200
"""Items of one plan."""

MOST_TEXT = 300
"""Characters of an item."""

_DAY = timedelta(days=1)
_LONGEST_BREAK = 14
Facts = Mapping[str, object]


def make_plan(
    checklist: Checklist,
    course: str,
    facts: Facts,
    anchors: Mapping[str, date],
    today: date,
    days_off: DaysOff,
    before: Plan | None = None,
) -> Plan:
    """Make the plan of a course: every task on its day, none in the past, none on a day off.

    ``anchors`` are the days that were chosen. Raises ``WrongUse`` where one is over, unless the
    plan ``before`` rests on it.
    """
    days = usual_days(checklist, course, today, anchors, before)
    placed = [
        _item(task, checklist, days, today, days_off)
        for task in checklist.tasks
        if course in task.courses and task.when.holds(facts)
    ]
    known = checklist.anchors_of(course, facts)
    plan = Plan(course, {anchor.id: days[anchor.id].isoformat() for anchor in known})
    for item in _by_day(placed):
        plan = _with(plan, item)
    return plan


def usual_days(
    checklist: Checklist,
    course: str,
    today: date,
    chosen: Mapping[str, date] | None = None,
    before: Plan | None = None,
) -> dict[str, date]:
    """Say which days a plan is reckoned from, where others than the ``chosen`` are not known.

    Raises ``WrongUse`` where one is over, unless the plan ``before`` rests on it.
    """
    given, stands = chosen or {}, standing_days(before, course)
    days = {"": today}
    for anchor in checklist.anchors.values():
        day = given.get(anchor.id) or max(days[anchor.after] + anchor.days * _DAY, today)
        over = day < today and day != stands.get(anchor.id)
        if over and anchor in checklist.anchors_of(course):
            raise WrongUse(f"{day:%d %B %Y} is over.", "Choose today or a day to come.")
        days[anchor.id] = day
    return days


def standing_days(plan: Plan | None, course: str) -> dict[str, date]:
    """Give the days that a plan rests on, if there is one and it is for this course."""
    if plan is None or plan.course != course:
        return {}
    return {anchor: date.fromisoformat(day) for anchor, day in plan.anchors.items()}


def _item(
    task: Task, checklist: Checklist, days: Mapping[str, date], today: date, days_off: DaysOff
) -> Item:
    day = _placed(task, days, today, days_off)
    wanted = max(days[task.anchor] + task.days * _DAY, today)
    instead = "" if day == wanted else _holiday(wanted, days_off)
    return Item(
        "", task.text, day.isoformat(), _when(task, checklist), task.origin, instead=instead
    )


def _holiday(day: date, days_off: DaysOff) -> str:
    """Name a day with its holiday; "" for a mere weekend, which explains itself."""
    why = days_off(day)
    if why in {"", day.strftime("%A")}:
        return ""
    return f"{day:%a} {day.day} {day:%b %Y}: {why}"


def _placed(task: Task, days: Mapping[str, date], today: date, days_off: DaysOff) -> date:
    day = days[task.anchor] + task.days * _DAY
    if task.fixed:
        return max(day, today)
    earlier = _working(day, days_off, -_DAY if task.days < 0 else _DAY)
    return earlier if earlier >= today else _working(today, days_off, _DAY)


def _working(day: date, days_off: DaysOff, step: timedelta) -> date:
    """Go on to the next working day, if there is one within two weeks."""
    found = day
    for _ in range(_LONGEST_BREAK):
        if not days_off(found):
            return found
        found += step
    return day


def _when(task: Task, checklist: Checklist) -> str:
    """Write a task's day as the checklist has it: 7 days before “end”."""
    if not task.anchor:
        return "at once" if not task.days else f"after {_days(task.days)}"
    name = checklist.anchors[task.anchor].ask
    if not task.days:
        return f"on the day of “{name}”"
    return f"{_days(abs(task.days))} {'before' if task.days < 0 else 'after'} “{name}”"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _by_day(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item.day)


def _with(plan: Plan, item: Item) -> Plan:
    items = _by_day([*plan.items, replace(item, id=str(plan.next_id))])
    return replace(plan, items=tuple(items), next_id=plan.next_id + 1)


# ------------------------------------------------------------------ what can be done to a plan


def tick(plan: Plan, item_id: str, done: bool = True) -> Plan:
    """Note that something is done, or that it is not; raises ``NotFound``."""
    return _changed(plan, replace(found(plan, item_id), done=done))


def move(plan: Plan, item_id: str, day: date) -> Plan:
    """Put something on another day, a day off as well if the person wants that."""
    return _changed(
        plan, replace(found(plan, item_id), day=day.isoformat(), moved=True, instead="")
    )


def put_off(plan: Plan, item_ids: Iterable[str], day: date) -> Plan:
    """Move those of these that are still to be done; raises ``NotFound`` if none of them is."""
    wanted = {*item_ids}
    open_ = [item.id for item in plan.items if item.id in wanted and not item.done]
    if not open_:
        raise NotFound("That is done, or no longer in your plan.", "Open the plan to see what is.")
    for item_id in open_:
        plan = move(plan, item_id, day)
    return plan


def add(plan: Plan, text: str, day: date, origin: Origin = "own") -> Plan:
    """Add something; raises ``WrongUse`` for none, too long a text, or too many items."""
    words = " ".join(text.split())
    if not words:
        raise WrongUse("There is nothing to add.", "Write what is to be done.")
    if len(words) > MOST_TEXT:
        raise WrongUse(f"That has {len(words)} characters.", f"{MOST_TEXT} are the most.")
    if len(plan.items) >= MOST_ITEMS:
        raise WrongUse(f"A plan has at most {MOST_ITEMS} items.", "Remove one that is done.")
    return _with(plan, Item("", words, day.isoformat(), origin=origin))


def drop(plan: Plan, item_id: str) -> Plan:
    """Take something out of a plan, for when it is made again as well; raises ``NotFound``."""
    gone = found(plan, item_id)
    removed = plan.removed if gone.origin == "own" else (*plan.removed, gone.text)
    items = tuple(item for item in plan.items if item is not gone)
    return replace(plan, items=items, removed=removed)


def found(plan: Plan, item_id: str) -> Item:
    """Find an item; raises ``NotFound``."""
    for item in plan.items:
        if item.id == item_id:
            return item
    raise NotFound("That is no longer in your plan.", "Open the plan again to see what is.")


def renewed(plan: Plan, before: Plan, today: date, *, afresh: bool = False) -> Plan:
    """Carry over what the person did to the plan before.

    What they added and what is done stay. What they moved keeps its day unless that is over, and
    what they removed does not come back, unless it is to be made ``afresh`` or the course is
    another one: its checklist they have not seen. An item is known again by its text, and keeps its
    number; others go on from the plan before.
    """
    kept = not afresh and before.course == plan.course
    removed = before.removed if kept else ()
    stood = {item.text: item for item in before.items if item.origin != "own"}
    items, next_id = [item for item in before.items if item.origin == "own"], before.next_id
    for item in plan.items:
        if item.text in removed:
            continue
        known = stood.pop(item.text, None) or replace(item, id=str(next_id))
        next_id += known.id == str(next_id)
        items.append(_as_it_stood(item, known, today, kept=kept))
    return replace(plan, items=tuple(_by_day(items)), next_id=next_id, removed=removed)


def changed_by_hand(plan: Plan, course: str) -> bool:
    """Say whether making a plan again for this course leaves something moved or removed."""
    moved = any(item.moved for item in plan.items if item.origin != "own")
    return plan.course == course and (moved or bool(plan.removed))


def _as_it_stood(item: Item, stood: Item, today: date, *, kept: bool) -> Item:
    """Give an item its number and tick, and its day if somebody chose one that is to come."""
    same = replace(item, id=stood.id, done=stood.done)
    if kept and stood.moved and stood.day >= today.isoformat():
        return replace(same, day=stood.day, moved=True, instead="")
    return same


def _changed(plan: Plan, item: Item) -> Plan:
    items = [item if one.id == item.id else one for one in plan.items]
    return replace(plan, items=tuple(_by_day(items)))


def open_items(plan: Plan) -> Iterator[Item]:
    """Yield what is still to be done, by its day."""
    return (item for item in plan.items if not item.done)
