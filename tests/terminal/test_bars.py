"""A chart of votes as text: what it says is whole without its bars."""

from __future__ import annotations

from adapters.terminal.bars import chart_lines
from bot.opinion.chart import Bar, Chart

CHART = Chart(
    "A second opinion",
    ("Round 1",),
    (Bar("Keep", (3,)), Bar("Let it end", (1,), aside=True), Bar("Pause", (0,))),
)


def test_every_line_says_its_course_and_number_before_its_bar() -> None:
    assert chart_lines(CHART) == [
        "A second opinion",
        f"{'Keep: 3 votes':<39}  ============",
        "Let it end: 1 vote, set aside by a rule  ====",
        "Pause: 0 votes",
    ]


def test_where_there_is_no_room_a_bar_has_a_line_of_its_own() -> None:
    lines = chart_lines(CHART, 40)
    assert lines[1:3] == ["Keep: 3 votes", "  ============"]
    assert max(map(len, lines)) <= 40


def test_two_rounds_are_named_one_after_the_other() -> None:
    chart = Chart("Two", ("Round 1", "Round 2"), (Bar("Keep", (3, 1)), Bar("Go", (0, 2))))
    assert chart_lines(chart)[1:] == [
        "Keep: 3, then 1 vote  ====",
        "Go: 0, then 2 votes   ========",
    ]


def test_bars_of_many_votes_still_fit_and_one_vote_can_be_seen() -> None:
    chart = Chart("Many", ("Round 1",), (Bar("Keep", (40,)), Bar("Go", (1,))))
    bars = [line.count("=") for line in chart_lines(chart)[1:]]
    assert bars == [24, 1]


def test_a_label_cannot_steer_the_terminal() -> None:
    chart = Chart("\x1b[2J", ("Round 1",), (Bar("\x1b[31mKeep", (1,)),))
    assert "\x1b" not in "".join(chart_lines(chart))
