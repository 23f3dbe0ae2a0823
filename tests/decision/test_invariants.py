"""What holds whatever the answers are."""

from __future__ import annotations

from random import Random

from bot.decision.evaluate import evaluate, known_facts, rank
from bot.decision.gates import vetoes
from tests.decision.table import TABLE, random_answers

ANSWER_SETS = 100_000


def test_a_hundred_thousand_answer_sets_keep_the_promises() -> None:
    random = Random(20261122)
    for _ in range(ANSWER_SETS):
        answers = known_facts(random_answers(random))
        ranking = rank(TABLE, answers)
        order = [TABLE.courses[number].id for number in ranking.order]
        assert order
        assert rank(TABLE, answers) == ranking
        assert ("STOP_SAFETY" in order) == (answers.get("safety") in ("threat", "violence"))
        assert "ESCALATE" in order
        assert len(set(order)) == len(order)
        assert not vetoes(TABLE, ranking.held).keys() & set(order)


def test_the_same_answers_in_another_order_give_the_same_result() -> None:
    random = Random(7)
    for _ in range(300):
        answers = random_answers(random)
        shuffled = dict(random.sample(list(answers.items()), len(answers)))
        assert evaluate(TABLE, shuffled) == evaluate(TABLE, answers)


def test_every_change_is_true_when_it_is_made() -> None:
    random = Random(8)
    for _ in range(200):
        answers = random_answers(random)
        for question, option, course in evaluate(TABLE, answers).changes:
            assert evaluate(TABLE, {**answers, question: option}).order[0] == course
