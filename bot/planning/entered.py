"""What people enter about plans and reminders, read; each mistake beside its field. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.engine.days import find_days
from bot.errors import CrossroadsError, WrongUse
from bot.planning.days_off import countries, days_off
from bot.planning.model import Anchor, Habits
from bot.planning.reminding import clock_time, see_zone

Wrong = dict[str, str]
"""Field id → what is wrong with what was entered there."""

_FAR = timedelta(days=36_525)
"""A century: no plan goes beyond it, and whatever is reckoned from it is still a day."""


def read_day(text: str, at: datetime) -> date:
    """Read a day in any wording, seen from ``at``; raises ``WrongUse``."""
    said = text.strip()
    days = find_days(said, at) if said else ()
    if not days:
        raise WrongUse(f"“{said[:40]}” is no day I can read.", "Write it as 31 March 2026.")
    if len(days) > 1:
        named = " or ".join(day_text(day) for day in days)
        raise WrongUse(f"“{said[:40]}” may be {named}.", "Write the month as a word.")
    if abs(days[0] - at.date()) > _FAR:
        raise WrongUse(f"“{said[:40]}” is too far away.", "Choose a day within a hundred years.")
    return days[0]


def day_text(day: date) -> str:
    """Write a day as people read it."""
    return f"{day.day} {day:%B %Y}"


def read_anchors(
    anchors: Sequence[Anchor],
    entered: Mapping[str, str],
    at: datetime,
    stands: Mapping[str, date] | None = None,
) -> tuple[dict[str, date], Wrong]:
    """Read the days that were chosen; what was left empty is not among them.

    ``stands`` are the days that the plan rests on: one that is over stays unless another is chosen.
    """
    days = {anchor: day for anchor, day in (stands or {}).items() if day < at.date()}
    wrong: Wrong = {}
    for anchor in anchors:
        if said := entered.get(anchor.id, "").strip():
            try:
                day = read_day(said, at)
                if day < at.date() and day != days.get(anchor.id):
                    wrong[anchor.id] = "That day is over. Choose today or a day to come."
                days[anchor.id] = day
            except WrongUse as error:
                wrong[anchor.id] = str(error)
    return days, wrong


def read_habits(entered: Mapping[str, str], before: Habits) -> tuple[Habits, Wrong]:
    """Read how somebody wants to be reminded; what is not named stays as it was.

    Fields: ``at``, ``quiet`` (20:00-08:00), ``zone`` ("" goes by the platform), ``country`` (a code
    or a name) and ``on`` ("yes" or "no").
    """
    habits, wrong = before, Wrong()
    for name, said in entered.items():
        try:
            habits = _changed(habits, name, said.strip())
        except CrossroadsError as error:
            wrong[name] = str(error)
    return habits, wrong


def _changed(habits: Habits, name: str, said: str) -> Habits:
    match name:
        case "at":
            return replace(habits, at=f"{clock_time(said or Habits().at):%H:%M}")
        case "quiet":
            return replace(habits, quiet=_quiet(said))
        case "zone":
            zone = habits.zone if not said and not habits.chosen_zone else said
            changed = replace(habits, zone=zone, chosen_zone=bool(said) and said != habits.zone)
            if said == habits.zone:
                changed = replace(changed, chosen_zone=habits.chosen_zone)
            see_zone(changed.zone)
            return changed
        case "country":
            code = _country(said)
            days_off(code)
            return replace(habits, country=code)
        case "on":
            return replace(habits, on=said != "no")
        case _:
            return habits


def _quiet(said: str) -> tuple[str, str]:
    """Read hours such as 20:00-08:00; none are no hours."""
    if not said:
        return ("00:00", "00:00")
    start, _, end = said.replace("–", "-").partition("-")
    try:
        return f"{clock_time(start):%H:%M}", f"{clock_time(end):%H:%M}"
    except WrongUse:
        remedy = "Write them as 20:00-08:00."
        raise WrongUse(f"“{said[:20]}” are no hours.", remedy) from None


def _country(said: str) -> str:
    """Give the code of a country that was named by its code or name."""
    names = {name.casefold(): code for code, name in countries().items()} if said else {}
    return names.get(said.casefold(), said.upper())
