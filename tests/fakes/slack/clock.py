"""The fake's own clock, and the moment something changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Clock:
    """Real time, moved by what the test says; or standing still once it was ``set``."""

    def __init__(self) -> None:
        self._moved = 0.0
        self._still: float | None = None

    def now(self) -> float:
        """Give the time in seconds since 1970."""
        return (time.time() if self._still is None else self._still) + self._moved

    def advance(self, seconds: float) -> None:
        """Move on (or back)."""
        self._moved += seconds

    def set(self, now: float) -> None:
        """Stand still at this time; ``advance`` still moves it."""
        self._still, self._moved = now, 0.0


class Changes:
    """Wakes those who wait for the fake to look different."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def tell(self) -> None:
        """Something is different now."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, gives: Callable[[], T], seconds: float) -> T:
        """Wait for something true and return it; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not (found := gives()):
                await self._changed.wait()
        return found
