"""Talks played on a chat platform by a person who sees, presses and writes what is shown there.

What must come of it is worked out beside, by the engine alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from bot.engine.advance import advance
from bot.engine.model import Card, Case, Event, Flow, Judge, Prompt, Tell, View, Woken
from bot.engine.survey import editable, survey
from bot.engine.talk import PACE, Talk, WrittenTalkLine
from bot.engine.words import parse_word
from bot.service import Service

Json = dict[str, Any]
Manner = Literal["chat", "thread", "form"]

_DONE_BEFORE = timedelta(seconds=5)
"""How long after its time something that is due is surely taken up."""


class Ticking(Protocol):
    """A clock that stands still until it is set forward."""

    def advance(self, seconds: float) -> None: ...


class Stage(Protocol):
    """Where a talk is played: the running app."""

    @property
    def service(self) -> Service: ...

    @property
    def clock(self) -> Ticking: ...

    def now(self) -> datetime: ...

    async def later(self, by: timedelta) -> None: ...


@dataclass
class Player(ABC):
    """Somebody in a dialogue; ``tells`` is what the bot must just have told them.

    ``writings`` counts what they wrote: the ways to write are taken in turns.
    """

    stage: Stage
    owner: str
    flow: Flow
    manners: tuple[Manner, ...]
    case_id: str = ""
    tells: list[Tell] = field(default_factory=list)
    writings: int = 0

    # ------------------------------------------------------------------ what a platform does

    @abstractmethod
    async def begins(self, track: str, way: str) -> None:
        """Begin a case, in one of the platform's ways."""

    @abstractmethod
    async def picks(self, value: object) -> None:
        """Answer by pressing, choosing, ticking, or in the form."""

    @abstractmethod
    async def writes(self, text: str, manner: Manner) -> None:
        """Write an answer or a word."""

    @abstractmethod
    async def says(self, word: str) -> None:
        """Press the button of a word, or choose it."""

    @abstractmethod
    async def changes(self, question: str) -> None:
        """Pick the answer to a question, to be changed, in the window that lists them."""

    @abstractmethod
    async def looks(self) -> None:
        """See that the card shows where the case is and what was told, and nothing else came."""

    @abstractmethod
    async def reads(self, card: Card, *names: str) -> None:
        """See that every line of a card can be read, on the message or opened from there."""

    @property
    @abstractmethod
    def place(self) -> str:
        """Name the message that is the card."""

    async def answers(self, given: Mapping[str, str | None]) -> None:
        """Answer every question that comes, as given (None skips it), up to one that is not."""
        while (prompt := (await self.view()).prompt) and prompt.step in given:
            value = given[prompt.step]
            await (self.says("skip") if value is None else self.picks(value))

    # ------------------------------------------------------------------ what is stored

    async def case(self) -> Case:
        """Read the case as it is stored."""
        return await self.stage.service.store.case(self.owner, self.case_id)

    async def view(self) -> View:
        """Tell what the engine shows of the case."""
        return await self.stage.service.view(self.owner, self.case_id)

    async def prompt(self) -> Prompt:
        """Tell what the engine asks."""
        prompt = (await self.view()).prompt
        assert prompt is not None, "nothing is asked"
        return prompt

    async def number_of(self, question: str) -> str:
        """Tell under which number the answer to a question is listed."""
        asks = editable(survey(self.flow, await self.case()))
        return str([ask.id for ask in asks].index(question) + 1)

    async def expects(self, event: Event) -> Case:
        """Work out by the engine what an event comes to; what it tells must then be seen."""
        expected = advance(self.flow, await self.case(), event)
        self.tells = [effect for effect in expected.effects if isinstance(effect, Tell)]
        return expected.case

    async def wakes(self) -> None:
        """Wait for the time the bot wakes the case; an edited card would not be noticed."""
        case, before = await self.case(), self.place
        at = datetime.fromisoformat(case.wake)
        expected = await self.expects(Woken(self.owner, at))
        await self.stage.later(at - self.stage.now() + _DONE_BEFORE)
        now = await self.case()
        assert (now.status, now.answers) == (expected.status, expected.answers)
        assert self.place != before
        await self.looks()

    # ------------------------------------------------------------------ talks

    async def plays(self, talk: Talk, way: str) -> None:
        """Play a talk from its beginning to its end."""
        await self.stage.service.store.set_profile(self.owner, talk.presets)
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
        self.stage.clock.advance(PACE.total_seconds())
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
        assert not line.first or self._course(line.first) in " ".join(lines_of(card))
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
        fits = await self.can_be_filled_in(text)
        manners = [one for one in self.manners if fits or one != "form"]
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


def flat(text: str) -> str:
    """Put a text on one line."""
    return " ".join(text.split())


def lines_of(card: Card) -> Iterator[str]:
    """Give all that a card says, line by line."""
    yield card.title
    for block in card.blocks:
        for line in block.lines:
            yield from line.split("\t")
