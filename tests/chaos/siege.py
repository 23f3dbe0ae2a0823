"""A second opinion that is held on Discord while the program is killed as it goes.

Who was not answered does the same again. The clock is the real one: so the time of the reminder is
set to the past.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from adapters.store.sqlite import SqliteStore
from bot.ports import Person
from bot.rounds.ports import Held as HeldRound
from tests.chaos.moments import Held, Moment
from tests.chaos.program import SECONDS, Program, stored
from tests.discord.circle import as_named, asks, does, is_round
from tests.discord.surfaces import said
from tests.fakes.discord import Channel, FakeDiscord, Hang, Message, Sending
from tests.fakes.discord import Person as Somebody

CASE = "CASEANN"


@dataclass
class Siege:
    """A round that is held with a program that is killed as it goes."""

    fake: FakeDiscord
    running: Program
    room: Channel
    ann: Somebody
    people: list[Somebody]
    kills: dict[str, Moment]
    tasks: list[asyncio.Task[object]] = field(default_factory=list)
    worried: int = 0

    # ------------------------------------------------------------------ a round

    async def holds(self) -> None:
        """Hold a round from the draft to the decision."""
        await self._does("begins", self._order)
        draft = await self._shown_to(self.ann, is_round)
        await self._form("chooses", self.ann, draft, "whom", channel=self.room)
        await self._until(lambda: self._says("Whom you ask: #cases"))
        await self._does("posts", lambda: self.ann.drafts.click(self._mine(), does("post")))
        await self._until(lambda: len(self._briefs()) == 1)
        for who in self.people:
            await self._form("answers", who, self._brief(), "answer", course="KEEP", sure="very")
        await self._worries(self.people[0])
        await self._reminded()
        await self._closes()
        await self._form("decides", self.ann, self._mine(), "decide", course="KEEP", share=("yes",))
        await self._until(lambda: len(self._told("Decided:")) == 1)

    def _order(self) -> Sending:
        return self.ann.drafts.command("opinion", {"case": CASE}, self.room)

    async def _worries(self, who: Somebody) -> None:
        """Let somebody pass on a worry; pressed once more it may be passed on once more."""
        assert (await who.clicks(self._brief(), does("worry"))).acknowledged
        asked = await self._shown_to(who, lambda one: "A safety issue" in said(one))

        def press() -> Sending:
            self.worried += 1
            return who.drafts.click(asked, does("worried"), stale=True)

        await self._does("worries", press)
        await self._until(lambda: bool(self._heard("A colleague sees a safety issue:")))

    async def _reminded(self) -> None:
        """Let the time for the reminder come; the program may be killed over it."""
        kill = self.kills.pop("reminds", None)
        hang = self._hangs(kill) if isinstance(kill, Held) else None
        self._is_due("remind")
        if hang:
            await self._until(hang.reached.is_set)
            await self._kill()
            await self._start()
        await self._until(lambda: len(self._told("Still open:")) == 1)

    def _is_due(self, timer: str) -> None:
        with closing(sqlite3.connect(self.running.home / "crossroads.db")) as database, database:
            changed = database.execute("UPDATE round_timers SET due = 1 WHERE timer = ?", (timer,))
            assert changed.rowcount == 1

    async def _closes(self) -> None:
        assert (await self.ann.clicks(self._mine(), does("close"))).acknowledged
        sure = await self._shown_to(self.ann, lambda one: "Close it now?" in said(one))
        await self._does(
            "closes", lambda: self.ann.drafts.click(sure, does("close_now"), stale=True)
        )
        await self._until(lambda: len(self._told("The answers:")) == 1)
        await self._until(lambda: self._says("What the team would do"))
        await self._until(lambda: bool(self._heard("Your team has answered")))

    # ------------------------------------------------------------------ doing and killing

    async def _form(
        self, act: str, who: Somebody, where: Message, what: str, **values: Any
    ) -> None:
        """Open a form in peace, and send it off."""
        assert (await who.clicks(where, does(what))).acknowledged
        form = who.modal
        named = as_named(form, values)
        await self._does(act, lambda: who.drafts.submission(named, form))
        if who.modals:
            who.closes()

    async def _does(self, act: str, make: Callable[[], Sending]) -> None:
        """Do something; the first time the program is killed over it.

        Who was not answered then does it again.
        """
        kill = self.kills.pop(act, None)
        sending = make()
        if kill is None:
            assert (await self.fake.deliver(sending, patience=SECONDS)).acknowledged
            return
        await self._killed_over(sending, kill)
        await self._start()
        assert sending.interaction
        if not sending.interaction.answer:
            assert (await self.fake.deliver(make(), patience=SECONDS)).acknowledged

    async def _killed_over(self, sending: Sending, kill: Moment) -> None:
        before = self.running.written()
        if isinstance(kill, Held):
            hang = self._hangs(kill)
            self._send(sending)
            await self._until(hang.reached.is_set)
        elif kill.ending == "unheard":
            self.running.freeze()
            self._send(sending)
        else:
            self._send(sending)
            await self.running.writes_after(before, SECONDS)
        await self._kill()

    def _hangs(self, kill: Held) -> Hang:
        hang = Hang(after=kill.after)
        self.fake.fail(kill.call, hang)
        return hang

    def _send(self, sending: Sending) -> None:
        self.tasks.append(asyncio.create_task(self.fake.deliver(sending, patience=SECONDS)))

    async def _kill(self) -> None:
        await self.running.kill()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()
        self.fake.faults.planned.clear()

    async def _start(self) -> None:
        before = self.fake.gateway.count
        await self.running.start()
        await self.fake.connected(before + 1, SECONDS)

    # ------------------------------------------------------------------ seeing

    async def _until(self, so: Callable[[], bool]) -> None:
        try:
            await self.fake.until(so, SECONDS)
        except TimeoutError:
            room = [said(one)[:80] for one in self.fake.messages_in(self.room)]
            chat = [said(one)[:80] for one in self.ann.from_bot]
            alone = [said(one)[:200] for who in (self.ann, *self.people) for one in who.ephemerals]
            raise AssertionError(f"it did not come to it: {room} {chat} {alone}") from None

    async def _shown_to(self, who: Somebody, fits: Callable[[Message], bool]) -> Message:
        await self._until(lambda: any(fits(one) for one in who.ephemerals))
        return next(one for one in reversed(who.ephemerals) if fits(one))

    def _says(self, words: str) -> bool:
        """Say whether the round's one message in the asker's chat says this."""
        return [words in said(one) for one in self.ann.from_bot if is_round(one)] == [True]

    def _mine(self) -> Message:
        (one,) = [one for one in self.ann.from_bot if is_round(one)]
        return one

    def _brief(self) -> Message:
        (one,) = self._briefs()
        return one

    def _briefs(self) -> list[Message]:
        return [one for one in self.fake.messages_in(self.room) if asks(one)]

    def _told(self, words: str) -> list[Message]:
        return [one for one in self.fake.messages_in(self.room) if words in said(one)]

    def _heard(self, words: str) -> list[Message]:
        return [one for one in self.ann.from_bot if words in said(one)]

    async def is_whole(self) -> None:
        """See that everything is there, and once."""
        assert len(self.fake.messages_in(self.room)) == 4, "brief, reminder, reveal, decision"
        for words in ("A colleague asks", "Still open:", "The answers:", "Decided:"):
            assert len(self._told(words)) == 1
        assert len(self._heard("Your team has answered")) == 1
        assert is_round(self._mine())
        assert "Keep and watch: 3" in said(self._told("The answers:")[0])
        await self._kill()
        async with stored(self.running.home) as store:
            held = await self._round(store)
            record = held.round.record if held.round else None
            assert record
            assert len(record.ballots) == held.answered == len(self.people)
            assert held.round
            worries = len(self._heard("A colleague sees a safety issue:"))
            assert 1 <= worries == held.round.concerns <= self.worried

    async def _round(self, store: SqliteStore) -> HeldRound:
        (held,) = await store.rounds.asked_by(store.owner(Person("discord", self.ann.id)))
        return held
