"""What is done without anybody waiting for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.errors import CrossroadsError, DeliveryError

Act = Callable[[], Awaitable[None]]

log = logging.getLogger(__name__)


class Background:
    """Runs things beside one another; what fails is noted, never what it was about."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False

    def after(self, acts: Sequence[Act]) -> None:
        """Do things beside one another, without waiting for them; nothing any more once stopped."""
        for act in acts if not self._stopped else ():
            task = asyncio.create_task(_minded(act))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):  # asyncio would log all of it
            log.error("Something failed for a fault of ours: %s.", type(error).__name__)

    async def idle(self) -> None:
        """Wait until everything that was begun is done."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Give up what is under way, and begin nothing more."""
        self._stopped = True
        for task in (tasks := [*self._tasks]):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _minded(act: Act) -> None:
    """Do something for which nobody waits; that it was refused is noted, not what it was."""
    try:
        await act()
    except DeliveryError as error:
        log.warning("Something was not delivered: %s", error)
    except CrossroadsError as error:
        log.warning("Something could not be done afterwards: %s", error)
