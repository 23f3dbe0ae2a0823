"""What stands on a card in Slack, word for word in ``golden/``.

After a wanted change of wording run the tests once with ``GOLDEN=write`` and read the difference.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.slack.render import Json, Message, card, write_modal
from bot.engine.advance import advance
from bot.engine.model import Block, Card, Choice, Commanded, Limits, Tell
from bot.engine.show import Margin
from tests.cards.scenes import (
    CARDS,
    LETTER,
    PLAYED,
    PROMPT,
    VIEW,
    parcel,
    parcel_of,
    troubled,
)
from tests.flows.talks import MONDAY
from tests.slack.render_checks import check_message, check_view, pressables, said

GOLDEN = Path(__file__).parent / "golden"


def written(message: Message) -> str:
    shown = {"text": message.text.split("\n"), "blocks": message.blocks}
    return json.dumps(shown, indent=1, ensure_ascii=False) + "\n"


def compare(name: str, found: str) -> None:
    golden = GOLDEN / f"{name}.json"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")


@pytest.mark.parametrize("name", [*CARDS, *PLAYED])
def test_a_card_looks_as_it_did(name: str) -> None:
    made = card(CARDS[name] if name in CARDS else PLAYED[name]())
    check_message(made)
    compare(name, written(made))


@pytest.mark.parametrize("name", [*CARDS, *PLAYED])
def test_a_compact_card_fits_as_well_and_keeps_the_question(name: str) -> None:
    sent = CARDS[name] if name in CARDS else PLAYED[name]()
    made = card(sent, compact=True)
    check_message(made)
    if sent.view and sent.view.prompt:
        assert sent.view.prompt.text in said(made.blocks)


def form(**changes: object) -> Json:
    prompt = replace(PROMPT, choices=(), **changes)  # type: ignore[arg-type]
    made = write_modal(replace(VIEW, prompt=prompt))
    check_view(made)
    return made


def element(view: Json) -> Json:
    found: Json = next(b["element"] for b in view["blocks"] if b["type"] == "input")
    return found


# ------------------------------------------------------------------ what cards do


def test_what_is_sensitive_is_not_repeated_on_the_card() -> None:
    made = card(CARDS["sensitive_text"])
    assert LETTER not in said(made.blocks)
    assert LETTER not in made.text
    assert "leaves nothing in this chat" in said(made.blocks)


def test_the_text_numbers_the_answers_and_escapes_what_slack_would_read() -> None:
    nasty = replace(PROMPT, choices=(Choice("a", "<!here> & <@U1>"), Choice("b", "@channel")))
    made = card(parcel(nasty))
    assert "1. &lt;!here&gt; &amp; &lt;@U1&gt;" in made.text
    assert "2. @channel" in made.text
    assert "<" not in made.text


def test_back_is_only_there_with_something_to_go_back_to() -> None:
    first = replace(PROMPT, progress=(0, 9))
    back = "say:K7Q2M9XA:4:back"
    assert back not in pressables(card(parcel(first, margin=Margin())).blocks)
    assert back in pressables(card(parcel(first)).blocks)


def test_skip_is_only_there_where_it_works() -> None:
    skip = "say:K7Q2M9XA:4:skip"
    assert skip not in pressables(card(parcel()).blocks)
    assert skip in pressables(card(parcel(replace(PROMPT, optional=True))).blocks)


def test_ticks_are_set_where_the_earlier_answer_can_be_told() -> None:
    comma = (Choice("a", "One"), Choice("b", "Two, three"), Choice("c", "Three"))
    many = replace(PROMPT, input="many", choices=comma, offered="One, Two, three")
    boxes = pressables(card(parcel(many)).blocks)["value"]
    assert [option["value"] for option in boxes["initial_options"]] == ["a", "b"]


def test_ticks_are_left_open_where_the_earlier_answer_could_be_two() -> None:
    labels = (Choice("a", "One"), Choice("b", "Two"), Choice("c", "One, Two"))
    many = replace(PROMPT, input="many", choices=labels, offered="One, Two")
    assert "initial_options" not in pressables(card(parcel(many)).blocks)["value"]


def test_the_answers_that_may_have_been_meant_are_buttons_below_the_notice() -> None:
    blocks = card(CARDS["which_was_meant"]).blocks
    rows = [block for block in blocks if block["type"] == "actions"]
    assert [e["action_id"] for e in rows[0]["elements"]] == [
        "answer:K7Q2M9XA:4:part_2",
        "answer:K7Q2M9XA:4:part_3",
    ]


def test_what_may_have_been_meant_is_not_repeated_above_the_buttons_of_the_answers() -> None:
    tell = Tell("ambiguous", "Which did you mean?", mistake=True, choices=PROMPT.choices[1:])
    check_message(card(parcel(PROMPT, tell)))


def test_closing_a_case_offers_nothing_but_its_two_answers() -> None:
    flow, turn = troubled("full_reset", "safety")
    turn = advance(flow, turn.case, Commanded("ann", turn.case.turn, MONDAY, "cancel"))
    ids = pressables(card(parcel_of(flow, turn)).blocks)
    assert [action.split(":")[0] for action in ids] == ["answer", "answer"]


def test_a_notice_that_came_twice_is_shown_once() -> None:
    tell = Tell("outdated", "That is over.", mistake=True)
    assert said(card(parcel(PROMPT, tell, tell)).blocks).count("That is over.") == 1


def test_a_safety_card_says_so_in_words() -> None:
    warning = Card("warning", "say", "Take care", (Block("text", ("Go.",)),), "safety")
    view = replace(VIEW, cards=(warning,))
    made = card(replace(parcel(), view=view))
    assert "Safety first: Take care" in made.text
    assert made.text.index("Take care") < made.text.index(PROMPT.text)


def test_a_case_without_a_name_has_a_heading_all_the_same() -> None:
    made = card(replace(parcel(), view=replace(VIEW, name="\u200b \n")))
    check_message(made)


# ------------------------------------------------------------------ forms


def test_the_form_for_a_text_begins_with_the_earlier_answer() -> None:
    made = form(input="text", offered="Dear\nBluebell", sensitive=True)
    assert element(made)["initial_value"] == "Dear\nBluebell"
    assert element(made)["max_length"] == 2000
    assert made["private_metadata"] == "write:K7Q2M9XA:4:"
    assert "leaves nothing in the chat" in said(made["blocks"])


def test_the_form_of_a_skipped_question_begins_empty() -> None:
    assert "initial_value" not in element(form(input="text", offered="skipped", optional=True))


def test_a_text_longer_than_a_form_can_hold_may_be_written_in_the_chat() -> None:
    made = form(input="text", limits=Limits(max_length=8000))
    assert element(made)["max_length"] == 3000
    assert "In the chat you can write up to 8,000." in said(made["blocks"])


def test_the_form_for_a_number_knows_its_range() -> None:
    made = element(form(input="number", offered="12.0", limits=Limits(least=-3, most=120.5)))
    assert (made["min_value"], made["max_value"]) == ("-3", "120.5")
    assert made["initial_value"] == "12"


def test_an_earlier_number_outside_the_range_is_left_out() -> None:
    made = element(form(input="number", offered="500", limits=Limits(most=120)))
    assert "initial_value" not in made


def test_the_form_for_a_day_begins_with_the_earlier_one() -> None:
    assert element(form(input="date", offered="2026-11-27"))["initial_date"] == "2026-11-27"
    assert "initial_date" not in element(form(input="date", offered="skipped"))


def test_a_long_question_stands_above_its_form() -> None:
    text = "Why? " * 300
    made = form(input="text", text=text.strip())
    assert text.strip() in said(made["blocks"])


def test_a_choice_has_no_form() -> None:
    with pytest.raises(ValueError, match="no question"):
        write_modal(VIEW)
