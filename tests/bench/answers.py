"""How fast durable turns are: real answers through ``Service.handle``, beside the floor."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

import aiosqlite

from adapters.store.keys import KeyHome
from adapters.store.sqlite import open_store
from bot.commands.wiring import KINDS
from bot.engine.model import Answered, Turn
from bot.ports import Done, Person
from bot.service import Service
from tests.bench.dialogue import FLOW_ID, NOON, next_answer, shipped
from tests.bench.turns import FLOOR, Figures, Floor, quantile

FLYING = 32


class Speaker:
    """A person who answers one question after the other, and begins anew at the end."""

    def __init__(self, service: Service, name: str) -> None:
        self.service = service
        self.name = name
        self.owner = service.owner(Person("bench", name))
        self.cases = 0
        self.done: Done | None = None

    async def begin(self) -> None:
        """Begin another case."""
        self.cases += 1
        self.done = await self.service.start(
            self.owner, FLOW_ID, f"{self.name}-{self.cases}", NOON, key=f"{self.name} {self.cases}"
        )

    async def answer(self) -> float:
        """Answer the question at hand; give the seconds until the answer was durable."""
        value = next_answer(Turn(self.done.case, self.done.effects)) if self.done else None
        if value is None or self.done is None:
            await self.begin()
            return await self.answer()
        case = self.done.case
        event = Answered(self.owner, case.turn, NOON, value)
        before = time.perf_counter()
        self.done = await self.service.handle(
            self.owner, case.id, event, key=f"{case.id} {case.turn}"
        )
        taken = time.perf_counter() - before
        await self.service.store.sent(case.id, self.done.case.turn, NOON)
        return taken


async def measure_answers(folder: Path, turns: int = 2000, rounds: int = 5) -> Figures:
    """Measure the floor, and answers with 1 and with 32 in flight, in alternation."""
    connection = await aiosqlite.connect(folder / "floor.db")
    store = await open_store(folder / "ours.db", KeyHome(folder / "ours.key"), lambda: NOON)
    flow = shipped()
    try:
        await connection.executescript(FLOOR)
        await store.publish(flow.id, flow.version, {}, NOON)
        service = Service(store, {flow.id: flow}, KINDS)
        return await _alternate(Floor(connection), service, turns // rounds, rounds)
    finally:
        await connection.close()
        await store.close()


async def _alternate(floor: Floor, service: Service, turns: int, rounds: int) -> Figures:
    floors: list[float] = []
    ones: list[float] = []
    rates: list[float] = []
    alone = Speaker(service, "alone")
    for round_ in range(rounds):
        for number in range(round_ * turns, (round_ + 1) * turns):
            before = time.perf_counter()
            await floor.turn(f"case{number % 100:08}", number)
            floors.append(time.perf_counter() - before)
        ones += [await alone.answer() for _ in range(turns)]
        rates.append(await _together(service, round_, turns * 8 // FLYING))
    floor_rate, rate = len(floors) / sum(floors), statistics.median(rates)
    return {
        "floor_median_us": quantile(floors, 0.5),
        "floor_per_s": floor_rate,
        "one_median_us": quantile(ones, 0.5),
        "one_of_floor": quantile(ones, 0.5) / quantile(floors, 0.5),
        "together_per_s": rate,
        "together_times_floor": rate / floor_rate,
    }


async def _together(service: Service, round_: int, answers: int) -> float:
    """Give the answers a second of 32 people who answer at once."""
    people = [Speaker(service, f"{round_}-{number}") for number in range(FLYING)]
    for person in people:
        await person.begin()

    async def talk(person: Speaker) -> None:
        for _ in range(answers):
            await person.answer()

    before = time.perf_counter()
    await asyncio.gather(*map(talk, people))
    return FLYING * answers / (time.perf_counter() - before)
