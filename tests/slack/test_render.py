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
from bot.engine.model import (
    Answered,
    Block,
    Card,
    Case,
    Choice,
    Commanded,
    Flow,
    Limits,
    Prompt,
    Show,
    Started,
    Status,
    Tell,
    Turn,
    Typed,
    View,
)
from bot.engine.show import Margin, margin
from bot.engine.talk import Talk
from bot.ports import Parcel
from tests.flows.talks import MONDAY, TROUBLED_CLIENT, flow_in, read_talk
from tests.slack.render_checks import check_message, check_view, pressables, said

GOLDEN = Path(__file__).parent / "golden"
LETTER = "Please let me know by Friday."
PROMPT = Prompt(
    step="brakes",
    section="A first look",
    text="How are Bluebell's brakes?",
    why="Nobody leaves without brakes.",
    input="choice",
    choices=(Choice("good", "Good"), Choice("worn", "Worn"), Choice("gone", "Gone")),
    progress=(2, 9),
)
VIEW = View("K7Q2M9XA", 4, "Bluebell", "open", (), PROMPT)
MARGIN = Margin((("What is it?", "A bicycle"), ("Whose is it?", "answered")))
MANY = tuple(Choice(f"part_{place}", f"Part {place}") for place in range(1, 13))


def parcel(prompt: Prompt | None = PROMPT, *tells: Tell, margin: Margin = MARGIN) -> Parcel:
    return Parcel("ann", VIEW.case, VIEW.turn, replace(VIEW, prompt=prompt), tells, margin)


def rests(status: Status, *tells: Tell) -> Parcel:
    view = replace(VIEW, prompt=None, status=status)
    return Parcel("ann", view.case, view.turn, view, tells, MARGIN)


# ------------------------------------------------------------------ real conversations


def played(flow: Flow, talk: Talk, until: str) -> tuple[Case, Turn]:
    """Play a talk until a step is shown."""
    presets = {**flow.tracks.get(talk.track or next(iter(flow.tracks)), {}), **talk.presets}
    turn = advance(
        flow,
        Case("K7Q2M9XA", "ann", flow.id, flow.version),
        Started("ann", MONDAY, presets, "Client Heron"),
    )
    for line in talk.lines:
        if until in shown(turn):
            return turn.case, turn
        case = turn.case
        if line.type is not None:
            turn = advance(flow, case, Typed("ann", MONDAY, line.type, case.turn))
        elif line.pick is not None:
            turn = advance(flow, case, Answered("ann", case.turn, MONDAY, line.pick))
    assert until in shown(turn), f"{until} was never shown"
    return turn.case, turn


def shown(turn: Turn) -> set[str]:
    view = view_of(turn)
    steps = {item.step for item in view.cards}
    return steps | ({view.prompt.step} if view.prompt else set())


def view_of(turn: Turn) -> View:
    return next(effect.view for effect in turn.effects if isinstance(effect, Show))


def parcel_of(flow: Flow, turn: Turn) -> Parcel:
    tells = tuple(effect for effect in turn.effects if isinstance(effect, Tell))
    around = margin(flow, turn.case)
    return Parcel("ann", turn.case.id, turn.case.turn, view_of(turn), tells, around)


def troubled(talk: str, until: str) -> tuple[Flow, Turn]:
    flow = flow_in(TROUBLED_CLIENT)
    _, turn = played(flow, read_talk(TROUBLED_CLIENT / "talks" / f"{talk}.yaml"), until)
    return flow, turn


def result() -> Parcel:
    return parcel_of(*troubled("full_leave_explain", "result"))


def working() -> Parcel:
    flow, turn = troubled("full_leave_explain", "result")
    case = turn.case
    return parcel_of(flow, advance(flow, case, Commanded("ann", case.turn, MONDAY, "working")))


def safety() -> Parcel:
    flow, turn = troubled("exit_violence_later", "safety")
    case = turn.case
    return parcel_of(flow, advance(flow, case, Answered("ann", case.turn, MONDAY, "violence")))


def two_misses() -> Parcel:
    flow, turn = troubled("full_reset", "safety")
    for text in ("hm", "well now"):
        turn = advance(flow, turn.case, Typed("ann", MONDAY, text))
    return parcel_of(flow, turn)


CARDS = {
    "choice_with_buttons": parcel(),
    "choice_with_select": parcel(replace(PROMPT, choices=MANY, offered="Part 3", optional=True)),
    "choice_with_long_labels": parcel(
        replace(PROMPT, choices=(Choice("l", "They are worn right down to the metal"), MANY[0]))
    ),
    "several": parcel(
        replace(PROMPT, input="many", choices=MANY[:4], offered="Part 1, Part 3", optional=True)
    ),
    "text": parcel(replace(PROMPT, input="text", choices=(), offered=LETTER)),
    "sensitive_text": parcel(
        replace(PROMPT, input="text", choices=(), sensitive=True, offered=LETTER)
    ),
    "date": parcel(replace(PROMPT, input="date", choices=(), offered="2026-11-27")),
    "number": parcel(
        replace(PROMPT, input="number", choices=(), limits=Limits(least=0, most=120.5))
    ),
    "why": parcel(PROMPT, Tell("why", PROMPT.why)),
    "which_was_meant": parcel(
        replace(PROMPT, choices=MANY),
        Tell("ambiguous", "Which did you mean?", mistake=True, choices=MANY[1:3]),
    ),
    "finished": rests("finished"),
    "sleeping": rests("sleeping", Tell("sleeping", "Good. I keep everything.")),
    "paused": rests("paused"),
    "cancelled": rests("cancelled"),
    "only_told": replace(parcel(None, Tell("outdated", "That is over.", mistake=True)), view=None),
}
PLAYED = {
    "two_misses": two_misses,
    "result": result,
    "working": working,
    "safety": safety,
}


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
