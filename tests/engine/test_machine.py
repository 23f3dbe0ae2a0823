"""Whatever a person sends, in whatever order: a state machine over every flow there is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bot.commands.wiring import KINDS
from bot.engine.advance import advance
from bot.engine.load import load_flow
from bot.engine.model import (
    Answered,
    Case,
    Commanded,
    Event,
    Flow,
    Republished,
    Show,
    Started,
    Turn,
    Typed,
    Woken,
)
from bot.engine.record import case_from_bytes, case_to_bytes, event_from_bytes, event_to_bytes
from bot.engine.show import view
from bot.engine.words import WORDS
from bot.errors import FlowErrors
from tests.engine.scenes import ERRANDS, NOON, ROOT, flow_in, flow_of, tells

FOLDERS = (ROOT / "flows/troubled_client", *sorted((ROOT / "tests/flows/data").iterdir()))
FLOWS = {"errands": flow_of(ERRANDS)} | {folder.name: flow_in(folder) for folder in FOLDERS}

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=40),
    st.lists(st.text(max_size=9)),
)


class Dialogue(RuleBasedStateMachine):
    """One person and one case; every step is checked against what must always hold."""

    flow: Flow

    @initialize(track=st.integers(0, 5))
    def begin(self, track: int) -> None:
        tracks = list(self.flow.tracks.values()) or [{}]
        self.at = NOON
        self.events: list[Event] = []
        self.case = Case("case-1", "ann", self.flow.id, self.flow.version)
        self.send(Started("ann", self.at, tracks[track % len(tracks)], "Client Heron"))

    def send(self, event: Event) -> Turn:
        before = self.case
        turn = advance(self.flow, before, event)
        assert turn == advance(self.flow, before, event), "the same inputs gave another output"
        assert event_from_bytes(event_to_bytes(event)) == event
        assert turn.case.turn in {before.turn, before.turn + 1}
        if turn.case is not before:
            assert turn.case.revision == before.revision + 1
            self.events.append(event)
        self.case = turn.case
        return turn

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        """Answer the prompt as it wants to be answered; progress never falls."""
        shown = view(self.flow, self.case)
        prompt = shown.prompt
        assume(prompt is not None and prompt.choices and prompt.step != "cancel")
        assert prompt is not None
        forward = not self.case.reopened
        ids = [choice.id for choice in prompt.choices]
        value: object = data.draw(st.sampled_from(ids))
        if prompt.input == "many":
            value = (value,)
        turn = self.send(Answered("ann", self.case.turn, self.at, value))
        after = view(self.flow, turn.case).prompt
        revises = any(
            option.revises for option in getattr(self.flow.step(prompt.step), "options", ())
        )
        if forward and after is not None and turn.case.earlier is None and not revises:
            done, of = prompt.progress
            done_now, of_now = after.progress
            assert done_now * max(of, 1) >= done * max(of_now, 1), (prompt.step, after.step)

    @rule(
        text=st.one_of(st.text(max_size=30), st.sampled_from(["1", "2", "3", "skip", "2026-12-01"]))
    )
    def type_anything(self, text: str) -> None:
        self.send(Typed("ann", self.at, text))

    @rule(word=st.sampled_from([*WORDS, "resume", "keep", "edit 1", "edit 4", "yes", "no"]))
    def type_a_word(self, word: str) -> None:
        self.send(Typed("ann", self.at, word))

    @rule(
        word=st.sampled_from([*WORDS, "resume", "keep", "edit", "nonsense"]),
        which=st.text(max_size=3),
    )
    def press_a_word(self, word: str, which: str) -> None:
        self.send(Commanded("ann", self.case.turn, self.at, word, which))

    @rule(value=values)
    def send_any_value(self, value: object) -> None:
        turn = advance(self.flow, self.case, Answered("ann", self.case.turn, self.at, value))
        assert any(isinstance(effect, Show) for effect in turn.effects)

    @rule(back=st.integers(1, 5), value=st.text(max_size=5))
    def press_an_old_button(self, back: int, value: str) -> None:
        before = self.case
        assert self.send(Answered("ann", before.turn - back, self.at, value)).case is before

    @rule(value=st.text(max_size=5))
    def press_as_somebody_else(self, value: str) -> None:
        before = self.case
        assert self.send(Answered("bob", before.turn, self.at, value)).case is before

    @rule(hours=st.integers(1, 30))
    def let_time_pass(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        self.send(Woken("ann", self.at))

    @invariant()
    def it_survives_being_stored(self) -> None:
        assert case_from_bytes(case_to_bytes(self.case)) == self.case

    @invariant()
    def there_is_a_prompt_or_it_rests(self) -> None:
        shown = view(self.flow, self.case)
        assert (shown.prompt is None) == (self.case.status != "open" and not self.case.asking)

    @invariant()
    def only_answers_that_the_flow_knows_are_kept(self) -> None:
        for question, value in self.case.answers.items():
            step = self.flow.step(question)
            options = getattr(step, "options", ())
            if options:
                ids = {option.id for option in options}
                assert ids.issuperset(value if isinstance(value, tuple) else (value,))

    def teardown(self) -> None:
        if hasattr(self, "events"):
            case = Case("case-1", "ann", self.flow.id, self.flow.version)
            for event in self.events:
                case = advance(self.flow, case, event).case
            assert case == self.case, "the event log does not lead to the case"


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_whatever_a_person_sends_the_dialogue_holds(name: str) -> None:
    machine = type(f"Dialogue_{name}", (Dialogue,), {"flow": FLOWS[name]})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            suppress_health_check=list(HealthCheck),
        ),
    )


# ------------------------------------------------------------------ a new version in mid-way


def edited(text: str, cuts: list[int]) -> str:
    """Cut options and whole steps out of a flow's text, and rename some of what is left."""
    lines = text.split("\n")
    options = [n for n, line in enumerate(lines) if re.match(r"      - ", line)]
    for cut in sorted({options[c % len(options)] for c in cuts}, reverse=True):
        if cut % 3:
            del lines[cut]
        else:
            lines[cut] = re.sub(r"- (\w+):", r"- {id: \1_two, was: [\1], label:", lines[cut])
            if "_two" in lines[cut]:
                lines[cut] += "}"
    return "\n".join(lines)


@given(
    cuts=st.lists(st.integers(0, 40), min_size=1, max_size=4),
    answers=st.lists(st.integers(0, 5), max_size=12),
)
@settings(max_examples=150)
def test_an_edited_flow_always_ends_in_a_prompt_or_an_end(
    cuts: list[int], answers: list[int]
) -> None:
    flow = FLOWS["errands"]
    try:
        newer = load_flow({"flow.yaml": edited(ERRANDS, cuts)}, KINDS)
    except FlowErrors:
        assume(False)
        return
    case = advance(flow, Case("case-1", "ann", flow.id, flow.version), Started("ann", NOON)).case
    for answer in answers:
        case = advance(flow, case, Typed("ann", NOON, str(answer + 1))).case
    moved = advance(newer, case, Republished("ann", NOON, newer.version)).case
    if case.status == "finished":
        assert moved is case
        return
    assert moved.version == newer.version
    for _ in range(30):
        shown = view(newer, moved)
        if shown.prompt is None:
            break
        value: object = shown.prompt.choices[0].id if shown.prompt.choices else "text"
        if shown.prompt.input == "many":
            value = [value]
        moved = advance(newer, moved, Answered("ann", moved.turn, NOON, value)).case
    assert moved.status != "open"


def test_only_the_changed_question_is_asked_again_and_the_person_is_told() -> None:
    flow = FLOWS["errands"]
    newer = flow_of(
        ERRANDS.replace('{low: "A little"}', '{some: "Some"}').replace(
            "{cost: low}", "{cost: some}"
        )
    )
    case = advance(flow, Case("case-1", "ann", flow.id, flow.version), Started("ann", NOON)).case
    for text in ("fine", "skip", "asked", "no thanks", "low"):
        case = advance(flow, case, Typed("ann", NOON, text)).case
    turn = advance(newer, case, Republished("ann", NOON, newer.version))
    assert turn.case.at == "cost"
    assert [tell.text for tell in tells(turn)] == [
        "One question changed; only that is asked again."
    ]
    assert advance(newer, turn.case, Typed("ann", NOON, "some")).case.at == "holding"


def test_a_renamed_option_keeps_its_answer() -> None:
    flow = FLOWS["errands"]
    newer = flow_of(ERRANDS.replace('{high: "A lot"}', '{id: much, label: "A lot", was: [high]}'))
    case = replace(
        advance(flow, Case("case-1", "ann", flow.id, flow.version), Started("ann", NOON)).case
    )
    for text in ("fine", "skip", "asked", "no thanks", "high"):
        case = advance(flow, case, Typed("ann", NOON, text)).case
    turn = advance(newer, case, Republished("ann", NOON, newer.version))
    assert turn.case.answers["cost"] == "much"
    assert turn.case.turn == case.turn, "the prompt is the same: what was sent for it still counts"
