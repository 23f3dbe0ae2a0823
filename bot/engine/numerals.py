"""Numbers as people write them: 12, 7.5, 7,5, 1,200.50, 1.200,50 and 1 200."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,6})?\Z")
_GROUPED = re.compile(
    r"(?P<whole>[+-]?(?!0)\d{1,3}(?P<by>[.,'’_\s])\d{3}(?:(?P=by)\d{3}){0,3})"
    r"(?:(?!(?P=by))[.,](?P<rest>\d{1,6}))?\Z"
)


def find_numbers(text: str) -> tuple[float, ...]:
    """Read a number: one if it is clear, two if it may mean either, none if it is no number.

    ``1.200`` is 1200 to some and 1.2 to others; a comma before three digits parts thousands.
    """
    said = re.sub(r"^([+-])\s+", r"\1", text.strip().replace("−", "-"))
    if grouped := _GROUPED.match(said):
        whole = re.sub(r"[^\d+-]", "", grouped["whole"])
        number = float(f"{whole}.{grouped['rest'] or 0}")
        return (number, float(said)) if _may_be_decimal(said, grouped) else (number,)
    return (float(said.replace(",", ".")),) if _PLAIN.match(said) else ()


def _may_be_decimal(said: str, grouped: re.Match[str]) -> bool:
    return grouped["by"] == "." and said.count(".") == 1 and grouped["rest"] is None


def show_number(number: float) -> str:
    """Write a number in full, without a needless “.0”."""
    return f"{number:.0f}" if float(number).is_integer() else f"{number:.10g}"
