"""Second opinions as people hold them: a team in a server, one of whom asks; all see and press."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.discord.render.entries import ONE
from bot.cards.actions import parse_action
from bot.engine.model import Answered, Typed
from bot.opinion.model import Round
from bot.rounds.ports import Held
from bot.rounds.postman import Draw
from bot.service import Service
from bot.sheets.acts import VERB, read
from tests.discord.driver import Player, is_to, pressable
from tests.discord.scene import Scene, no_picture, scene
from tests.discord.surfaces import said
from tests.discord.test_talks import loaded
from tests.fakes.discord import Channel, FakeDiscord, Guild, Message, OpenModal, Person
from tests.fakes.discord.components import NAMED, SELECT, walk
from tests.fakes.discord.rights import MANAGE_SERVER, VIEW
from tests.fakes.discord.servers import USUAL
from tests.flows.talks import MONDAY, TROUBLED_CLIENT
from tests.rounds.table import FAST

NAMES = ("Bob", "Cleo", "Dan", "Eve", "Fay")
NICKNAME = "Heron"
DAY = timedelta(days=1)

Json = dict[str, Any]


@dataclass
class Circle:
    """The running app and its people: Ann asks, Olga looks after the server.

    ``room`` is read by Ann and her colleagues (``people``), ``hall`` by everybody in the server.
    ``pace`` is how many seconds pass with whatever somebody does.
    """

    at: Scene
    guild: Guild
    room: Channel
    hall: Channel
    olga: Person
    ann: Person
    people: list[Person]
    pace: float = 3

    @property
    def fake(self) -> FakeDiscord:
        return self.at.fake

    # ------------------------------------------------------------------ time

    async def passes(self, by: float = 0) -> None:
        """Let some seconds pass (by default those of the ``pace``), and what is due happen."""
        self.fake.clock.advance(by or self.pace)
        await self.at.idle()
        await self.at.discord.hub.postman.round()
        await self.at.discord.reminding.round()
        await self.at.idle()

    async def later(self, by: timedelta) -> None:
        """Let time pass, and what is due then happen."""
        await self.passes(by.total_seconds())

    # ------------------------------------------------------------------ the case

    async def decides(self, **other: str) -> Message:
        """Let Ann hold a case by the fast track up to its result; gives its card."""
        for seen in self.ann.ephemerals:
            self.ann.dismisses(seen)
        player = Player(self.at, self.ann, self.at.service.flows[TROUBLED_CLIENT.name])
        await player.begins("fast")
        await player.answers({**FAST, "nickname": NICKNAME, "go_on": "enough", **other})
        return player.card

    async def cancels(self) -> None:
        """Let Ann cancel her case."""
        owner, service = self.at.owner(self.ann), self.at.service
        for word in ("cancel", "yes"):
            (listed,) = await service.store.cases(owner)
            case = await service.store.case(owner, listed.id)
            event = Typed(owner, self.at.now(), word, case.turn)
            await service.handle(owner, case.id, event, platform="discord")
        assert (await service.store.case(owner, listed.id)).status == "cancelled"

    # ------------------------------------------------------------------ doing

    async def orders(
        self, who: Person, word: str, where: Channel | None = None, **more: Any
    ) -> Message:
        """Use the command; gives what only they see of it."""
        before = {one.id for one in who.ephemerals}
        assert (await who.slash(word, where=where, **more)).acknowledged
        await self.passes()
        (told,) = [one for one in who.ephemerals if one.id not in before]
        return told

    async def presses(self, who: Person, where: Message, what: str) -> Message | None:
        """Press what does something to a round; gives what only they see of it then."""
        before = {one.id: one for one in who.ephemerals}
        assert (await who.clicks(where, does(what))).acknowledged
        await self.passes()
        fresh = [one for one in who.ephemerals if before.get(one.id) != one]
        return fresh[-1] if fresh else None

    async def sees(self, who: Person, where: Message, what: str) -> Message:
        """Press something, and give what comes of it."""
        shown = await self.presses(who, where, what)
        assert shown is not None, f"nothing came of “{what}”"
        return shown

    async def fills(self, me: Person, where: Message, what: str, **values: Any) -> Message | None:
        """Open a form by its button and send it off; gives what only they see of it then."""
        assert (await me.clicks(where, does(what))).acknowledged
        await self.at.idle()
        return await self.sends(me, **values)

    async def sends(self, me: Person, /, **values: Any) -> Message | None:
        """Send the open form off, its entries named as we do; gives what they see of it then."""
        before = {one.id: one for one in me.ephemerals}
        assert (await me.submits(as_named(me.modal, values))).acknowledged
        await self.passes()
        fresh = [one for one in me.ephemerals if before.get(one.id) != one]
        return fresh[-1] if fresh else None

    async def answers(
        self,
        who: Person,
        course: str,
        sure: str = "very",
        where: Message | None = None,
        **more: Any,
    ) -> Message:
        """Answer as somebody who is asked; gives what they see of their answer."""
        told = await self.fills(
            who, where or self.posted, "answer", course=course, sure=sure, **more
        )
        assert told is not None
        assert "It is saved" in said(told), said(told)
        return told

    # ------------------------------------------------------------------ a round

    async def drafts(self, **other: str) -> Message:
        """Let Ann draft a round about a new case on its card; gives the draft in her chat."""
        card = await self.decides(**other)
        assert (await self.ann.clicks(card, is_to("say", "opinion"))).acknowledged
        await self.passes()
        return self.mine

    async def posts(
        self, room: Channel | None = None, how: Json | None = None, **whom: Any
    ) -> Message:
        """Let Ann draft a round in her chat, and post it in the server; gives what is there."""
        await self.drafts()
        return await self.posts_draft(room or self.room, how, **whom)

    async def posts_draft(self, room: Channel, how: Json | None = None, **whom: Any) -> Message:
        """Let Ann post her draft from the server; gives what is posted."""
        draft = await self.orders(self.ann, "opinion", self.room, case=NICKNAME)
        if how:
            await self.fills(self.ann, draft, "how", **how)
        await self.fills(self.ann, draft, "whom", channel=room, **whom)
        await self.presses(self.ann, draft, "post")
        if self.ann.modals:
            await self.sends(self.ann, sure=("yes",))
        return self.posted

    @property
    def mine(self) -> Message:
        """The round's message in Ann's direct messages, as it is now."""
        (one,) = [one for one in self.ann.from_bot if is_round(one)]
        return one

    @property
    def posted(self) -> Message:
        """The newest message that asks the team, wherever it is, as it is now."""
        return [one for one in self.shown if asks(one)][-1]

    @property
    def shown(self) -> list[Message]:
        """All that the bot posted in the server and everybody there can see, oldest first."""
        places = [self.room, self.hall, *self.fake.servers.threads(self.room)]
        there = [one for place in places for one in self.fake.messages_in(place) if one.from_bot]
        return sorted(there, key=lambda one: int(one.id))

    async def held(self) -> Held:
        """Read the newest round that Ann asked for."""
        return (await self.at.store.rounds.asked_by(self.at.owner(self.ann)))[0]

    async def round(self) -> Round:
        """Read the newest round that Ann asked for, without its counts."""
        held = await self.held()
        assert held.round
        return held.round


@asynccontextmanager
async def circle(
    fake: FakeDiscord,
    folder: Path,
    *,
    names: tuple[str, ...] = NAMES,
    draw: Draw = no_picture,
    also: Path | None = None,
) -> AsyncIterator[Circle]:
    """Run the app for Ann and her colleagues, on a Monday on which nothing else happens.

    ``also`` is the folder of a dialogue beside the usual one.
    """
    fake.clock.set(MONDAY.timestamp())
    olga, ann = fake.person("Olga"), fake.person("Ann")
    people = [fake.person(name) for name in names]
    guild = fake.guild("Acme", owner=fake.person("Otto").id)
    servers = fake.servers
    servers.everybody_may(guild)
    servers.role(guild, "Lead", olga, bits=MANAGE_SERVER)
    room, hall = servers.channel(guild, "cases"), servers.channel(guild, "hall")
    servers.allow(room, guild.id, deny=VIEW)
    for one in (ann.id, fake.world.bot.id, *(one.id for one in people)):
        servers.allow(room, one, allow=USUAL)
    flows = {**loaded(TROUBLED_CLIENT), **(loaded(also) if also else {})}
    async with scene(fake, folder, flows=flows, flow=TROUBLED_CLIENT.name, draw=draw) as at:
        yield Circle(at, guild, room, hall, olga, ann, people)


async def decided(service: Service, flow: str, owner: str, case_id: str, now: datetime) -> None:
    """Leave a case of somebody's behind, held up to its result and shown nowhere."""
    given: Json = {**FAST}
    await service.start(owner, flow, case_id, now, track="fast", platform="terminal")
    while (prompt := (view := await service.view(owner, case_id)).prompt) and prompt.step in given:
        event = Answered(owner, view.turn, now, given[prompt.step])
        await service.handle(owner, case_id, event, platform="terminal")


# ------------------------------------------------------------------ looking


def as_named(modal: OpenModal, values: Mapping[str, Any]) -> Json:
    """Name what is entered as the form does, whose menus of one choice have names of their own."""
    return as_entered(modal.data, values)


def as_entered(form: Json, values: Mapping[str, Any]) -> Json:
    """Do so for a form as it was sent; what is chosen in a menu is a list."""
    parts = [one for one in walk(form["components"]) if "custom_id" in one]
    there = {one["custom_id"].removeprefix(ONE): one for one in parts}
    return {there[name]["custom_id"]: _listed(there[name], value) for name, value in values.items()}


def _listed(part: Json, value: Any) -> Any:
    menu = part["type"] in {SELECT, *NAMED} and not isinstance(value, list | tuple)
    return [value] if menu else value


def does(what: str) -> Callable[[Json], bool]:
    """Find what can be pressed by what it does to a round."""
    return lambda element: _act(element) == what


def acts(shown: Message) -> list[str]:
    """List what can be done to a round from there."""
    return [what for what in map(_act, pressable(shown)) if what]


def _act(element: Json) -> str:
    action = parse_action(str(element.get("custom_id", "")))
    return read(action)[0] if action and action.verb == VERB else ""


def is_round(message: Message) -> bool:
    """Say whether a message in direct messages is the asker's own about a round."""
    return bool({"whom", "close", "decide", "extend", "without", "safety"} & {*acts(message)})


def asks(message: Message) -> bool:
    """Say whether a message asks a team: it has the brief."""
    return "A second opinion on" in said(message) and "A colleague asks" in said(message)
