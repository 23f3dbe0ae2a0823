"""Talks played in Slack by a person who sees, presses and writes only what the fake shows them.

What must come of it is worked out beside, by the engine alone.
"""

from __future__ import annotations

import html
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.cards.actions import VALUE, Action, parse_action
from bot.engine.model import Answered, Card, Commanded, Event, Flow, Prompt, Tell, Typed
from bot.service import Service
from tests.fakes.slack import Message, OpenView
from tests.fakes.slack import Person as Somebody
from tests.fakes.slack.elements import elements, label, options
from tests.fakes.slack.post import Delivery
from tests.flows import player
from tests.flows.player import Manner, Ticking, flat, lines_of
from tests.slack.render_checks import said
from tests.slack.scene import Scene

Json = dict[str, Any]
Way = Literal["command", "welcome", "home", "word"]
MANNERS: tuple[Manner, ...] = ("chat", "thread", "form")


@dataclass
class Stage:
    """The scene as a talk is played in it."""

    here: Scene

    @property
    def service(self) -> Service:
        return self.here.service

    @property
    def clock(self) -> Ticking:
        return self.here.fake.clock

    def now(self) -> datetime:
        return self.here.now()

    async def later(self, by: timedelta) -> None:
        await self.here.later(by)


class Player(player.Player):
    """Somebody in a dialogue in Slack.

    ``asked_for`` counts what they were said beside the card because they asked for it, ``windows``
    how many windows they have read.
    """

    def __init__(self, here: Scene, me: Somebody, flow: Flow, writings: int = 0) -> None:
        super().__init__(Stage(here), here.owner(me), flow, MANNERS, writings=writings)
        self.here = here
        self.me = me
        self.asked_for = 0
        self.windows = 0

    @property
    def card(self) -> Message:
        """The one message of the bot in their direct messages."""
        there = self.me.from_bot
        assert len(there) == 1, f"one card is there, not {len(there)}"
        return there[0]

    @property
    def place(self) -> str:
        return self.card.ts

    # ------------------------------------------------------------------ beginning

    async def begins(self, track: str = "", way: str = "command") -> None:
        """Begin a case by the command, a word, or the button of the welcome or of App Home."""
        match way:
            case "command":
                self._took(await self.me.slash(track or "start"))
                self.asked_for += 1
            case "word":
                self._took(await self.me.writes(track or "start"))
            case "welcome":
                self._took(await self.me.writes("Hello?"))
                self.asked_for += 1
                await self.here.idle()
                self._took(await self.me.clicks(self.me.ephemerals[-1], begins_with(track)))
            case "home":
                self._took(await self.me.opens_home())
                await self.here.idle()
                assert self.me.home is not None
                self._took(await self.me.clicks(self.me.home, begins_with(track)))
                await self.here.idle()
                assert "in our direct messages" in await self._window()
        await self.here.idle()
        (listed,) = await self.here.service.store.cases(self.owner)
        self.case_id = listed.id
        await self.looks()

    # ------------------------------------------------------------------ answering

    async def picks(self, value: object) -> None:
        """Answer by pressing, choosing, ticking, or in the form."""
        prompt = await self.prompt()
        match prompt.input:
            case "choice":
                await self._answers(value, self._choice(str(value)))
            case "many":
                assert isinstance(value, tuple)
                await self._answers(value, self._ticks(value))
            case "date":
                day = str(value)
                await self._answers(day, self.me.clicks(self.card, is_to("day"), day))
            case _:
                await self.fills_in(str(value))

    def _choice(self, option: str) -> Awaitable[Delivery]:
        buttons = [one for one in self._pressable() if is_to("answer", option)(one)]
        if buttons:
            return self.me.clicks(self.card, is_to("answer", option))
        return self.me.clicks(self.card, is_to("pick"), option)

    def _ticks(self, ticks: tuple[str, ...]) -> Awaitable[Delivery]:
        return self.me.clicks(self.card, is_to("ticks"), filled={VALUE: ticks})

    async def _answers(self, value: object, act: Awaitable[Delivery]) -> None:
        turn = (await self.case()).turn
        await self._does(Answered(self.owner, turn, self.here.now(), value), act)

    async def fills_in(self, text: str) -> None:
        """Press “Write…” and send the form off."""
        number = (await self.prompt()).input == "number"
        self._took(await self.me.clicks(self.card, is_to("write")))
        await self.here.idle()
        assert flat((await self.prompt()).text) in said(self.me.modal.body)
        await self._answers(float(text) if number else text, self.me.submits({VALUE: text}))
        assert not self.me.modals, "the form is closed"

    async def writes(self, text: str, manner: Manner) -> None:
        """Write in the chat, in the card's thread, or in the form."""
        if manner == "form":
            await self.fills_in(text)
            return
        before = self.card
        thread = before.ts if manner == "thread" else ""
        event = Typed(self.owner, self.here.now(), text, (await self.case()).turn)
        await self._does(event, self.me.writes(text, thread))
        assert (self.card.ts == before.ts) == bool(thread), "below what was written, or in place"

    async def says(self, word: str) -> None:
        """Press the button of a word, or choose it in the menu."""
        event = Commanded(self.owner, (await self.case()).turn, self.here.now(), word)
        buttons = [one for one in self._pressable() if is_to("say", word)(one)]
        if buttons:
            act = self.me.clicks(self.card, is_to("say", word))
        else:
            act = self.me.clicks(self.card, is_to("more"), word)
        await self._does(event, act, in_window=True)

    async def changes(self, question: str) -> None:
        """Pick an answer to be changed in the window that lists them."""
        number, turn = await self.number_of(question), (await self.case()).turn
        self._took(await self.me.clicks(self.card, is_to("say", "review")))
        await self.here.idle()
        event = Commanded(self.owner, turn, self.here.now(), "edit", number)
        expected = await self.expects(event)
        self._took(await self.me.clicks(self.me.modal, is_to("edit"), number))
        await self.here.idle()
        assert "asked again" in said(self.me.modal.body)
        await self.me.closes()
        assert await self.case() == expected
        await self.looks()

    async def _does(
        self, event: Event, act: Awaitable[Delivery], *, in_window: bool = False
    ) -> None:
        """Do something, and see that exactly what the engine makes of it has come of it.

        ``in_window`` says that a card which is told opens in a window.
        """
        expected = await self.expects(event)
        self._took(await act)
        await self.here.idle()
        assert await self.case() == expected
        for tell in [*self.tells] if in_window else []:
            if tell.card:
                shown = await self._window()
                assert all(flat(line) in shown for line in lines_of(tell.card))
                self.tells.remove(tell)
        await self.looks()

    def _took(self, delivery: Delivery) -> None:
        assert delivery.acknowledged, "the app took it"

    # ------------------------------------------------------------------ looking

    async def looks(self) -> None:
        """See that the card shows where the case is and what was told, and nothing else came."""
        view = await self.view()
        merged = any(is_to("whole", "all")(one) for one in self._pressable())
        for shown in (said(self.card.blocks), flat(html.unescape(self.card.text))):
            for card in view.cards:
                assert merged or flat(card.title) in shown
            if view.prompt:
                assert flat(view.prompt.text) in shown
                assert all(flat(choice.label) in shown for choice in view.prompt.choices)
        if view.prompt:
            self._can_answer(view.prompt)
        turns = {action.turn for action in self._actions() if action.case}
        assert turns == {view.turn}, "what can be pressed belongs to this turn"
        assert {action.case for action in self._actions()} <= {self.case_id, ""}
        for tell in self.tells:
            await self.is_told(tell)
        assert not self.me.modals
        assert len(self.me.ephemerals) == self.asked_for, "nothing was said unasked"

    def _can_answer(self, prompt: Prompt) -> None:
        """See that each answer can be pressed under its own label, or that a form opens."""
        found: dict[str, str] = {}
        for one in self._pressable():
            action = parse_action(one["action_id"])
            if action and action.verb == "answer":
                found[action.arg] = label(one)
            elif one["action_id"] == VALUE or (action and action.verb == "pick"):
                found |= {option["value"]: option["text"]["text"] for option in options(one)}
        assert list(found) == [choice.id for choice in prompt.choices]
        for number, choice in enumerate(prompt.choices, 1):
            assert found[choice.id] in {choice.label, f"{number}. {choice.label}"}
        verbs = {action.verb for action in self._actions()}
        wanted = {"many": "ticks", "date": "day", "text": "write", "number": "write"}
        assert prompt.input == "choice" or wanted[prompt.input] in verbs

    async def is_told(self, tell: Tell) -> None:
        """See that something is told on the card; what is folded there opens whole."""
        if tell.card:
            await self.reads(tell.card, f"tell:{tell.code}")
            return
        shown = said(self.card.blocks)
        lines = [line.removeprefix("- ") for line in tell.text.splitlines()]
        if not all(flat(line) in shown for line in lines):
            shown = await self._opens(f"tell:{tell.code}")
        assert all(flat(line) in shown for line in lines), f"“{tell.code}” is told"

    async def reads(self, card: Card, *names: str) -> None:
        """See that every line of a card can be read, on the message or opened from there."""
        lines = [flat(part) for part in lines_of(card)]
        shown = said(self.card.blocks)
        if any(line not in shown for line in lines):
            shown = await self._opens(*names)
        missing = [line for line in lines if line not in shown]
        assert not missing, f"not all of “{card.title}” can be read: {missing}"

    async def _opens(self, *names: str) -> str:
        """Press “Read it all” and turn all pages; gives what is read there."""
        there = [action.arg for action in self._actions() if action.verb == "whole"]
        name = next((one for one in names if one in there), "")
        assert name, f"none of {names} opens; there are: {there}"
        self._took(await self.me.clicks(self.card, is_to("whole", name)))
        await self.here.idle()
        return await self._window()

    async def _window(self) -> str:
        """Read all pages of the window that has opened, and close it."""
        read = said(self.me.modal.body)
        while _offers(self.me.modal, "Next page"):
            self._took(await self.me.clicks(self.me.modal, "Next page"))
            await self.here.idle()
            read += " " + said(self.me.modal.body)
        await self.me.closes()
        self.windows += 1
        return read

    def _pressable(self) -> list[Json]:
        return [element for _, element in elements(self.card.blocks)]

    def _actions(self) -> Iterator[Action]:
        for element in self._pressable():
            if action := parse_action(element["action_id"]):
                yield action


# ------------------------------------------------------------------ finding


def is_to(verb: str, arg: str = "") -> Callable[[Json], bool]:
    """Find what can be pressed by what its id says it is for."""

    def fits(element: Mapping[str, Any]) -> bool:
        action = parse_action(element["action_id"])
        return action is not None and (action.verb, action.arg) == (verb, arg)

    return fits


def begins_with(track: str) -> Callable[[Json], bool]:
    """Find the button that begins on a track; without one, the first that begins anything."""

    def fits(element: Mapping[str, Any]) -> bool:
        action = parse_action(element["action_id"])
        return action is not None and action.verb == "begin" and track in {"", action.arg}

    return fits


def _offers(view: OpenView, words: str) -> bool:
    return any(label(element) == words for _, element in elements(view.blocks))
