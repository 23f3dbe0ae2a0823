"""What the flow about a troubled client must hold to, whatever its talks happen to cover."""

from datetime import timedelta
from typing import Any

import pytest

from bot.engine.advance import advance
from bot.engine.model import Answered, Ask, Card, Case, Say, Show, Started
from tests.flows.talks import MONDAY, TROUBLED_CLIENT, flow_in

FLOW = flow_in(TROUBLED_CLIENT)
NEVER_SKIPPED = {"safety", "stakes", "commitment", "integrity", "motive"}
SENSITIVE = {
    "safety", "conduct", "integrity", "cause", "toll", "share", "comfort", "motive",
}  # fmt: skip
OPTIONS = {
    "safety": "none uneasy threat violence no_answer",
    "conduct": "respectful curt one_outburst repeated harassment",
    "stakes": "none inconvenience deadline serious crisis unsure",
    "integrity": "none grey asked_dropped insists suspect",
    "field": "legal health therapy care vet finance property trades agency freelance consulting it "
    "coaching education other",
    "commitment": "nothing_open open_ended notice fixed permission unchecked",
    "payment": "on_time sometimes_late overdue disputed hardship not_applicable",
    "scope": "as_agreed drifting constant never_agreed",
    "cause": "mostly_us shared mostly_them circumstances unsure",
    "tried": "not_raised hinted clear_once repeated improving",
    "response": "changes slips defensive attacks silence not_raised",
    "toll": "fine tiring dread harm",
    "value": "strong fair thin loss unsure",
    "share": "under_10 from_10_to_25 from_25_to_40 over_40 unsure",
    "fit": "right could_be moved_on beyond no_capacity",
    "successor": "ready likely none unsure",
    "reaction": "calm upset public legal unsure",
    "comfort": "ready nervous rather_write someone_else",
    "motive": "none complaint identity unsure",
    "retake": "gladly new_terms decline unsure",
    "holding": "deliverables data credentials money property none",
}
QUESTIONS = list(OPTIONS)
MAIN_TROUBLE = {
    "abuse": {"conduct": "repeated"},
    "incident": {"conduct": "one_outburst"},
    "harassment": {"conduct": "harassment"},
    "money": {"payment": "overdue"},
    "hardship": {"payment": "hardship"},
    "scope": {"scope": "constant"},
    "ours": {"cause": "mostly_us"},
    "complaint": {"motive": "complaint", "cause": "shared"},
    "silence": {"response": "silence"},
    "dishonest": {"integrity": "insists"},
    "suspect": {"integrity": "suspect"},
    "ignored": {"integrity": "grey"},
    "moved_on": {"fit": "moved_on"},
    "beyond": {"fit": "beyond"},
    "phase": {"cause": "circumstances"},
}
SAFETY_TEXT = (
    "Your safety comes first. If danger is immediate, go somewhere safe and call your local "
    "emergency number. Do not reply or meet alone. Keep messages and note times. Tell someone you "
    "trust and whoever is responsible for safety at work. A local victim-support service or the "
    "police can help you plan."
)
CRISIS_TEXT = (
    "Stay in contact if you safely can; involve local emergency or crisis services and your "
    "supervisor now. Fees and endings wait."
)
CALM = {
    "safety": "none", "conduct": "curt", "stakes": "none", "integrity": "none", "field": "it",
    "commitment": "open_ended", "main_trouble": "scope", "payment": "on_time",
    "scope": "as_agreed", "cause": "shared", "tried": "hinted", "response": "slips",
    "toll": "tiring", "value": "fair", "share": "under_10", "fit": "right",
    "successor": "likely", "reaction": "upset", "comfort": "ready", "motive": "none",
    "retake": "gladly", "fair": "right", "holding": ("none",),
}  # fmt: skip


def ask(step_id: str) -> Ask:
    step = FLOW.step(step_id)
    assert isinstance(step, Ask)
    return step


def walk(
    track: str, presets: dict[str, str] | None = None, **answers: Any
) -> tuple[list[str], list[Card]]:
    """Answer until the result is reached; gives the questions and the cards in their order."""
    given = {**CALM, **answers}
    case = Case(id="c", owner="ann", flow=FLOW.id, version=FLOW.version)
    begun = Started("ann", MONDAY, {**FLOW.tracks[track], **(presets or {})})
    turn = advance(FLOW, case, begun)
    asked: list[str] = []
    cards: list[Card] = []
    while True:
        (view,) = [effect.view for effect in turn.effects if isinstance(effect, Show)]
        cards += view.cards
        if cards and cards[-1].step == "result":
            return asked, cards
        assert view.prompt is not None
        assert view.prompt.progress[0] <= view.prompt.progress[1]
        asked.append(view.prompt.step)
        value = given.get(view.prompt.step)
        at = MONDAY + timedelta(seconds=len(asked))
        turn = advance(FLOW, turn.case, Answered("ann", turn.case.turn, at, value))


def without_extras(asked: list[str]) -> list[str]:
    return [question for question in asked if question not in {"nickname", "gut"}]


def test_the_full_track_asks_the_twenty_one_questions_in_their_order() -> None:
    asked, _ = walk("full")
    assert without_extras(asked) == QUESTIONS
    assert [q for q in asked if ask(q).counted] == QUESTIONS
    assert len(QUESTIONS) == 21


def test_the_fast_track_asks_six_questions_a_tick_and_the_field_unless_it_is_known() -> None:
    six = ["safety", "stakes", "commitment", "main_trouble", "tried", "retake"]
    asked, _ = walk("fast", {"field": "it"})
    assert without_extras(asked) == [*six, "fair"]
    assert [q for q in asked if ask(q).counted] == six
    asked, _ = walk("fast")
    assert without_extras(asked) == ["safety", "stakes", "field", *six[2:], "fair"]


def test_the_fairness_line_is_left_out_for_a_complaint_and_asked_in_full_in_doubt() -> None:
    asked, _ = walk("fast", main_trouble="complaint")
    assert "fair" not in asked
    assert "motive" not in asked
    asked, _ = walk("fast", fair="look_closer", motive="unsure")
    assert asked.index("motive") == asked.index("fair") + 1


def test_the_values_question_is_asked_on_the_weighed_track_alone() -> None:
    assert "values" in walk("weighed")[0]
    assert "values" not in walk("full")[0]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_has_the_answers_of_the_model_a_reason_and_the_right_care(question: str) -> None:
    step = ask(question)
    assert [option.id for option in step.options] == OPTIONS[question].split()
    assert step.why
    assert step.required == (question in NEVER_SKIPPED)
    assert step.sensitive == (question in SENSITIVE)
    assert [o.id for o in step.options if o.unsure] == (
        ["unsure"] if "unsure" in OPTIONS[question].split() else []
    )


def test_the_main_trouble_settles_what_the_model_says() -> None:
    options = ask("main_trouble").options
    assert {option.id: dict(option.sets) for option in options} == MAIN_TROUBLE


def test_nothing_said_yet_answers_the_question_about_their_response() -> None:
    assert "response" not in walk("full", tried="not_raised")[0]


def test_without_a_fee_nobody_asks_about_its_worth() -> None:
    asked, _ = walk("full", payment="not_applicable")
    assert not {"value", "share"} & set(asked)


@pytest.mark.parametrize("track", ["full", "fast", "weighed"])
@pytest.mark.parametrize(
    ("answers", "after_safety", "cards"),
    [
        ({"safety": "violence"}, ["when_safe"], ["safety_card"]),
        (
            {"safety": "violence", "when_safe": "go_on"},
            ["when_safe", "stakes", "field", "commitment", "holding"],
            ["safety_card"],
        ),
        (
            {"safety": "threat"},
            ["stakes", "field", "commitment", "holding"],
            ["safety_card"],
        ),
        (
            {"safety": "threat", "stakes": "crisis"},
            ["stakes", "field", "commitment", "holding"],
            ["safety_card", "crisis_card"],
        ),
    ],
)
def test_danger_asks_only_what_helps(
    track: str, answers: dict[str, Any], after_safety: list[str], cards: list[str]
) -> None:
    asked, shown = walk(track, **answers)
    assert asked == ["safety", *after_safety]
    assert [card.step for card in shown] == [*cards, "result"]
    assert _first_course(shown) == "STOP_SAFETY"


@pytest.mark.parametrize(("track", "before"), [("full", ["conduct"]), ("fast", [])])
def test_a_crisis_asks_only_two_more_questions(track: str, before: list[str]) -> None:
    asked, shown = walk(track, stakes="crisis")
    assert asked == ["safety", "nickname", *before, "stakes", "field", "commitment"]
    assert [card.step for card in shown] == ["crisis_card", "result"]
    assert _first_course(shown) == "ESCALATE"


def _first_course(cards: list[Card]) -> str:
    data = cards[-1].data
    assert data
    return str(data["order"][0])


def test_the_safety_and_crisis_cards_say_exactly_what_was_agreed() -> None:
    cards = {step.id: step for step in FLOW.steps if isinstance(step, Say)}
    assert cards["safety_card"].text == SAFETY_TEXT
    assert cards["crisis_card"].text == CRISIS_TEXT
    assert cards["safety_card"].tone == cards["crisis_card"].tone == "safety"


def test_leaving_the_violence_exit_open_keeps_the_way_to_the_four_questions() -> None:
    first, second = ask("when_safe").options
    assert (first.label, second.label) == ("Not now", "I am safe now; ask me four things")
