"""The result card and its working, word for word in ``golden/``, and what they must hold to.

After a wanted change of wording run the tests once with ``GOLDEN=write`` and read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest
import yaml

from bot.decision.evaluate import evaluate
from bot.decision.wording import day, fill, points, signed
from bot.engine.model import Card, Facts, Outcome, Telling
from tests.decision.table import ROOT, RULE, TABLE, facts, random_answers

GOLDEN = Path(__file__).parent / "golden"
EXAMPLES: dict[str, Facts] = {
    case["id"]: facts(case["answers"])
    for case in yaml.safe_load((ROOT / "tests/decision/examples.yaml").read_text("utf-8"))
}
MARKS = {"heading": "\n## ", "bullets": "- ", "facts": "| ", "notice": "! ", "text": ""}

CLOSE: Facts = {
    **EXAMPLES["complaint_at_the_practice"],
    "conduct": "one_outburst",
    "tried": "hinted",
    "response": "changes",
    "retake": "gladly",
    "motive": "none",
    "gut": "RESET",
}
FAST: Facts = {
    "track": "fast",
    "safety": "none",
    "stakes": "none",
    "field": "agency",
    "commitment": "notice",
    "conduct": "repeated",
    "tried": "clear_once",
    "retake": "decline",
    "motive": "none",
    "gut": "LEAVE_QUIET",
}
SHOWN: dict[str, Facts] = {
    "clear": {**EXAMPLES["shouting_chef"], "gut": "RESET", "track": "full"},
    "close": CLOSE,
    "safety": EXAMPLES["at_the_gate"],
    "crisis": {**EXAMPLES["worst_night"], "gut": "PAUSE"},
    "fairness": {**EXAMPLES["piano_lessons"], "motive": "identity"},
    "one_left": {"commitment": "permission", "fit": "beyond", "toll": "harm"},
    "first_look": FAST,
    "values": {**EXAMPLES["piano_lessons"], "values": ("money", "people")},
}


def present(given: Facts, earlier: Outcome | None = None, changed: tuple[str, ...] = ()) -> Card:
    telling = Telling("Client Heron", given, "2026-12-01T10:00:00+00:00", earlier, changed)
    return RULE.present(RULE.evaluate(given), telling)


def working(given: Facts) -> Card:
    return RULE.tell("working", RULE.evaluate(given), Telling("Client Heron", given, "2026-12-01"))


def text_of(card: Card) -> str:
    lines = [f"# {card.title} ({card.kind}, {card.tone})", ""]
    lines += [MARKS[b.kind] + line.replace("\t", " | ") for b in card.blocks for line in b.lines]
    return "\n".join(lines) + "\n"


def lines_of(card: Card) -> list[str]:
    return [line for block in card.blocks for line in block.lines]


def compare(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("name", SHOWN)
def test_the_card_reads_as_agreed(name: str) -> None:
    compare(name, text_of(present(SHOWN[name])))


@pytest.mark.parametrize("name", ["clear", "values", "safety"])
def test_the_working_reads_as_agreed(name: str) -> None:
    compare(f"{name}_working", text_of(working(SHOWN[name])))


def test_the_card_compares_with_the_run_before() -> None:
    before = RULE.evaluate({**CLOSE, "tried": "clear_once"})
    lines = lines_of(present(CLOSE, before, ("tried",)))
    then, now = "Before, your answers pointed to “Keep and watch”", "“Talk and reset terms”"
    assert f"{then}; now they point to {now}." in lines
    assert "You answered differently: “What you have tried”." in lines
    again = lines_of(present(CLOSE, RULE.evaluate(CLOSE)))
    assert "You came to the same result before: “Talk and reset terms”." in again
    assert "All your answers were the same." in again


def test_the_card_carries_the_form_for_programs() -> None:
    card = present(SHOWN["clear"])
    assert card.data == evaluate(TABLE, SHOWN["clear"]).form(TABLE)
    assert card.data["rules"] == {"version": "1.0", "date": "2026-11-22", "hash": TABLE.hash}


def test_a_first_look_says_so_and_names_the_question_that_matters_most() -> None:
    card = present(FAST)
    assert card.data is not None
    assert card.data["confidence"]["label"] == "FIRST LOOK"
    question, count = card.data["first_look"]
    ways = {
        factor.id: sum(
            evaluate(TABLE, {**FAST, factor.id: option}).order[0] != card.data["order"][0]
            for option in factor.rows
        )
        for factor in TABLE.factors
        if factor.id not in FAST
    }
    assert count == ways[question] == max(ways.values())
    rivals = [factor for factor in TABLE.factors if ways.get(factor.id) == count]
    assert question == max(rivals, key=lambda factor: factor.weight).id
    assert RULE.evaluate(FAST).data["confidence"]["label"] != "FIRST LOOK"


def test_a_rule_stays_a_rule_on_a_first_look() -> None:
    data = present({**FAST, "stakes": "crisis"}).data
    assert data is not None
    assert data["confidence"]["label"] == "RULE"
    assert "first_look" not in data


def test_a_safety_exit_shows_neither_runner_up_nor_guess() -> None:
    for name in ("safety", "crisis"):
        card = present({**SHOWN[name], "gut": "KEEP"})
        assert card.tone == "safety"
        assert not any("Runner-up" in line or "Your gut" in line for line in lines_of(card))


def test_points_are_never_shown_where_a_rule_decides() -> None:
    for name in ("safety", "crisis", "fairness", "one_left"):
        assert not any(
            "points ahead" in line or "(+" in line for line in lines_of(present(SHOWN[name]))
        )


def test_regulated_fields_see_the_notice_first() -> None:
    first = present(CLOSE).blocks[0]
    assert first.kind == "notice"
    assert "not legal, medical or financial advice" in first.lines[0]
    other = present(SHOWN["clear"])
    assert other.blocks[0].kind == "text"
    assert sum("not legal, medical" in line for line in lines_of(other)) == 1


def test_the_lack_of_danger_is_not_named_as_a_rule() -> None:
    for card in (present(CLOSE), working(CLOSE)):
        assert not any("No danger named" in line for line in lines_of(card))
        assert not any("Stop contact" in line for line in lines_of(card))


def test_every_reset_has_a_kind_reading_of_the_other_side() -> None:
    random = Random(5)
    seen = 0
    for _ in range(400):
        given = random_answers(random)
        first = RULE.evaluate(given).data["order"][0]
        kind = "A kind way to see it from their side" in lines_of(present(given))
        assert kind == (first == "RESET")
        seen += kind
    assert seen > 20


def test_at_most_three_changes_are_shown_and_learnable_ones_first() -> None:
    card = present(CLOSE)
    lines = lines_of(card)
    start = lines.index("What would change it") + 1
    shown = [line for line in lines[start:] if line.startswith("If ")]
    assert shown[0] == "If you had made one clear request with a date → Keep and watch"
    assert len(shown) == 3


def test_the_sums_of_the_working_add_up() -> None:
    random = Random(6)
    for _ in range(150):
        given = random_answers(random)
        for block in working(given).blocks:
            if block.kind == "facts":
                *parts, total = [line.rsplit("\t", 1)[1] for line in block.lines]
                assert sum(map(hundredths, parts)) == hundredths(total)


def test_every_card_of_random_answers_can_be_made() -> None:
    random = Random(9)
    for _ in range(300):
        given = random_answers(random) | {"track": random.choice(["fast", "full"])}
        for card in (present(given), working(given)):
            assert all(block.lines and all(block.lines) for block in card.blocks)
            assert "{" not in text_of(card)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1350, "13.5"), (400, "4.0"), (425, "4.25"), (5, "0.05"), (0, "0.0"), (-225, "−2.25")],
)
def test_hundredths_read_as_points(value: int, text: str) -> None:
    assert points(value) == text


def test_points_carry_their_sign_where_they_are_added() -> None:
    assert [signed(450), signed(0), signed(-450)] == ["+4.5", "0.0", "−4.5"]


def test_places_in_braces_are_filled_once() -> None:
    assert fill("{a} and {b}", {"a": "{b}", "b": "2"}) == "{b} and 2"
    assert day("2026-11-22T08:00:00+01:00") == "22 November 2026"


def hundredths(text: str) -> int:
    return round(float(text.replace("−", "-")) * 100)
