"""Twelve drafts as they are, word for word; each was read by eye before it was kept."""

from __future__ import annotations

import os
from typing import Any

import pytest

from bot.drafting.compose import advice, compose
from tests.drafting.scene import DANGER, DRAFTS, HERE, VALUES, known

DESIGNER = {
    "safety": "none",
    "field": "freelance",
    "commitment": "notice",
    "payment": "on_time",
    "cause": "mostly_them",
    "tried": "clear_once",
    "successor": "likely",
    "reaction": "upset",
    "comfort": "ready",
    "holding": ["deliverables", "credentials"],
}
GOLDEN: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "keep_email_warm": ("KEEP", "email", "warm", {}),
    "reset_email_neutral": ("RESET", "email", "neutral", {"cause": "shared"}),
    "reset_call_firm": ("RESET", "call", "firm", {}),
    "pause_email_firm": ("PAUSE", "email", "firm", {"payment": "overdue", "field": "trades"}),
    "pause_chat_warm": ("PAUSE", "chat", "warm", {"payment": "overdue"}),
    "leave_email_warm": ("LEAVE_EXPLAIN", "email", "warm", {}),
    "leave_email_legal": ("LEAVE_EXPLAIN", "email", "neutral", {"field": "legal"}),
    "leave_call_finance": ("LEAVE_EXPLAIN", "call", "neutral", {"field": "finance"}),
    "quiet_email_neutral": ("LEAVE_QUIET", "email", "neutral", {"holding": ["none"]}),
    "handover_email_therapy": ("HANDOVER", "email", "warm", {"field": "therapy", "fit": "beyond"}),
    "handover_brief": ("HANDOVER", "handover_brief", "neutral", {"field": "it"}),
    "escalate_brief": (
        "ESCALATE",
        "brief",
        "neutral",
        {"field": "finance", "integrity": "suspect", "holding": ["data"]},
    ),
    "stop_third_party": ("STOP_SAFETY", "third_party", "neutral", DANGER),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_draft_reads_as_it_was_read_by_eye(name: str) -> None:
    course, medium, tone, more = GOLDEN[name]
    seen = known({**DESIGNER, **more})
    draft = compose(DRAFTS, course, medium, tone, seen, VALUES)
    remarks = [f"{one.title}: {one.text}" for one in advice(DRAFTS, course, medium, seen)]
    text = "\n".join([draft.text, "", "---", *remarks, ""])
    path = HERE / "golden" / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text
