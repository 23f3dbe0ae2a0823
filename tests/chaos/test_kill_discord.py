"""``crossroads run`` is killed in the middle of dialogues in Discord, and started again.

The fake holds a call back, before or after it took effect, until the process is dead: so the
moments are hit exactly. Others come from a seed. Discord repeats nothing: who was not answered
presses once more, and what was written while nobody listened is read from the history. Then
everybody's one card asks what an independent count says is next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import pytest

from adapters.store.sqlite import SqliteStore
from bot.cards.actions import VALUE, parse_action
from bot.engine.model import Case, Prompt
from bot.ports import Person
from tests.chaos.dialogue import STATES, VALUES, asked_again, in_words, look_up, prompt_after
from tests.chaos.moments import Cut, Ending, Held, Moment, cut, held
from tests.chaos.program import SECONDS, Program, ended, stored
from tests.discord.driver import is_to, letters, pressable, said_in
from tests.fakes.discord import Call, Error, FakeDiscord, Guild, Hang, Message, Sending
from tests.fakes.discord import Person as Somebody
from tests.fakes.discord.model import SAYS, UPDATES

LEADS_TO = {
    "begins": ("callback",),
    "joins": ("open_dm", "post_message", "callback"),
    "clicks": ("callback",),
    "delays": ("edit_message",),
    "writes": ("post_message", "delete_message"),
}
"""What somebody does, and the calls that follow.

Who joins begins in a server. Who delays clicks, and Discord takes the answer no more.
"""

NEWCOMERS = frozenset({"begins", "joins"})
BACK = ("get_messages", "edit_message", "post_message", "delete_message")
"""Calls of a program that was started again, and finds what was not delivered."""

TOO_LATE = 10062

HELD, CUT = held(LEADS_TO), cut(("begins", "clicks", "writes"))
RETURNS = held({"returns": BACK})

Kill = Sequence[Moment]

OPENED = Held("joins", "open_dm", after=True)
QUICK: dict[str, Kill] = {
    "at calls": [
        *(one for one in HELD if one != OPENED),
        Held("returns", "edit_message", after=True),
    ],
    "on the way": [
        OPENED,
        Cut("begins", "unheard"),
        Cut("clicks", "unheard"),
        Cut("writes", "unheard"),
    ],
}


def drawn(random: Random, kills: int = 10) -> Sequence[Kill]:
    """Draw the moments of so many kills, some people's each, some of them killed once more."""
    return [_drawn(random) for _ in range(kills)]


def _drawn(random: Random) -> Kill:
    # Of two who wait for their direct messages to be opened, one would wait for the other.
    other = replace(OPENED, after=random.random() < 0.5)
    every: list[Moment] = [*HELD, *CUT]
    moments = [one for one in every if one != other]
    drawn = random.sample(moments, random.randint(1, 4))
    return [*drawn, *random.sample(RETURNS, random.randint(0, 1))]


# ------------------------------------------------------------------ the people


@dataclass
class Talker:
    """Somebody in a dialogue.

    ``answers`` counts those that are surely taken, ``sent`` is what may have been or not, and
    ``again`` makes it once more; what was written is not repeated. ``stored`` is how many answers
    a dead program has left behind (None: no case), ``noted`` whether it is on disk which card was
    there when they wrote.
    """

    me: Somebody
    answers: int = -1
    sent: Sending | None = None
    again: Callable[[], Sending] | None = None
    stored: int | None = None
    noted: bool = False

    @property
    def card(self) -> Message:
        (card,) = self.me.from_bot
        return card

    @property
    def prompt(self) -> Prompt:
        return prompt_after(self.answers)

    def is_of(self, call: Call) -> bool:
        """Say whether a call is about them."""
        named = call.user or call.body.get("recipient_id")
        return named == self.me.id or (bool(self.me.dm) and call.channel == self.me.dm)

    # ------------------------------------------------------------------ what they do

    async def does(self, act: str, server: Guild) -> Sending:
        """Make what they send next: the command, or the answer to what their card asks."""
        match act:
            case "begins":
                self.again = lambda: self.me.drafts.command("start", {})
            case "joins":
                self.again = lambda: self.me.drafts.command("start", {}, server)
            case "writes":
                return self.writing()
            case _:
                self.again = await self._answering()
        self.sent = self.again()
        return self.sent

    def writing(self) -> Sending:
        """Make an answer in words. It is not made once more: the program finds it."""
        self.again = None
        self.sent = self.me.drafts.message(in_words(self.prompt, VALUES[self.answers]))
        return self.sent

    async def _answering(self) -> Callable[[], Sending]:
        """Find how to answer on this very card; where it takes a form, that is opened first."""
        card, value, drafts = self.card, VALUES[self.answers], self.me.drafts
        match self.prompt.input:
            case "choice" if any(is_to("answer", str(value))(one) for one in pressable(card)):
                return lambda: drafts.click(card, is_to("answer", str(value)), stale=True)
            case "choice":
                return lambda: drafts.selection(card, is_to("pick"), str(value), stale=True)
            case "many":
                assert isinstance(value, tuple)
                return lambda: drafts.selection(card, is_to("ticks"), *value, stale=True)
            case _:
                assert (await self.me.clicks(card, is_to("write"))).acknowledged
                form = self.me.modal
                return lambda: drafts.submission({VALUE: str(value)}, form)

    # ------------------------------------------------------------------ what came of it

    def hears(self) -> None:
        """Note whether they were answered: what was merely received may be lost."""
        begun = self.sent.interaction if self.sent else None
        if begun and begun.answer in (SAYS, UPDATES):
            self.answers += 1
            self.sent = None

    def possible(self) -> set[int]:
        """Say how many answers may be stored: what was not answered at most once."""
        return {self.answers, self.answers + 1} if self.sent else {self.answers}

    def expected(self) -> set[int]:
        """Say how many there are in the end, when they have pressed again.

        What was written below a card that nobody knew of may belong to an older one.
        """
        if self.sent is None:
            return {self.answers}
        unsure = self.wrote and not self.noted and self.stored == self.answers
        return {self.answers + 1, *([self.answers] if unsure else ())}

    @property
    def wrote(self) -> bool:
        """Say whether what is on its way was written."""
        return self.sent is not None and self.sent.interaction is None

    def shows(self, answers: int) -> bool:
        """Say whether their one card asks what is next after so many, and nothing else is there."""
        if len(self.me.from_bot) != 1:
            return False
        found = (parse_action(one["custom_id"]) for one in pressable(self.card))
        actions = [action for action in found if action and action.case and action.verb != "forget"]
        shown = letters(said_in(self.card))
        refused = letters(asked_again(STATES[answers])) in shown
        return (
            {action.turn for action in actions} == {answers + 1}
            and letters(prompt_after(answers).text) in shown
            and (not self.wrote or refused == (answers == self.answers))
        )


# ------------------------------------------------------------------ killing and going on


@dataclass
class Chaos:
    """People in dialogues with a program that is killed again and again."""

    fake: FakeDiscord
    running: Program
    random: Random
    server: Guild
    people: list[Talker] = field(default_factory=list)
    sending: set[asyncio.Task[object]] = field(default_factory=set)

    async def begin(self, count: int) -> None:
        """Let so many people begin in peace."""
        await self._connected()
        talkers = [self._newcomer() for _ in range(count)]
        for talker in talkers:
            self._send(await talker.does("begins", self.server))
        await asyncio.gather(*(self.settles(talker) for talker in talkers))

    def _newcomer(self) -> Talker:
        self.people.append(Talker(self.fake.person(f"Person {len(self.people)}")))
        return self.people[-1]

    async def _connected(self, before: int = 0) -> None:
        await self.fake.connected(before + 1, SECONDS)

    def _send(self, sending: Sending) -> asyncio.Task[object]:
        """Send something; nobody waits longer for an answer than the program lives."""
        task = asyncio.create_task(self.fake.deliver(sending, patience=SECONDS))
        self.sending.add(task)
        return task

    # ------------------------------------------------------------------ killing

    async def dies(self, kill: Kill) -> None:
        """Let people act, and kill the program when all these moments have come."""
        cast = self._cast(kill)
        async with stored(self.running.home) as store:
            for _, talker in cast:
                await self._looks(store, talker)
        for moment, talker in cast:
            if isinstance(moment, Held):
                await self._hold(moment, talker)
        cuts = [(moment, talker) for moment, talker in cast if isinstance(moment, Cut)]
        if cuts:
            sendings = [await talker.does(moment.act, self.server) for moment, talker in cuts]
            await self._cut(cuts[0][0].ending, sendings)
        else:
            await self._kill()

    def _cast(self, kill: Kill) -> list[tuple[Moment, Talker]]:
        """Give each moment somebody of its own.

        Direct messages are opened one after the other: whoever comes later would wait.
        """
        moments = [moment for moment in kill if moment.act != "returns"]
        moments.sort(key=lambda moment: isinstance(moment, Held) and moment.call == "open_dm")
        known = self.random.sample(self.people, len(self.people))
        return [
            (moment, self._newcomer() if moment.act in NEWCOMERS else known.pop())
            for moment in moments
        ]

    async def _hold(self, moment: Held, talker: Talker) -> None:
        """Act, and wait until the call that follows from it hangs.

        A program that does not know which card is there may edit it where it would post anew.
        """
        sending = await talker.does(moment.act, self.server)
        hang = Hang(after=moment.after)
        planned = [self.fake.fail(moment.call, hang, when=talker.is_of)]
        if moment.act == "delays":
            planned.append(self.fake.fail("callback", Error(TOO_LATE), when=talker.is_of))
        known = len(self.fake.calls)
        self._send(sending)

        def edited() -> bool:
            calls = (call for call in self.fake.calls[known:] if call.operation == "edit_message")
            return any(call.status and talker.is_of(call) for call in calls)

        await self.fake.until(lambda: hang.reached.is_set() or edited(), SECONDS)
        for one in planned:
            one.lift()

    async def _cut(self, ending: Ending, sendings: Iterable[Sending]) -> None:
        """Kill the program while these are on their way."""
        before = self.running.written()
        if ending == "unheard":
            self.running.freeze()
        tasks = [self._send(sending) for sending in sendings]
        if ending == "committing":
            await self.running.writes_after(before, SECONDS)
        else:
            await asyncio.wait(tasks, timeout=self.random.uniform(0.001, 0.06))
        await self._kill()

    async def _kill(self) -> None:
        """Kill the program; then see who was answered, and that this is stored."""
        await self.running.kill()
        for task in self.sending:
            task.cancel()
        await asyncio.gather(*self.sending, return_exceptions=True)
        self.sending.clear()
        for talker in self.people:
            talker.hears()
            assert len(talker.me.from_bot) <= 2, "a card, and one that is to take its place"
        async with self.running.left() as store:
            for talker in self.people:
                await self._looks(store, talker)

    async def _looks(self, store: SqliteStore, talker: Talker) -> None:
        """See what is stored of somebody."""
        case = await self._case(store, talker, talker.possible())
        talker.stored = case.turn - 1 if case else None
        if talker.sent is None:
            card = await store.delivered(case.owner, case.id) if case else None
            there = [message.id for message in talker.me.from_bot]
            talker.noted = bool(case and card and card.turn == case.turn and card.ref in there)

    async def _case(
        self, store: SqliteStore, talker: Talker, possible: Iterable[int]
    ) -> Case | None:
        return await look_up(store, Person("discord", talker.me.id), {*possible})

    # ------------------------------------------------------------------ going on

    async def recovers(self, kill: Kill = ()) -> None:
        """Let somebody write while it is down, start it, and see that everybody can go on."""
        self._writes_meanwhile()
        for moment in kill:
            if isinstance(moment, Held) and moment.act == "returns":
                await self._dies_again(moment)
        await self._start()
        for talker in self.people:
            if talker.again and talker.sent and (talker.stored is None or talker.answers >= 0):
                assert (await self.fake.deliver(talker.again())).acknowledged
        for talker in self.people:
            await self.settles(talker)

    def _writes_meanwhile(self) -> None:
        idle = [one for one in self.people if one.sent is None]
        if idle:
            self._send(self.random.choice(idle).writing())

    async def _start(self) -> None:
        before = self.fake.gateway.count
        await self.running.start()
        await self._connected(before)

    async def _dies_again(self, moment: Held) -> None:
        """Start it, and kill it once more at such a call, if there is one."""
        hang = Hang(after=moment.after)
        planned = self.fake.fail(moment.call, hang)
        await self._start()

        def at_rest() -> bool:
            return all(any(one.shows(count) for count in one.expected()) for one in self.people)

        await self.fake.until(lambda: hang.reached.is_set() or at_rest(), SECONDS)
        planned.lift()
        await self._kill()

    async def settles(self, talker: Talker) -> None:
        """Wait until somebody's one card asks what is next, and see that this is stored."""
        expected = talker.expected()

        def shown() -> set[int]:
            return {answers for answers in expected if talker.shows(answers)}

        try:
            (answers,) = await self.fake.until(shown, SECONDS)
        except TimeoutError:
            cards = [(card.id, said_in(card)) for card in talker.me.from_bot]
            told = f"{expected} is not what is shown to {talker}: {cards}"
            raise AssertionError(told) from None
        async with stored(self.running.home) as store:
            assert await self._case(store, talker, {answers}), "the card's case is there"
        talker.answers, talker.sent = answers, None


async def survives(folder: Path, kills: Sequence[Kill], people: int, seed: int) -> None:
    """Kill the program at these moments; after each everybody goes on where they were."""
    async with FakeDiscord() as fake:

        async def gone() -> None:
            await fake.until(lambda: not fake.gateway.open, SECONDS)

        server = fake.guild("Acme")
        settings = {"DISCORD_TOKEN": fake.token, "DISCORD_API_URL": fake.api_url}
        async with ended(
            Program(folder, settings, "Listening", gone), fake.faults.release
        ) as running:
            chaos = Chaos(fake, running, Random(seed), server)
            await chaos.begin(people)
            for number, kill in enumerate(kills, 1):
                try:
                    await chaos.dies(kill)
                    await chaos.recovers(kill)
                except (AssertionError, TimeoutError) as error:
                    error.add_note(f"kill {number}: {kill}")
                    raise
            fake.check()


@pytest.mark.parametrize("kill", QUICK.values(), ids=QUICK)
async def test_a_killed_program_goes_on_in_discord_where_it_was(tmp_path: Path, kill: Kill) -> None:
    await survives(tmp_path, [kill], people=9, seed=1)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(4))
async def test_a_program_killed_ten_times_goes_on_in_discord(tmp_path: Path, seed: int) -> None:
    await survives(tmp_path, drawn(Random(f"discord {seed}")), people=5, seed=seed)
