"""Whole rounds by chance: people, times, crashes and redeliveries in any order.

Whatever happens in between, at the end each ballot counts once, each is told once, and every
message shows how it stands.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cards.actions import Action
from bot.chat import desk
from bot.errors import WrongUse
from bot.opinion.model import SURENESS, Round
from bot.sheets.acts import act
from bot.sheets.model import Entered
from tests.rounds.table import Clock, Died, Paper, Table, case_of, table
from tests.rounds.test_brief import change_fact

COURSES = ("KEEP", "RESET", "PAUSE", "LEAVE_EXPLAIN", "LEAVE_QUIET", "HANDOVER", "ESCALATE")
ASKER = "ann"

Delivered = tuple[str, Action, Entered | None, str]
"""Something that a platform handed over: who, which button or form, what was entered, its id."""


@dataclass
class World:
    """A table that is knocked over now and then, and what must be true of it in the end."""

    chance: random.Random
    folder: Path
    people: list[str]
    clock: Clock
    paper: Paper | None = None
    t: Table | None = None
    door: AbstractAsyncContextManager[Table] | None = None
    delivered: list[Delivered] = field(default_factory=list)
    last: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    worries: int = 0
    number: int = 0

    @property
    def table(self) -> Table:
        assert self.t
        return self.t

    async def begins(self) -> None:
        """Start the process, on what the last one left."""
        self.door = table(self.folder, [ASKER, *self.people], self.clock, self.paper)
        self.t = await self.door.__aenter__()
        self.paper = self.t.paper
        self.paper.dies = False

    async def ends(self) -> None:
        """End the process; what it had in memory is gone."""
        assert self.door
        await self.door.__aexit__(None, None, None)

    async def crashes(self) -> None:
        """End it in the middle: a message may have been posted and that not been noted."""
        assert self.paper
        self.paper.dies = self.chance.random() < 0.5
        with suppress(Died):
            await self.table.round()
        await self.ends()
        await self.begins()

    async def delivers(self, item: Delivered) -> None:
        """Hand something over as a platform does; what was refused is not sent again."""
        name, action, entered, key = item
        actor, parts = self.table.actor(name), self.table.parts
        try:
            if entered is None:
                await desk.press(parts, actor, action, key)
            else:
                await desk.submit(parts, actor, action, entered, key)
        except WrongUse:
            self.delivered = [other for other in self.delivered if other != item]

    async def does(self, name: str, action: Action, entered: Entered | None = None) -> None:
        """Do something new, which is delivered once or twice, maybe with a crash in between."""
        self.number += 1
        item = (name, action, entered, f"delivery {self.number}")
        self.delivered.append(item)
        await self.delivers(item)
        if self.chance.random() < 0.3:
            await self.crashes()
        if self.chance.random() < 0.5 and item in self.delivered:
            await self.delivers(item)

    async def round_(self) -> Round:
        return await self.table.round_of(ASKER)

    # -------------------------------------------------------------- what may happen

    async def votes(self, round_: Round) -> None:
        name = self.chance.choice(self.people)
        ballot = (
            self.chance.choice(COURSES),
            self.chance.choice(list(SURENESS)),
            f"{self.chance.random()}",
        )
        if round_.stage == "open":
            self.last[name] = ballot
        entered = dict(zip(("course", "sure", "note"), ballot, strict=True))
        await self.does(name, act("ballot", round_.id), entered)

    async def deletes(self, round_: Round) -> None:
        name = self.chance.choice(self.people)
        if round_.stage == "open":
            self.last.pop(name, None)
        await self.does(name, act("take_back", round_.id))

    async def worry(self, round_: Round) -> None:
        self.worries += round_.stage == "open"
        await self.does(self.chance.choice(self.people), act("worried", round_.id))

    async def wants_a_reminder(self, round_: Round) -> None:
        await self.does(self.chance.choice(self.people), act("remind", round_.id))

    async def extends(self, round_: Round) -> None:
        if self.chance.random() < 0.2:
            await self.does(ASKER, act("extend", round_.id), {"hours": "24"})

    async def facts_change(self, round_: Round) -> None:
        if self.chance.random() < 0.2:
            value = self.chance.choice(["fixed", "notice", "open_ended"])
            await change_fact(self.table, ASKER, "commitment", value)

    async def comes_again(self, round_: Round) -> None:
        if self.delivered:
            await self.delivers(self.chance.choice(self.delivered))

    async def time_passes(self, round_: Round) -> None:
        self.clock.advance(timedelta(seconds=self.chance.choice([1, 2, 5, 60, 3600, 4 * 3600])))
        await self.table.round()

    async def is_busy(self, round_: Round) -> None:
        assert self.paper
        self.paper.busy = self.chance.randrange(4)
        await self.table.round()

    async def crash(self, round_: Round) -> None:
        await self.crashes()

    # -------------------------------------------------------------- a whole round

    async def opens(self) -> None:
        t = self.table
        t.paper.writes_first = self.chance.random() < 0.5
        few = min(len(self.people), 3)
        terms = {
            "who": "named" if len(self.people) < 3 else "anonymous",
            "quorum": str(self.chance.randint(few, len(self.people))),
            "hours": self.chance.choice(["24", "48", "72"]),
            "early": ("yes",) if self.chance.random() < 0.2 else (),
        }
        await t.orders(ASKER, "opinion", await t.a_case(ASKER))
        whom = await t.press(ASKER, "Whom to ask")
        if self.chance.random() < 0.3:
            await t.fills(ASKER, whom, people=tuple(self.people))
        else:
            await t.fills(ASKER, whom, channel="team")
        await t.fills(ASKER, await t.press(ASKER, "How to ask"), **terms)
        await self.does(ASKER, act("post", (await self.round_()).id))

    async def ends_somehow(self) -> Round:
        """Let all the time pass that there is, a bit at a time."""
        assert self.paper
        self.paper.busy = 0
        for _ in range(60):
            self.clock.advance(timedelta(hours=8))
            if self.chance.random() < 0.1:
                await self.crashes()
            await self.table.round()
        for item in self.delivered:
            await self.delivers(item)
        await self.table.later(timedelta(hours=1))
        await self.table.later(timedelta(hours=1))
        return await self.round_()


async def simulate(folder: Path, seed: int, steps: int, most: int) -> None:
    chance = random.Random(seed)
    people = [f"p{number}" for number in range(chance.randint(2, most))]
    world = World(chance, folder, people, Clock())
    await world.begins()
    try:
        await world.opens()
        happenings: list[Callable[[Round], Awaitable[None]]] = [
            *[world.votes] * max(4, len(people) // 2),
            world.deletes,
            world.worry,
            world.wants_a_reminder,
            world.extends,
            world.facts_change,
            world.comes_again,
            *[world.time_passes] * 3,
            world.is_busy,
            world.crash,
        ]
        for _ in range(steps):
            round_ = await world.round_()
            await chance.choice(happenings)(round_)
            await sees_it_stand(world)
        await sees_the_end(world, await world.ends_somehow())
    finally:
        await world.ends()


async def sees_it_stand(world: World) -> None:
    """See that what is counted is what was done, at every moment."""
    round_ = await world.round_()
    held = await world.table.store.rounds.held(round_.id)
    assert held.asked == len(world.people)
    if round_.stage != "closed":
        assert held.answered == len(world.last)
    assert round_.concerns == world.worries


async def sees_the_end(world: World, round_: Round) -> None:
    paper, people = world.table.paper, world.people
    assert round_.stage == "closed"
    assert round_.record
    record = round_.record
    assert record.answered == len(world.last)
    if record.revealed:
        counted = Counter((b.course, b.sure, b.note) for b in record.ballots)
        assert counted == Counter(world.last.values()), "the last of each, once"
    else:
        assert record.ballots == ()
        assert record.why == "without" or not world.last or len(world.last) < 3
    sent = Counter((p.role, str(dict(p.target.address)), p.sheet.card.title) for p in paper.posts)
    concerns = sum(n for (role, _, title), n in sent.items() if "safety issue" in title)
    assert concerns == world.worries
    for (role, address, title), times in sent.items():
        if "safety issue" not in title and "Too few" not in title:
            assert times == 1, (role, address, title)
    reminded = Counter(
        str(dict(letter.target.address)) for letter in paper.posts if letter.role == "reminder"
    )
    assert all(times == 1 for times in reminded.values())
    assert len(paper.seen("owner")) == 1
    places = len(paper.seen("audience"))
    assert len(paper.seen("reveal")) == places
    assert places in {1, len(people)}
    for message in (*paper.seen("audience"), *paper.seen("owner")):
        assert f"{len(world.last)} of {len(people)} answered" in message.text
    await sees_that_nothing_is_due(world, round_)


async def sees_that_nothing_is_due(world: World, round_: Round) -> None:
    rounds = world.table.store.rounds
    assert not await rounds.due_posts(world.clock() + timedelta(days=400), "paper")
    assert not await rounds.due_timers(world.clock() + timedelta(days=400), "paper")
    assert not await rounds.stale()
    for name in world.people:
        held = await rounds.held(round_.id, world.table.actor(name).owner)
        assert held.ballot is None, "what it was sealed in is gone"
        assert held.participant
        assert held.participant.answered == (name in world.last)
    shown = (await world.table.orders(ASKER, "opinion", case_of(ASKER))).sheet
    assert shown


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_each_ballot_counts_once_and_each_is_told_once(
    tmp_path: Path, seed: int
) -> None:
    await simulate(tmp_path, seed, steps=30, most=8)


@pytest.mark.parametrize("seed", [100])
async def test_with_many_people_as_well(tmp_path: Path, seed: int) -> None:
    await simulate(tmp_path, seed, steps=80, most=40)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(1000, 1060))
async def test_over_and_over_again(tmp_path: Path, seed: int) -> None:
    await simulate(tmp_path, seed, steps=200, most=40)
