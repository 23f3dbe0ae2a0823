"""A case's event log in words: played again through the engine, so that it can say what was asked.

Pure. What a person sent stands in the log; which question it answered, and what came of it, follows
from playing the events again with the flow versions they were made under.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.engine.advance import advance
from bot.engine.model import (
    Answered,
    Ask,
    Case,
    Commanded,
    Event,
    Flow,
    Republished,
    Started,
    Typed,
    Value,
    Woken,
)
from bot.engine.show import fill, label
from bot.engine.survey import survey
from bot.engine.words import parse_word

_ANSWERS = {"", "skip", "keep"}  # any other word does something else than answer
_RESTED = {
    "paused": "Paused",
    "cancelled": "Closed the case without a result",
    "finished": "Finished",
    "open": "Went on",
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One event in words. ``question`` and ``value`` are set where it answered a question."""

    turn: int
    at: datetime
    event: Event
    text: str
    question: str = ""
    value: Value | None = None


def history(flows: Mapping[str, Flow], case: Case, events: Iterable[Event]) -> list[Happened]:
    """Put a case's events into words, oldest first.

    ``flows`` are the versions the case went through, by version; one that is no longer known is
    stood in for by the next one that is.
    """
    told = []
    for flow, before, event, after in _replay(flows, case, list(events)):
        question, value = _answer(flow, before, event, after)
        text = _in_words(flow, before, event, after, question)
        told.append(Happened(after.turn, event.at, event, text, question, value))
    return told


def versions(case: Case, events: Iterable[Event]) -> list[str]:
    """List the flow versions that the events name and the case is on."""
    named = [event.version for event in events if isinstance(event, Republished | Started)]
    return [version for version in dict.fromkeys([*named, case.version]) if version]


def _replay(
    flows: Mapping[str, Flow], case: Case, events: list[Event]
) -> Iterator[tuple[Flow, Case, Event, Case]]:
    known = [version for version in versions(case, events) if version in flows]
    flow = flows[known[0]]
    now = Case(case.id, case.owner, case.flow, flow.version)
    for event in events:
        if isinstance(event, Republished):
            flow = flows.get(event.version, flow)
        after = advance(flow, now, event).case
        yield flow, now, event, after
        now = after


def _answer(flow: Flow, before: Case, event: Event, after: Case) -> tuple[str, Value | None]:
    """Find the question that the event answered, and the answer."""
    if not isinstance(event, Answered | Typed | Commanded) or _word(event) not in _ANSWERS:
        return "", None
    asked = survey(flow, before).at
    if asked is None or before.asking or after.turn == before.turn or after.asking:
        return "", None
    value = after.answers.get(asked.id)
    reopened = bool(before.reopened) and not after.reopened
    if value is None or (value == before.answers.get(asked.id) and not reopened):
        return "", None
    return asked.id, value


def _in_words(flow: Flow, before: Case, event: Event, after: Case, question: str) -> str:
    match event:
        case Started(presets=presets):
            return _began(flow, presets)
        case Woken():
            return "Woke up: every question is asked afresh"
        case Republished(version=version):
            return f"The dialogue was changed to version {version}"
    if question:
        return _answered(flow, before, after, question)
    return _done(flow, before, event, after)


def _began(flow: Flow, presets: Mapping[str, str]) -> str:
    said = []
    for step_id, value in presets.items():
        step = flow.step(step_id)
        if isinstance(step, Ask) and step.option(value):
            said.append(label(step, value))
    return "Began" + (f" ({'; '.join(said)})" if said else "")


def _answered(flow: Flow, before: Case, after: Case, question: str) -> str:
    ask = flow.step(question)
    assert isinstance(ask, Ask)
    old = before.answers.get(question)
    text = f"{asked_as(ask, after)} → {label(ask, after.answers[question])}"
    if old is not None and old != after.answers[question]:
        text += f" (before: {label(ask, old)})"
    return text + (" – finished" if after.status == "finished" else "")


def _done(flow: Flow, before: Case, event: Event, after: Case) -> str:
    """Say what an event did that answered no question."""
    word = _word(event)
    if after.turn == before.turn:
        return "Wrote something that was not understood" + _at_question(flow, before)
    if word == "undo":
        return "Took back the last step"
    if word == "restart":
        return "Began again"
    if after.asking:
        return "Asked to close the case"
    if before.asking and after.status == before.status:
        return "Decided not to close the case"
    if after.status == "sleeping":
        return f"Put to sleep until {after.wake[:16].replace('T', ' ')}"
    if after.earlier is not before.earlier:
        return "Woke it up: every question is asked afresh"
    if after.reopened:
        return "Went back" + _at_question(flow, after, " to ")
    if after.status != before.status:
        return _RESTED[after.status]
    return "Went on" + _at_question(flow, after, " to ")


def _at_question(flow: Flow, case: Case, joint: str = " at ") -> str:
    at = survey(flow, case).at
    return f"{joint}“{asked_as(at, case)}”" if at else ""


def _word(event: Event) -> str:
    match event:
        case Commanded(word=word):
            return word
        case Typed(text=text):
            found = parse_word(text)
            return found[0] if found else ""
        case _:
            return ""


def asked_as(ask: Ask, case: Case) -> str:
    """Give a question's text on one line, with the client's nickname in it."""
    return " ".join(fill(ask.text, case).split())
