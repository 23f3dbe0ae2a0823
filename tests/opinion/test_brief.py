"""A brief is what the case says as bands, with a name of its own, and no result."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.advance import advance
from bot.engine.model import Answered, Case, Flow, Started, Value
from bot.engine.survey import survey
from bot.opinion.brief import (
    build,
    code_name,
    consultation_of,
    frozen,
    has_changed,
    people_only,
    renewed,
    standing,
)
from bot.opinion.consult import Consultation
from tests.flows.talks import DATA, MONDAY, TROUBLED_CLIENT, flow_in
from tests.rounds.table import FAST

FLOW = flow_in(TROUBLED_CLIENT)


def consultation(flow: Flow = FLOW) -> Consultation:
    found = consultation_of(flow)
    assert found
    return found


def a_case(answers: dict[str, Value] | None = None, case_id: str = "C1") -> Case:
    """Go through the short set with these answers."""
    given_: dict[str, Any] = {**FAST, **(answers or {})}
    case = started(case_id)
    for number in range(30):
        prompt = _prompt(case)
        if prompt is None or prompt not in given_:
            break
        when = MONDAY + timedelta(minutes=number)
        case = advance(FLOW, case, Answered("ann", case.turn, when, given_[prompt])).case
    return case


def started(case_id: str = "C1") -> Case:
    """Begin the short set."""
    blank = Case(case_id, "ann", FLOW.id, FLOW.version)
    return advance(FLOW, blank, Started("ann", MONDAY, {"track": "fast"}, "Client Heron")).case


def _prompt(case: Case) -> str | None:
    at = survey(FLOW, case).at
    return at.id if at else None


def test_a_flow_that_asks_no_team_has_no_consultation() -> None:
    assert consultation_of(flow_in(DATA / "intake")) is None


def test_only_answers_with_fixed_words_are_shown_and_what_is_sensitive_is_offered_alone() -> None:
    brief = build(FLOW, a_case({"nickname": "Heron Holdings"}), consultation(), ())
    assert {fact.question for fact in brief.facts} <= {*consultation().shown}
    assert not any(fact.sensitive for fact in brief.facts)
    assert "Heron" not in str(brief)
    labels = {option.label for ask in consultation().asks.values() for option in ask.options}
    assert {fact.answer for fact in (*brief.facts, *brief.offered)} <= labels


def test_a_brief_says_nothing_of_the_result_and_of_leanings() -> None:
    one, two = a_case({"gut": "stay"}), a_case({"gut": "go"})
    assert build(FLOW, one, consultation(), ()) == build(FLOW, two, consultation(), ())
    assert [c.id for c in build(FLOW, one, consultation(), ()).courses] == [
        option.id
        for option in FLOW.step("result").rule.options  # type: ignore[union-attr]
    ]


@given(st.text(max_size=30), st.integers(0, 40))
def test_a_code_name_is_never_the_nickname_nor_taken(nickname: str, number: int) -> None:
    case = replace(a_case(), name=nickname)
    taken: list[str] = []
    for _ in range(number):
        taken.append(code_name(FLOW, case, taken))
    assert len(set(taken)) == number
    assert nickname.casefold() not in {name.casefold() for name in taken}


@pytest.mark.parametrize("nickname", [*FLOW.nicknames, f"the {FLOW.nicknames[0]}"])
def test_a_code_name_holds_nothing_of_the_nickname(nickname: str) -> None:
    named = code_name(FLOW, replace(a_case(), name=nickname), ())
    assert not {*named.casefold().split()} & {*nickname.casefold().split()}


def test_the_same_case_gets_the_same_code_name() -> None:
    assert code_name(FLOW, a_case(), ()) == code_name(FLOW, a_case(), ())


def test_what_is_frozen_holds_what_is_shown_and_nothing_that_was_offered() -> None:
    brief = replace(build(FLOW, a_case(), consultation(), ()), ticked=("safety",))
    kept = frozen(brief)
    assert kept.shown == brief.shown
    assert (kept.offered, kept.ticked) == ((), ())
    assert "safety" in {fact.question for fact in kept.facts}


@pytest.mark.parametrize(
    ("answers", "changed"),
    [
        ({}, False),
        ({"commitment": "fixed"}, True),
        ({"main_trouble": "money"}, True),
        ({"retake": "decline"}, False),
    ],
)
def test_a_brief_has_changed_when_what_it_shows_has(
    answers: dict[str, Value], changed: bool
) -> None:
    posted = frozen(build(FLOW, a_case(), consultation(), ()))
    now = build(FLOW, a_case(answers), consultation(), ())
    assert has_changed(posted, now) is changed


def test_a_draft_made_new_keeps_its_name_its_note_and_the_ticks_that_mean_something() -> None:
    case = a_case()
    old = replace(
        build(FLOW, case, consultation(), ()),
        code_name="Client Wren",
        note="Please.",
        ticked=("safety", "made_up"),
    )
    fresh = renewed(old, build(FLOW, a_case({"commitment": "fixed"}), consultation(), ()))
    assert (fresh.code_name, fresh.note, fresh.ticked) == ("Client Wren", "Please.", ("safety",))
    assert "fixed" in {fact.value for fact in fresh.facts}


@pytest.mark.parametrize(
    ("answers", "only"),
    [
        ({}, False),
        ({"safety": "threat"}, True),
        ({"safety": "violence"}, True),
        ({"stakes": "crisis"}, True),
        ({"stakes": "serious"}, False),
    ],
)
def test_where_somebody_may_be_in_danger_only_people_are_asked(
    answers: dict[str, Value], only: bool
) -> None:
    assert people_only(FLOW, a_case(answers), consultation()) is only


def test_what_the_rules_come_to_is_whole_once_the_result_is_reached() -> None:
    whole = standing(FLOW, a_case(), consultation())
    assert whole.whole
    early = started()
    before = standing(FLOW, early, consultation())
    assert not before.whole
    assert before.order
    for found in (whole, before):
        assert not {*found.order} & {*found.vetoed}
        assert found.rules


def test_a_rule_that_forces_a_course_is_named() -> None:
    forced = standing(FLOW, a_case({"stakes": "crisis"}), consultation())
    assert forced.forced == forced.order[0] == "ESCALATE"
    assert all(rule for rules in forced.vetoed.values() for rule in rules)
