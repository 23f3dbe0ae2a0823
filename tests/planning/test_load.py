"""A plan.yaml is checked whole: every mistake with its line and a remedy."""

from __future__ import annotations

import pytest

from bot.commands.wiring import KINDS
from bot.engine.load import load_flow
from bot.errors import FlowErrors
from tests.decision.table import FILES


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "courses: [KEEP], at: {review: 0}",
            "courses: [KEPT], at: {review: 0}",
            "no course “KEPT”",
        ),
        ("at: {review: 0}", "at: {revue: 0}", "Did you mean “review”?"),
        ("when: calm", "when: clam", "clam"),
        ("    after: tell\n", "    after: told\n", "does not stand before it"),
        ("when: {premortem: [gave_in]}", "when: {premortem: [gave_up]}", "has no “gave_up”"),
        ("rider: R-FAIR", "rider: R-FARE", "no item is there for the must-do line “r-fair”"),
        ("    ask: On which day do you look again?\n", "", "ask"),
        ("  days: [7, 30, 90]", "  days: []", "days"),
        ("\n  review:\n", "\n  country: {ask: Where?}\n  review:\n", "“country” is asked for"),
        ("    settled: It is settled", "    Settled: It is settled", "lower-case"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_remedy(old: str, new: str, says: str) -> None:
    assert old in FILES["plan.yaml"]
    files = {**FILES, "plan.yaml": FILES["plan.yaml"].replace(old, new, 1)}
    with pytest.raises(FlowErrors) as caught:
        load_flow(files, KINDS)
    told = [str(error) for error in caught.value.errors]
    assert all(one.startswith("plan.yaml:") for one in told), told
    assert says.casefold() in " ".join(told).casefold()


def test_a_plan_step_is_for_the_courses_of_a_decision_or_for_one() -> None:
    text = FILES["flow.yaml"].replace("    of: result\n    file: plan.yaml", "    file: plan.yaml")
    with pytest.raises(FlowErrors, match="either of: or course:"):
        load_flow({**FILES, "flow.yaml": text}, KINDS)


def test_no_course_is_reckoned_from_more_days_than_a_form_can_ask_for() -> None:
    more = [f"day_{number}" for number in range(4)]
    anchors = "".join(f"\n  {name}: {{ask: When?}}" for name in more)
    items = "".join(f"\n  - {{courses: [KEEP], at: {{{name}: 1}}, text: Go.}}" for name in more)
    plan = FILES["plan.yaml"].replace("\nanchors:", f"\nanchors:{anchors}", 1)
    plan = plan.replace("\nitems:", f"\nitems:{items}", 1)
    with pytest.raises(FlowErrors, match="“KEEP” is reckoned from 5 days"):
        load_flow({**FILES, "plan.yaml": plan}, KINDS)
