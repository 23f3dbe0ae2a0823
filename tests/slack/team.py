"""A team in Slack: who asks, those who are asked, their channel; they press what they see."""

from __future__ import annotations

import html
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.cards.actions import parse_action
from bot.commands.wiring import new_case_id
from bot.opinion.model import Round
from bot.rounds.postman import Draw
from bot.sheets.acts import VERB, read
from tests.fakes.slack import Channel, FakeSlack, Message, OpenView, Person
from tests.fakes.slack.elements import elements, options
from tests.flows.talks import MONDAY, TROUBLED_CLIENT
from tests.rounds.table import FAST
from tests.slack.driver import Player, is_to
from tests.slack.scene import Mode, Scene, no_picture, scene
from tests.slack.test_talks import loaded

NAMES = ("Bob", "Cleo", "Dan", "Eve", "Fay")
NICKNAME = "Heron"
DAY = timedelta(days=1)

Json = dict[str, object]


@dataclass
class Team:
    """The running app and its people. ``room`` is their channel, which each of them can read."""

    at: Scene
    ann: Person
    people: list[Person]
    room: Channel
    players: dict[str, Player] = field(default_factory=dict)

    @property
    def fake(self) -> FakeSlack:
        return self.at.fake

    # ------------------------------------------------------------------ the case

    async def decides(self, **other: str) -> Message:
        """Let Ann hold a case by the fast track up to its result; gives its card."""
        flow = self.at.service.flows[TROUBLED_CLIENT.name]
        player = self.players["Ann"] = Player(self.at, self.ann, flow)
        await player.begins("fast")
        await player.answers({**FAST, "nickname": NICKNAME, "go_on": "enough", **other})
        return player.card

    # ------------------------------------------------------------------ doing

    async def passes(self, seconds: float = 3) -> None:
        """Let some time pass, and what is due then happen."""
        self.fake.clock.advance(seconds)
        await self.at.idle()

    async def orders(self, who: Person, text: str, channel: str = "") -> Message:
        """Type the command; gives what is answered to that person alone."""
        before = len(who.ephemerals)
        assert (await who.slash(text, channel=channel)).acknowledged
        await self.passes()
        return who.ephemerals[before:][-1]

    async def presses(self, who: Person, where: Message | OpenView, what: str) -> None:
        """Press what does something to a round."""
        assert (await who.clicks(where, does(what))).acknowledged
        await self.passes()

    async def opens(self, who: Person, where: Message | OpenView, what: str) -> OpenView:
        """Press what opens a form; gives it."""
        assert (await who.clicks(where, does(what))).acknowledged
        await self.at.idle()
        return who.modal

    async def sends(self, me: Person, **values: str | tuple[str, ...]) -> None:
        """Send the form off that is open."""
        assert (await me.submits(values)).acknowledged
        await self.passes()

    async def fills(
        self, me: Person, where: Message | OpenView, what: str, **values: str | tuple[str, ...]
    ) -> None:
        """Open a form by a button, and send it off."""
        await self.opens(me, where, what)
        await self.sends(me, **values)
        assert not me.modals or not me.modal.errors, me.modal.errors

    async def answers(self, who: Person, where: Message, **values: str | tuple[str, ...]) -> None:
        """Answer as somebody who is asked, and close the window with their answer."""
        await self.fills(who, where, "answer", **values)
        assert "It is saved" in text_of(who.modal)
        await who.closes()

    # ------------------------------------------------------------------ a round

    async def drafts(self, **audience: str | tuple[str, ...]) -> Message:
        """Let Ann draft a round about a new case; gives the draft."""
        card = await self.decides()
        await self.asks(card)
        await self.fills(self.ann, self.mine, "whom", **(audience or {"channel": self.room.id}))
        return self.mine

    async def asks(self, card: Message) -> None:
        """Press “opinion” on a case's card."""
        assert (await self.ann.clicks(card, is_to("say", "opinion"))).acknowledged
        await self.passes()

    async def posts(self, **how: str | tuple[str, ...]) -> Message:
        """Let Ann draft a round and post it to the channel; gives the message there."""
        draft = await self.drafts()
        if how:
            await self.fills(self.ann, draft, "how", **how)
        await self.presses(self.ann, draft, "post")
        return self.posted

    async def client(self) -> str:
        """Give the name under which the client goes for the team."""
        return (await self.round_of()).brief.code_name

    @property
    def mine(self) -> Message:
        """The round's message in Ann's direct messages, as it is now."""
        (one,) = [one for one in self.ann.from_bot if is_round(one)]
        return one

    @property
    def posted(self) -> Message:
        """The newest message in the channel that asks, as it is now."""
        return [one for one in self.fake.posts(self.room) if asks(one)][-1]

    async def round_of(self) -> Round:
        """Read the newest round that Ann asked for."""
        held = (await self.at.store.rounds.asked_by(self.at.owner(self.ann)))[0]
        assert held.round
        return held.round


@asynccontextmanager
async def team(
    fake: FakeSlack,
    folder: Path,
    mode: Mode = "http",
    *,
    private: bool = True,
    names: tuple[str, ...] = NAMES,
    draw: Draw = no_picture,
    also: Path | None = None,
    new_id: Callable[[], str] = new_case_id,
) -> AsyncIterator[Team]:
    """Run the app for Ann and her colleagues, on a Monday on which nothing else happens.

    ``also`` is the folder of a dialogue beside the usual one.
    """
    fake.clock.set(MONDAY.timestamp())
    people = [fake.person(name) for name in names]
    ann = fake.person("Ann", tz="Europe/Berlin")
    room = fake.channel("cases", ann, *people, private=private)
    async with scene(
        fake,
        folder,
        mode,
        flows={**loaded(TROUBLED_CLIENT), **(loaded(also) if also else {})},
        flow=TROUBLED_CLIENT.name,
        draw=draw,
        new_id=new_id,
    ) as at:
        yield Team(at, ann, people, room)


# ------------------------------------------------------------------ looking


def does(what: str) -> Callable[[Json], bool]:
    """Find what can be pressed by what it does to a round."""

    def fits(element: Json) -> bool:
        action = parse_action(str(element["action_id"]))
        return action is not None and action.verb == VERB and read(action)[0] == what

    return fits


def acts(shown: Message | OpenView) -> list[str]:
    """List what can be done to a round from there."""
    actions = [parse_action(str(one["action_id"])) for _, one in elements(shown.blocks)]
    return [read(one)[0] for one in actions if one and one.verb == VERB]


def is_round(message: Message) -> bool:
    """Say whether a message in direct messages is the asker's own about a round."""
    own = {"whom", "close", "decide", "extend", "without", "safety"}
    return bool(own & {*acts(message)})


def asks(message: Message) -> bool:
    """Say whether a message asks a team: it has the brief."""
    return "A second opinion on" in message.text and "A colleague asks" in message.text


def text_of(shown: Message | OpenView) -> str:
    """Give all words of a message or a window, those of choices included."""
    blocks = json.dumps(shown.blocks, ensure_ascii=False)
    return html.unescape(blocks + getattr(shown, "text", ""))


def chosen(view: OpenView) -> dict[str, list[str]]:
    """List by entry what can be chosen in a form."""
    return {
        block["block_id"]: [one["value"] for one in options(part)]
        for block, part in elements(view.blocks)
    }
