"""Presses of one button that mean the same."""

from __future__ import annotations

from datetime import datetime, timedelta


class DoubleClicks:
    """Takes presses of one button that follow one another within seconds for a single press."""

    def __init__(self, within: timedelta = timedelta(seconds=3)) -> None:
        self._within = within
        self._first: dict[str, tuple[str, datetime]] = {}

    def key(self, button: str, key: str, now: datetime) -> str:
        """Give the delivery key of the first press of this button, which may be this one."""
        recent = {
            name: first for name, first in self._first.items() if now - first[1] < self._within
        }
        self._first = recent
        return recent.setdefault(button, (key, now))[0]
