"""Each gate by name: when it applies, what it takes away, and what it leaves alone."""

from __future__ import annotations

import pytest

from bot.decision.evaluate import evaluate
from tests.decision.table import TABLE

EXITS = {"LEAVE_EXPLAIN", "LEAVE_QUIET", "HANDOVER"}
CARE = ("legal", "health", "therapy", "care", "vet")
REGULATED = (*CARE, "finance", "property")
OTHERS = ("trades", "agency", "freelance", "consulting", "it", "coaching", "education", "other")


def vetoed(gate: str, **answers: str) -> set[str]:
    """Give the courses that a gate rules out."""
    found = evaluate(TABLE, answers).vetoed
    return {course for course, gates in found.items() if gate in gates}


def forced(**answers: str) -> tuple[str, str] | None:
    return evaluate(TABLE, answers).forced


@pytest.mark.parametrize("safety", ["none", "uneasy", "no_answer", None])
def test_g0_without_danger_nobody_is_told_to_stop_contact(safety: str | None) -> None:
    answers = {"safety": safety} if safety else {}
    assert evaluate(TABLE, answers).vetoed == {"STOP_SAFETY": ["G0"]}


@pytest.mark.parametrize("safety", ["threat", "violence"])
def test_g1_in_danger_only_stopping_and_getting_help_are_left(safety: str) -> None:
    result = evaluate(TABLE, {"safety": safety})
    assert result.order == ("STOP_SAFETY", "ESCALATE")
    assert result.forced == ("STOP_SAFETY", "G1")
    assert result.confidence.label == "RULE"
    assert result.reasons is None


def test_g1_sets_aside_g2_to_g4_and_lists_the_others() -> None:
    answers = {
        "safety": "threat",
        "stakes": "crisis",
        "motive": "complaint",
        "integrity": "suspect",
        "conduct": "harassment",
        "field": "health",
    }
    result = evaluate(TABLE, answers)
    assert result.order == ("STOP_SAFETY", "ESCALATE")
    assert result.vetoed["KEEP"] == ["G1", "G5", "G10"]
    assert result.vetoed["PAUSE"] == ["G1", "G5", "G7"]
    assert not {"G0", "G2", "G3", "G4"} & {g for gates in result.vetoed.values() for g in gates}


def test_g2_a_crisis_puts_help_first() -> None:
    assert forced(stakes="crisis") == ("ESCALATE", "G2")
    assert vetoed("G2", stakes="crisis") == {"PAUSE", "LEAVE_EXPLAIN", "LEAVE_QUIET"}
    assert evaluate(TABLE, {"stakes": "crisis"}).order[0] == "ESCALATE"


def test_g3_who_somebody_is_never_ends_a_service() -> None:
    assert forced(motive="identity") == ("ESCALATE", "G3")
    assert vetoed("G3", motive="identity") == {"PAUSE"} | EXITS


def test_g4_a_complaint_is_not_answered_by_leaving() -> None:
    assert vetoed("G4", motive="complaint") == {"PAUSE", "LEAVE_QUIET"}
    for field in REGULATED:
        answers = {"motive": "complaint", "field": field}
        assert vetoed("G4", **answers) == {"PAUSE", "LEAVE_QUIET", "LEAVE_EXPLAIN"}
    for field in OTHERS:
        assert vetoed("G4", motive="complaint", field=field) == {"PAUSE", "LEAVE_QUIET"}
    assert forced(motive="complaint") is None


def test_g5_a_suspected_crime_leaves_only_advice() -> None:
    result = evaluate(TABLE, {"integrity": "suspect"})
    assert result.order == ("ESCALATE",)
    assert result.forced == ("ESCALATE", "G5")
    assert len(vetoed("G5", integrity="suspect")) == 6


def test_g5_insisting_on_wrongdoing_ends_keeping_talking_and_passing_on() -> None:
    assert vetoed("G5", integrity="insists") == {"KEEP", "RESET", "HANDOVER"}
    assert forced(integrity="insists") is None


@pytest.mark.parametrize(
    ("answers", "gate"),
    [
        ({"safety": "violence", "stakes": "crisis", "motive": "identity"}, "G1"),
        ({"stakes": "crisis", "motive": "identity", "integrity": "suspect"}, "G2"),
        ({"motive": "identity", "integrity": "suspect"}, "G3"),
        ({"integrity": "suspect"}, "G5"),
    ],
)
def test_forced_results_take_precedence_in_order(answers: dict[str, str], gate: str) -> None:
    found = evaluate(TABLE, answers).forced
    assert found is not None
    assert found[1] == gate


def test_g6_permission_comes_before_any_stop() -> None:
    assert vetoed("G6", commitment="permission") == {"PAUSE"} | EXITS


def test_g7_regulated_fields_do_not_fade_out() -> None:
    for field in REGULATED:
        assert vetoed("G7", field=field) == {"LEAVE_QUIET"}
    for field in OTHERS:
        assert vetoed("G7", field=field) == set()


def test_g7_nobody_who_relies_on_you_is_left_hanging() -> None:
    assert vetoed("G7", stakes="deadline", successor="ready") == {"LEAVE_QUIET", "PAUSE"}
    for stakes in ("serious", "crisis"):
        assert vetoed("G7", stakes=stakes) == {"LEAVE_QUIET", "PAUSE"}
    assert vetoed("G7", stakes="unsure") == {"LEAVE_QUIET"}
    for field in CARE:
        assert vetoed("G7", stakes="unsure", field=field) == {"LEAVE_QUIET", "PAUSE"}
    assert vetoed("G7", stakes="unsure", field="finance") == {"LEAVE_QUIET"}
    assert vetoed("G7", stakes="inconvenience") == set()


@pytest.mark.parametrize("successor", ["none", "unsure", None])
def test_g7_a_deadline_without_a_successor_keeps_you_there(successor: str | None) -> None:
    answers = {"stakes": "deadline"} | ({"successor": successor} if successor else {})
    assert "LEAVE_EXPLAIN" in vetoed("G7", **answers)
    assert "LEAVE_EXPLAIN" not in vetoed("G7", stakes="deadline", successor="likely")


@pytest.mark.parametrize("commitment", ["notice", "fixed", "unchecked"])
def test_g8_what_is_promised_needs_a_dated_word(commitment: str) -> None:
    assert "LEAVE_QUIET" in vetoed("G8", commitment=commitment)


def test_g8_a_fixed_term_ends_early_only_after_a_serious_breach() -> None:
    assert "LEAVE_EXPLAIN" in vetoed("G8", commitment="fixed")
    for breach in (
        {"payment": "overdue"},
        {"conduct": "harassment"},
        {"integrity": "insists"},
        {"integrity": "suspect"},
        {"response": "attacks"},
    ):
        assert "LEAVE_EXPLAIN" not in vetoed("G8", commitment="fixed", **breach)


def test_g8_nothing_open_is_nothing_to_pause() -> None:
    assert vetoed("G8", commitment="nothing_open") == {"PAUSE"}
    assert vetoed("G8", commitment="open_ended") == set()


def test_g9_beyond_your_competence_you_neither_keep_nor_reset() -> None:
    assert vetoed("G9", fit="beyond") == {"KEEP", "RESET"}


def test_g10_harassment_is_not_sat_out() -> None:
    assert vetoed("G10", conduct="harassment") == {"KEEP"}


@pytest.mark.parametrize("tried", ["not_raised", "hinted"])
def test_g11_care_professions_warn_first(tried: str) -> None:
    for field in CARE:
        assert vetoed("G11", field=field, tried=tried) == {"LEAVE_EXPLAIN"}
    assert vetoed("G11", field="finance", tried=tried) == set()


@pytest.mark.parametrize(
    "excuse",
    [
        {"fit": "moved_on"},
        {"fit": "beyond"},
        {"fit": "no_capacity"},
        {"integrity": "insists"},
        {"integrity": "suspect"},
        {"conduct": "harassment"},
    ],
)
def test_g11_needs_no_warning_where_a_warning_would_not_help(excuse: dict[str, str]) -> None:
    assert vetoed("G11", field="health", tried="hinted", **excuse) == set()


def test_g12_an_unpaid_dated_request_is_not_kept_up() -> None:
    for tried in ("clear_once", "repeated"):
        for stakes in ("none", "inconvenience"):
            answers = {"payment": "overdue", "tried": tried, "stakes": stakes}
            assert vetoed("G12", **answers) == {"KEEP"}
    assert vetoed("G12", payment="overdue", tried="clear_once") == set()
    assert vetoed("G12", payment="overdue", tried="clear_once", stakes="serious") == set()
    assert vetoed("G12", payment="overdue", tried="hinted", stakes="none") == set()


def test_g13_people_harmed_after_a_request_are_not_kept_waiting() -> None:
    assert vetoed("G13", toll="harm", tried="repeated") == {"KEEP"}
    assert vetoed("G13", toll="harm", tried="clear_once") == {"KEEP"}
    assert vetoed("G13", toll="harm") == set()


def test_g14_a_grey_request_is_answered_in_writing() -> None:
    assert vetoed("G14", integrity="grey") == {"KEEP"}
    assert vetoed("G14", integrity="grey", tried="repeated") == {"KEEP"}
    assert vetoed("G14", integrity="grey", tried="improving") == set()


def test_g15_somebody_must_be_able_to_do_what_much_hangs_on() -> None:
    for stakes in ("deadline", "serious", "crisis"):
        assert vetoed("G15", fit="no_capacity", stakes=stakes) == {"KEEP"}
    assert vetoed("G15", fit="no_capacity", stakes="none") == set()


def test_one_course_left_is_a_rule_but_nothing_is_forced() -> None:
    answers = {"commitment": "permission", "fit": "beyond"}
    result = evaluate(TABLE, answers)
    assert result.order == ("ESCALATE",)
    assert result.forced is None
    assert result.confidence.label == "RULE"
    assert (result.reasons, result.against) == (None, None)


def test_gates_are_listed_in_order_and_once() -> None:
    answers = {"field": "health", "stakes": "serious", "commitment": "notice"}
    assert evaluate(TABLE, answers).vetoed["LEAVE_QUIET"] == ["G7", "G8"]
