"""A flow and a person for the engine's tests: what is typed, pressed, and shown next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from adapters.library import read_flow
from bot.commands.wiring import KINDS
from bot.engine.advance import advance
from bot.engine.load import load_flow
from bot.engine.model import (
    Answered,
    Case,
    Commanded,
    Event,
    Flow,
    Prompt,
    Show,
    Started,
    Tell,
    Turn,
    Typed,
    View,
)

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

ERRANDS = """
flow: errands
title: "Errands"
about: "A flow for tests."
sections: {one: "First", two: "Second"}
tracks:
  long: {length: long}
  short: {length: short}
name: called
nicknames: [Heron, Alder]
name_pattern: "Client {nickname}"
conditions:
  long: {length: [long]}
steps:
  - ask: length
    section: one
    text: "Long or short?"
    why: "It takes longer or shorter."
    preset: long
    counted: false
    kept: true
    options: [{long: "The long way"}, {short: "The short way"}]
  - ask: safe
    text: "Is everyone safe?"
    why: "Safety first."
    required: true
    options: [{fine: "Everyone is fine"}, {danger: "There is danger"}, {maybe: "Hard to say"}]
  - say: warning
    tone: safety
    title: "Take care"
    text: "Look after yourself."
    when: {safe: [danger]}
  - ask: called
    text: "A nickname?"
    why: "To tell cases apart."
    input: text
    max_length: 30
    counted: false
    kept: true
    when: {not: {safe: [danger]}}
  - ask: tried
    section: two
    text: "What was tried with {name}?"
    why: "Fair warning."
    when: long
    options:
      - nothing: "Nothing yet"
      - {asked: "Asked once"}
      - {id: unsure, label: "Not sure", unsure: true}
  - ask: response
    text: "What did they say?"
    why: "It tells whether it can be mended."
    when: long
    given: [{value: unknown, when: {tried: [nothing]}}]
    depends: [tried]
    options: [{yes_please: "Yes please"}, {no_thanks: "No thanks"}, {unknown: "Don't know"}]
  - ask: shortcut
    text: "In a word?"
    why: "The short way."
    when: {length: [short]}
    options:
      - {id: plain, label: "It is plain", sets: {cost: low}}
      - {id: more, label: "Ask me everything", revises: {length: long}}
  - ask: cost
    text: "What does it cost?"
    why: "Money counts."
    options: [{low: "A little"}, {high: "A lot"}]
  - ask: holding
    text: "What do you hold?"
    why: "For the list."
    input: many
    options: [{keys: "Keys"}, {papers: "Papers"}, {id: nothing, label: "Nothing", alone: true}]
  - ask: rest
    text: "Sleep on it?"
    why: "Some things look different in the morning."
    counted: false
    when: {run: [first]}
    options:
      - go_on: "Go on now"
      - {id: sleep, label: "Sleep on it", does: sleep}
      - {id: later, label: "Later today", does: pause}
  - say: thanks
    title: "Thanks"
    text: "Good luck with {name}."
"""


@cache
def flow_of(text: str) -> Flow:
    """Load a flow from its text."""
    return load_flow({"flow.yaml": text}, KINDS)


@cache
def flow_in(folder: Path) -> Flow:
    """Load a flow from its folder."""
    return load_flow(read_flow(folder), KINDS)


FLOW = flow_of(ERRANDS)


def begin(flow: Flow = FLOW, presets: Mapping[str, str] | None = None) -> Turn:
    """Begin Ann's case."""
    case = Case("case-1", "ann", flow.id, flow.version)
    return advance(flow, case, Started("ann", NOON, presets or {}, "Client Heron"))


def typed(case: Case, *texts: str, flow: Flow = FLOW, at: datetime = NOON) -> Turn:
    """Type one message after the other."""
    turn = Turn(case, ())
    for text in texts:
        turn = advance(flow, turn.case, Typed("ann", at, text))
    return turn


def pressed(case: Case, word: str, target: str = "", flow: Flow = FLOW) -> Turn:
    """Press the button of a universal word on the current card."""
    return advance(flow, case, Commanded("ann", case.turn, NOON, word, target))


def answered(case: Case, value: object, flow: Flow = FLOW) -> Turn:
    """Answer the current prompt as a button does."""
    return advance(flow, case, Answered("ann", case.turn, NOON, value))


def view_of(turn: Turn) -> View:
    """Give what the turn shows."""
    return next(effect.view for effect in turn.effects if isinstance(effect, Show))


def prompt_of(turn: Turn) -> Prompt:
    """Give the question the turn asks."""
    prompt = view_of(turn).prompt
    assert prompt is not None
    return prompt


def tells(turn: Turn) -> list[Tell]:
    """Give what the turn says beside the card."""
    return [effect for effect in turn.effects if isinstance(effect, Tell)]


def replayed(flow: Flow, events: list[Event]) -> Case:
    """Make a case from nothing but its events."""
    case = Case("case-1", "ann", flow.id, flow.version)
    for event in events:
        case = advance(flow, case, event).case
    return case
