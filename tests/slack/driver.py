"""Talks played in Slack by a person who sees, presses and writes only what the fake shows them.

What must come of it is worked out beside, by the engine alone.
"""

from __future__ import annotations

import html
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.cards.actions import VALUE, Action, parse_action
from bot.engine.advance import advance
from bot.engine.model import (
    Answered,
    Card,
    Case,
    Commanded,
    Event,
    Flow,
    Judge,
    Prompt,
    Tell,
    Typed,
    View,
    Woken,
)
from bot.engine.talk import PACE, Talk, WrittenTalkLine
from bot.engine.words import parse_word
from tests.fakes.slack import Message, OpenView
from tests.fakes.slack import Person as Somebody
from tests.fakes.slack.elements import elements, label, options
from tests.fakes.slack.post import Delivery
from tests.slack.render_checks import said
from tests.slack.scene import Scene

Json = dict[str, Any]
Way = Literal["command", "welcome", "home", "word"]
Manner = Literal["chat", "thread", "form"]
MANNERS: tuple[Manner, ...] = ("chat", "thread", "form")

_DONE_BEFORE = timedelta(seconds=5)
"""How long after its time something that is due is surely taken up."""


@dataclass
class Player:
    """Somebody in a dialogue; ``tells`` is what the bot must just have told them.

    ``asked_for`` counts what they were said beside the card because they asked for it,
    ``writings`` what they wrote (the ways to write are taken in turns), ``windows`` how many
    windows they have read.
    """

    here: Scene
    me: Somebody
    flow: Flow
    case_id: str = ""
    tells: list[Tell] = field(default_factory=list)
    asked_for: int = 0
    writings: int = 0
    windows: int = 0

    # ------------------------------------------------------------------ what they see

    @property
    def card(self) -> Message:
        """The one message of the bot in their direct messages."""
        there = self.me.from_bot
        assert len(there) == 1, f"one card is there, not {len(there)}"
        return there[0]

    @property
    def owner(self) -> str:
        return self.here.owner(self.me)

    async def case(self) -> Case:
        """Read the case as it is stored."""
        return await self.here.service.store.case(self.owner, self.case_id)

    async def view(self) -> View:
        """Tell what the engine shows of the case."""
        return await self.here.service.view(self.owner, self.case_id)

    async def prompt(self) -> Prompt:
        """Tell what the engine asks."""
        prompt = (await self.view()).prompt
        assert prompt is not None, "nothing is asked"
        return prompt

    # ------------------------------------------------------------------ beginning

    async def begins(self, track: str = "", way: Way = "command") -> None:
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

    async def wakes(self) -> None:
        """Wait for the time the bot wakes the case; an edited card would not be noticed."""
        case, before = await self.case(), self.card
        at = datetime.fromisoformat(case.wake)
        expected = advance(self.flow, case, Woken(self.owner, at))
        await self.here.later(at - self.here.now() + _DONE_BEFORE)
        now = await self.case()
        assert (now.status, now.answers) == (expected.case.status, expected.case.answers)
        self.tells = [effect for effect in expected.effects if isinstance(effect, Tell)]
        assert self.card.ts != before.ts
        await self.looks()

    async def _does(
        self, event: Event, act: Awaitable[Delivery], *, in_window: bool = False
    ) -> None:
        """Do something, and see that exactly what the engine makes of it has come of it.

        ``in_window`` says that a card which is told opens in a window.
        """
        expected = advance(self.flow, await self.case(), event)
        self._took(await act)
        await self.here.idle()
        assert await self.case() == expected.case
        self.tells = [effect for effect in expected.effects if isinstance(effect, Tell)]
        for tell in [*self.tells] if in_window else []:
            if tell.card:
                shown = await self._window()
                assert all(flat(line) in shown for line in _lines(tell.card))
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
        lines = [flat(part) for part in _lines(card)]
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

    # ------------------------------------------------------------------ talks

    async def plays(self, talk: Talk, way: Way) -> None:
        """Play a talk from its beginning to its end."""
        await self.here.service.store.set_profile(self.owner, talk.presets)
        await self.begins(talk.track, way)
        for line, place in zip(talk.lines, talk.places, strict=True):
            try:
                await self._plays(line)
            except AssertionError as error:
                error.add_note(f"{talk.id}, line {place}")
                raise

    async def _plays(self, line: WrittenTalkLine) -> None:
        if line.told:
            assert line.told in [tell.code for tell in self.tells]
        if line.bot:
            await self.comes_to(line)
        self.here.fake.clock.advance(PACE.total_seconds())
        if line.wakes:
            await self.wakes()
        elif line.type is not None:
            await self.writes(line.type, await self._manner(line.type))
        elif line.pick is not None:
            await self.picks(line.pick)
        if line.ends:
            assert (await self.case()).status == line.ends

    async def comes_to(self, line: WrittenTalkLine) -> None:
        """See that the bot shows what the line names; a card is read to its end."""
        view = await self.view()
        if view.prompt and view.prompt.step == line.bot:
            return
        steps = [card.step for card in view.cards]
        assert line.bot in steps, f"“{line.bot}” is shown, not {steps}"
        place = steps.index(line.bot)
        card = view.cards[place]
        await self.reads(card, str(place), "all")
        data = card.data or {}
        assert not line.first or self._course(line.first) in " ".join(_lines(card))
        assert not line.first or data["order"][0] == line.first
        assert not line.label or data["confidence"]["label"] == line.label
        assert line.riders is None or sorted(data["riders"]) == sorted(line.riders)
        for word in self._own_words(line.bot):
            await self.says(word)

    def _own_words(self, step_id: str) -> list[str]:
        """Name the words that a step brings along."""
        step = self.flow.step(step_id)
        return [*step.rule.words] if isinstance(step, Judge) else []

    def _course(self, option_id: str) -> str:
        """Say how a course is called."""
        rules = [step.rule for step in self.flow.steps if isinstance(step, Judge)]
        return next(one.label for rule in rules for one in rule.options if one.id == option_id)

    async def _manner(self, text: str) -> Manner:
        """Take the ways to write in turns; the form takes answers alone, and those that fit."""
        self.writings += 1
        manners = MANNERS if await self.can_be_filled_in(text) else MANNERS[:2]
        return manners[self.writings % len(manners)]

    async def can_be_filled_in(self, text: str) -> bool:
        """Say whether the form for the open question takes this."""
        prompt = (await self.view()).prompt
        if prompt is None or parse_word(text):
            return False
        if prompt.input != "number":
            return prompt.input == "text"
        low, high = prompt.limits.least, prompt.limits.most
        try:
            number = float(text)
        except ValueError:
            return False
        return (low is None or number >= low) and (high is None or number <= high)


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


def flat(text: str) -> str:
    """Put a text on one line."""
    return " ".join(text.split())


def _lines(card: Card) -> Iterator[str]:
    yield card.title
    for block in card.blocks:
        for line in block.lines:
            yield from line.split("\t")


def _offers(view: OpenView, words: str) -> bool:
    return any(label(element) == words for _, element in elements(view.blocks))
