"""Which days are no working days in a country, and which countries are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.errors import WrongUse

if TYPE_CHECKING:
    from holidays import HolidayBase

DaysOff = Callable[[date], str]
"""Says why a day is no working day; "" if it is one."""

_WEEKEND = frozenset({5, 6})
_CODE = 3
"""Characters of a country's code; nothing longer is a mistyped one."""

_HOW = "Write it as DE, US or GB-SCT, or by its name in English."


def days_off(country: str) -> DaysOff:
    """Give the days off of a country (DE) or a part of it (DE-BY); "" knows weekends alone.

    Raises ``WrongUse`` for a code that is not known, with the nearest that are.
    """
    known = _calendar(country.strip().upper()) if country.strip() else None
    weekend = known.weekend if known is not None else _WEEKEND

    def why(day: date) -> str:
        holiday = known.get(day, "") if known is not None else ""
        return holiday or (day.strftime("%A") if day.weekday() in weekend else "")

    return why


@lru_cache(maxsize=32)
def _calendar(code: str) -> HolidayBase:
    import holidays  # late: it takes a tenth of a second

    country, _, part = code.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=part or None, language="en_US")
    except NotImplementedError:
        raise _unknown(code, holidays.list_supported_countries()) from None


def _unknown(code: str, known: Mapping[str, list[str]]) -> WrongUse:
    country, _, _ = code.partition("-")
    parts = [f"{country}-{part}" for part in known.get(country, ())]
    if parts or country in known:
        near = get_close_matches(code, parts, n=3, cutoff=0.3) or parts[:5]
        remedy = f"There are: {', '.join([country, *near])}."
    else:
        remedy = _nearest_countries(code) or _HOW
    return WrongUse(f"No holidays are known for “{code[:20]}”.", remedy)


def _nearest_countries(code: str) -> str:
    """Ask whether one of the countries was meant whose names or codes are near; "" if none is."""
    known = countries()
    names = {name.casefold(): known_code for known_code, name in known.items()}
    near = get_close_matches(code.casefold(), names, n=3, cutoff=0.6)
    codes = [names[name] for name in near]
    if not codes and len(code) <= _CODE:
        codes = get_close_matches(code, known, n=3, cutoff=0.5)
    said = " or ".join(f"{code} ({known[code]})" for code in codes)
    return f"Did you mean {said}?" if said else ""


@lru_cache(maxsize=1)
def countries() -> Mapping[str, str]:
    """Give the countries whose holidays are known: code → name, by name."""
    from holidays.registry import COUNTRIES

    names = {codes[1]: name.replace("_", " ").title() for name, codes in COUNTRIES.items()}
    return dict(sorted(names.items(), key=lambda one: one[1]))
