"""The reminder itself, which names nobody, and all that is due, which it opens; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.cards.actions import Action
from bot.cards.rows import short
from bot.engine.model import Block, Card, Choice
from bot.planning.model import CheckIns, Item
from bot.records.outcome import NOTE, Outcome, Said
from bot.sheets import acts, plans
from bot.sheets.model import LABEL, MOST_BUTTONS, Button, Field, Form, Sheet
from bot.sheets.plan_forms import DAY
from bot.sheets.plans import day_name
from bot.sheets.shown import heading, rows, text

VERB = "due"
OUTCOME = "outcome"
"""The verb of what is said to have come of a decision."""

MOST = 8
"""Items that have a button of their own to tick them off."""

_MORE = (
    "Not everything here has a button. “/crossroads plan” with the name of a case ticks off the "
    "rest of it, and “/crossroads outcome” with its name says what happened."
)
_MOST_PAGES = 6
"""Forms that are offered at once to put something off; the next come when there is less."""


@dataclass(frozen=True, slots=True)
class DueCase:
    """What is due of one case: items of its plan, and a day that it is asked about (0: none)."""

    case_id: str
    name: str
    items: tuple[Item, ...]
    asked: int = 0


def act(what: str, case_id: str = "", more: str = "") -> Action:
    """Make the action of a button of a reminder."""
    return acts.act(what, case_id, more, verb=VERB)


def due_sheet(count: int) -> Sheet:
    """Make the reminder: how many things are due, and nothing of what they are."""
    line = "You have an item due." if count == 1 else f"You have {count} items due."
    buttons = (
        Button(act("show"), "Show", "primary"),
        Button(act("later", more="1"), "Tomorrow"),
        Button(act("later", more="7"), "Next week"),
        Button(act("stop"), "Stop all reminders"),
    )
    return Sheet(Card(VERB, VERB, "", (text(line),)), buttons, notice=line.removesuffix("."))


def all_due_sheet(due: Sequence[DueCase], today: date, checkins: str) -> Sheet:
    """Show what is due, to its owner alone."""
    if not due:
        return Sheet(Card(VERB, VERB, "Due", (text("Nothing is due now."),)))
    blocks: list[Block] = []
    buttons: list[Button] = []
    for case in due:
        blocks.append(heading(case.name))
        if case.items:
            blocks.append(rows(*((day_name(i.day, today), i.text) for i in case.items)))
        if case.asked:
            blocks.append(text(f"{case.asked} days have passed since you decided. {checkins}"))
        buttons += _buttons(case)
    later = [
        *(Button(act("off", more=page), label) for page, label in _pages(due)),
        Button(act("later", more="1"), "All tomorrow"),
        Button(act("later", more="7"), "All next week"),
    ]
    several = buttons[: MOST_BUTTONS - len(later)]
    if len(several) < len(buttons) or any(len(case.items) > MOST for case in due):
        blocks.insert(0, text(_MORE))
    return Sheet(Card(VERB, VERB, "Due", tuple(blocks)), (*several, *later), whole=act("show"))


def _buttons(case: DueCase) -> Iterator[Button]:
    for item in case.items[:MOST]:
        yield Button(act("done", case.case_id, item.id), short(f"Done: {item.text}", LABEL))
    if case.asked:
        label = short(f"Say what happened: {case.name}", LABEL)
        yield Button(outcome_act("ask", case.case_id, str(case.asked)), label, "primary")
    if case.items:
        yield Button(plans.act("show", case.case_id), short(f"The plan: {case.name}", LABEL))


def _pages(due: Sequence[DueCase]) -> list[tuple[str, str]]:
    items = [item for case in due for item in case.items]
    return [*plans.pages(items, "Put off")][:_MOST_PAGES]


def off_form(due: Sequence[DueCase], page: int, today: date) -> Form:
    """Ask which of the things that are due are put off, and until when."""
    start, names = page * plans.PAGE, len(due) > 1
    offered = [(case, item) for case in due for item in case.items][start : start + plans.PAGE]
    choices = tuple(
        Choice(item_ref(case.case_id, item.id), _line(case.name if names else "", item, today))
        for case, item in offered
    )
    until = (Choice("1", "Tomorrow"), Choice("7", "Next week"))
    return Form(
        act("off", more=str(page)),
        "Put off",
        (
            Field("items", "Which of it?", "many", choices, ()),
            Field("until", "Until when?", "choice", until, "1"),
            Field("day", "Or until another day", "text", hint=DAY, most=60),
        ),
        submit="Put it off",
    )


def _line(name: str, item: Item, today: date) -> str:
    case = f" ({short(name, 20)})" if name else ""
    return short(f"{day_name(item.day, today)}{case}: {item.text}", LABEL)


def item_ref(case_id: str, item_id: str) -> str:
    """Name an item among those of several cases."""
    return f"{case_id}.{item_id}"


def read_refs(refs: Iterable[str]) -> dict[str, list[str]]:
    """Read such names back: the items of each case."""
    found: dict[str, list[str]] = {}
    for ref in refs:
        case_id, dot, item_id = ref.rpartition(".")
        if dot:
            found.setdefault(case_id, []).append(item_id)
    return found


# ------------------------------------------------------------------ what came of it


def outcome_act(what: str, case_id: str, more: str = "") -> Action:
    """Make the action of a button about what came of a decision."""
    return acts.act(what, case_id, more, verb=OUTCOME)


def outcome_sheet(
    case_id: str,
    name: str,
    course: str,
    day: int,
    checkins: CheckIns,
    said: Said | None,
    *,
    early: bool = False,
) -> Sheet:
    """Ask what happened, or show what was said, to be changed; ``early``: before its day."""
    since = f"{day} days after you decided: {course}."
    if early:
        since = (
            f"You decided: {course}. What you say now counts as your answer after {day} days: you "
            "are not asked then, and /crossroads outcome changes it at any time."
        )
    blocks = [text(since)]
    if said:
        blocks.append(rows((checkins.question, checkins.answers.get(said.answer, said.answer))))
        blocks += [text(f"“{said.note}”")] if said.note else []
    buttons = [
        Button(outcome_act("say", case_id, f"{day}.{answer}"), label)
        for answer, label in checkins.answers.items()
    ]
    buttons.append(Button(outcome_act("note", case_id, str(day)), "Add a note…"))
    buttons.append(Button(outcome_act("stop", case_id), "Stop asking"))
    card = Card(OUTCOME, OUTCOME, f"{checkins.question} (“{name}”)", tuple(blocks))
    return Sheet(card, tuple(buttons), notice="You have an item due")


def note_form(case_id: str, day: int, checkins: CheckIns, said: Said | None) -> Form:
    """Ask what happened, with a note."""
    choices = tuple(Choice(answer, label) for answer, label in checkins.answers.items())
    return Form(
        outcome_act("note", case_id, str(day)),
        "What happened",
        (
            Field("answer", checkins.question, "choice", choices, said.answer if said else ""),
            Field(
                "note",
                "A note, if you like",
                "paragraph",
                value=said.note if said else "",
                most=NOTE,
            ),
        ),
    )


def outcome_rows(outcome: Outcome, checkins: CheckIns) -> tuple[tuple[str, str], ...]:
    """Say what was answered when, for a list."""
    return tuple(
        (f"After {day} days", checkins.answers.get(said.answer, said.answer) + _noted(said))
        for day, said in sorted(outcome.said.items(), key=lambda one: int(one[0]))
    )


def _noted(said: Said) -> str:
    return f" (“{said.note}”)" if said.note else ""
