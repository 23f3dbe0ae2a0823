"""Plans, habits, nights, failures and crashes by chance, beside what anybody would expect.

Whatever happens, what somebody is owed waits in the store, nothing is told twice or in the night,
and in the end all of it was told.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.papers import due, plans
from bot.papers.habits import read_habits, write_habits
from bot.papers.reminding import Reminding
from bot.planning import schedule
from bot.planning.model import Habits, Plan
from bot.ports import Contact
from bot.rounds.ports import Letter
from tests.rounds.table import TENANT, Clock, Died, Paper, Table, case_of, table

PEOPLE = ("ann", "ben")
ZONES = ("Europe/Berlin", "Asia/Tokyo", "America/New_York")
SWITCHED = datetime.fromisoformat("2026-03-27T09:00:00+00:00")
"""Two days before Europe's clocks change."""


@dataclass
class World:
    """A process that dies now and then; ``owed`` are the items that somebody has yet to hear of."""

    chance: random.Random
    folder: Path
    clock: Clock = field(default_factory=lambda: Clock(SWITCHED))
    paper: Paper | None = None
    owed: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in PEOPLE})
    key: int = 0

    async def lives(self, steps: int) -> None:
        """Let a process begin, do some of what can happen, and die or end."""
        async with table(self.folder, [*PEOPLE], self.clock, self.paper) as t:
            self.paper, t.paper.dies = t.paper, False
            for name in PEOPLE:
                await self._comes(t, name)
            reminding = self._reminding(t)
            await reminding.round()
            for _ in range(steps):
                with suppress(Died):
                    await self._step(t, reminding)
                    await self._holds(t)
                    continue
                return

    async def ends(self) -> None:
        """Let everything work until nothing waits, and see that nobody is owed anything."""
        async with table(self.folder, [*PEOPLE], self.clock, self.paper) as t:
            t.paper.dies, t.paper.failing, t.paper.deaf = False, set(), set()
            reminding = self._reminding(t)
            await reminding.round()
            while waiting := await self._waiting(t):
                self.clock.now = max(self.clock.now, min(waiting))
                await reminding.round()
            await self._holds(t)
            on = [n for n in PEOPLE if (await read_habits(t.store.papers, t.actor(n).owner)).on]
            assert not any(self.owed[name] for name in on)

    async def _waiting(self, t: Table) -> list[datetime]:
        owners = [t.actor(name).owner for name in PEOPLE]
        return [one.due for owner in owners for one in await t.store.papers.reminders(owner)]

    async def _comes(self, t: Table, name: str) -> None:
        """Give somebody a case with a plan, unless they have one."""
        owner = t.actor(name).owner
        if await t.store.cases(owner):
            return
        await t.store.set_contact(owner, Contact("paper", TENANT, {"user": name}))
        case_id, now = case_of(name), self.clock()
        await t.parts.service.start(
            owner, t.parts.flow, case_id, now, track="fast", platform="paper"
        )
        habits = Habits(zone=self.chance.choice(ZONES), chosen_zone=True)
        await write_habits(t.store.papers, owner, habits, now, "paper")
        await t.goes_on(name)
        made = await plans.make(t.parts.service, owner, case_id, {}, now, platform="paper")
        self.owed[name] = {item.id for item in made.items}

    # -------------------------------------------------------------- what can happen

    async def _step(self, t: Table, reminding: Reminding) -> None:
        steps: list[tuple[int, Callable[[Table, str], Awaitable[None]]]] = [
            (3, self._adds),
            (3, self._ticks),
            (2, self._moves),
            (1, self._drops),
            (2, self._puts_off),
            (2, self._changes_habits),
        ]
        weights, kinds = zip(*steps, strict=True)
        if self.chance.random() < 0.4:
            await self._time_passes(t, reminding)
        else:
            (step,) = self.chance.choices(kinds, weights)
            await step(t, self.chance.choice(PEOPLE))

    async def _time_passes(self, t: Table, reminding: Reminding) -> None:
        minutes = self.chance.choice([1, 10, 60, 60 * 7, 60 * 24])
        self.clock.advance(timedelta(minutes=self.chance.randint(1, minutes)))
        t.paper.failing = {name for name in PEOPLE if self.chance.random() < 0.1}
        t.paper.deaf = {name for name in PEOPLE if self.chance.random() < 0.1}
        t.paper.dies = self.chance.random() < 0.2
        await reminding.round()
        t.paper.dies = False

    async def _changed(self, t: Table, name: str, change: plans.Change) -> Plan:
        self.key += 1
        service, owner = t.parts.service, t.actor(name).owner
        before = await plans.plan_of(service, owner, case_of(name))
        assert before
        for _ in range(self.chance.choice([1, 1, 2])):  # the platform may deliver it again
            plan = await plans.change(
                service,
                owner,
                case_of(name),
                change,
                self.clock(),
                platform="paper",
                key=str(self.key),
            )
        open_ = {item.id: item.day for item in plan.items if not item.done}
        was = {item.id: item.day for item in before.items if not item.done}
        self.owed[name] &= open_.keys()
        if (await read_habits(t.store.papers, owner)).on:
            self.owed[name] |= {one for one, day in open_.items() if was.get(one) != day}
        return plan

    async def _items(self, t: Table, name: str) -> list[str]:
        plan = await plans.plan_of(t.parts.service, t.actor(name).owner, case_of(name))
        assert plan
        return [item.id for item in plan.items]

    def _day(self) -> date:
        return self.clock().date() + timedelta(days=self.chance.randint(0, 6))

    async def _adds(self, t: Table, name: str) -> None:
        day = self._day()
        await self._changed(t, name, lambda plan: schedule.add(plan, "Call them.", day))

    async def _ticks(self, t: Table, name: str) -> None:
        if items := await self._items(t, name):
            item, done = self.chance.choice(items), self.chance.random() < 0.8
            await self._changed(t, name, lambda plan: schedule.tick(plan, item, done))

    async def _moves(self, t: Table, name: str) -> None:
        if items := await self._items(t, name):
            item, day = self.chance.choice(items), self._day()
            await self._changed(t, name, lambda plan: schedule.move(plan, item, day))

    async def _drops(self, t: Table, name: str) -> None:
        if items := await self._items(t, name):
            item = self.chance.choice(items)
            await self._changed(t, name, lambda plan: schedule.drop(plan, item))

    async def _puts_off(self, t: Table, name: str) -> None:
        owner = t.actor(name).owner
        habits = await read_habits(t.store.papers, owner)
        today = self.clock().astimezone(ZoneInfo(habits.zone)).date()
        shown = await due.due_of(t.parts.service, owner, today)
        self.key += 1
        tomorrow, key = today + timedelta(days=1), f"off {self.key}"
        for _ in range(2):
            await due.put_off(t.parts.service, owner, today, tomorrow, self.clock(), "paper", key)
        if habits.on:
            self.owed[name] |= {item.id for case in shown for item in case.items}

    async def _changes_habits(self, t: Table, name: str) -> None:
        """Change something, by a process that may die in the midst of it and does it again."""
        papers, owner = t.store.papers, t.actor(name).owner
        before = await read_habits(papers, owner)
        after = self.chance.choice(
            [
                replace(before, zone=self.chance.choice(ZONES)),
                replace(before, at=self.chance.choice(["07:30", "09:00", "18:15", "23:00"])),
                replace(before, quiet=self.chance.choice([("20:00", "08:00"), ("00:00", "23:59")])),
                replace(before, on=not before.on),
            ]
        )
        turn, dies_at, turns = papers.turn, self.chance.choice([1, 2, 9]), 0

        async def dying(work: object) -> object:
            nonlocal turns
            turns += 1
            if turns == dies_at:
                raise Died
            return await turn(work)  # type: ignore[arg-type]

        papers.turn = dying  # type: ignore[method-assign,assignment]
        with suppress(Died):
            await write_habits(papers, owner, after, self.clock(), "paper")
        papers.turn = turn  # type: ignore[method-assign]
        await write_habits(papers, owner, after, self.clock(), "paper")
        plan = await plans.plan_of(t.parts.service, owner, case_of(name))
        assert plan
        if not after.on:
            self.owed[name] = set()
        elif not before.on:
            self.owed[name] = {item.id for item in plan.items if not item.done}

    # -------------------------------------------------------------- what must be true

    def _reminding(self, t: Table) -> Reminding:
        """Make what reminds, with an eye on what it posts."""
        papers = t.store.papers

        async def watched(letter: Letter) -> str:
            name, posted = letter.target.address["user"], len(t.paper.posts)
            owner, now = t.actor(name).owner, self.clock()
            told = {one.name for one in await papers.reminders(owner) if one.due <= now}
            try:
                return await Paper.put(t.paper, letter)
            finally:
                if len(t.paper.posts) > posted:
                    habits = await read_habits(papers, owner)
                    assert told & self.owed[name], "else it was told already"
                    assert told <= self.owed[name]
                    assert _awake(habits, now), (habits, now)
                    self.owed[name] -= told

        t.paper.put = watched  # type: ignore[method-assign]
        return Reminding(t.parts.service, "paper", t.paper, self.clock)

    async def _holds(self, t: Table) -> None:
        for name in PEOPLE:
            owner = t.actor(name).owner
            plan = await plans.plan_of(t.parts.service, owner, case_of(name))
            assert plan
            waiting = {one.name for one in await t.store.papers.reminders(owner)}
            assert waiting <= {item.id for item in plan.items if not item.done}
            assert self.owed[name] <= waiting


def _awake(habits: Habits, now: datetime) -> bool:
    clock = f"{now.astimezone(ZoneInfo(habits.zone)):%H:%M}"
    start, end = habits.quiet
    return not (start <= clock < end if start < end else clock >= start or clock < end)


async def _simulated(folder: Path, seed: int, lives: int, steps: int) -> None:
    world = World(random.Random(seed), folder)
    for _ in range(lives):
        await world.lives(steps)
    await world.ends()


@pytest.mark.parametrize("seed", range(2))
async def test_nobody_is_reminded_twice_or_never_whatever_happens(
    tmp_path: Path, seed: int
) -> None:
    await _simulated(tmp_path, seed, lives=4, steps=25)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(100, 160))
async def test_nobody_is_reminded_twice_or_never_for_long(tmp_path: Path, seed: int) -> None:
    await _simulated(tmp_path, seed, lives=12, steps=60)
