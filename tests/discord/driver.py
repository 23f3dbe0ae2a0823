"""Talks played on Discord by a person who sees, presses and writes only what the fake shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.cards.actions import VALUE, Action, parse_action
from bot.engine.model import Answered, Card, Commanded, Event, Flow, Prompt, Tell, Typed
from bot.service import Service
from tests.discord.scene import Scene
from tests.fakes.discord import Message, Reaction
from tests.fakes.discord import Person as Somebody
from tests.fakes.discord.components import walk
from tests.flows import player
from tests.flows.player import Manner, Ticking, lines_of

Json = dict[str, Any]
Way = Literal["command", "server", "welcome", "word", "option"]
WAYS: tuple[Way, ...] = ("command", "server", "welcome", "word")
MANNERS: tuple[Manner, ...] = ("chat", "form")


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
    """Somebody in a dialogue on Discord; ``windows`` counts those they have read."""

    def __init__(self, here: Scene, me: Somebody, flow: Flow, writings: int = 0) -> None:
        super().__init__(Stage(here), here.owner(me), flow, MANNERS, writings=writings)
        self.here = here
        self.me = me
        self.windows = 0

    @property
    def card(self) -> Message:
        """The one message of the bot in their direct messages."""
        there = self.me.from_bot
        assert len(there) == 1, f"one card is there, not {len(there)}"
        return there[0]

    @property
    def beside(self) -> list[Message]:
        """What they alone see beside the card."""
        return self.me.ephemerals

    @property
    def place(self) -> str:
        return self.card.id

    # ------------------------------------------------------------------ beginning

    async def begins(self, track: str = "", way: str = "command") -> None:
        """Begin a case by the command, in a server, by a word, or the button of the welcome.

        By the ``option`` of the command another dialogue is begun, whose word the track then is.
        """
        match way:
            case "command":
                self._took(await self.me.slash(track or "start"))
            case "option":
                self._took(await self.me.slash("start", flow=track))
            case "server":
                where = self.here.fake.guild("Acme")
                self._took(await self.me.slash(track or "start", where=where))
                await self.here.idle()
                (said,) = self.me.ephemerals
                assert "direct messages" in said_in(said)
                self.me.dismisses(said)
            case "welcome":
                await self._wrote("Hello?")
                self._took(await self.me.clicks(self.me.from_bot[-1], begins_with(track)))
            case "word":
                await self._wrote(track or "start")
        await self.here.idle()
        (listed,) = await self.here.service.store.cases(self.owner)
        self.case_id = listed.id
        await self.looks()

    async def _wrote(self, text: str) -> None:
        """Write, and wait until the app has answered below."""
        before = {message.id for message in self.me.from_bot}
        await self.me.writes(text)
        await self.here.fake.until(lambda: {one.id for one in self.me.from_bot} - before)
        await self.here.idle()

    # ------------------------------------------------------------------ answering

    async def picks(self, value: object) -> None:
        """Answer by pressing, choosing, or in the form."""
        prompt = await self.prompt()
        match prompt.input:
            case "choice":
                await self._answers(value, self._choice(str(value)))
            case "many":
                assert isinstance(value, tuple)
                await self._answers(value, self.me.selects(self.card, is_to("ticks"), *value))
            case _:
                await self.fills_in(str(value))

    def _choice(self, option: str) -> Awaitable[Reaction]:
        if any(is_to("answer", option)(one) for one in pressable(self.card)):
            return self.me.clicks(self.card, is_to("answer", option))
        return self.me.selects(self.card, is_to("pick"), option)

    async def _answers(self, value: object, act: Awaitable[Reaction]) -> None:
        turn = (await self.case()).turn
        await self._does(Answered(self.owner, turn, self.here.now(), value), act)

    async def fills_in(self, text: str) -> None:
        """Press “Write…” and send the form off; days and numbers are read as they are typed."""
        kind, turn = (await self.prompt()).input, (await self.case()).turn
        self._took(await self.me.clicks(self.card, is_to("write")))
        act = self.me.submits({VALUE: text})
        if kind == "text":
            await self._answers(text, act)
        else:
            await self._does(Typed(self.owner, self.here.now(), text, turn), act)
        assert not self.me.modals, "the form is closed"

    async def writes(self, text: str, manner: Manner) -> None:
        """Write in the chat, or in the form."""
        if manner == "form":
            await self.fills_in(text)
            return
        before = self.card
        expected = await self.expects(
            Typed(self.owner, self.here.now(), text, (await self.case()).turn)
        )
        await self._wrote(text)
        assert await self.case() == expected
        assert self.card.id != before.id, "the card stands below what was written"
        await self.looks()

    async def says(self, word: str) -> None:
        """Press the button of a word, or choose it in the menu."""
        event = Commanded(self.owner, (await self.case()).turn, self.here.now(), word)
        if any(is_to("say", word)(one) for one in pressable(self.card)):
            act = self.me.clicks(self.card, is_to("say", word))
        else:
            act = self.me.selects(self.card, is_to("more"), word)
        await self._does(event, act, in_window=True)

    async def changes(self, question: str) -> None:
        """Pick an answer to be changed in the window that lists them."""
        number, turn = await self.number_of(question), (await self.case()).turn
        self._took(await self.me.clicks(self.card, is_to("say", "review")))
        (window,) = self.beside
        event = Commanded(self.owner, turn, self.here.now(), "edit", number)
        expected = await self.expects(event)
        self._took(await self.me.selects(window, offering(number), number))
        await self.here.idle()
        (told,) = self.beside
        assert "asked again" in said_in(told)
        self.me.dismisses(told)
        assert await self.case() == expected
        await self.looks()

    async def _does(
        self, event: Event, act: Awaitable[Reaction], *, in_window: bool = False
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
                assert all(letters(line) in shown for line in lines_of(tell.card))
                self.tells.remove(tell)
        await self.looks()

    def _took(self, reaction: Reaction) -> None:
        assert reaction.acknowledged, "the app took it"

    # ------------------------------------------------------------------ looking

    async def looks(self) -> None:
        """See that the card shows where the case is and what was told, and nothing else came."""
        view = await self.view()
        merged = any(is_to("whole", "all")(one) for one in pressable(self.card))
        shown = letters(said_in(self.card))
        for card in view.cards:
            assert merged or letters(card.title) in shown
        if view.prompt:
            assert letters(view.prompt.text) in shown
            assert all(letters(choice.label) in shown for choice in view.prompt.choices)
            self._can_answer(view.prompt)
        turns = {action.turn for action in self._actions() if action.case}
        assert turns == {view.turn}, "what can be pressed belongs to this turn"
        assert {action.case for action in self._actions()} <= {self.case_id, ""}
        for tell in self.tells:
            await self.is_told(tell)
        assert not self.me.modals
        assert not self.beside, "nothing was said unasked"

    def _can_answer(self, prompt: Prompt) -> None:
        """See that each answer can be pressed under its own label, or that a form opens."""
        found: dict[str, str] = {}
        for one in pressable(self.card):
            action = parse_action(one["custom_id"])
            if action and action.verb == "answer":
                found[action.arg] = one["label"]
            elif action and action.verb in {"pick", "ticks"}:
                found |= {option["value"]: option["label"] for option in one["options"]}
        assert list(found) == [choice.id for choice in prompt.choices]
        for number, choice in enumerate(prompt.choices, 1):
            assert found[choice.id] in {choice.label, f"{number}. {choice.label}"}
        verbs = {action.verb for action in self._actions()}
        wanted = {"many": "ticks", "date": "write", "text": "write", "number": "write"}
        assert prompt.input == "choice" or wanted[prompt.input] in verbs

    async def is_told(self, tell: Tell) -> None:
        """See that something is told on the card; what is folded there opens whole."""
        if tell.card:
            await self.reads(tell.card, f"tell:{tell.code}")
            return
        lines = [letters(line) for line in tell.text.splitlines()]
        shown = letters(said_in(self.card))
        if not all(line in shown for line in lines):
            shown = await self._opens(f"tell:{tell.code}")
        assert all(line in shown for line in lines), f"“{tell.code}” is told"

    async def reads(self, card: Card, *names: str) -> None:
        """See that every line of a card can be read, on the message or opened from there."""
        lines = [letters(part) for part in lines_of(card)]
        shown = letters(said_in(self.card))
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
        return await self._window()

    async def _window(self) -> str:
        """Read all pages of the window that has opened, and dismiss it."""
        (window,) = self.beside
        read = letters(said_in(window))
        while any(one.get("label") == "Next page" for one in pressable(window)):
            self._took(await self.me.clicks(window, "Next page"))
            (window,) = self.beside
            read += letters(said_in(window))
        self.me.dismisses(window)
        self.windows += 1
        return read

    def _actions(self) -> Iterator[Action]:
        for element in pressable(self.card):
            action = parse_action(element["custom_id"])
            # “Delete…” names its case without a turn: it may be pressed at any.
            if action and action.verb != "forget":
                yield action


# ------------------------------------------------------------------ finding


def pressable(message: Message) -> list[Json]:
    """Give what can be pressed or chosen from in a message."""
    return [one for one in walk(message.components) if "custom_id" in one]


def said_in(message: Message) -> str:
    """Give all texts of a message."""
    return "\n".join(one["content"] for one in walk(message.components) if one["type"] == 10)


def letters(text: str) -> str:
    """Give what is left of a text without marks and blanks, which show how it looks alone."""
    return "".join(char for char in text if char.isalnum())


def is_to(verb: str, arg: str = "") -> Callable[[Json], bool]:
    """Find what can be pressed by what its id says it is for."""

    def fits(element: Json) -> bool:
        action = parse_action(element.get("custom_id", ""))
        return action is not None and (action.verb, action.arg) == (verb, arg)

    return fits


def offering(number: str) -> Callable[[Json], bool]:
    """Find the select in which the answer with this number may be picked to be changed."""

    def fits(element: Json) -> bool:
        action = parse_action(element.get("custom_id", ""))
        listed = [option["value"] for option in element.get("options", ())]
        return action is not None and action.verb == "edit" and number in listed

    return fits


def begins_with(track: str) -> Callable[[Json], bool]:
    """Find the button that begins on a track; without one, the first that begins anything."""

    def fits(element: Json) -> bool:
        action = parse_action(element.get("custom_id", ""))
        return action is not None and action.verb == "begin" and track in {"", action.arg}

    return fits
