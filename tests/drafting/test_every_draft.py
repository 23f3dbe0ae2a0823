"""Every course, tone and medium for every worked case: complete, clean, short enough."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from bot.drafting.compose import compose, media_of, ticks
from bot.drafting.linter import About, lint, word_count
from bot.drafting.model import Draft
from bot.drafting.slots import GAP
from tests.drafting.scene import DRAFTS, VALUES, every_draft, known, situations

SITUATIONS = situations()
every_situation = pytest.mark.parametrize("answers", SITUATIONS.values(), ids=SITUATIONS)
ADDRESSED = ("KEEP", "RESET", "PAUSE", "LEAVE_EXPLAIN", "LEAVE_QUIET", "HANDOVER")


def named(draft: Draft) -> str:
    return f"{draft.course} {draft.medium} {draft.tone}\n{draft.text}"


def test_six_courses_have_nine_drafts_and_the_others_what_they_may_have() -> None:
    drafts = list(every_draft(known(SITUATIONS["in_other"]), VALUES))
    assert dict(Counter(draft.course for draft in drafts)) == {
        **dict.fromkeys(ADDRESSED, 9),
        "HANDOVER": 10,  # also the brief for whoever takes over
        "ESCALATE": 2,
        "STOP_SAFETY": 2,
    }
    assert len({draft.text for draft in drafts}) == len(drafts)


@every_situation
def test_once_filled_in_nothing_is_blocked_or_warned_of(answers: dict[str, Any]) -> None:
    seen = known(answers)
    for draft in every_draft(seen, VALUES):
        assert not draft.gaps, named(draft)
        assert not GAP.search(draft.text), named(draft)
        findings = lint(DRAFTS, draft.text, About(draft.course, draft.medium, seen))
        assert findings == (), named(draft)


@every_situation
def test_what_must_be_there_is_there_and_what_must_not_is_not(answers: dict[str, Any]) -> None:
    seen = known(answers)
    for draft in every_draft(seen, VALUES):
        course = DRAFTS.courses[draft.course]
        ticked = ticks(DRAFTS, course, draft.medium, draft.text, seen, VALUES)
        assert ticked, named(draft)
        assert {tick.state for tick in ticked} == {"there"}, (ticked, named(draft))
        said = draft.text.casefold()
        for never in course.never:
            assert not [p for p in never.phrases if f" {p.rstrip('*')} " in said], named(draft)


@every_situation
def test_unfilled_every_gap_shows_blocks_and_is_counted(answers: dict[str, Any]) -> None:
    seen = known(answers)
    for draft in every_draft(seen, {}):
        shown = {f"{{{{{DRAFTS.slots[slot].gap}}}}}" for slot in draft.gaps}
        assert set(GAP.findall(draft.text)) == shown, named(draft)
        found = lint(DRAFTS, draft.text, About(draft.course, draft.medium, seen))
        assert {finding.text for finding in found if finding.kind == "gap"} == shown


@every_situation
def test_letters_and_messages_keep_to_their_length(answers: dict[str, Any]) -> None:
    for draft in every_draft(known(answers), VALUES):
        most = DRAFTS.media[draft.medium].words
        assert not most or word_count(draft.text) <= most, named(draft)


def test_taking_out_what_must_be_there_is_noticed() -> None:
    seen = known(SITUATIONS["in_agency"])
    draft = compose(DRAFTS, "LEAVE_EXPLAIN", "email", "warm", seen, VALUES)
    course = DRAFTS.courses["LEAVE_EXPLAIN"]
    text = draft.text.replace(VALUES["successor"], "somebody")
    states = {t.text: t.state for t in ticks(DRAFTS, course, "email", text, seen, VALUES)}
    assert states.pop("A successor, or where to look") == "missing"
    assert set(states.values()) == {"there"}


def test_a_must_that_is_still_a_gap_says_so() -> None:
    seen = known(SITUATIONS["in_agency"])
    values = {**VALUES, "end_date": ""}
    draft = compose(DRAFTS, "LEAVE_EXPLAIN", "email", "firm", seen, values)
    course = DRAFTS.courses["LEAVE_EXPLAIN"]
    states = {t.text: t.state for t in ticks(DRAFTS, course, "email", draft.text, seen, values)}
    assert states["The end date"] == "gap"


# ------------------------------------------------------------------ what is hidden


@pytest.mark.parametrize("safety", ["uneasy", "no_answer", "threat", "violence"])
def test_no_call_is_offered_where_anybody_feels_unsafe(safety: str) -> None:
    seen = known({"safety": safety})
    for course in ADDRESSED:
        hidden = {medium.id: why for medium, why in media_of(DRAFTS, course, seen)}
        assert hidden["call"]
        assert not dict(hidden)["email"] or safety in {"threat", "violence"}


def test_in_danger_nothing_is_written_to_the_client() -> None:
    seen = known(SITUATIONS["danger"])
    open_ = {
        (course, medium.id)
        for course in DRAFTS.courses
        for medium, hidden in media_of(DRAFTS, course, seen)
        if not hidden
    }
    assert open_ == {
        ("ESCALATE", "brief"),
        ("STOP_SAFETY", "notes"),
        ("STOP_SAFETY", "third_party"),
    }


def test_the_holding_line_gives_nothing_away() -> None:
    for answers in SITUATIONS.values():
        draft = compose(DRAFTS, "ESCALATE", "holding", "neutral", known(answers), VALUES)
        assert draft.text == "I've received this and will reply by 6 March 2026."


@pytest.mark.parametrize("course", ADDRESSED)
def test_a_script_has_its_lines_and_the_two_prepared_replies(course: str) -> None:
    seen = known(SITUATIONS["in_other"])
    draft = compose(DRAFTS, course, "call", "firm", seen, VALUES)
    lines = {part.block: len(part.lines) for part in draft.parts}
    assert lines == {
        **dict.fromkeys(("open", "listen", "why", "raised", "next", "summary"), 1),
        "say": 3,
    }


@pytest.mark.parametrize(
    ("field", "course", "said"),
    [
        ("legal", "LEAVE_EXPLAIN", ["hearing and limitation dates", "client money", "tribunal"]),
        ("health", "LEAVE_EXPLAIN", ["The reason", "urgent care", "records"]),
        ("therapy", "LEAVE_EXPLAIN", ["closing session", "You may also turn to", "In a crisis"]),
        ("care", "HANDOVER", ["commissioner or next of kin", "medicines"]),
        ("finance", "LEAVE_EXPLAIN", ["Filing dates", "authorisations", "professional clearance"]),
        ("vet", "LEAVE_EXPLAIN", ["Medicines", "Records"]),
        ("property", "HANDOVER", ["broker"]),
        ("trades", "LEAVE_EXPLAIN", ["site is left safe", "keys"]),
        ("it", "HANDOVER", ["Admin ownership", "open risks"]),
    ],
)
def test_a_regulated_field_adds_what_it_has_to(field: str, course: str, said: list[str]) -> None:
    draft = compose(DRAFTS, course, "email", "neutral", known(SITUATIONS[f"in_{field}"]), VALUES)
    assert [part for part in said if part not in draft.text] == []
    assert not any(part.block == "regulated" for part in _elsewhere(course).parts)


def _elsewhere(course: str) -> Draft:
    return compose(DRAFTS, course, "email", "neutral", known(SITUATIONS["in_other"]), VALUES)


def test_accountants_and_bitter_endings_give_no_reason() -> None:
    bitter = {**SITUATIONS["in_other"], "reaction": "legal"}
    for answers in (SITUATIONS["in_finance"], bitter):
        draft = compose(DRAFTS, "LEAVE_EXPLAIN", "email", "warm", known(answers), VALUES)
        (reason,) = [part for part in draft.parts if part.block == "reason"]
        assert reason.lines == ("This letter keeps to dates and facts.",)


def test_the_same_answers_give_the_same_words() -> None:
    seen = known(SITUATIONS["in_it"])
    assert list(every_draft(seen, VALUES)) == list(
        every_draft(dict(reversed(seen.items())), VALUES)
    )
