"""What comes of the dialogue for a beginning, word for word; each was read by eye before."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.drafting.compose import advice, compose
from bot.planning.days_off import days_off
from bot.planning.rule import planning_of
from bot.planning.schedule import make_plan
from tests.flows.test_first_boundaries import DRAFTS, FLOW, VALUES

COURSE = "AGREEMENT"
GOLDEN = Path(__file__).parent / "golden"
ANCHORS = {"start": date(2026, 4, 13), "invoice": date(2026, 5, 13), "review": date(2026, 5, 13)}
DAYS = {
    "start_date": "13 April 2026",
    "reply_date": "9 April 2026",
    "review_date": "13 May 2026",
}
CASES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "designer": (
        {
            "field": "freelance",
            "relation": "new",
            "scope": "result",
            "changes": "quote",
            "rounds": "two",
            "decider": "several",
            "our_side": "me",
            "needs": "material",
            "response": "next_day",
            "channel": "email",
            "urgent": "surcharge",
            "manner": "short",
            "payment": "deposit",
            "late": "stop_work",
            "notice": "two_weeks",
            "handing_back": ("files", "access"),
            "records": "notes",
            "ready": "talk_first",
        },
        {
            "client": "Ms Okafor",
            "included": "five pages, designed and built, with texts from the client",
            "excluded": "photographs, printing and hosting",
            "price": "2,400 euros, half of it beforehand",
        },
    ),
    "therapist": (
        {
            "field": "therapy",
            "relation": "recommended",
            "scope": "sessions",
            "changes": "next",
            "decider": "client",
            "our_side": "me",
            "needs": "nothing",
            "response": "two_days",
            "channel": "phone",
            "urgent": "others",
            "manner": "leave_out",
            "payment": "after",
            "late": "advice",
            "notice": "rules",
            "handing_back": ("nothing",),
            "records": "file",
            "ready": "holds",
        },
        {
            "client": "Mr Baptiste",
            "me": "Dr Ruth Halloran",
            "included": "fifty minutes once a week",
            "excluded": "reports for courts or insurers",
            "price": "95 pounds for each appointment",
            "emergency": "111, or the crisis team at any hour",
        },
    ),
    "support_on_the_short_way": (
        {
            "field": "it",
            "scope": "ongoing",
            "changes": "hourly",
            "response": "same_day",
            "payment": "monthly",
            "notice": "month",
            "ready": "holds",
        },
        {
            "client": "Mr Walsh",
            "included": "updates, backups and two hours of help",
            "excluded": "new devices and training",
            "price": "480 euros a month",
        },
    ),
}
"""The answers of each case, and what it fills in besides what all have."""


@pytest.mark.parametrize("name", CASES)
def test_the_documents_read_as_they_were_read_by_eye(name: str) -> None:
    facts, own = CASES[name]
    values = VALUES | DAYS | own
    texts = "\n\n".join([*_letters(facts, values), _plan(facts), ""])
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(texts, "utf-8")
    assert path.read_text("utf-8") == texts


def _letters(facts: dict[str, Any], values: dict[str, str]) -> list[str]:
    wanted = [("agreement", "neutral"), *(("email", tone) for tone in DRAFTS.tones)]
    return [_letter(medium, tone, facts, values) for medium, tone in wanted]


def _letter(medium: str, tone: str, facts: dict[str, Any], values: dict[str, str]) -> str:
    draft = compose(DRAFTS, COURSE, medium, tone, facts, values)
    remarks = [f"{one.title}: {one.text}" for one in advice(DRAFTS, COURSE, medium, facts)]
    return "\n".join([f"== {medium}, {tone}", "", draft.text, "", "---", *remarks])


def _plan(facts: dict[str, Any]) -> str:
    planning = planning_of(FLOW)
    assert planning is not None
    plan = make_plan(planning.checklist, COURSE, facts, ANCHORS, date(2026, 3, 16), days_off("DE"))
    return "\n".join(["== checklist", "", *(f"{one.day}  {one.text}" for one in plan.items)])
