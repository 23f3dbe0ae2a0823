"""Counting what came of decisions: right, and without a small group in it or left to reckon."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.records.insights import SMALLEST, Decided, insights_of
from bot.sheets.insights import NOTHING, insight_alt, insight_chart, insight_lines

_CASES = st.lists(
    st.tuples(
        st.builds(
            Decided,
            st.sampled_from("ABCD"),
            st.sampled_from((True, False, True, None)),
            st.sampled_from(("", "better", "same", "worse")),
        ),
        st.integers(1, 7),
    ),
    max_size=12,
).map(lambda several: [one for case, times in several for one in [case] * times])


@settings(max_examples=100, deadline=None)
@given(_CASES)
def test_no_number_and_no_difference_of_numbers_tells_of_a_small_group(
    cases: list[Decided],
) -> None:
    groups = insights_of(cases)
    assert all(group.cases >= SMALLEST for group in groups)
    for group in groups:
        shown = [*group.answers.values(), group.rest]
        assert all(number == 0 or number >= SMALLEST for number in shown)
        assert sum(shown) in ((group.cases,) if group.answers else (0,))
        if group.followed is not None:
            apart = group.cases - group.followed
            assert group.followed >= SMALLEST
            assert apart == 0 or apart >= SMALLEST


@settings(max_examples=50, deadline=None)
@given(_CASES)
def test_every_number_shown_is_the_true_one(cases: list[Decided]) -> None:
    counts = Counter(one.course for one in cases)
    groups = insights_of(cases)
    assert {g.course for g in groups if g.course} == {c for c in counts if counts[c] >= SMALLEST}
    for group in groups:
        own = [
            one
            for one in cases
            if (one.course == group.course) or (not group.course and counts[one.course] < SMALLEST)
        ]
        assert group.cases == len(own)
        assert group.followed in (None, sum(one.followed is True for one in own))
        for answer, number in group.answers.items():
            assert number == sum(one.answer == answer for one in own)


def test_small_courses_are_put_together_and_left_out_where_even_so_they_are_few() -> None:
    few = [Decided("B", True), Decided("C", False)]
    shown = insights_of([*[Decided("A", True, "better")] * 6, *few])
    assert [(group.course, group.cases) for group in shown] == [("A", 6)]
    shown = insights_of([*[Decided("A", True, "better")] * 6, *few * 3])
    assert [(group.course, group.cases) for group in shown] == [("A", 6), ("", 6)]


def test_an_answer_joins_the_rest_where_the_rest_would_be_too_small() -> None:
    cases = [Decided("A", True, "better")] * 7 + [Decided("A", True, "worse")] * 5
    (group,) = insights_of([*cases, Decided("A", True)])
    assert (dict(group.answers), group.rest) == ({"better": 7}, 6)


def test_what_is_counted_is_said_in_lines_a_chart_and_words() -> None:
    cases = [Decided("Leave", True, "Settled")] * 5 + [Decided("Leave", False)] * 5
    groups = insights_of(cases)
    assert insight_lines(groups)[:5] == [
        "What you decided: 10 cases",
        "",
        "Leave: 10",
        "  followed the recommendation: 5 (50 %)",
        "  Settled: 5",
    ]
    assert [(bar.label, bar.counts) for bar in insight_chart(groups).bars] == [("Leave", (10,))]
    assert insight_alt(groups) == "Bar chart of cases by course: What you decided. Leave: 10."
    assert insight_lines(()) == [NOTHING]
