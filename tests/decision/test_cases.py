"""Worked cases: what is recommended must be defensible, and nothing forbidden may come near."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.decision.evaluate import evaluate
from tests.decision.table import ROOT, SHARED, TABLE, facts

Case = dict[str, Any]
OWN: list[Case] = yaml.safe_load((ROOT / "tests/decision/examples.yaml").read_text("utf-8"))


def agreed_cases() -> list[Case]:
    """Read the cases agreed with the domain's experts; where they are not at hand, our own."""
    path = SHARED / "cases_open.yaml"
    if not path.exists():
        return OWN
    return [
        {
            "id": case["id"],
            "answers": case["answers"],
            "first": case["expected"]["top1"],
            "acceptable": case["expected"]["acceptable"],
            "never": case["expected"]["forbidden"],
        }
        for case in yaml.safe_load(path.read_text("utf-8"))["cases"]
    ]


@pytest.mark.parametrize("case", OWN, ids=lambda case: case["id"])
def test_our_own_example_comes_out_as_a_careful_colleague_would_say(case: Case) -> None:
    result = evaluate(TABLE, facts(case["answers"]))
    assert result.order[0] == case["first"]
    assert not set(result.order[:2]) & set(case["never"])


@pytest.mark.parametrize("case", agreed_cases(), ids=lambda case: case["id"])
def test_an_agreed_case_gets_an_acceptable_course_and_never_a_forbidden_one(case: Case) -> None:
    result = evaluate(TABLE, facts(case["answers"]))
    assert result.order[0] in case["acceptable"]
    assert result.order[0] == case["first"]
    assert not set(result.order[:2]) & set(case["never"])


def test_a_doctor_and_one_bad_moment_is_a_close_call() -> None:
    """Told in our own words: one outburst after a long wait, an apology, a serious illness."""
    result = evaluate(
        TABLE,
        facts(
            {
                "safety": "none",
                "conduct": "one_outburst",
                "stakes": "serious",
                "integrity": "none",
                "field": "health",
                "commitment": "open_ended",
                "payment": "not_applicable",
                "scope": "as_agreed",
                "cause": "shared",
                "tried": "hinted",
                "response": "changes",
                "toll": "tiring",
                "fit": "right",
                "retake": "gladly",
                "successor": "likely",
                "reaction": "public",
                "motive": "none",
            }
        ),
    )
    assert result.order[:2] == ("RESET", "KEEP")
    assert result.confidence.label == "CLOSE"
