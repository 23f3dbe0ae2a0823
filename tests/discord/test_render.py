"""What stands on a card on Discord, word for word in ``golden/``.

After a wanted change of wording run the tests once with ``GOLDEN=write`` and read the difference.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.discord.render import (
    DM_CLOSED,
    Json,
    Message,
    asked_again,
    card,
    card_of,
    cases_message,
    error_message,
    exported,
    forget_question,
    forgotten,
    help_message,
    moved_on,
    mydata_message,
    no_words,
    not_exported,
    not_saved,
    not_saved_pages,
    not_yours,
    refused,
    settings_message,
    started,
    welcome,
    window,
    write_form,
)
from bot.cards.actions import Action
from bot.cards.values import Entry, Holdings
from bot.engine.advance import advance
from bot.engine.model import Block, Card, Choice, Commanded, Limits, Tell
from bot.engine.show import Margin, review_card
from bot.engine.survey import survey
from bot.errors import NotFound
from bot.ports import Forgotten, Parcel
from tests.cards.scenes import (
    CARDS,
    LETTER,
    MANY,
    PLAYED,
    PROMPT,
    VIEW,
    parcel,
    parcel_of,
    troubled,
)
from tests.discord.render_checks import (
    FRAME,
    check_form,
    check_message,
    contents,
    nested,
    pressables,
    said,
)
from tests.flows.talks import MONDAY

GOLDEN = Path(__file__).parent / "golden"
TRACKS = (("full", "Twenty questions"), ("fast", "A first look"))
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ENTRIES = (
    Entry("AAAA", "Heron", "open", NOON, (3, 21)),
    Entry("BBBB", "Alder", "finished", NOON, (21, 21), "Talk and reset terms"),
)
TITLES = ("*A* new beginning", "Trouble")


def review() -> Message:
    flow, turn = troubled("full_leave_explain", "result")
    return window("K7Q2M9XA", 24, "tell:review", review_card(turn.case, survey(flow, turn.case)))


SMALL = {
    "welcome": welcome(TRACKS),
    "welcome_without_tracks": welcome(()),
    "help": help_message(TRACKS),
    "help_in_a_server": help_message(TRACKS, unknown=True, in_server=True, grace_days=0),
    "cases": cases_message(ENTRIES, more=2),
    "cases_of_two_dialogues": cases_message(
        [replace(one, dialogue=title) for one, title in zip(ENTRIES, TITLES, strict=True)]
    ),
    "no_cases": cases_message([]),
    "settings": settings_message(7),
    "settings_of_old": settings_message(45),
    "mydata": mydata_message(Holdings(3, 40, 1, True, 30, True)),
    "started": started(),
    "started_with_link": started("https://discord.com/channels/@me/1/2"),
    "error": error_message(NotFound("There is no such case.", "“cases” lists <yours>.")),
    "forget_everything": forget_question("all"),
    "forget_a_case": forget_question("K7Q2M9XA", "Heron_the_*great*"),
    "forgotten": forgotten(Forgotten(2, 40, 1, True)),
    "not_saved": not_saved(),
    "not_saved_with_a_text": not_saved("Dear Heron,\n*please* stop."),
    "refused": refused("That is no day.", "the 41st", "K7Q2M9XA", 4),
    "not_yours": not_yours(),
    "moved_on": moved_on(),
    "no_words": no_words(),
    "asked_again": asked_again(),
    "exported": exported("crossroads.json"),
    "not_exported": not_exported(),
    "review": review(),
}


def written(shown: object) -> str:
    return json.dumps(shown, indent=1, ensure_ascii=False) + "\n"


def compare(name: str, found: str) -> None:
    golden = GOLDEN / f"{name}.json"
    if os.environ.get("GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")


def sent(name: str) -> Parcel:
    return CARDS[name] if name in CARDS else PLAYED[name]()


@pytest.mark.parametrize("name", [*CARDS, *PLAYED])
def test_a_card_looks_as_it_did(name: str) -> None:
    made = card(sent(name), 4)
    check_message(made)
    compare(name, written(made.components))


@pytest.mark.parametrize("name", [*CARDS, *PLAYED])
def test_a_compact_card_fits_as_well_and_keeps_the_question(name: str) -> None:
    made = card(sent(name), compact=True)
    check_message(made)
    view = sent(name).view
    if view and view.prompt:
        assert view.prompt.text in said(made.components)


@pytest.mark.parametrize("name", SMALL)
def test_a_small_message_looks_as_it_did(name: str) -> None:
    check_message(SMALL[name])
    compare(name, written(SMALL[name].components))


# ------------------------------------------------------------------ one card a case


@pytest.mark.parametrize("name", [*CARDS, *PLAYED])
def test_a_card_can_be_told_by_its_case_and_marker(name: str) -> None:
    assert card_of(card(sent(name), 7, note=DM_CLOSED).payload) == ("K7Q2M9XA", 7)


@pytest.mark.parametrize("name", SMALL)
def test_what_is_no_card_is_not_taken_for_one(name: str) -> None:
    assert card_of(SMALL[name].payload) is None
    assert FRAME not in {part["type"] for part in nested(SMALL[name].components)}


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"components": None},
        {"components": [{"type": FRAME, "id": 3, "components": []}]},
        {"components": [{"type": 1, "components": [{"type": 2, "custom_id": "say:K:4:why"}]}]},
        {"components": [{"type": FRAME, "components": [{"type": 2, "custom_id": "theirs"}]}]},
    ],
)
def test_the_messages_of_others_are_no_cards(message: Json) -> None:
    assert card_of(message) is None


def test_deleting_is_one_press_away() -> None:
    for name in (*CARDS, *PLAYED):
        if sent(name).view:
            assert "forget:K7Q2M9XA" in pressables(card(sent(name)))


def test_a_note_stands_above_everything() -> None:
    made = card(parcel(), note="I could *not* write to you.")
    assert contents(made.components)[0] == r"I could \*not\* write to you."


# ------------------------------------------------------------------ what cards do


def test_what_is_sensitive_is_not_repeated_on_the_card() -> None:
    made = card(CARDS["sensitive_text"])
    assert LETTER not in written(made.components)
    assert "the form leaves nothing in this chat" in said(made.components)


def test_a_text_says_where_it_goes_and_that_it_may_be_left_out() -> None:
    asked = said(card(parcel(replace(PROMPT, input="text", choices=()))).components)
    free = said(card(parcel(replace(PROMPT, input="text", choices=(), optional=True))).components)
    for shown in (asked, free):
        assert "Never give the client’s real name" in shown
        assert "passes through Discord" in shown
        assert "keeps it encrypted" in shown
    assert "You need not write anything" in free
    assert "You need not write anything" not in asked


def test_every_answer_stands_on_the_card_in_full() -> None:
    for choices in (PROMPT.choices, MANY):
        shown = said(card(parcel(replace(PROMPT, choices=choices))).components)
        for number, choice in enumerate(choices, 1):
            assert f"{number}. {choice.label}" in shown


def test_back_and_skip_are_only_there_where_they_work() -> None:
    first = parcel(replace(PROMPT, progress=(0, 9)), margin=Margin())
    assert "say:K7Q2M9XA:4:back" not in pressables(card(first))
    assert "say:K7Q2M9XA:4:back" in pressables(card(parcel()))
    assert "say:K7Q2M9XA:4:skip" not in pressables(card(parcel()))
    assert "say:K7Q2M9XA:4:skip" in pressables(card(parcel(replace(PROMPT, optional=True))))


def chosen(made: Message, action: str) -> list[str]:
    return [one["value"] for one in pressables(made)[action]["options"] if one.get("default")]


def test_ticks_are_set_where_the_earlier_answer_can_be_told() -> None:
    comma = (Choice("a", "One"), Choice("b", "Two, three"), Choice("c", "Three"))
    many = replace(PROMPT, input="many", choices=comma, offered="One, Two, three")
    assert chosen(card(parcel(many)), "ticks:K7Q2M9XA:4:") == ["a", "b"]
    assert not chosen(card(parcel(replace(many, sensitive=True))), "ticks:K7Q2M9XA:4:")
    few = replace(many, limits=Limits(max_ticks=1))
    assert not chosen(card(parcel(few)), "ticks:K7Q2M9XA:4:")


def test_the_answers_that_may_have_been_meant_are_buttons_below_the_notice() -> None:
    ids = [*pressables(card(CARDS["which_was_meant"]))]
    assert ids[1:4] == ["answer:K7Q2M9XA:4:part_2", "answer:K7Q2M9XA:4:part_3", "pick:K7Q2M9XA:4:"]


def test_what_may_have_been_meant_is_not_repeated_above_the_buttons_of_the_answers() -> None:
    tell = Tell("ambiguous", "Which did you mean?", mistake=True, choices=PROMPT.choices[1:])
    check_message(card(parcel(PROMPT, tell)))


def test_closing_a_case_offers_nothing_but_its_two_answers_and_to_delete_it() -> None:
    flow, turn = troubled("full_reset", "safety")
    turn = advance(flow, turn.case, Commanded("ann", turn.case.turn, MONDAY, "cancel"))
    ids = pressables(card(parcel_of(flow, turn)))
    assert [action.split(":")[0] for action in ids] == ["forget", "answer", "answer"]


def test_a_notice_that_came_twice_is_shown_once() -> None:
    tell = Tell("outdated", "That is over.", mistake=True)
    assert said(card(parcel(PROMPT, tell, tell)).components).count("That is over.") == 1


def test_a_safety_card_says_so_in_words_and_in_colour() -> None:
    warning = Card("warning", "say", "Take care", (Block("text", ("Go.",)),), "safety")
    made = card(replace(parcel(), view=replace(VIEW, cards=(warning,))))
    assert "Safety first: Take care" in said(made.components)
    assert "accent_color" in made.components[0]
    assert "accent_color" not in card(parcel()).components[0]


def test_a_case_without_a_name_has_a_heading_all_the_same() -> None:
    made = card(replace(parcel(), view=replace(VIEW, name=" \n")))
    assert "Your case" in said(made.components)


# ------------------------------------------------------------------ forms


def form(**changes: object) -> Json:
    prompt = replace(PROMPT, choices=(), **changes)  # type: ignore[arg-type]
    made = write_form(replace(VIEW, prompt=prompt), "99")
    check_form(made)
    return made


def element(made: Json) -> Json:
    found: Json = next(p["component"] for p in made["components"] if "component" in p)
    return found


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("form_for_a_text", {"input": "text", "optional": True}),
        ("form_for_a_number", {"input": "number", "limits": Limits(least=0, most=120.5)}),
        ("form_for_a_day", {"input": "date", "limits": Limits(earliest="2026-11-27")}),
    ],
)
def test_a_form_looks_as_it_did(name: str, changes: dict[str, object]) -> None:
    compare(name, written(form(**changes)))


def test_every_form_has_an_id_of_its_own() -> None:
    assert form(input="text")["custom_id"] == str(Action("write", "K7Q2M9XA", 4, "99"))


def test_a_form_begins_with_the_earlier_answer() -> None:
    text = element(form(input="text", offered="Dear\nBluebell", sensitive=True))
    assert (text["value"], text["max_length"], text["style"]) == ("Dear\nBluebell", 2000, 2)
    assert element(form(input="number", offered="12.0"))["value"] == "12"
    assert element(form(input="date", offered="2026-11-27"))["value"] == "27 November 2026"


def test_the_form_of_a_skipped_question_begins_empty() -> None:
    for asked in ("text", "number", "date"):
        made = element(form(input=asked, offered="skipped", optional=True))
        assert "value" not in made
        assert not made["required"]


def test_a_long_question_stands_above_its_form() -> None:
    text = ("Why? " * 150).strip()
    assert text in said(form(input="text", text=text)["components"])
    longer = ("Why? " * 400).strip()
    assert "The card shows the whole question." in said(
        form(input="text", text=longer)["components"]
    )


def test_a_choice_has_no_form() -> None:
    with pytest.raises(ValueError, match="no question"):
        write_form(VIEW, "99")


# ------------------------------------------------------------------ what was not taken


def test_what_was_not_saved_is_given_back_whole() -> None:
    for text in (LETTER, "*_" * 1000, "a`" * 900, "```" * 600, "word " * 740):
        made = not_saved(text)
        check_message(made)
        given = "".join(said(made.components).split()).replace("\u200b", "")
        assert "".join(text.split()) in given


def test_what_is_longer_than_a_message_is_given_back_in_pages() -> None:
    text = "word " * 800
    found = not_saved_pages(text)
    assert len(found) == 2
    for made in found:
        check_message(made)
    assert "(1 of 2)" in said(found[0].components)
    assert sum(said(made.components).count("word") for made in found) == 800


def test_a_refused_answer_is_given_back_with_a_way_to_write_it_again() -> None:
    made = refused("That is no day.", "**the** 41st", "K7Q2M9XA", 4)
    assert "**the** 41st" in said(made.components)
    assert [*pressables(made)] == ["write:K7Q2M9XA:4:"]
    check_message(refused("No. " * 300, "*" * 2000, "K7Q2M9XA", 4))
