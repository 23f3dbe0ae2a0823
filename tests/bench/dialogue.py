"""How fast the engine is: one ``advance`` on the full set of questions of the shipped flow."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from adapters.library import read_flow, shipped_flows
from bot.commands.wiring import KINDS
from bot.engine.advance import advance
from bot.engine.load import load_flow
from bot.engine.model import Answered, Case, Event, Flow, Show, Started, Turn, Value

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
FLOW_ID = "troubled_client"


def shipped() -> Flow:
    """Load the flow that is measured."""
    return load_flow(read_flow(shipped_flows()[FLOW_ID]), KINDS)


def next_answer(turn: Turn) -> Value | None:
    """Give the first answer to the prompt (a text where it wants one); None where none is left."""
    (view,) = [effect.view for effect in turn.effects if isinstance(effect, Show)]
    prompt = view.prompt
    if prompt is None:
        return None
    if not prompt.choices:
        return "Client Heron"
    first = prompt.choices[0].id
    return (first,) if prompt.input == "many" else first


def walk(flow: Flow, owner: str = "ann") -> Iterator[tuple[Case, Event]]:
    """Yield the events of one whole conversation, each with the case it meets."""
    case = Case("C1", owner, flow.id, flow.version)
    turn = advance(flow, case, Started(owner, NOON, next(iter(flow.tracks.values()))))
    while (value := next_answer(turn)) is not None:
        event = Answered(owner, turn.case.turn, NOON, value)
        yield turn.case, event
        turn = advance(flow, turn.case, event)


def measure_advance(rounds: int = 100) -> dict[str, float]:
    """Time every answer of the counted questions, in microseconds."""
    flow = shipped()
    pairs = [(case, event) for case, event in walk(flow) if case.at != "gut"]
    times = []
    for _ in range(rounds):
        for case, event in pairs:
            before = time.perf_counter()
            advance(flow, case, event)
            times.append(time.perf_counter() - before)
    times.sort()
    return {
        "turns": len(times),
        "median_us": statistics.median(times) * 1e6,
        "p99_us": times[int(len(times) * 0.99)] * 1e6,
    }
