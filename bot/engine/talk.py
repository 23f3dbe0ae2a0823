"""Talks: conversations written down beforehand, played against the engine to test a flow.

A talk states what the bot shows (``bot``, ``told``), what the person does (``pick``, ``type``,
``wakes``) and how it ends. An answer may come without stating the prompt before it; what is stated
must be the next thing shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from bot.engine.advance import advance
from bot.engine.model import (
    Answered,
    Card,
    Case,
    Event,
    Flow,
    Prompt,
    Show,
    Started,
    Tell,
    Typed,
    Wake,
    Woken,
)
from bot.engine.source import Document
from bot.engine.written import Id
from bot.errors import CrossroadsError, FlowError, FlowErrors

ACTOR = "you"
PACE = timedelta(seconds=12)
"""The time between two lines of a talk."""

_LINE_REMEDY = "A line has bot, told, pick, type, wakes or ends; see docs/flows.md."


class TalkMismatch(CrossroadsError):
    """The bot did not do what the talk says in this line of its file."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"Line {line}: {message}")
        self.line = line


# ------------------------------------------------------------------ as written


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WrittenTalkLine(_Strict):
    """One line. ``first``, ``label`` and ``riders`` look at the result that ``bot`` names."""

    bot: str = ""
    first: str = ""
    label: str = ""
    riders: tuple[str, ...] | None = None
    told: str = ""
    pick: str | int | tuple[str, ...] | None = None
    type: str | None = None
    wakes: bool = False
    ends: Literal["", "open", "paused", "sleeping", "finished", "cancelled"] = ""

    @model_validator(mode="after")
    def _says_something(self) -> WrittenTalkLine:
        does = (self.pick is not None) + (self.type is not None) + self.wakes
        if does > 1:
            raise ValueError("one line holds one thing that the person does")
        if not (self.bot or self.told or does or self.ends):
            raise ValueError("the line says nothing")
        if (self.first or self.label or self.riders is not None) and not self.bot:
            raise ValueError("first, label and riders belong to bot")
        return self


class WrittenTalk(_Strict):
    """A talk's file."""

    talk: Id
    about: str = ""
    track: str = ""
    presets: dict[str, str] = {}
    lines: tuple[WrittenTalkLine, ...]

    @model_validator(mode="after")
    def _ends(self) -> WrittenTalk:
        if not self.lines or not self.lines[-1].ends:
            raise ValueError("the last line must say how it ends, such as ends: finished")
        return self


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk that is well-formed; ``places`` are the lines of the file it was read from."""

    id: str
    about: str
    track: str
    presets: Mapping[str, str]
    lines: tuple[WrittenTalkLine, ...]
    places: tuple[int, ...]


def parse_talk(document: Document) -> Talk:
    """Read a talk; raises ``FlowErrors`` with file, line and remedy."""
    try:
        written = WrittenTalk.model_validate(document.data)
    except ValidationError as error:
        raise FlowErrors([_mistake(document, problem) for problem in error.errors()]) from None
    places = tuple(document.line(("lines", number)) for number in range(len(written.lines)))
    return Talk(written.talk, written.about, written.track, written.presets, written.lines, places)


def _mistake(document: Document, problem: Mapping[str, object]) -> FlowError:
    loc = problem["loc"]
    assert isinstance(loc, tuple)
    name = str(loc[-1]) if loc else "talk"
    match problem["type"]:
        case "extra_forbidden":
            return document.error(loc, f"There is no field “{name}” in a talk.", _LINE_REMEDY)
        case "missing":
            return document.error(loc[:-1], f"The field “{name}” is missing.", f"Add “{name}: …”.")
        case _:
            return document.error(loc, f"“{name}”: {problem['msg']}.", _LINE_REMEDY)


# ------------------------------------------------------------------ played


def run_talk(flow: Flow, talk: Talk, at: datetime) -> list[str]:
    """Play a talk that begins at this time; gives its transcript, or raises ``TalkMismatch``."""
    stage = _Stage(flow, at)
    stage.begin(talk)
    following = (*talk.lines[1:], None)
    for line, place, after in zip(talk.lines, talk.places, following, strict=True):
        try:
            stage.play(line, mistake_expected=after is not None and bool(after.told))
        except _Off as off:
            raise TalkMismatch(place, str(off)) from None
    return stage.transcript


class _Off(Exception):
    """The talk and the bot part ways here."""


class _Stage:
    """A talk being played: the case, what the bot has shown and nobody has stated yet."""

    def __init__(self, flow: Flow, at: datetime) -> None:
        self.flow = flow
        self.at = at
        self.case = Case(id="talk", owner=ACTOR, flow=flow.id, version=flow.version)
        self.prompt: Prompt | None = None
        self.shown: list[Card | Prompt] = []
        self.tells: list[Tell] = []
        self.wake = ""
        self.transcript: list[str] = []

    def begin(self, talk: Talk) -> None:
        track = talk.track or next(iter(self.flow.tracks), "")
        if track and track not in self.flow.tracks:
            known = ", ".join(self.flow.tracks) or "none"
            raise TalkMismatch(1, f"There is no track “{track}”; tracks: {known}.")
        presets = {**self.flow.tracks.get(track, {}), **talk.presets}
        self.send(Started(ACTOR, self.at, presets))

    def play(self, line: WrittenTalkLine, *, mistake_expected: bool) -> None:
        if line.told:
            self.check_told(line.told)
        if line.bot:
            self.check_shown(line)
        if event := self.event(line):
            self.send(event)
            mistake = next((tell for tell in self.tells if tell.mistake), None)
            if mistake and not mistake_expected:
                raise _Off(f"the bot did not take this: {mistake.text}")
        if line.ends and self.case.status != line.ends:
            asks = f" and asks “{self.prompt.step}”" if self.prompt else ""
            raise _Off(f"the case should be {line.ends}, but it is {self.case.status}{asks}.")

    # -------------------------------------------------------------- the person

    def event(self, line: WrittenTalkLine) -> Event | None:
        """Make the event of what the person does in this line, and write it down."""
        if line.wakes:
            if not self.wake:
                raise _Off("nothing was to wake the case.")
            self.at = max(self.at, datetime.fromisoformat(self.wake))
            self.transcript.append(f"      ({self.at:%d %B %Y})")
            return Woken(ACTOR, self.at)
        self.at += PACE
        if line.type is not None:
            self.transcript.append(f"You:  {line.type}")
            return Typed(ACTOR, self.at, line.type, self.case.turn)
        if line.pick is not None:
            self.transcript.append(f"You:  {self.chosen(line.pick)}")
            return Answered(ACTOR, self.case.turn, self.at, line.pick)
        return None

    def chosen(self, value: str | int | tuple[str, ...]) -> str:
        choices = self.prompt.choices if self.prompt else ()
        labels = {choice.id: choice.label for choice in choices}
        values = value if isinstance(value, tuple) else (value,)
        return "; ".join(labels.get(str(item), str(item)) for item in values) or "(nothing)"

    # -------------------------------------------------------------- the bot

    def send(self, event: Event) -> None:
        turn = advance(self.flow, self.case, event)
        self.case = turn.case
        self.tells = [effect for effect in turn.effects if isinstance(effect, Tell)]
        for tell in self.tells:
            self.transcript.extend(_spoken([tell.text]))
            if tell.card:
                self.transcript.extend(_card_lines(tell.card))
        for effect in turn.effects:
            match effect:
                case Show(view):
                    self.prompt = view.prompt
                    self.shown = [*view.cards, *([view.prompt] if view.prompt else [])]
                    for item in self.shown:
                        self.transcript.extend(_shown_lines(item))
                case Wake(at):
                    self.wake = at
                case Tell():
                    pass

    def check_told(self, code: str) -> None:
        codes = [tell.code for tell in self.tells]
        if code not in codes:
            raise _Off(f"the bot should tell “{code}”, but told {_listed(codes)}.")

    def check_shown(self, line: WrittenTalkLine) -> None:
        if not self.shown or self.shown[0].step != line.bot:
            steps = _listed([item.step for item in self.shown])
            raise _Off(f"the bot should come to “{line.bot}”, but came to {steps}.")
        item = self.shown.pop(0)
        if isinstance(item, Card):
            for name, expected, found in _compared(line, item.data or {}):
                if expected != found:
                    raise _Off(f"{name} should be {expected}, but is {found}.")


def _compared(
    line: WrittenTalkLine, data: Mapping[str, object]
) -> Iterator[tuple[str, object, object]]:
    """Yield (what, expected, found) for everything the line says about a result."""
    order, confidence = data.get("order"), data.get("confidence")
    if line.first:
        yield "the first course", line.first, order[0] if isinstance(order, list) else None
    if line.label:
        label = confidence.get("label") if isinstance(confidence, dict) else None
        yield "the label", line.label, label
    if line.riders is not None:
        riders = data.get("riders")
        found = sorted(riders) if isinstance(riders, list) else None
        yield "the must-do lines", sorted(line.riders), found


def _listed(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names) or "nothing"


# ------------------------------------------------------------------ the transcript


def _shown_lines(item: Card | Prompt) -> list[str]:
    return _card_lines(item) if isinstance(item, Card) else _prompt_lines(item)


def _prompt_lines(prompt: Prompt) -> list[str]:
    choices = [f"  {place}. {choice.label}" for place, choice in enumerate(prompt.choices, 1)]
    return _spoken([prompt.text, *choices])


def _card_lines(card: Card) -> list[str]:
    lines = [f"[{card.title}]"] if card.title else []
    for block in card.blocks:
        mark = "- " if block.kind == "bullets" else ""
        lines += [mark + line.replace("\t", ": ") for line in block.lines]
    return _spoken(lines)


def _spoken(lines: list[str]) -> list[str]:
    whole = "\n".join(lines).splitlines()
    return [("Bot:  " if not place else "      ") + line for place, line in enumerate(whole)]
