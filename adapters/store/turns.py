"""Group commit: the turns that arrive while a commit is under way form the next batch.

A batch is first worked out from the cases this process remembers and written as one statement.
The statement itself checks that nothing has changed in the meantime; if something has (another
process, a delivery that came before), everything is read and done once more, and at last one work
at a time, so that no work fails for its neighbour's sake.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Iterable, Sequence

from adapters.store.batch import Batch, Job
from adapters.store.database import Change, Database
from adapters.store.faults import Outrun
from adapters.store.marks import SentMarks, join
from adapters.store.people import Found, Held, Place, Recent
from adapters.store.queries import find, find_deliveries
from adapters.store.vault import Vault
from bot.errors import CrossroadsError, StoreBusy
from bot.ports import Done, Work

_LARGEST_BATCH = 128
_TRIES = 3


class Turns:
    """Takes works and commits them in batches; ``remembered`` bounds what is kept in memory."""

    def __init__(self, database: Database, vault: Vault, marks: SentMarks, remember: int) -> None:
        self._database = database
        self._vault = vault
        self._marks = marks
        self._remembered: Recent[Place, Held] = Recent(remember)
        self._queue: deque[Job] = deque()
        self._running: list[Job] = []
        self._task: asyncio.Task[None] | None = None

    async def do(self, work: Work) -> Done:
        """Do a work and come back when it is on disk; going away does not call it off."""
        mark = self._vault.marks.delivery(work.owner, work.key) if work.key else b""
        job = Job(work, mark, asyncio.get_running_loop().create_future())
        self._queue.append(job)
        if self._task is None:
            self._start()
        return await job.answer

    async def finish(self) -> None:
        """Wait until all works that were taken are done."""
        while self._task:
            await asyncio.wait([self._task])

    def forget(self, places: Iterable[Place]) -> None:
        """Keep nothing of these cases in memory."""
        for place in places:
            self._remembered.drop(place)

    def _start(self) -> None:
        self._task = asyncio.create_task(self._drain())
        self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Hand a bug of ours to those who wait, and go on with the works that came after."""
        self._task = None
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        for job in self._running if error else ():
            job.fail(error or asyncio.CancelledError())
        self._running = []
        if self._queue and not task.cancelled():
            self._start()

    async def _drain(self) -> None:
        while self._queue:
            size = min(len(self._queue), _LARGEST_BATCH)
            self._running = [self._queue.popleft() for _ in range(size)]
            await self._run(self._running)
            for job in self._running:
                job.settle()

    async def _run(self, jobs: list[Job]) -> None:
        try:
            await self._attempt(jobs, trusting=True)
        except Outrun:
            self.forget(job.place for job in jobs)
            await self._run_afresh(jobs)
        except StoreBusy as error:
            _blame(jobs, error)  # waiting as long for each of them would not help
        except _REFUSALS as error:
            await self._run_apart(jobs, error)

    async def _run_afresh(self, jobs: list[Job]) -> None:
        self._vault.reread()  # what made us late may have been a change of keys
        try:
            await self._attempt(jobs, trusting=False)
        except StoreBusy as error:
            _blame(jobs, error)
        except (Outrun, *_REFUSALS) as error:
            await self._run_apart(jobs, error)

    async def _run_apart(self, jobs: list[Job], error: Exception) -> None:
        """Do the jobs one by one; a job alone has nobody else to blame."""
        if len(jobs) == 1 and not isinstance(error, Outrun):
            _blame(jobs, error)
            return
        for job in jobs:
            await self._run_alone(job)

    async def _run_alone(self, job: Job) -> None:
        for _ in range(_TRIES):
            try:
                await self._attempt([job], trusting=False)
                return
            except Outrun:
                continue
            except _REFUSALS as error:
                _blame([job], error)
                return
        _blame([job], _always_outrun())

    async def _attempt(self, jobs: Sequence[Job], *, trusting: bool) -> None:
        seen = None if trusting else await find_deliveries(self._database, jobs)
        remembered = self._recall(jobs) if trusting else {}
        went = seen or {}
        places = {(job.work.owner, went.get(job.mark, job.work.case_id)): None for job in jobs}
        found = await self._find([place for place in places if place not in remembered])
        batch = Batch(self._vault.masters, remembered, found, seen)
        for job in jobs:
            batch.add(job)
        if batch.unsure:
            raise Outrun
        if batch.rows:
            await self._write(batch.rows)
        for place, held in batch.held.items():
            if held.case:
                self._remembered.put(place, held)

    def _recall(self, jobs: Sequence[Job]) -> dict[Place, Held]:
        recalled = {job.place: self._remembered.get(job.place) for job in jobs}
        return {place: held for place, held in recalled.items() if held}

    async def _find(self, places: list[Place]) -> dict[Place, Found]:
        if not places:
            return {}
        found = await find(self._database.read_to_write, self._vault.marks, places)
        self._vault.meet(item.holder_key for item in found.values())
        return found

    async def _write(self, rows: list[Change]) -> None:
        with self._marks.writing() as sent:
            await self._database.change(join(sent, rows) if sent else rows)


_REFUSALS = (CrossroadsError, sqlite3.Error, ValueError, OverflowError)
"""What writing may raise: the store's own errors, and values that SQLite cannot hold."""


def _blame(jobs: list[Job], error: Exception) -> None:
    for job in jobs:
        job.done, job.error = None, error


def _always_outrun() -> StoreBusy:
    return StoreBusy(
        "Something else keeps changing this case at the same moment. Nothing was lost.",
        "Look at the case again, and answer what it asks now.",
    )
