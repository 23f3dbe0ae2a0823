"""A round held on paper: people who are made up, a platform that only remembers what it was told.

It is told everything through ``bot.rounds.ports.Forum``; people press what they are shown.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.library import read_flow
from adapters.store.sqlite import SqliteStore, open_store
from bot.cards.actions import Action, parse_action
from bot.cards.rows import card_text
from bot.chat import desk
from bot.chat.contacts import Contacts
from bot.chat.parts import Parts
from bot.chat.reaction import Reaction
from bot.commands.wiring import KINDS
from bot.engine.model import Answered, Flow, Value
from bot.errors import DeliveryError, WrongUse
from bot.opinion.model import Round
from bot.outbox import Courier
from bot.ports import Contact, Parcel, Person
from bot.rounds.council import Council
from bot.rounds.ports import Actor, Audience, Letter, Target, Trouble, Unreachable, Voter
from bot.rounds.postman import Postman
from bot.service import Service
from bot.sheets.model import Entered, Field, Picture, Sheet
from tests.flows.talks import TROUBLED_CLIENT, flow_in
from tests.store.making import database_of, home_of

TENANT = "paper:firm"
PEOPLE = ["ann", "ben", "cleo", "dan", "eve", "fay"]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FAST = {
    "safety": "none",
    "nickname": None,
    "stakes": "none",
    "commitment": "notice",
    "field": "agency",
    "main_trouble": "scope",
    "tried": "clear_once",
    "retake": "new_terms",
    "fair": "right",
    "gut": None,
}


class Died(BaseException):
    """The process ended at this moment: nothing catches it."""


@dataclass
class Clock:
    """Stands still until it is set forward."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Message:
    """A message as it stands on the paper platform, with how often it was edited."""

    letter: Letter
    edits: int = 0

    @property
    def text(self) -> str:
        return card_text(self.letter.sheet.card)

    @property
    def labels(self) -> list[str]:
        return [button.label for button in self.letter.sheet.buttons]


@dataclass
class Paper:
    """A platform on paper. ``people`` are its members: name → what is wrong with them.

    Whoever is not of the firm has a name such as “ann@other”, and other channels.
    """

    owners: SqliteStore
    people: dict[str, Trouble]
    form_room: int = 40
    writes_first: bool = True
    listed: bool = True
    shared: bool = False
    public: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    posts: list[Letter] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    deaf: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    busy: int = 0
    asks_to_wait: timedelta | None = None
    dies: bool = False
    admins: set[str] = field(default_factory=set)

    async def put(self, letter: Letter) -> str:
        self._see_limit()
        if self.busy:
            self.busy -= 1
            raise DeliveryError("It is busy.")
        address = letter.target.address
        if address.get("user") in self.failing:
            raise DeliveryError("Not now.")
        if address.get("user") in self.deaf or address.get("channel") in self.gone:
            raise Unreachable("They cannot be written to.")
        self.letters.append(letter)
        ref = letter.ref or letter.mark
        if ref not in self.messages:
            self.messages[ref] = Message(letter)
            self.posts.append(letter)
        elif letter.ref:
            self.messages[ref] = Message(letter, self.messages[ref].edits + 1)
        if self.dies:
            raise Died
        return ref

    def _see_limit(self) -> None:
        if self.asks_to_wait:
            raise DeliveryError("Slowly.", retry_after=self.asks_to_wait)

    async def take_away(self, target: Target, ref: str) -> None:
        self.messages.pop(ref, None)

    async def audience_fields(
        self, asker: Actor, *, people_only: bool = False
    ) -> tuple[Field, ...]:
        if people_only:
            return (Field("people", "People", "people"),)
        return (Field("channel", "Channel", "channel"), Field("people", "People", "people"))

    async def audience(self, asker: Actor, entered: Entered) -> Audience:
        people = entered.get("people", ())
        if people:
            voters = tuple(self.voter(name, asker) for name in people)
            able = [voter for voter in voters if not voter.trouble]
            targets = tuple(Target("paper", voter.address) for voter in able)
            return Audience("people", f"{len(able)} people", targets, voters)
        if not entered.get("channel"):
            raise WrongUse("Choose a channel or people.")
        firm = firm_of(asker.address["user"])
        members = [name for name in self.people if firm_of(name) == firm]
        voters = tuple(self.voter(name, asker) for name in members)
        return Audience(
            "channel",
            "#team",
            (Target("paper", {"channel": f"team{firm}"}),),
            voters if self.listed else None,
            shared=self.shared,
            public=self.public,
        )

    def voter(self, name: str, asker: Actor) -> Voter:
        trouble: Trouble = "asker" if name == asker.address["user"] else self.people[name]
        owner = self.owners.owner(person_of(name))
        return Voter(owner, name.title(), {"user": name}, trouble)

    async def private(self, who: Actor) -> Target:
        return Target("paper", who.address)

    async def zone(self, who: Actor) -> str:
        self._see_limit()
        return "Europe/Berlin"

    def workspace(self, contact: Contact) -> str:
        return contact.tenant

    def reach(self, who: Actor) -> str:
        return who.tenant

    async def rules_here(self, who: Actor) -> bool:
        return who.user in self.admins

    # -------------------------------------------------------------- what can be seen

    def seen(self, role: str, user: str = "") -> list[Message]:
        """Give the messages of a role, those in somebody's own chat if one is named."""
        return [
            message
            for message in self.messages.values()
            if message.letter.role == role
            and (not user or message.letter.target.address.get("user") == user)
        ]


def person_of(name: str) -> Person:
    """Tell who somebody is by their name."""
    return Person(f"{TENANT}{firm_of(name)}", name.partition("@")[0])


def case_of(name: str) -> str:
    """Give the id of somebody's case."""
    return f"CASE{name.upper()}"


def firm_of(name: str) -> str:
    """Tell which other firm somebody is of; "" for the one that most are of."""
    return name.partition("@")[2]


class Deaf:
    """Takes the cards of cases, and does nothing with them: rounds are what is looked at."""

    async def deliver(self, parcel: Parcel) -> str:
        return "card"


@dataclass
class Table:
    """The running parts, and the people who sit around."""

    parts: Parts
    paper: Paper
    store: SqliteStore
    clock: Clock
    presses: int = 0

    def actor(self, name: str) -> Actor:
        person = person_of(name)
        owner, trouble = self.store.owner(person), self.paper.people.get(name, "")
        user = person.name
        address = {"user": name}
        return Actor(owner, "paper", person.tenant, user, user.title(), address, trouble=trouble)

    async def a_case(self, name: str, answers: dict[str, object] | None = None) -> str:
        """Begin a case and answer its questions up to the result."""
        case_id = case_of(name)
        await self.parts.service.start(
            self.actor(name).owner,
            self.parts.flow,
            case_id,
            self.clock(),
            track="fast",
            platform="paper",
        )
        await self.goes_on(name, answers)
        return case_id

    async def goes_on(self, name: str, answers: dict[str, object] | None = None) -> None:
        """Answer the open questions of a case up to the result."""
        owner, case_id = self.actor(name).owner, case_of(name)
        service = self.parts.service
        given: dict[str, Any] = {**FAST, **(answers or {})}
        while (prompt := (view := await service.view(owner, case_id)).prompt) and (
            prompt.step in given
        ):
            event = Answered(owner, view.turn, self.clock(), given[prompt.step])
            await service.handle(owner, case_id, event, platform="paper")

    async def decides(self, name: str) -> None:
        """Take a case of somebody whom the platform knows to its end."""
        owner = self.actor(name).owner
        tenant = person_of(name).tenant
        await self.store.set_contact(owner, Contact("paper", tenant, {"user": name}))
        await self.a_case(name)
        while (prompt := (await self.parts.service.view(owner, case_of(name))).prompt) is not None:
            await self.answers(name, prompt.choices[0].id if prompt.choices else "So it is.")

    async def answers(self, name: str, value: Value) -> None:
        """Answer the question that a case asks now."""
        owner, case_id = self.actor(name).owner, case_of(name)
        turn = (await self.parts.service.view(owner, case_id)).turn
        event = Answered(owner, turn, self.clock(), value)
        await self.parts.service.handle(owner, case_id, event, platform="paper")

    async def orders(self, name: str, word: str, rest: str = "") -> Reaction:
        return await self._settled(desk.order(self.parts, self.actor(name), word, rest))

    async def presses_action(self, name: str, action: Action, key: str = "") -> Reaction:
        self.presses += 1
        key = key or f"press {self.presses}"
        again = parse_action(str(action))
        assert again == action, "an id must be read back as it was written"
        return await self._settled(desk.press(self.parts, self.actor(name), action, key))

    async def press(self, name: str, label: str, sheet: Sheet | None = None) -> Reaction:
        """Press a button by what stands on it: of a sheet, else of any message they can see."""
        return await self.presses_action(name, self._button(name, label, sheet))

    def _button(self, name: str, label: str, sheet: Sheet | None) -> Action:
        sheets = [sheet] if sheet else [m.letter.sheet for m in self._visible(name)]
        found = [b.action for one in sheets for b in one.buttons if b.label.startswith(label)]
        assert found, f"{name} sees no button “{label}”"
        return found[-1]

    def _visible(self, name: str) -> list[Message]:
        return [
            message
            for message in self.paper.messages.values()
            if message.letter.target.address
            in ({"user": name}, {"channel": f"team{firm_of(name)}"})
        ]

    async def fills(
        self, name: str, reaction: Reaction, **entered: str | tuple[str, ...]
    ) -> Reaction:
        """Fill in the form that came, what is not named stays as it stands there."""
        form = reaction.form
        assert form is not None, reaction
        there: dict[str, str | tuple[str, ...]] = {one.id: one.value for one in form.fields}
        assert entered.keys() <= there.keys()
        return await self.submits(name, form.action, {**there, **entered})

    async def submits(self, name: str, action: Action, entered: Entered, key: str = "") -> Reaction:
        """Send a form off, by its action."""
        self.presses += 1
        key = key or f"form {self.presses}"
        return await self._settled(desk.submit(self.parts, self.actor(name), action, entered, key))

    async def _settled(self, work: Awaitable[Reaction]) -> Reaction:
        reaction = await work
        self.clock.advance(timedelta(seconds=3))
        await self.round()
        return reaction

    async def round(self) -> int:
        """Let everything that is due happen."""
        return await self.parts.postman.round()

    async def later(self, by: timedelta) -> None:
        """Let time pass, then let everything that is due by then happen."""
        self.clock.advance(by)
        await self.round()

    async def round_of(self, name: str) -> Round:
        """Read the newest round that somebody asked for."""
        held = (await self.store.rounds.asked_by(self.actor(name).owner))[0]
        assert held.round is not None
        return held.round

    async def drafts(self, name: str, **how: str | tuple[str, ...]) -> None:
        """Draft a round about a new case, for the channel."""
        case_id = await self.a_case(name)
        await self.orders(name, "opinion", case_id)
        await self.fills(name, await self.press(name, "Whom to ask"), channel="team")
        if how:
            await self.fills(name, await self.press(name, "How to ask"), **how)

    async def opens(self, name: str, **how: str | tuple[str, ...]) -> Round:
        """Draft and post a round for the channel."""
        await self.drafts(name, **how)
        await self.press(name, "Post it")
        return await self.round_of(name)

    async def votes(
        self, name: str, course: str, sure: str = "very", **more: str | tuple[str, ...]
    ) -> Reaction:
        """Answer as a colleague would, by the button on what was posted."""
        form = await self.press(name, "Give your opinion")
        return await self.fills(name, form, course=course, sure=sure, **more)


async def _no_picture(round_: Round) -> Picture | None:
    return None


@asynccontextmanager
async def table(
    folder: Path,
    people: list[str] | dict[str, Trouble],
    clock: Clock | None = None,
    paper: Paper | None = None,
    flow: Flow | None = None,
) -> AsyncIterator[Table]:
    """Set up a table for these people; the same folder is the same store again.

    With the ``paper`` from before, what was posted is still there.
    """
    clock = clock or Clock()
    store = await open_store(database_of(folder), home_of(folder), clock, safety="NORMAL")
    try:
        flow = flow or flow_in(TROUBLED_CLIENT)
        await store.publish(flow.id, flow.version, read_flow(TROUBLED_CLIENT), clock())
        service = Service(store, {flow.id: flow}, KINDS)
        named: dict[str, Trouble] = {}
        named.update(people if isinstance(people, dict) else dict.fromkeys(people, ""))
        paper = paper or Paper(store, named)
        paper.owners = store
        council = Council(service, store.rounds, clock)
        courier = Courier(service, "paper", Deaf(), clock)
        parts = Parts(
            service=service,
            courier=courier,
            contacts=Contacts(service),
            clock=clock,
            new_id=lambda: "UNUSED",
            flow=flow.id,
            forum=paper,
            postman=Postman(council, "paper", paper, _no_picture),
        )
        yield Table(parts, paper, store, clock)
        await parts.stop()
    finally:
        await store.close()
