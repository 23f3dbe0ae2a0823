"""``crossroads run`` is killed in the middle of a second opinion in Slack, and started again.

The fake holds a call back, before or after it took effect, until the process is dead; other moments
are while something is read or committed. What Slack heard no acknowledgement of it says once more.
In the end there is one brief, one answer a person, one reminder, one reveal. Where Crossroads may
post but not read, a message may stand once more for each time it died between Slack's taking it and
its own noting it (decision 18): that is counted, and no more than that is allowed.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from bot.opinion.model import Record
from bot.ports import Person as Who
from tests.chaos.moments import Cut, Held, Moment, cut, held
from tests.chaos.program import SECONDS, Program, stored
from tests.chaos.test_kill_slack import program
from tests.fakes.slack import Channel, FakeSlack, Hang, Message, Person, Sending
from tests.slack.scene import Mode
from tests.slack.team import asks, does, is_round, team

BALLOTS = {
    "Bob": {"course": "RESET", "sure": "very"},
    "Cleo": {"course": "KEEP", "sure": "fairly"},
    "Dan": {"course": "abstain", "sure": "fairly"},
    "Eve": {"course": "RESET", "sure": "not_sure"},
    "Fay": {"course": "LEAVE_EXPLAIN", "sure": "very"},
}
ACTS = ("posts", "Bob", "Cleo", "Dan", "Eve", "reminds", "Fay")
"""What happens in a round, in this order; a name stands for that person's answer."""

LEADS_TO: Mapping[str, tuple[str, ...]] = {
    "posts": ("chat.postMessage", "chat.update"),
    "Bob": ("chat.update",),
    "Cleo": ("chat.update",),
    "Dan": ("chat.update",),
    "Eve": ("chat.update",),
    "reminds": ("conversations.open", "chat.postMessage", "chat.update"),
    "Fay": ("chat.postMessage", "files.completeUploadExternal", "chat.update"),
}
"""The calls that each of them leads to, in the order in which they may be held."""

QUICK: Mapping[Mode, tuple[Moment, ...]] = {
    "http": (
        Cut("Bob", "committing"),
        Held("reminds", "chat.postMessage", after=True),
        Held("Fay", "chat.postMessage", after=True),
    ),
    "socket": (
        Held("posts", "chat.postMessage", after=True),
        Cut("Cleo", "unheard"),
        Held("Fay", "files.completeUploadExternal", after=False),
    ),
}


def drawn(random: Random) -> tuple[Moment, ...]:
    """Draw a moment for each act."""
    moments: list[Moment] = []
    for act in ACTS:
        there: list[Moment] = [*held({act: LEADS_TO[act]})]
        if act != "reminds":  # whose time comes without anybody sending anything
            there += cut([act])
        moments.append(random.choice(there))
    return tuple(moments)


# ------------------------------------------------------------------ the round


@dataclass
class Council:
    """A round that is held while the program is killed; ``repeats`` counts what may stand again."""

    fake: FakeSlack
    running: Program
    random: Random
    ann: Person
    people: Mapping[str, Person]
    room: Channel
    done: list[str] = field(default_factory=list)
    repeats: dict[str, int] = field(default_factory=lambda: {"brief": 0, "reveal": 0})

    # -------------------------------------------------------------- what is seen

    @property
    def briefs(self) -> list[Message]:
        return [one for one in self.fake.posts(self.room) if asks(one)]

    @property
    def brief(self) -> Message:
        """The newest: that is the one which is kept up to date."""
        return self.briefs[-1]

    @property
    def reveals(self) -> list[Message]:
        return [one for one in self.fake.posts(self.room) if "The answers:" in one.text]

    @property
    def pictures(self) -> int:
        return sum(1 for one in self.fake.team.files.values() if one.shared)

    def in_private(self, who: Person, words: str) -> list[Message]:
        return [one for one in who.from_bot if words in one.text]

    def is_settled(self) -> bool:
        """Say whether everything shows what has been done."""
        if not self.done:
            return True
        votes = sum(1 for act in self.done if act in BALLOTS)
        counted = f"{votes} of {len(self.people)} answered"
        (mine,) = [one for one in self.ann.from_bot if is_round(one)]
        if not self.briefs or counted not in self.brief.text or counted not in mine.text:
            return False
        if "reminds" in self.done and not self.in_private(self.people["Fay"], "Still open"):
            return False
        if "Fay" not in self.done:
            return True
        told = self.in_private(self.ann, "Your team has answered")
        return bool(told and self.reveals and self.pictures and "Closed:" in self.brief.text)

    async def settles(self) -> None:
        """Wait until it is so."""
        try:
            await self.fake.until(self.is_settled, SECONDS)
        except TimeoutError:
            shown = [one.text[-200:] for one in (*self.briefs, *self.ann.from_bot)]
            raise AssertionError(f"after {self.done} it is not settled: {shown}") from None

    # -------------------------------------------------------------- what is done

    async def does(self, act: str, moment: Moment | None) -> None:
        """Let something happen, at best only once the program was killed in the middle of it."""
        if act == "reminds":
            await self._reminds(moment)
        else:
            sending = await self._made(act)
            match moment:
                case Held():
                    acknowledged = await self._held(moment, sending)
                case Cut():
                    acknowledged = await self._cut(moment, sending)
                case None:
                    acknowledged = (await self.fake.deliver(sending)).acknowledged
            if moment:
                await self.running.start()
            if not acknowledged:
                assert (await self.fake.deliver(sending, retry=1)).acknowledged
        self.done.append(act)
        await self.settles()

    async def _made(self, act: str) -> Sending:
        """Make what somebody sends: a press, or the form that they have filled in."""
        if act == "posts":
            (draft,) = [one for one in self.ann.from_bot if is_round(one)]
            return self.ann.drafts.click(draft, does("post"))
        who = self.people[act]
        assert (await who.clicks(self.brief, does("answer"))).acknowledged
        await self.fake.until(lambda: bool(who.modals), SECONDS)
        return who.drafts.submission(BALLOTS[act], who.modal)

    def _hold(self, moment: Held) -> Hang:
        """Hold the next such call back, where the team is told."""
        hang, dm = Hang(after=moment.after), self.people["Fay"].dm
        place = dm if moment.act == "reminds" else self.room.id
        chat = moment.call.startswith("chat.")
        self.planned = self.fake.fail(moment.call, hang, channel=place if chat else "")
        return hang

    async def _held(self, moment: Held, sending: Sending) -> bool:
        """Send it, and kill the program while the call that follows from it hangs."""
        hang = self._hold(moment)
        assert (await self.fake.deliver(sending)).acknowledged, "it is alive"
        await self._dies_at(hang, moment)
        return True

    async def _dies_at(self, hang: Hang, moment: Held) -> None:
        await self.fake.until(hang.reached.is_set, SECONDS)
        await self.running.kill()
        self.planned.lift()
        if moment.after or moment.call != "chat.postMessage":
            self._may_repeat(moment.act)

    def _may_repeat(self, act: str) -> None:
        """Note that a message may have been posted in the channel, and that not noted."""
        if act in {"posts", "Fay"}:
            self.repeats["brief" if act == "posts" else "reveal"] += 1

    async def _cut(self, moment: Cut, sending: Sending) -> bool:
        """Kill the program while it is on its way."""
        before = self.running.written()
        if moment.ending == "unheard":
            self.running.freeze()
        task = asyncio.create_task(self.fake.deliver(sending))
        if moment.ending == "committing":
            while not task.done() and self.running.written() == before:
                await asyncio.wait({task}, timeout=0)
        else:
            await asyncio.wait({task}, timeout=self.random.uniform(0.001, 0.06))
        await self.running.kill()
        self._may_repeat(moment.act)
        return (await task).acknowledged

    async def _reminds(self, moment: Moment | None) -> None:
        """Let the time of the reminder come while the program is down."""
        await self.running.kill()
        with sqlite3.connect(self.running.home / "crossroads.db") as database:
            database.execute("UPDATE round_timers SET due = 0 WHERE timer = 'remind'")
        database.close()
        hang = self._hold(moment) if isinstance(moment, Held) else None
        await self.running.start()
        if hang and isinstance(moment, Held):
            await self._dies_at(hang, moment)
            await self.running.start()

    # -------------------------------------------------------------- what it came to

    async def ends(self) -> None:
        """See that everything is there once, but for what may be there again."""
        await self.running.kill()
        fay = self.people["Fay"]
        assert len(self.in_private(fay, "Still open")) == self.done.count("reminds")
        assert all(not who.from_bot for who in self.people.values() if who is not fay)
        assert len(self.in_private(self.ann, "Your team has answered")) == 1
        assert len(self.briefs) <= 1 + self.repeats["brief"]
        assert len(self.reveals) <= 1 + self.repeats["reveal"]
        assert self.pictures <= 1 + self.repeats["reveal"]
        record = await self._record()
        assert record.answered == len(self.people)
        given = {one.name: (one.course or "abstain", one.sure) for one in record.ballots}
        assert len(record.ballots) == len(self.people)
        cast = {name: BALLOTS[name] for name in self.people}
        assert given == {name: (one["course"], one["sure"]) for name, one in cast.items()}
        self.fake.check()

    async def _record(self) -> Record:
        async with stored(self.running.home) as store:
            owner = store.owner(Who(f"slack:-:{self.ann.team.id}", self.ann.id))
            (held,) = await store.rounds.asked_by(owner)
            assert held.round
            assert held.round.record
            return held.round.record


async def drafted(
    fake: FakeSlack, folder: Path, home: Path, names: tuple[str, ...]
) -> Callable[[Program], Council]:
    """Have a draft made by the app as it runs in tests; its store is then the program's."""
    async with team(fake, folder, names=names) as t:
        # This takes a while by the fake's clock: none of it may lie ahead of the program's.
        fake.clock.set(time.time() - 60)
        draft = await t.drafts()
        await t.fills(t.ann, draft, "how", who="named", quorum="3", hours="48")
    fake.clock.set(time.time())
    await asyncio.to_thread(_moved, folder, home)
    people = {who.account.name: who for who in t.people}
    return lambda running: Council(fake, running, Random(1), t.ann, people, t.room)


def _moved(folder: Path, home: Path) -> None:
    home.mkdir(parents=True)
    for file, name in (("test.db", "crossroads.db"), ("test.key", "crossroads.key")):
        shutil.copy(folder / file, home / name)


async def survives(
    mode: Mode, folder: Path, moments: tuple[Moment, ...], names: tuple[str, ...] = tuple(BALLOTS)
) -> None:
    """Hold a round among these people, and kill the program at these moments."""
    async with FakeSlack() as fake:
        home = folder / "home"
        council_of = await drafted(fake, folder, home, names)
        async with program(fake, mode, folder) as running:
            council = council_of(running)
            at = {moment.act: moment for moment in moments}
            for act in (one for one in ACTS if one in {"posts", *names, *at}):
                moment = at.get(act)
                try:
                    await council.does(act, moment)
                except (AssertionError, TimeoutError) as error:
                    error.add_note(f"{act}: {moment}")
                    raise
            await council.ends()


@pytest.mark.parametrize("mode", QUICK)
async def test_a_killed_program_holds_the_round_to_its_end(mode: Mode, tmp_path: Path) -> None:
    await survives(mode, tmp_path, QUICK[mode], ("Bob", "Cleo", "Fay"))


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("mode", QUICK)
async def test_a_program_killed_at_every_act_holds_the_round_to_its_end(
    mode: Mode, tmp_path: Path, seed: int
) -> None:
    await survives(mode, tmp_path, drawn(Random(f"{mode} {seed}")))
