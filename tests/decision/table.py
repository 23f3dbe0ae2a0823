"""The troubled client's table as the flow loads it, and answers drawn at random."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import yaml

from bot.commands.wiring import KINDS
from bot.decision.rule import DecisionRule
from bot.engine.load import load_flow
from bot.engine.model import Judge, Value

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "flows" / "troubled_client"
SHARED = ROOT.parent / "shared" / "domain"
FILES = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml")}
FLOW = load_flow(FILES, KINDS)


def _rule() -> DecisionRule:
    (step,) = [step for step in FLOW.steps if isinstance(step, Judge) and step.kind == "decide"]
    assert isinstance(step.rule, DecisionRule)
    return step.rule


RULE = _rule()
TABLE = RULE.table
WRITTEN: dict[str, Any] = yaml.safe_load(FILES["decision.yaml"])

FIELDS = (
    *("legal", "health", "therapy", "care", "vet", "finance", "property", "trades", "agency"),
    *("freelance", "consulting", "it", "coaching", "education", "other"),
)
GATED = {
    "safety": ["none", "uneasy", "threat", "violence", "no_answer"],
    "field": list(FIELDS),
    "motive": ["none", "complaint", "identity", "unsure"],
    "comfort": ["ready", "nervous", "rather_write", "someone_else"],
}
WEIGHTED: dict[str, list[str]] = {f["id"]: list(f["fit"]) for f in WRITTEN["factors"]}
HELD = ["deliverables", "data", "credentials", "money", "property", "none"]
GROUPS = list(WRITTEN["values"]["groups"])


def facts(answers: dict[str, Any]) -> dict[str, Value]:
    """Turn answers as a file has them into facts."""
    return {q: tuple(v) if isinstance(v, list) else v for q, v in answers.items() if v is not None}


def random_answers(random: Random) -> dict[str, Value]:
    """Draw answers: some complete, some with gaps, some with values and several things held."""
    share = random.choice((1.0, 1.0, 0.9, 0.6, 0.25))
    answers: dict[str, Value] = {
        question: random.choice(options)
        for question, options in {**GATED, **WEIGHTED}.items()
        if random.random() < share
    }
    if answers.get("safety") in {"threat", "violence"} and random.random() < 0.7:
        answers["safety"] = "none"  # or the rules would decide most of the time
    if random.random() < share:
        answers["holding"] = tuple(random.sample(HELD, random.randint(0, 3)))
    if random.random() < 0.3:
        answers["values"] = tuple(random.sample(GROUPS, random.randint(0, 2)))
    return answers
