"""The dialogue in which the program is killed, and an independent count of where it stands."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from adapters.store.sqlite import SqliteStore
from bot.engine.advance import advance
from bot.engine.model import Answered, Case, Prompt, Started, Tell, Typed
from bot.engine.show import view
from bot.ports import Person
from tests.flows.player import flat
from tests.flows.talks import TROUBLED_CLIENT, flow_in, read_talk

FLOW = flow_in(TROUBLED_CLIENT)
VALUES = [
    line.type if line.pick is None else line.pick
    for line in read_talk(TROUBLED_CLIENT / "talks" / "full_leave_explain.yaml").lines
    if line.pick is not None or line.type is not None
]
"""What is answered at turn 1, 2, …"""


def states() -> list[Case]:
    """Work out by the engine alone how a case stands after none, one, two … answers."""
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    blank = Case("case", "somebody", FLOW.id, FLOW.version)
    presets = next(iter(FLOW.tracks.values()))
    found = [advance(FLOW, blank, Started("somebody", at, presets, "", FLOW.version)).case]
    for turn, value in enumerate(VALUES, 1):
        found.append(advance(FLOW, found[-1], Answered("somebody", turn, at, value)).case)
    return found


STATES = states()


def prompt_after(answers: int) -> Prompt:
    """Give what is asked after so many answers."""
    prompt = view(FLOW, STATES[answers]).prompt
    assert prompt is not None, "the dialogue is too short for so many kills"
    return prompt


def in_words(prompt: Prompt, value: Any) -> str:
    """Give what somebody writes who answers so: the numbers of the choices, or the text."""
    ids = [choice.id for choice in prompt.choices]
    chosen = value if isinstance(value, tuple) else (value,)
    return ", ".join(str(ids.index(one) + 1) for one in chosen) if ids else str(value)


def asked_again(case: Case) -> str:
    """Give what is told somebody whose text may have been meant for an older question."""
    event = Typed(case.owner, datetime.now(UTC), "1", case.turn - 1)
    tells = [one for one in advance(FLOW, case, event).effects if isinstance(one, Tell)]
    return flat(tells[0].text)


async def look_up(store: SqliteStore, person: Person, possible: Collection[int]) -> Case | None:
    """Find somebody's one case, and see that so many answers are in it, none of them twice."""
    owner = store.owner(person)
    cases = await store.cases(owner)
    if not cases:
        assert -1 in possible, "an acknowledged case is there"
        return None
    (listed,) = cases
    case = await store.case(owner, listed.id)
    answers = case.turn - 1
    assert answers in possible, f"{answers} answers, not {possible}"
    assert [*case.answers.items()] == [*STATES[answers].answers.items()]
    log = await store.history(owner, case.id)
    taken = [event.turn for event in log if isinstance(event, Answered)]
    assert all(one < other for one, other in pairwise(taken)), "no turn is answered twice"
    return case
