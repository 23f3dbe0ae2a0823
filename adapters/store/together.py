"""Questions that are asked at the same moment, put to the database as one.

With aiosqlite every read is a change of threads, which costs many times what SQLite needs for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_MOST = 128

Ask = Callable[[Sequence[K]], Coroutine[Any, Any, Mapping[K, V]]]


class Together(Generic[K, V]):
    """Looks things up, what was asked for during one look-up with the next one."""

    def __init__(self, ask: Ask[K, V]) -> None:
        self._ask = ask
        self._asked: list[tuple[K, asyncio.Future[V | None]]] = []
        self._task: asyncio.Task[Mapping[K, V]] | None = None

    async def find(self, key: K) -> V | None:
        """Find one thing, as it is from now on; raises what asking raises."""
        answer: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._asked.append((key, answer))
        if self._task is None:
            self._start()
        return await answer

    def _start(self) -> None:
        # The task begins after all that is ready to run now, which may ask as well.
        self._task = asyncio.create_task(self._look_up())

    async def _look_up(self) -> Mapping[K, V]:
        asked, self._asked = self._asked[:_MOST], self._asked[_MOST:]
        assert self._task
        self._task.add_done_callback(partial(self._answer, asked))
        return await self._ask([*dict.fromkeys(key for key, _ in asked)])

    def _answer(
        self,
        asked: Sequence[tuple[K, asyncio.Future[V | None]]],
        task: asyncio.Task[Mapping[K, V]],
    ) -> None:
        self._task = None
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        for key, answer in asked:
            if answer.done():
                continue  # whoever asked went away
            if error:
                answer.set_exception(error)
            else:
                answer.set_result(task.result().get(key))
        if self._asked:
            self._start()
