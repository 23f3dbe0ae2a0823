"""Counting what came of decisions: right, and without a small group in it or left to reckon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.records.insights import FEWEST, SMALLEST, Decided, Insights, insights_of
from bot.sheets.insights import (
    HERE,
    NOTHING,
    OWN,
    Part,
    Shared,
    insight_alt,
    insight_chart,
    insight_lines,
    insights_sheet,
)

_CASES = st.lists(
    st.tuples(
        st.builds(
            Decided,
            st.sampled_from("ABCD"),
            st.sampled_from(["A", "B", "C", "A", "B", ""]),
            st.sampled_from(["", "better", "same", "worse"]),
            person=st.sampled_from(["ann", "ben", "cleo", "dan"]),
        ),
        st.integers(1, 7),
    ),
    max_size=12,
).map(lambda several: [one for case, times in several for one in [case] * times])


def enough(cases: Sequence[Decided], people: int) -> bool:
    """Say whether so many cases, of so many people, may be shown, or reckoned from what is."""
    return not cases or (len(cases) >= SMALLEST and len({one.person for one in cases}) >= people)


def of_group(cases: Sequence[Decided], shown: Insights, course: str) -> list[Decided]:
    """Find the cases behind a group."""
    named = {group.course for group in shown.groups}
    return [
        one for one in cases if one.course == course or (not course and one.course not in named)
    ]


@pytest.mark.parametrize("people", [1, FEWEST])
@settings(max_examples=100, deadline=None)
@given(_CASES)
def test_no_number_and_no_difference_of_numbers_tells_of_a_small_group(
    people: int, cases: list[Decided]
) -> None:
    shown = insights_of(cases, people)
    counted = []
    for group in shown.groups:
        own = of_group(cases, shown, group.course)
        counted += own
        assert own
        assert enough(own, people)
        for answer in group.answers:
            assert enough([one for one in own if one.answer == answer], people)
        if group.answers:
            assert enough([one for one in own if one.answer not in group.answers], people)
        if group.followed is not None:
            assert enough([one for one in own if one.followed], people)
            assert enough([one for one in own if not one.followed], people)
    for name in shown.recommended:
        advised = [one for one in counted if one.recommended == name]
        assert enough(advised, people)
        assert enough([one for one in advised if not one.followed], people)
    if shown.recommended:
        rest = [one for one in counted if one.recommended not in shown.recommended]
        assert enough(rest, people)
        assert enough([one for one in rest if not one.followed], people)


@settings(max_examples=50, deadline=None)
@given(_CASES)
def test_every_number_shown_is_the_true_one_and_all_add_up(cases: list[Decided]) -> None:
    counts = Counter(one.course for one in cases)
    shown = insights_of(cases)
    large = {course for course in counts if counts[course] >= SMALLEST}
    assert {group.course for group in shown.groups if group.course} == large
    counted = []
    for group in shown.groups:
        own = of_group(cases, shown, group.course)
        counted += own
        assert group.cases == len(own)
        assert group.followed in (None, sum(one.followed is True for one in own))
        assert sum([*group.answers.values(), group.rest]) in (group.cases, 0)
        for answer, number in group.answers.items():
            assert number == sum(one.answer == answer for one in own)
    assert shown.cases == len(counted)
    assert sum([*shown.recommended.values(), shown.others]) in (shown.cases, 0)
    for name, number in shown.recommended.items():
        assert number == sum(one.recommended == name for one in counted)


def test_small_courses_are_put_together_and_left_out_where_even_so_they_are_few() -> None:
    few = [Decided("B", "B"), Decided("C", "B")]
    shown = insights_of([*[Decided("A", "A", "better")] * 6, *few])
    assert [(group.course, group.cases) for group in shown.groups] == [("A", 6)]
    shown = insights_of([*[Decided("A", "A", "better")] * 6, *few * 3])
    assert [(group.course, group.cases) for group in shown.groups] == [("A", 6), ("", 6)]


def test_an_answer_joins_the_rest_where_the_rest_would_be_too_small() -> None:
    cases = [Decided("A", "A", "better")] * 7 + [Decided("A", "A", "worse")] * 5
    (group,) = insights_of([*cases, Decided("A", "A")]).groups
    assert (dict(group.answers), group.rest) == ({"better": 7}, 6)


def test_two_people_are_too_few_for_a_number_that_others_see() -> None:
    of_two = [Decided("A", "A", person=name) for name in ["ann", "ben"] * 6]
    assert insights_of(of_two, FEWEST).groups == ()
    three = [*of_two, Decided("A", "A", person="cleo")]
    assert [group.cases for group in insights_of(three, FEWEST).groups] == [13]


def test_who_did_not_follow_cannot_be_reckoned_from_what_was_recommended() -> None:
    cases = [Decided("A", "A")] * 6 + [Decided("A", "B")] * 5
    shown = insights_of([*cases, *[Decided("B", "B")] * 5])
    assert dict(shown.recommended) == {"B": 10, "A": 6}
    one_more = insights_of([*cases, *[Decided("B", "B")] * 5, Decided("B", "A")])
    assert dict(one_more.recommended) == {}
    assert one_more.others == 0


def test_what_is_counted_is_said_in_lines_a_chart_and_words() -> None:
    cases = [Decided("Leave", "Leave", "Settled")] * 5 + [Decided("Leave", "Stay")] * 5
    counted = insights_of(cases)
    assert insight_lines(counted) == [
        "What you decided: 10 cases",
        "",
        "Leave: 10",
        "  followed the recommendation: 5 (50 %)",
        "  Settled: 5",
        "  Another answer, or none yet: 5",
        "",
        "What was recommended:",
        "  Leave: 5",
        "  Stay: 5",
        "",
        "Groups of fewer than 5 cases are not shown.",
    ]
    chart = insight_chart(counted)
    assert [(bar.label, bar.counts) for bar in chart.bars] == [("Leave", (10,))]
    assert insight_alt(chart) == "Bar chart of cases by course: What you decided. Leave: 10."
    assert insight_lines(Insights()) == [NOTHING]


def test_a_sheet_says_whether_ones_own_decisions_are_in_it() -> None:
    shared = insights_of([Decided("Leave", "Leave")] * 5)
    alone = insights_sheet(Insights(), None)
    assert [button.label for button in alone.buttons] == []
    labels: dict[Part, str] = {
        "in": "Stay out",
        "out": "Count mine too",
        "untold": "Count mine too",
    }
    for part, label in labels.items():
        sheet = insights_sheet(shared, Shared(shared, part))
        assert [block.lines[0] for block in sheet.card.blocks if block.kind == "heading"] == [
            OWN,
            HERE,
        ]
        assert [button.label for button in sheet.buttons] == [
            "Picture of mine",
            "Picture of all",
            label,
        ]
    assert len(insights_sheet(shared, Shared(shared, "apart")).buttons) == 2
