"""Cards as every chat face has to show them: by hand, and out of real conversations."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.advance import advance
from bot.engine.model import (
    Answered,
    Case,
    Choice,
    Commanded,
    Flow,
    Limits,
    Prompt,
    Show,
    Started,
    Status,
    Tell,
    Turn,
    Typed,
    View,
)
from bot.engine.show import Margin, margin
from bot.engine.talk import Talk
from bot.ports import Parcel
from tests.flows.talks import MONDAY, TROUBLED_CLIENT, flow_in, read_talk

LETTER = "Please let me know by Friday."
PROMPT = Prompt(
    step="brakes",
    section="A first look",
    text="How are Bluebell's brakes?",
    why="Nobody leaves without brakes.",
    input="choice",
    choices=(Choice("good", "Good"), Choice("worn", "Worn"), Choice("gone", "Gone")),
    progress=(2, 9),
)
VIEW = View("K7Q2M9XA", 4, "Bluebell", "open", (), PROMPT)
MARGIN = Margin((("What is it?", "A bicycle"), ("Whose is it?", "answered")))
MANY = tuple(Choice(f"part_{place}", f"Part {place}") for place in range(1, 13))


def parcel(prompt: Prompt | None = PROMPT, *tells: Tell, margin: Margin = MARGIN) -> Parcel:
    return Parcel("ann", VIEW.case, VIEW.turn, replace(VIEW, prompt=prompt), tells, margin)


def rests(status: Status, *tells: Tell) -> Parcel:
    view = replace(VIEW, prompt=None, status=status)
    return Parcel("ann", view.case, view.turn, view, tells, MARGIN)


# ------------------------------------------------------------------ real conversations


def played(flow: Flow, talk: Talk, until: str) -> tuple[Case, Turn]:
    """Play a talk until a step is shown."""
    presets = {**flow.tracks.get(talk.track or next(iter(flow.tracks)), {}), **talk.presets}
    turn = advance(
        flow,
        Case("K7Q2M9XA", "ann", flow.id, flow.version),
        Started("ann", MONDAY, presets, "Client Heron"),
    )
    for line in talk.lines:
        if until in shown(turn):
            return turn.case, turn
        case = turn.case
        if line.type is not None:
            turn = advance(flow, case, Typed("ann", MONDAY, line.type, case.turn))
        elif line.pick is not None:
            turn = advance(flow, case, Answered("ann", case.turn, MONDAY, line.pick))
    assert until in shown(turn), f"{until} was never shown"
    return turn.case, turn


def shown(turn: Turn) -> set[str]:
    view = view_of(turn)
    steps = {item.step for item in view.cards}
    return steps | ({view.prompt.step} if view.prompt else set())


def view_of(turn: Turn) -> View:
    return next(effect.view for effect in turn.effects if isinstance(effect, Show))


def parcel_of(flow: Flow, turn: Turn) -> Parcel:
    tells = tuple(effect for effect in turn.effects if isinstance(effect, Tell))
    around = margin(flow, turn.case)
    return Parcel("ann", turn.case.id, turn.case.turn, view_of(turn), tells, around)


def troubled(talk: str, until: str) -> tuple[Flow, Turn]:
    flow = flow_in(TROUBLED_CLIENT)
    _, turn = played(flow, read_talk(TROUBLED_CLIENT / "talks" / f"{talk}.yaml"), until)
    return flow, turn


def result() -> Parcel:
    return parcel_of(*troubled("full_leave_explain", "result"))


def working() -> Parcel:
    flow, turn = troubled("full_leave_explain", "result")
    case = turn.case
    return parcel_of(flow, advance(flow, case, Commanded("ann", case.turn, MONDAY, "working")))


def safety() -> Parcel:
    flow, turn = troubled("exit_violence_later", "safety")
    case = turn.case
    return parcel_of(flow, advance(flow, case, Answered("ann", case.turn, MONDAY, "violence")))


def two_misses() -> Parcel:
    flow, turn = troubled("full_reset", "safety")
    for text in ("hm", "well now"):
        turn = advance(flow, turn.case, Typed("ann", MONDAY, text))
    return parcel_of(flow, turn)


CARDS = {
    "choice_with_buttons": parcel(),
    "choice_with_select": parcel(replace(PROMPT, choices=MANY, offered="Part 3", optional=True)),
    "choice_with_long_labels": parcel(
        replace(PROMPT, choices=(Choice("l", "They are worn right down to the metal"), MANY[0]))
    ),
    "several": parcel(
        replace(PROMPT, input="many", choices=MANY[:4], offered="Part 1, Part 3", optional=True)
    ),
    "text": parcel(replace(PROMPT, input="text", choices=(), offered=LETTER)),
    "sensitive_text": parcel(
        replace(PROMPT, input="text", choices=(), sensitive=True, offered=LETTER)
    ),
    "date": parcel(replace(PROMPT, input="date", choices=(), offered="2026-11-27")),
    "number": parcel(
        replace(PROMPT, input="number", choices=(), limits=Limits(least=0, most=120.5))
    ),
    "why": parcel(PROMPT, Tell("why", PROMPT.why)),
    "which_was_meant": parcel(
        replace(PROMPT, choices=MANY),
        Tell("ambiguous", "Which did you mean?", mistake=True, choices=MANY[1:3]),
    ),
    "finished": rests("finished"),
    "sleeping": rests("sleeping", Tell("sleeping", "Good. I keep everything.")),
    "paused": rests("paused"),
    "cancelled": rests("cancelled"),
    "only_told": replace(parcel(None, Tell("outdated", "That is over.", mistake=True)), view=None),
}
PLAYED = {
    "two_misses": two_misses,
    "result": result,
    "working": working,
    "safety": safety,
}
