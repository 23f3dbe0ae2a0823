"""A conversation about one case: hear, make the turn, show what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from adapters.terminal.render import day_text
from adapters.terminal.sent import Left, Picked, Pressed, Sent, Unreadable, Wrote
from bot.engine.model import (
    Answered,
    Card,
    Case,
    Commanded,
    Event,
    Show,
    Tell,
    Typed,
    View,
)
from bot.engine.words import parse_word
from bot.errors import StoreBusy, StoreFull
from bot.outbox import deliver_due
from bot.ports import Done, Parcel
from bot.service import Clock, Service

PLATFORM = "terminal"


class Face(Protocol):
    """What a conversation is shown on. Everything it shows is committed already."""

    lingers: bool
    """Whether somebody is there who may still want something of a finished case."""

    def greet(self, title: str, about: str) -> None:
        """Say what this is about, once for each new case."""

    def show_card(self, view: View, card: Card) -> None:
        """Show a card that is new."""

    def show_prompt(self, view: View) -> None:
        """Show the question that is open."""

    def tell(self, case_id: str, turn: int, tell: Tell) -> None:
        """Say something once."""

    async def hear(self, view: View) -> Sent:
        """Wait for what is said to this view."""

    def end(self, view: View, resume: str) -> None:
        """Say goodbye, with the command that goes on."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits here with which case, and the command that goes on with it later."""

    owner: str
    case_id: str
    resume: str


async def begin(
    service: Service,
    face: Face,
    seat: Seat,
    clock: Clock,
    flow_id: str,
    track: str = "",
    news: Tell | None = None,
) -> None:
    """Start the case, tell the news, and talk until the case rests or the input ends."""
    done = await service.start(seat.owner, flow_id, seat.case_id, clock(), track=track)
    flow = service.flow(flow_id)
    face.greet(flow.title, flow.about)
    if news:
        face.tell(seat.case_id, 0, news)
    conversation = Conversation(service, face, seat, clock)
    await conversation.take(done)
    await conversation.hold()


async def go_on(service: Service, face: Face, seat: Seat, clock: Clock) -> None:
    """Go on with a case: what was not delivered first, then where it stands."""
    conversation = Conversation(service, face, seat, clock)
    await conversation.catch_up()
    await conversation.hold()


@dataclass(slots=True)
class Conversation:
    """What is shown at the moment. ``shown`` are the cards already shown, by turn and step."""

    service: Service
    face: Face
    seat: Seat
    clock: Clock
    view: View | None = None
    shown: set[tuple[int, str]] = field(default_factory=set)

    async def catch_up(self) -> None:
        """Wake what is due, tell what was not told, and open the case where it rests."""
        owner, case_id = self.seat.owner, self.seat.case_id
        await deliver_due(self.service, PLATFORM, self, self.clock(), owner, only=case_id)
        turn = (await self.service.view(owner, case_id)).turn
        event = Commanded(owner, turn, self.clock(), "resume")
        await self.take(await self.service.handle(owner, case_id, event))

    async def deliver(self, parcel: Parcel) -> str:
        """Tell what was left untold; the card itself is shown afterwards in any case."""
        for tell in parcel.tells:
            self.face.tell(parcel.case_id, parcel.turn, tell)
        return ""

    async def hold(self) -> None:
        """Go on until the case rests or the other side leaves."""
        assert self.view is not None
        lingering = self.face.lingers and self.view.prompt is None
        while self.view.prompt or lingering:
            lingering = self.view.prompt is None
            sent = await self.face.hear(self.view)
            if isinstance(sent, Left) or (lingering and sent == Wrote("")):
                break
            await self.answer(self.view, sent)
        self.face.end(self.view, self.seat.resume)

    async def answer(self, view: View, sent: Sent) -> None:
        """Make one turn of what was sent; a mistake leaves everything as it is."""
        match sent:
            case Unreadable(code, text):
                self.refuse(view, code, text)
            case Wrote(text):
                await self.turn(view, Typed(self.seat.owner, self.clock(), text, view.turn))
            case Picked(turn, value):
                await self.turn(view, Answered(self.seat.owner, turn, self.clock(), value))
            case Pressed(turn, word, target):
                event = Commanded(self.seat.owner, turn, self.clock(), word, target)
                await self.turn(view, event)
            case Left():
                pass

    async def turn(self, view: View, event: Event) -> None:
        """Have an event committed, then show what came of it."""
        try:
            done = await self.service.handle(self.seat.owner, self.seat.case_id, event)
        except (StoreBusy, StoreFull) as error:
            self.refuse(view, "not_saved", f"This was not saved. {error} Then please answer again.")
            return
        if noted := _noted(view, event, done.case):
            self.face.tell(done.case.id, done.case.turn, noted)
        await self.take(done)

    async def take(self, done: Done) -> None:
        """Show what a turn came to, and note that it was delivered."""
        for effect in done.effects:
            match effect:
                case Tell():
                    self.face.tell(done.case.id, done.case.turn, effect)
                case Show(view):
                    self.show(view)
                case _:
                    pass
        await self.service.store.sent(done.case.id, done.case.turn, self.clock())

    def show(self, view: View) -> None:
        """Show the cards that are new, then the question."""
        for card in view.cards:
            if (view.turn, card.step) not in self.shown:
                self.face.show_card(view, card)
        self.shown = {(view.turn, card.step) for card in view.cards}
        self.view = view
        self.face.show_prompt(view)

    def refuse(self, view: View, code: str, text: str) -> None:
        """Say why nothing was done, and ask again."""
        self.face.tell(view.case, view.turn, Tell(code, text, mistake=True))
        self.face.show_prompt(view)


def _noted(view: View, event: Event, case: Case) -> Tell | None:
    """Say how a day that was typed in words was understood."""
    if not isinstance(event, Typed) or view.prompt is None or view.prompt.input != "date":
        return None
    day = case.answers.get(view.prompt.step)
    if case.turn == view.turn or not isinstance(day, str) or parse_word(event.text):
        return None
    return Tell("noted", f"Noted: {day_text(day)}.")
