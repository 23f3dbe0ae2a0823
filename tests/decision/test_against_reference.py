"""The fast model and the slow one must say the same, to the hundredth."""

from __future__ import annotations

from random import Random

from bot.decision.evaluate import evaluate
from tests.decision import reference
from tests.decision.table import TABLE, random_answers

ANSWER_SETS = 2500


def test_the_fast_model_gives_what_the_formulas_give() -> None:
    random = Random(4711)
    for _ in range(ANSWER_SETS):
        answers = random_answers(random)
        result = evaluate(TABLE, answers).form(TABLE)
        del result["rules"]
        assert result == reference.judge(answers), answers


def test_without_chosen_values_the_simple_formula_holds() -> None:
    random = Random(4712)
    for _ in range(2000):
        answers = random_answers(random)
        answers.pop("values", None)
        assert evaluate_scores(answers) == reference.plain_scores(answers)


def test_the_slow_model_meets_every_rule_and_every_label() -> None:
    """Make sure that the comparison above is not about a few easy cases only."""
    random = Random(4711)
    gates: set[str] = set()
    labels: set[str] = set()
    for _ in range(ANSWER_SETS):
        result = evaluate(TABLE, random_answers(random))
        gates |= {gate for names in result.vetoed.values() for gate in names}
        labels.add(result.confidence.label)
    assert gates == {gate.id for gate in TABLE.gates}
    assert labels == {"RULE", "CLEAR", "LEANING", "CLOSE"}


def evaluate_scores(answers: dict) -> dict[str, int]:
    return dict(evaluate(TABLE, answers).scores)
