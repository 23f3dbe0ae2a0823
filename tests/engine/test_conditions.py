"""Conditions: what they say of given answers, and what they may come to say of later ones."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.conditions import (
    ALWAYS,
    All,
    AnyOf,
    BadCondition,
    Condition,
    Is,
    locate,
    negated,
    parse_condition,
)

NAMED = {
    "danger": parse_condition({"safety": ["threat", "violence"]}),
    "calm": parse_condition({"not": "danger"}, {"danger": Is("safety", frozenset({"threat"}))}),
}


def holds(data: object, **facts: object) -> bool:
    return parse_condition(data, NAMED).holds(facts)


def test_no_condition_always_holds() -> None:
    assert parse_condition(None) is ALWAYS
    assert holds(None)


def test_a_question_has_one_of_the_values() -> None:
    assert holds({"tried": ["once", "twice"]}, tried="twice")
    assert holds({"tried": "once"}, tried="once")
    assert not holds({"tried": ["once", "twice"]}, tried="never")


def test_an_unanswered_question_has_no_value() -> None:
    assert not holds({"tried": ["once"]})
    assert holds({"not": {"tried": ["once"]}})


def test_null_matches_a_question_without_an_answer() -> None:
    assert holds({"tried": ["once", None]})
    assert holds({"tried": None})
    assert not holds({"tried": [None]}, tried="once")
    assert holds({"not": {"tried": [None]}}, tried="once")


def test_a_question_with_several_answers_has_each_of_them() -> None:
    assert holds({"parts": ["chain"]}, parts=("chain", "tyres"))
    assert holds({"all": [{"parts": ["chain"]}, {"parts": ["tyres"]}]}, parts=("chain", "tyres"))
    assert not holds({"parts": ["lights"]}, parts=("chain", "tyres"))


def test_nothing_ticked_is_no_answer() -> None:
    assert holds({"parts": [None]}, parts=())
    assert not holds({"parts": ["chain"]}, parts=())


def test_several_questions_must_all_fit() -> None:
    both = {"tried": ["once"], "cost": ["high"]}
    assert holds(both, tried="once", cost="high")
    assert not holds(both, tried="once", cost="low")


def test_any_all_and_not_combine() -> None:
    data = {"any": [{"tried": ["once"]}, {"all": [{"cost": ["high"]}, {"not": {"mood": "good"}}]}]}
    assert holds(data, tried="once")
    assert holds(data, cost="high", mood="bad")
    assert not holds(data, cost="high", mood="good")


def test_a_name_stands_for_its_condition() -> None:
    assert holds("danger", safety="threat")
    assert holds({"any": ["danger", {"cost": ["high"]}]}, cost="high")
    assert not holds("calm", safety="threat")


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ("dangre", ()),
        ([{"tried": ["once"]}], ()),
        ({}, ()),
        (5, ()),
        (True, ()),
        ({"any": {"tried": ["once"]}}, ("any",)),
        ({"all": []}, ("all",)),
        ({"all": "danger"}, ("all",)),
        ({"any": ["danger", None]}, ("any", 1)),
        ({"any": ["danger", "dangre"]}, ("any", 1)),
        ({"not": None}, ("not",)),
        ({"not": ["danger"]}, ("not",)),
        ({"tried": []}, ("tried",)),
        ({"tried": True}, ("tried",)),
        ({"tried": ["once", False]}, ("tried", 1)),
        ({"tried": ["once", 5]}, ("tried", 1)),
        ({"tried": ["once", ["twice"]]}, ("tried", 1)),
        ({"tried": {"once": "twice"}}, ("tried",)),
        (
            {"all": [{"cost": ["high"]}, {"not": {"any": [{"x": ["a", 1]}]}}]},
            ("all", 1, "not", "any", 0, "x", 1),
        ),
    ],
)
def test_a_malformed_condition_is_refused_with_the_way_to_it(
    data: object, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(BadCondition) as caught:
        parse_condition(data, NAMED)
    assert caught.value.path == path
    assert caught.value.message
    assert caught.value.remedy


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(BadCondition, match="dangre") as caught:
        parse_condition("dangre", NAMED)
    assert "calm, danger" in caught.value.remedy


def test_words_for_truth_are_told_apart_from_options() -> None:
    with pytest.raises(BadCondition) as caught:
        parse_condition({"agreed": [True]})
    assert '"yes"' in caught.value.remedy


def test_it_tells_what_it_looks_at() -> None:
    condition = parse_condition({"any": ["danger", {"not": {"cost": ["high", None]}}]}, NAMED)
    assert dict(condition.mentions()) == {
        "safety": {"threat", "violence"},
        "cost": {"high", None},
    }


def test_it_is_found_where_a_value_is_compared() -> None:
    data = {"any": ["danger", {"not": {"cost": ["low", "high"]}}, {"mood": "good"}]}
    assert locate(data, "cost", "high") == ("any", 1, "not", "cost", 1)
    assert locate(data, "mood", "good") == ("any", 2, "mood")
    assert locate(data, "safety", "threat") is None


# ------------------------------------------------------------------ what may still come

_FACTS = ("a", "b", "c")
_VALUES = ("x", "y")
_ATOMS = st.builds(
    Is,
    st.sampled_from(_FACTS),
    st.frozensets(st.sampled_from((*_VALUES, None)), min_size=1),
)


def _compound(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    parts = st.lists(inner, max_size=3).map(tuple)
    return st.builds(All, parts) | st.builds(AnyOf, parts) | st.builds(negated, inner)


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(_ATOMS, _compound, max_leaves=8)
ANSWERS = (None, "x", "y", "other", ("x",), ("x", "y"), ())


@settings(max_examples=200)
@given(
    condition=CONDITIONS,
    facts=st.dictionaries(st.sampled_from(_FACTS), st.sampled_from(ANSWERS[1:])),
    still_open=st.frozensets(st.sampled_from(_FACTS)),
)
def test_nothing_happens_that_was_called_impossible(
    condition: Condition, facts: dict[str, object], still_open: frozenset[str]
) -> None:
    may_hold, may_fail = condition.may(facts, still_open)
    for answers in product(ANSWERS, repeat=len(still_open)):
        later = {**facts, **dict(zip(sorted(still_open), answers, strict=True))}
        known = {fact: value for fact, value in later.items() if value is not None}
        assert may_hold if condition.holds(known) else may_fail


@given(condition=CONDITIONS, facts=st.dictionaries(st.sampled_from(_FACTS), st.sampled_from("xy")))
def test_with_nothing_open_what_may_be_is_what_is(
    condition: Condition, facts: dict[str, object]
) -> None:
    now = condition.holds(facts)
    assert condition.may(facts, ()) == (now, not now)


@given(
    condition=CONDITIONS,
    facts=st.dictionaries(st.sampled_from((*_FACTS, "z")), st.sampled_from("xy")),
)
def test_only_what_it_mentions_decides(condition: Condition, facts: dict[str, object]) -> None:
    mentioned = {fact for fact, _ in condition.mentions()}
    narrowed = {fact: value for fact, value in facts.items() if fact in mentioned}
    assert condition.holds(narrowed) == condition.holds(facts)


_DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["danger", "x", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["any", "all", "not", "tried"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@given(_DATA)
def test_any_data_is_a_condition_or_a_malformed_one(data: object) -> None:
    condition = _parsed(data)
    if isinstance(condition, BadCondition):
        assert _at(data, condition.path)
    else:
        assert condition.holds({}) in {True, False}


def _parsed(data: object) -> Condition | BadCondition:
    try:
        return parse_condition(data, NAMED)
    except BadCondition as error:
        return error


def _at(data: object, path: tuple[str | int, ...]) -> bool:
    for part in path:
        assert isinstance(data, dict | list)
        data = data[part]  # type: ignore[index]
    return True
