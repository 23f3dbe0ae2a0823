"""``crossroads run`` is killed in the middle of dialogues in Slack, and started again.

The fake holds a call back, before or after it took effect, until the process is dead: so the
moments are hit exactly. Others come from a seed. What Slack heard no acknowledgement of it says
once more. Then everybody's one card asks what an independent count says is next.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from adapters.store.sqlite import SqliteStore
from bot.cards.actions import VALUE, parse_action
from bot.engine.model import Case, Prompt
from bot.engine.show import view
from bot.ports import Person
from tests.chaos.dialogue import FLOW, VALUES, asked_again, in_words, look_up, prompt_after
from tests.chaos.moments import Cut, Ending, Held, Moment, cut, held, is_cut
from tests.chaos.program import SECONDS, Program, ended, stored
from tests.fakes.slack import Delivery, FakeSlack, Hang, Message, Sending
from tests.fakes.slack import Person as Somebody
from tests.fakes.slack.elements import elements
from tests.flows.player import flat
from tests.slack.driver import is_to
from tests.slack.render_checks import said
from tests.slack.scene import Mode

LEADS_TO = {
    "begins": ("conversations.open", "chat.postMessage", "chat.update"),
    "clicks": ("chat.update",),
    "writes": ("chat.postMessage", "chat.delete"),
}
"""What somebody does, and the calls that follow."""

HELD, CUT = held(LEADS_TO), cut(LEADS_TO)

Kills = Sequence[tuple[Moment, Moment]]

QUICK: dict[Mode, Kills] = {
    "http": [
        (Held("clicks", "chat.update", after=False), Held("begins", "chat.update", after=False)),
        (Held("writes", "chat.delete", after=False), Cut("clicks", "unheard")),
        (Held("begins", "conversations.open", after=True), Cut("clicks", "committing")),
    ],
    "socket": [
        (Held("clicks", "chat.update", after=True), Held("begins", "chat.postMessage", after=True)),
        (Held("writes", "chat.postMessage", after=True), Cut("writes", "soon")),
        (Held("writes", "chat.delete", after=True), Cut("clicks", "committing")),
    ],
}


def drawn(random: Random, kills: int = 10) -> Kills:
    """Draw the moments of so many kills, two people's each."""
    moments: list[Moment] = [*HELD, *CUT]
    return [(random.choice(moments), random.choice(moments)) for _ in range(kills)]


# ------------------------------------------------------------------ the program


@asynccontextmanager
async def program(fake: FakeSlack, mode: Mode, folder: Path) -> AsyncIterator[Program]:
    """Run the program, and leave nothing of it running."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fake.http_to(f"http://127.0.0.1:{port}/slack/events" if mode == "http" else "")
    settings = {"SLACK_BOT_TOKEN": fake.team.bot_token, "SLACK_API_URL": fake.api_url}
    if mode == "http":
        settings["SLACK_SIGNING_SECRET"] = fake.signing_secret
    else:
        settings["SLACK_APP_TOKEN"] = fake.app_token

    async def gone() -> None:
        await fake.until(lambda: not fake.sockets.open, SECONDS)

    ready = "Slack may call" if mode == "http" else "Slack is connected"
    running = Program(folder, settings, ready, gone, port)
    async with ended(running, fake.faults.release):
        yield running


# ------------------------------------------------------------------ the people


@dataclass
class Talker:
    """Somebody in a dialogue.

    ``answers`` counts those that were acknowledged, ``pending`` is what was not. ``wrote`` tells
    that it was written last: text that may belong to an older card is asked about again, which
    ``hears`` says they are to be told: it was this process that took the text.
    """

    me: Somebody
    answers: int = -1
    pending: Sending | None = None
    wrote: bool = False
    hears: bool = False

    @property
    def card(self) -> Message:
        (card,) = self.me.from_bot
        return card

    def does(self, act: str) -> Sending:
        """Make what they send next: the command, or the answer to what their card asks."""
        self.wrote = False
        if act == "begins":
            return self.me.drafts.command("start", "/crossroads")
        value, prompt = VALUES[self.answers], self.prompt
        self.wrote = act == "writes" or prompt.input == "text"
        if self.wrote:
            return self.me.drafts.message(in_words(prompt, value))
        if prompt.input == "many":
            assert isinstance(value, tuple)
            return self.me.drafts.click(self.card, is_to("ticks"), filled={VALUE: value})
        wanted = is_to("answer", str(value))
        if any(wanted(element) for _, element in elements(self.card.blocks)):
            return self.me.drafts.click(self.card, wanted)
        return self.me.drafts.click(self.card, is_to("pick"), str(value))

    @property
    def prompt(self) -> Prompt:
        return prompt_after(self.answers)

    def took(self, sending: Sending, delivery: Delivery) -> None:
        """Note whether what they sent was acknowledged."""
        if delivery.acknowledged:
            self.pending = None
            self.answers += 1
            self.hears = self.wrote
        else:
            self.pending = sending

    def possible(self) -> set[int]:
        """Say how many answers may be stored: what was not acknowledged at most once."""
        least = self.answers - 1 if self.wrote and not self.pending else self.answers
        most = self.answers + 1 if self.pending else self.answers
        return {*range(least, most + 1)}

    def shows(self, case: Case) -> bool:
        """Say whether their one card asks what this case asks, and nothing else is there."""
        if len(self.me.from_bot) != 1:
            return False
        ids = [element["action_id"] for _, element in elements(self.card.blocks)]
        actions = [action for action in map(parse_action, ids) if action and action.case]
        prompt = view(FLOW, case).prompt
        return (
            {(action.case, action.turn) for action in actions} == {(case.id, case.turn)}
            and prompt is not None
            and flat(prompt.text) in said(self.card.blocks)
        )


# ------------------------------------------------------------------ killing and going on


@dataclass
class Chaos:
    """People in dialogues with a program that is killed again and again."""

    fake: FakeSlack
    running: Program
    random: Random
    people: list[Talker] = field(default_factory=list)

    async def begins(self, name: str) -> None:
        """Let somebody begin in peace."""
        talker = self._newcomer(name)
        await self._send(talker, talker.does("begins"))
        await self.settles(talker)

    def _newcomer(self, name: str) -> Talker:
        self.people.append(Talker(self.fake.person(name)))
        return self.people[-1]

    async def dies(self, first: Moment, second: Moment) -> None:
        """Let two people act, and kill the program when both moments have come."""
        talkers = self.random.sample(self.people, 2)
        moments = sorted(
            zip((first, second), talkers, strict=True), key=lambda pair: is_cut(pair[0])
        )
        moments = [
            (moment, self._newcomer(f"Newcomer{len(self.people)}"))
            if moment.act == "begins"
            else (moment, talker)
            for moment, talker in moments
        ]
        for moment, talker in moments:
            if isinstance(moment, Held):
                await self._hold(moment, talker)
        cuts = [(moment, talker) for moment, talker in moments if isinstance(moment, Cut)]
        if cuts:
            sendings = [(talker, talker.does(moment.act)) for moment, talker in cuts]
            await self._cut(cuts[0][0].ending, sendings)
        else:
            await self.running.kill()
        for talker in self.people:
            talker.hears = False
            assert len(talker.me.from_bot) <= 2, "a card, and one that is to take its place"

    async def _hold(self, moment: Held, talker: Talker) -> None:
        """Act, and wait until the call that follows from it hangs.

        A program that does not know which card is there may edit it where it would post anew.
        """
        hang = Hang(after=moment.after)
        channel = "" if moment.call == "conversations.open" else talker.me.dm
        there = {card.ts for card in talker.me.from_bot} if moment.act == "writes" else set()
        known = len(self.fake.calls)
        planned = self.fake.fail(moment.call, hang, channel=channel)
        await self._send(talker, talker.does(moment.act))
        assert talker.pending is None, "the program is alive and acknowledges"

        def edited() -> bool:
            calls = self.fake.calls[known:]
            return any(one.status and one.args.get("ts") in there for one in calls)

        await self.fake.until(lambda: hang.reached.is_set() or edited(), SECONDS)
        planned.lift()

    async def _send(self, talker: Talker, sending: Sending, retry: int = 0) -> None:
        talker.took(sending, await self.fake.deliver(sending, retry=retry))

    async def _cut(self, ending: Ending, sendings: list[tuple[Talker, Sending]]) -> None:
        """Kill the program while these are on their way."""
        before = self.running.written()
        if ending == "unheard":
            self.running.freeze()
        tasks = [asyncio.create_task(self._send(*sending)) for sending in sendings]
        if ending == "committing":
            open_ = set(tasks)
            while open_ and self.running.written() == before:
                _, open_ = await asyncio.wait(open_, timeout=0)
        else:
            await asyncio.wait(tasks, timeout=self.random.uniform(0.001, 0.06))
        await self.running.kill()
        await asyncio.gather(*tasks)
        assert ending != "unheard" or all(talker.pending for talker, _ in sendings)

    async def recovers(self) -> None:
        """Look at what is stored, start again, play Slack's retries, and see the cards."""
        await self._looks()
        await self.running.start()
        for talker in self.people:
            if talker.pending:
                await self._send(talker, talker.pending, retry=1)
                assert talker.pending is None
        for talker in self.people:
            await self.settles(talker)

    async def _looks(self) -> None:
        """See that each acknowledged answer is stored."""
        async with self.running.left() as store:
            for talker in self.people:
                await self._counts(store, talker)

    async def _counts(self, store: SqliteStore, talker: Talker) -> Case | None:
        """Compare somebody's stored case with the count of what was acknowledged."""
        person = Person(f"slack:-:{talker.me.team.id}", talker.me.id)
        return await look_up(store, person, talker.possible())

    async def settles(self, talker: Talker) -> None:
        """Wait until somebody's one card asks what their stored case asks."""
        async with stored(self.running.home) as store:
            case = await self._counts(store, talker)
        assert case is not None
        try:
            await self.fake.until(lambda: talker.shows(case), SECONDS)
        except TimeoutError:
            cards = [(card.ts, card.blocks[0]["block_id"]) for card in talker.me.from_bot]
            raise AssertionError(f"turn {case.turn} is not what is shown: {cards}") from None
        if case.turn - 1 < talker.answers and talker.hears:
            assert asked_again(case) in said(talker.card.blocks), "why it did not count is said"
        talker.answers = case.turn - 1


async def survives(mode: Mode, folder: Path, kills: Kills, seed: int) -> None:
    """Kill the program at these moments; after each everybody goes on where they were."""
    async with FakeSlack() as fake, program(fake, mode, folder) as running:
        chaos = Chaos(fake, running, Random(seed))
        for name in ("Ann", "Bob"):
            await chaos.begins(name)
        for number, (first, second) in enumerate(kills, 1):
            try:
                await chaos.dies(first, second)
                await chaos.recovers()
            except (AssertionError, TimeoutError) as error:
                error.add_note(f"kill {number}: {first}, {second}")
                raise
        await running.kill()
        await chaos.recovers()
        fake.check()


@pytest.mark.parametrize("mode", QUICK)
async def test_a_killed_program_goes_on_in_slack_where_it_was(mode: Mode, tmp_path: Path) -> None:
    await survives(mode, tmp_path, QUICK[mode], seed=1)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mode", QUICK)
async def test_a_program_killed_ten_times_goes_on_in_slack(
    mode: Mode, tmp_path: Path, seed: int
) -> None:
    await survives(mode, tmp_path, drawn(Random(f"{mode} {seed}")), seed)
