"""The dialogue for a beginning: whatever is answered, its agreement passes its own linter."""

import random
from collections.abc import Iterator
from datetime import date

import pytest

from bot.dossier.letters import vocabulary
from bot.dossier.standing import course_label
from bot.drafting.compose import compose, media_of, ticks
from bot.drafting.linter import About, lint, word_count
from bot.drafting.load import load_drafts
from bot.drafting.model import Draft
from bot.engine.model import Ask
from bot.planning.days_off import days_off
from bot.planning.rule import planning_of
from bot.planning.schedule import make_plan
from tests.flows.talks import FIRST_BOUNDARIES, flow_in

FLOW = flow_in(FIRST_BOUNDARIES)
FILES = {
    path.relative_to(FIRST_BOUNDARIES).as_posix(): path.read_text("utf-8")
    for path in FIRST_BOUNDARIES.glob("drafts/*.yaml")
}
DRAFTS = load_drafts(FILES, vocabulary(FLOW))
VALUES = {
    "client": "Ms Okafor",
    "me": "Ana Lindqvist",
    "start_date": "1 April 2026",
    "reply_date": "20 March 2026",
    "review_date": "4 May 2026",
    "included": "five pages, with texts from the client",
    "excluded": "photographs and printing",
    "price": "2,400 euros, one half before",
    "hours": "Monday to Thursday, 9 to 17",
    "decider": "Mr Adeyemi",
    "contact": "Ana Lindqvist",
    "emergency": "the number on the card, for outages only",
}
ASKS = [step for step in FLOW.steps if isinstance(step, Ask) and step.options]
FAST = ("field", "scope", "changes", "response", "payment", "notice", "ready")


def answers() -> Iterator[dict[str, object]]:
    """Give each answer at least once on both ways, and two hundred mixtures with a fixed seed."""
    first: dict[str, object] = {ask.id: _value(ask, 0) for ask in ASKS}
    for ask in ASKS:
        for number in range(len(ask.options)):
            yield first | {ask.id: _value(ask, number)}
    yield {step: first[step] for step in FAST}
    chance = random.Random(6)
    for _ in range(200):
        yield {ask.id: _value(ask, chance.randrange(len(ask.options))) for ask in ASKS}


def _value(ask: Ask, number: int) -> object:
    option = ask.options[number].id
    return (option,) if ask.input == "many" else option


def written(facts: dict[str, object]) -> Iterator[Draft]:
    """Write all that there is for these answers."""
    for medium, hidden in media_of(DRAFTS, "AGREEMENT", facts):
        assert not hidden
        for tone in medium.tones:
            yield compose(DRAFTS, "AGREEMENT", medium.id, tone, facts, VALUES)


def test_whatever_is_answered_nothing_is_blocked_or_warned_of_and_all_that_must_be_is_there() -> (
    None
):
    course = DRAFTS.courses["AGREEMENT"]
    for facts in answers():
        for draft in written(facts):
            about = About("AGREEMENT", draft.medium, facts)
            assert lint(DRAFTS, draft.text, about) == (), (facts, draft.text)
            done = ticks(DRAFTS, course, draft.medium, draft.text, facts, VALUES)
            assert {tick.state for tick in done} <= {"there"}, (facts, draft.text)


def test_the_agreement_stays_on_one_page() -> None:
    longest = max(word_count(draft.text) for facts in answers() for draft in written(facts))
    assert longest <= 450


@pytest.mark.parametrize(
    "text",
    ["I guarantee it, around the clock.", "You people never pay.", "A few changes are free."],
)
def test_what_must_not_stand_in_an_agreement_is_found(text: str) -> None:
    assert lint(DRAFTS, text, About("AGREEMENT", "email", {}))


def test_an_agreement_without_a_day_is_blocked() -> None:
    found = lint(DRAFTS, "We begin soon. Does that suit you?", About("AGREEMENT", "email", {}))
    assert "date" in {one.kind for one in found}


def test_what_differs_is_said_by_the_answer() -> None:
    one, two = (
        next(written({"changes": "quote", "payment": pay, "notice": "month", "scope": "result"}))
        for pay in ("free", "stages")
    )
    assert "The client pays nothing" in one.text
    assert "The price" not in one.text
    assert "It is paid in stages" in two.text
    assert "2,400 euros" in two.text


def test_the_plan_begins_before_the_first_day_and_ends_with_a_look_back() -> None:
    planning = planning_of(FLOW)
    assert planning is not None
    review = date(2026, 5, 4)
    anchors = {"start": date(2026, 4, 1), "invoice": review, "review": review}
    facts = {"payment": "deposit", "field": "it", "ready": "talk_first"}
    plan = make_plan(
        planning.checklist, "AGREEMENT", facts, anchors, date(2026, 3, 16), days_off("DE")
    )
    texts = {item.text: item.day for item in plan.items}
    assert texts["Talk it over with them, point by point."] < "2026-04-01"
    assert "See that what is due beforehand has been paid." in texts
    assert not [text for text in texts if "professional rules" in text]
    look_back = "Look at the agreement together, and change what does not fit."
    assert texts[look_back] == "2026-05-04"


def test_its_only_course_goes_by_the_title_of_the_dialogue() -> None:
    planning = planning_of(FLOW)
    assert planning is not None
    assert course_label(FLOW, planning.of, planning.course) == "Boundaries from the start"
