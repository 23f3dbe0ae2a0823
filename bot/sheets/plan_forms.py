"""The forms that make and change a plan; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from zlib import crc32

from bot.cards.rows import short
from bot.engine.model import Choice
from bot.planning.entered import day_text
from bot.planning.model import Anchor, Habits, Item
from bot.planning.schedule import MOST_TEXT
from bot.sheets.model import FIELD_LABEL, FORM_ROOM, Field, Form
from bot.sheets.plans import PAGE, ShownPlan, act, item_line

CHANGED = "changed"
"""The field that says whether what was moved and removed stays so."""

AFRESH = "afresh"
"""What is entered there by somebody who wants the checklist's days and lines back."""

_CHANGED = (Choice("keep", "Stays as it is"), Choice(AFRESH, "Goes back to the checklist"))
DAY = "As in 31 March, next Friday, in two weeks."
"""How a day may be written."""


def days_form(
    case_id: str,
    anchors: Sequence[Anchor],
    days: Mapping[str, date],
    today: date,
    country: str,
    *,
    changed: bool = False,
) -> Form:
    """Ask for the days a plan is reckoned from, and the country whose holidays count.

    ``days`` are those of the plan there is; one that is over is named and not proposed. ``changed``
    says that the person moved or removed something, which they may want back.
    """
    fields = [_day_field(one, days.get(one.id), today) for one in anchors]
    fields.append(_country(country))
    if changed and len(fields) < FORM_ROOM:
        fields.append(Field(CHANGED, "What you moved or removed", "choice", _CHANGED, "keep"))
    return Form(act("days", case_id), "The days", tuple(fields), submit="Make the plan")


def _day_field(anchor: Anchor, day: date | None, today: date) -> Field:
    over = day is not None and day < today
    value = "" if day is None or over else day_text(day)
    hint = f"{day_text(day)} is over and stays, unless you write another." if day and over else DAY
    return Field(anchor.id, short(anchor.ask, FIELD_LABEL), "text", value=value, hint=hint, most=60)


def _country(country: str) -> Field:
    hint = "As in DE, US, GB-SCT, or its name; empty: weekends alone."
    return Field("country", "Whose holidays count?", "text", value=country, hint=hint, most=60)


# ------------------------------------------------------------------ changed


def tick_form(shown: ShownPlan, page: int) -> Form:
    """Offer items to be ticked off, or to be open again; its id tells how they stood."""
    items = shown.plan.items[page * PAGE : (page + 1) * PAGE]
    done = tuple(item.id for item in items if item.done)
    field = Field("done", "What is done?", "many", _choices(items, shown), done)
    return Form(act("tick", shown.case_id, f"{page}.{_stand(items)}"), "Tick off", (field,))


def _stand(items: Sequence[Item]) -> str:
    stood = " ".join(f"{item.id}{'x' if item.done else ''}" for item in items)
    return f"{crc32(stood.encode()):x}"


def move_form(shown: ShownPlan, page: int) -> Form:
    """Ask what is to be moved, and to which day."""
    items = [item for item in shown.plan.items if not item.done]
    return Form(
        act("move", shown.case_id, str(page)),
        "Move",
        (_which(items, shown, page), Field("day", "To which day?", "text", hint=DAY, most=60)),
    )


def drop_form(shown: ShownPlan, page: int) -> Form:
    """Ask what is to be removed."""
    field = _which(shown.plan.items, shown, page)
    return Form(act("drop", shown.case_id, str(page)), "Remove", (field,), submit="Remove it")


def add_form(case_id: str) -> Form:
    """Ask what is to be done, and when."""
    return Form(
        act("add", case_id),
        "Add",
        (
            Field("text", "What is to be done?", "paragraph", required=True, most=MOST_TEXT),
            Field("day", "On which day?", "text", value="today", hint=DAY, most=60),
        ),
    )


def habits_form(case_id: str, habits: Habits) -> Form:
    """Ask how somebody wants to be reminded."""
    on = (Choice("yes", "On my day, as below"), Choice("no", "Not at all"))
    start, end = habits.quiet
    quiet = "" if start == end else f"{start}-{end}"
    return Form(
        act("habits", case_id),
        "Reminders",
        (
            Field("on", "Remind me", "choice", on, "yes" if habits.on else "no"),
            Field("at", "At what time?", "text", value=habits.at, hint="As in 09:00.", most=5),
            Field(
                "quiet", "Never between", "text", value=quiet, hint="As in 20:00-08:00.", most=13
            ),
            Field(
                "zone", "Time zone", "text", value=habits.zone, hint="As in Europe/Berlin.", most=60
            ),
            _country(habits.country),
        ),
    )


def _which(items: Sequence[Item], shown: ShownPlan, page: int) -> Field:
    offered = items[page * PAGE : (page + 1) * PAGE]
    return Field("item", "Which one?", "choice", _choices(offered, shown), required=True)


def _choices(items: Sequence[Item], shown: ShownPlan) -> tuple[Choice, ...]:
    return tuple(Choice(item.id, item_line(item, shown)) for item in items)
