"""The shipped drafts as the commands load them, the worked cases, and one value for every slot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.dossier.letters import vocabulary
from bot.drafting.compose import compose, media_of
from bot.drafting.load import load_drafts
from bot.drafting.model import Draft
from bot.planning.load import RIDERS
from tests.decision.table import FIELDS, FLOW, FOLDER, ROOT, RULE, SHARED, facts

HERE = Path(__file__).parent
FILES = {
    path.relative_to(FOLDER).as_posix(): path.read_text("utf-8")
    for path in FOLDER.glob("drafts/*.yaml")
}
VOCABULARY = vocabulary(FLOW)
DRAFTS = load_drafts(FILES, VOCABULARY)
VALUES: dict[str, str] = yaml.safe_load((HERE / "values.yaml").read_text("utf-8"))
DANGER = {"safety": "threat", "field": "it", "stakes": "none", "holding": ["data"]}


def worked_cases() -> dict[str, dict[str, Any]]:
    """Read the worked cases agreed with the domain's experts; where they are absent, our own."""
    shared = SHARED / "cases_open.yaml"
    path = shared if shared.exists() else ROOT / "tests/decision/examples.yaml"
    read = yaml.safe_load(path.read_text("utf-8"))
    return {case["id"]: case["answers"] for case in (read["cases"] if shared.exists() else read)}


def known(answers: dict[str, Any]) -> dict[str, object]:
    """Give what the conditions of drafts look at: the answers, and the riders of their result."""
    given = facts(answers)
    return {**given, RIDERS: tuple(RULE.evaluate(given).data["riders"])}


def every_draft(seen: dict[str, object], values: dict[str, str]) -> Iterator[Draft]:
    """Write every course in every medium and tone, hidden ones too."""
    for course in DRAFTS.courses:
        for medium, _ in media_of(DRAFTS, course, seen):
            for tone in medium.tones:
                yield compose(DRAFTS, course, medium.id, tone, seen, values)


def situations() -> dict[str, dict[str, Any]]:
    """Give all worked cases, one of them in every field of work, and one in danger."""
    cases = worked_cases()
    first = next(iter(cases.values()))
    return (
        cases | {f"in_{field}": {**first, "field": field} for field in FIELDS} | {"danger": DANGER}
    )
