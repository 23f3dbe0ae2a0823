"""A plan as it is shown; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.cards.actions import Action
from bot.cards.rows import short
from bot.engine.model import Block, Card
from bot.planning.model import Habits, Item, Plan
from bot.sheets import acts
from bot.sheets.model import LABEL, Button, Sheet
from bot.sheets.shown import bullets, heading, many, notice, rows, text

VERB = "plan"
PAGE = 25
"""Items that one form offers: as many as a select or a list of ticks has room for."""

_TITLE = "Your plan"
_THAT = "A plan for that…"
_NO_LETTER = "I never write to a client: every step here is yours."


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A plan with what is around it: the case, its course in words, the day it is looked at.

    ``stands`` is the course that counts by now, if that is another one.
    """

    plan: Plan
    case_id: str
    name: str
    course: str
    today: date
    habits: Habits
    reckoned: tuple[tuple[str, str], ...] = ()
    """The days it is reckoned from: question, ISO date."""
    stands: str = ""


def act(what: str, case_id: str, more: str = "") -> Action:
    """Make the action of a button or form about a plan."""
    return acts.act(what, case_id, more, verb=VERB)


def day_name(iso: str, today: date) -> str:
    """Write a day of a plan: with its weekday, and with the year if that is another one."""
    day = date.fromisoformat(iso)
    if day == today:
        return "Today"
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day:%a} {day.day} {day:%b}{year}"


# ------------------------------------------------------------------ the plan


def plan_sheet(shown: ShownPlan) -> Sheet:
    """Make the message that shows a plan; nothing of it stands in a notification."""
    card = Card(VERB, VERB, f"{_TITLE} for “{shown.name}”", tuple(_blocks(shown)))
    whole = act("whole", shown.case_id)
    return Sheet(card, tuple(_buttons(shown)), whole=whole, notice=_TITLE)


def _blocks(shown: ShownPlan) -> Iterator[Block]:
    open_ = [item for item in shown.plan.items if not item.done]
    today = shown.today.isoformat()
    if shown.stands:
        yield notice(_outdated(shown))
    yield text(shown.course)
    if shown.reckoned:
        yield rows(*((ask, day_name(day, shown.today)) for ask, day in shown.reckoned))
    overdue = [item for item in open_ if item.day < today]
    if overdue:
        yield heading("Overdue")
        yield _listed(overdue, shown.today)
    coming = [item for item in open_ if item.day >= today]
    if coming:
        yield heading("To do")
        yield _listed(coming, shown.today)
    done = [item for item in shown.plan.items if item.done]
    if done:
        yield heading(f"Done: {len(done)} of {len(shown.plan.items)}")
        yield bullets(*(worded(item) for item in done))
    if not shown.plan.items:
        yield text("There is nothing in it. You can add what you want to do.")
    elif not open_:
        yield text("Everything is done. Well done; this was not easy.")
    yield text(reminded(shown.habits), _NO_LETTER)


def _outdated(shown: ShownPlan) -> str:
    return (
        f"What counts by now is “{shown.stands}”; this list is still the one for "
        f"“{shown.course}”. “{_THAT}” makes the new one. What you added stays."
    )


def _listed(items: Sequence[Item], today: date) -> Block:
    return rows(*((day_name(item.day, today), worded(item)) for item in items))


def worded(item: Item) -> str:
    """Write an item with its mark: a must-do line, or a day that made way for a holiday."""
    marks = ["must do"] if item.origin == "rider" else []
    marks += [f"instead of {item.instead}"] if item.instead else []
    return f"{item.text} ({'; '.join(marks)})" if marks else item.text


def reminded(habits: Habits) -> str:
    """Say how somebody is reminded."""
    if not habits.on:
        return "You are not reminded of anything."
    zone = f" ({habits.zone})" if habits.zone else " (UTC)"
    return f"You are reminded on the day, at {habits.at}{zone}; the reminder names nobody."


def _buttons(shown: ShownPlan) -> Iterator[Button]:
    case, items = shown.case_id, shown.plan.items
    if shown.stands:
        yield Button(act("days", case), _THAT, "primary")
    if items:
        for page, label in pages(items, "Tick off"):
            yield Button(act("tick", case, page), label, "primary" if page == "0" else "")
    yield Button(act("add", case), "Add…")
    open_ = [item for item in items if not item.done]
    if open_:
        yield Button(act("move", case, _first(open_)), "Move…")
    if items:
        yield Button(act("drop", case, _first(items)), "Remove…")
    if not shown.stands:
        yield Button(act("days", case), "Other days…")
    yield Button(act("habits", case), "Reminders…")
    if open_:
        yield Button(act("calendar", case), "Calendar file")


def _first(items: Sequence[Item]) -> str:
    """Say which form a button opens: the only one, or "" where one has to be chosen first."""
    return "0" if len(items) <= PAGE else ""


def pages(items: Sequence[Item], word: str) -> Iterator[tuple[str, str]]:
    """Name the forms that are needed for all items: (page, label of the button)."""
    count = (len(items) + PAGE - 1) // PAGE
    for page in range(count):
        last = min(len(items), (page + 1) * PAGE)
        part = f" {page * PAGE + 1} to {last}" if count > 1 else ""
        yield str(page), f"{word}{part}…"


def parts_sheet(shown: ShownPlan, what: str) -> Sheet:
    """Offer the parts of a plan that is too long for one form, to move or remove something."""
    word = {"move": "Move", "drop": "Remove"}[what]
    items = [item for item in shown.plan.items if what == "drop" or not item.done]
    buttons = tuple(
        Button(act(what, shown.case_id, page), label) for page, label in pages(items, word)
    )
    listed = tuple(f"{number}. {item_line(item, shown)}" for number, item in enumerate(items, 1))
    card = Card(VERB, VERB, f"{word}: which one?", (text(*listed),))
    return Sheet(card, buttons, whole=act("parts", shown.case_id, what), notice=_TITLE)


def item_line(item: Item, shown: ShownPlan) -> str:
    """Write an item in the line of a choice."""
    return short(f"{day_name(item.day, shown.today)}: {item.text}", LABEL)


# ------------------------------------------------------------------ made for the first time


def begin_sheet(
    case_id: str, name: str, course: str, anchors: Mapping[str, str], *, decided: bool
) -> Sheet:
    """Offer to make a plan, with the days it would be reckoned from (question → day)."""
    said = f"I can make a plan with dates from what you decided: {course}."
    if not decided:
        said = (
            "You have not decided yet. I can make a plan with dates for what your answers point "
            f"to: {course}."
        )
    blocks = [text(said)]
    if anchors:
        blocks += [text("Unless you choose other days:"), rows(*anchors.items())]
    buttons = [Button(act("make", case_id), "Make it", "primary")]
    if anchors:
        buttons.append(Button(act("days", case_id), "Choose the days…"))
    card = Card(VERB, VERB, f"{_TITLE} for “{name}”", tuple(blocks))
    return Sheet(card, tuple(buttons), notice=_TITLE)


def count_line(plan: Plan, today: date) -> str:
    """Say in a line how a plan stands."""
    open_ = [item for item in plan.items if not item.done]
    overdue = sum(item.day < today.isoformat() for item in open_)
    late = f", {overdue} of them overdue" if overdue else ""
    return f"{many(len(open_), 'thing')} to do{late}" if open_ else "all done"
