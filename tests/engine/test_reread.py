"""An old case meets a new version of its flow."""

from __future__ import annotations

import pytest

from bot.engine.model import SKIPPED, Ask, Case, Flow, Limits, Option, Value
from bot.engine.reread import reread


def flow_with(*asks: Ask) -> Flow:
    return Flow("f", "new", "F", "A flow.", asks, {"s": "S"})


def reread_answer(ask: Ask, value: Value, **also: Value) -> tuple[Value | None, Value | None, int]:
    """Give (answer, offered, how many are asked again) after the new version."""
    case = Case("c", "ann", "f", "old", answers={"q": value, **also})
    after, again = reread(flow_with(ask), case)
    assert after.version == "new"
    return after.answers.get(ask.id), after.offered.get(ask.id), again


A, B = Option("a", "A"), Option("b", "B", was=("bee", "beta"))
CHOICE = Ask("q", "s", "?", "choice", options=(A, B))
MANY = Ask("q", "s", "?", "many", options=(A, B, Option("c", "C", alone=True)))


def test_an_answer_that_is_still_valid_stays() -> None:
    assert reread_answer(CHOICE, "a") == ("a", None, 0)
    assert reread_answer(MANY, ("a", "b")) == (("a", "b"), None, 0)


def test_a_renamed_option_and_question_are_followed() -> None:
    assert reread_answer(CHOICE, "bee") == ("b", None, 0)
    renamed = Ask("question", "s", "?", "choice", options=(A, B), was=("q",))
    assert reread_answer(renamed, "a") == ("a", None, 0)


def test_an_option_that_has_the_name_comes_before_one_that_had_it() -> None:
    swapped = Ask("q", "s", "?", "choice", options=(Option("x", "X", was=("a",)), A))
    assert reread_answer(swapped, "a") == ("a", None, 0)


def test_an_option_that_is_gone_is_asked_about_again() -> None:
    assert reread_answer(CHOICE, "gone") == (None, None, 1)
    assert reread_answer(MANY, ("a", "gone")) == (None, None, 1)


def test_two_ticks_that_became_one_are_one() -> None:
    assert reread_answer(MANY, ("bee", "beta")) == (("b",), None, 0)


def test_ticks_that_no_longer_go_together_are_asked_about_again() -> None:
    assert reread_answer(MANY, ("a", "c")) == (None, None, 1)
    few = Ask("q", "s", "?", "many", options=(A, B), limits=Limits(max_ticks=1))
    assert reread_answer(few, ("a", "b")) == (None, None, 1)


@pytest.mark.parametrize(
    ("ask", "value"),
    [
        (Ask("q", "s", "?", "text", limits=Limits(max_length=3)), "long"),
        (Ask("q", "s", "?", "number", limits=Limits(least=5)), 4),
        (Ask("q", "s", "?", "number", limits=Limits(most=5)), 5.5),
        (Ask("q", "s", "?", "date", limits=Limits(earliest="2026-01-01")), "2025-12-31"),
        (Ask("q", "s", "?", "date", limits=Limits(latest="2026-01-01")), "2026-01-02"),
    ],
)
def test_what_is_beyond_the_new_limits_is_offered_again(ask: Ask, value: Value) -> None:
    assert reread_answer(ask, value) == (None, value, 1)


def test_a_skipped_question_stays_skipped_unless_it_is_now_required() -> None:
    assert reread_answer(CHOICE, SKIPPED) == (SKIPPED, None, 0)
    required = Ask("q", "s", "?", "choice", options=(A, B), required=True)
    assert reread_answer(required, SKIPPED) == (None, None, 1)


def test_a_question_that_is_never_asked_gets_its_preset() -> None:
    preset = Ask("q", "s", "?", "choice", options=(A, B), preset="b")
    assert reread_answer(preset, "a") == ("a", None, 0)
    assert reread_answer(preset, "gone") == ("b", None, 0)
    after, again = reread(flow_with(preset), Case("c", "ann", "f", "old"))
    assert (after.answers, again) == ({"q": "b"}, 0)


def test_answers_to_questions_that_are_gone_are_dropped() -> None:
    after, _ = reread(flow_with(CHOICE), Case("c", "ann", "f", "old", answers={"other": "x"}))
    assert after.answers == {}


def test_what_is_offered_follows_its_question() -> None:
    ask = Ask("new", "s", "?", "text", was=("q",))
    after, _ = reread(flow_with(ask), Case("c", "ann", "f", "old", offered={"q": "words"}))
    assert after.offered == {"new": "words"}
