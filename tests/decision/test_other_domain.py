"""A table about something else – other courses, factors and gates, no values – runs unchanged."""

from __future__ import annotations

from pathlib import Path

from bot.commands.wiring import KINDS
from bot.decision.rule import DecisionRule
from bot.engine.load import load_flow
from bot.engine.model import Card, Facts, Judge, Telling

FOLDER = Path(__file__).parent / "roof"
FLOW = load_flow({p.name: p.read_text("utf-8") for p in FOLDER.iterdir()}, KINDS)


def rule() -> DecisionRule:
    step = FLOW.step("verdict")
    assert isinstance(step, Judge)
    assert isinstance(step.rule, DecisionRule)
    return step.rule


def card(facts: Facts) -> Card:
    return rule().present(rule().evaluate(facts), Telling("", facts, "2025-03-02"))


def test_points_decide_where_no_rule_does() -> None:
    data = rule().evaluate({"drip": "damp", "age": "middle", "budget": "large"}).data
    # 100 answered: patch 55 + 12.5 · 2, renew 45 - 12.5
    assert data["scores"] == {"patch": 8000, "renew": 3250}
    assert data["order"] == ["patch", "renew"]
    assert data["confidence"] == {"label": "CLEAR", "margin": 4750, "stable": 7, "of": 7}
    assert data["reasons"] == [["drip", 2500]]
    assert data["against"] is None


def test_a_course_reached_by_rule_alone_comes_first_and_the_others_stay() -> None:
    outcome = rule().evaluate({"wires": "wet", "drip": "stream", "age": "old"})
    assert outcome.data["order"] == ["power_off", "renew", "patch"]
    assert outcome.data["forced"] == ["power_off", "live"]
    assert outcome.facts == {
        "verdict": "power_off",
        "verdict.label": "RULE",
        "verdict.irreversible": "no",
    }
    assert outcome.options == ("power_off", "renew", "patch")


def test_the_only_course_left_is_a_rule_without_force() -> None:
    data = rule().evaluate({"budget": "small", "age": "young"}).data
    assert data["order"] == ["patch"]
    assert data["vetoed"] == {"renew": ["money"]}
    assert data["forced"] is None
    assert data["confidence"]["label"] == "RULE"
    assert data["changes"] == [["age", "old", "renew"]]


def test_its_card_and_its_working_use_its_own_words() -> None:
    facts: Facts = {"drip": "stream", "age": "old", "budget": "large"}
    lines = [line for block in card(facts).blocks for line in block.lines]
    assert card(facts).title == "Renew the roof"
    assert "Clear, 77.5 points." in lines
    assert "The leak: A stream (+25.0)" in lines
    assert "First step today\tAsk for three offers." in lines
    working = rule().tell("working", rule().evaluate(facts), Telling("", facts, "2025-03-02"))
    rows = [line for block in working.blocks for line in block.lines]
    assert "Sum\t95.0" in rows


def test_it_says_what_it_needs_and_what_it_provides() -> None:
    needs = dict(rule().needs)
    assert needs["wires"] == {"wet"}
    assert needs["age"] == {"young", "middle", "old"}
    provides = dict(rule().provides)
    assert provides["verdict"] == frozenset({"patch", "power_off", "renew"})
    assert [option.id for option in rule().options] == ["patch", "power_off", "renew"]
    assert rule().version == rule().evaluate({}).rules
