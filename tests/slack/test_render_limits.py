"""Whatever a flow may hold, the payloads fit into Slack, and nothing of it is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.render import (
    Home,
    Json,
    Message,
    card,
    card_modal,
    cases_message,
    error_message,
    forget_modal,
    help_message,
    home,
    mydata_message,
    notification,
    pages,
    settings_message,
    start_modal,
    started_message,
    welcome,
    write_modal,
)
from adapters.slack.render.shapes import escape, weight
from bot.cards.actions import parse_action
from bot.cards.folds import whole_card
from bot.cards.rows import pieces
from bot.cards.values import Entry, Holdings
from bot.engine.model import (
    Block,
    Card,
    Prompt,
    Status,
    Tell,
    View,
)
from bot.errors import NotFound
from bot.ports import Parcel
from tests.cards.strategies import cards, flat, lines_of, opened, parcels, prompts, texts_up_to
from tests.slack.render_checks import check_message, check_view, pressables, said, texts

TRACKS = (("full", "Twenty questions"), ("fast", "A first look"))
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def everything(parcel: Parcel, made: Message) -> str:
    """Give all that can be read: in the blocks, and behind “Read it all”."""
    assert parcel.view
    found = [said(made.blocks)]
    for action_id in pressables(made.blocks):
        action = parse_action(action_id)
        if action and action.verb == "whole":
            whole = opened(parcel.view, action.arg, parcel.tells)
            found += [flat("".join("".join(texts(page)) for page in pages(whole)))]
    return " ".join(found).replace(" ", "")


@settings(max_examples=80)
@given(parcels(), st.booleans())
def test_every_card_fits_and_loses_nothing(parcel: Parcel, compact: bool) -> None:
    made = card(parcel, compact=compact)
    check_message(made)
    readable, view = everything(parcel, made), parcel.view
    assert view is not None
    for shown in view.cards:
        for row in lines_of(shown):
            assert row.replace(" ", "") in readable
    if view.prompt:
        assert flat(view.prompt.text).replace(" ", "") in readable
        for number, choice in enumerate(view.prompt.choices, 1):
            assert flat(choice.label).replace(" ", "") in readable
            assert f"{number}. {escape(choice.label)}" in made.text


@settings(max_examples=40)
@given(parcels())
def test_the_text_says_all_of_a_card_that_is_not_beyond_all_bounds(parcel: Parcel) -> None:
    assert parcel.view
    text = flat(card(parcel).text)
    if "Read it all" in text:
        return  # longer than Slack takes; said so in the text
    for shown in parcel.view.cards:
        assert escape(flat(shown.title)) in text
        for row in lines_of(shown):
            assert escape(row) in text


@settings(max_examples=40)
@given(cards(), st.integers(0, 12))
def test_every_card_fits_into_a_window_page_by_page(shown: Card, page: int) -> None:
    whole = pages(shown)
    check_view(card_modal("K7Q2M9XA", 7, "tell:working", shown, page))
    assert all(weight(blocks) <= 12_000 and len(blocks) <= 90 for blocks in whole)
    readable = "".join("".join(texts(blocks)) for blocks in whole)
    for row in lines_of(shown):
        assert "".join(row.split()) in "".join(readable.split())


@settings(max_examples=40)
@given(prompts(), texts_up_to(60))
def test_every_form_fits(prompt: Prompt, name: str) -> None:
    if prompt.input in {"text", "number", "date"}:
        check_view(write_modal(View("K7Q2M9XA", 7, name, "open", (), prompt)))


entries = st.builds(
    Entry,
    id=st.text("ABCDEFGHJK", min_size=8, max_size=8),
    name=st.just("") | texts_up_to(60),
    status=st.sampled_from(get_args(Status)),
    touched=st.just(NOON),
    progress=st.sampled_from([(0, 0), (3, 21), (21, 21)]),
    result=st.just("") | texts_up_to(150),
    dialogue=st.just("") | texts_up_to(150),
)


@settings(max_examples=40)
@given(
    st.lists(entries, max_size=10, unique_by=lambda entry: entry.id),
    st.integers(1, 4),
    st.booleans(),
    st.integers(0, 400),
)
def test_every_home_fits(listed: list[Entry], page: int, discreet: bool, keep: int) -> None:
    content = Home(TRACKS, tuple(listed), page, 4 if listed else 1, discreet, keep)
    check_view(home(content))
    if listed:
        check_message(cases_message(listed, more=2))


# ------------------------------------------------------------------ pages


def test_a_window_of_several_pages_leads_to_the_one_before_and_after() -> None:
    long = Card("a", "say", "A long one", (Block("text", ("word " * 490,) * 12),))
    assert len(pages(long)) == 3
    ids = [
        list(pressables(card_modal("K7Q2M9XA", 7, "0", long, page)["blocks"])) for page in (1, 2, 3)
    ]
    assert ids == [
        ["page:K7Q2M9XA:7:0|2"],
        ["page:K7Q2M9XA:7:0|1", "page:K7Q2M9XA:7:0|3"],
        ["page:K7Q2M9XA:7:0|2"],
    ]
    assert "Page 2 of 3" in said(card_modal("K7Q2M9XA", 7, "0", long, 2)["blocks"])


def test_a_page_that_is_not_there_is_the_nearest_one() -> None:
    short = Card("a", "say", "", (Block("text", ("word",)),))
    assert card_modal("K", 7, "0", short, 99) == card_modal("K", 7, "0", short, 1)


def test_an_empty_card_has_a_window_all_the_same() -> None:
    check_view(card_modal("K", 7, "0", Card("a", "say", "", ()), 1))


def test_a_text_in_pieces_is_the_text_again() -> None:
    text = "some words\nin lines " * 300 + "x" * 5000
    found = pieces(text, 700)
    assert "".join(found) == text
    assert max(map(len, found)) <= 700


def test_what_is_not_on_a_card_cannot_be_opened() -> None:
    view = View("K7Q2M9XA", 7, "Heron", "open", (), None)
    for what in ("0", "99999999999999999999", "all", "question", "tell:why", "", "-1", "²"):
        assert whole_card(view, what) is None


# ------------------------------------------------------------------ App Home


def ids_of(view: Json) -> set[str]:
    return set(pressables(view["blocks"]))


def test_a_newcomer_is_told_what_it_is_and_how_to_begin() -> None:
    made = home(Home(TRACKS, grace_days=14))
    check_view(made)
    assert {"begin:full", "begin:fast"} <= ids_of(made)
    assert "Only you see your answers" in said(made["blocks"])
    assert "after 14 days" in said(made["blocks"])


def test_the_home_lists_open_and_finished_cases_with_what_can_be_done() -> None:
    listed = (
        Entry("AAAA", "Heron", "open", NOON, (3, 21)),
        Entry("BBBB", "Alder", "finished", NOON, (21, 21), "Talk and reset terms"),
    )
    made = home(Home(TRACKS, listed, page=2, pages=3))
    check_view(made)
    assert {"go:AAAA", "forget:AAAA", "go:BBBB", "home:1", "home:3"} <= ids_of(made)
    assert {"discreet:off", "keep:", "export:", "forget:all", "help:"} <= ids_of(made)
    assert "open, 3 of 21 questions answered" in said(made["blocks"])
    assert "finished: Talk and reset terms" in said(made["blocks"])


def test_a_case_of_several_dialogues_names_its_own_on_a_line_of_its_own() -> None:
    listed = (Entry("AAAA", "Heron", "open", NOON, (3, 21), dialogue="A new beginning"),)
    assert "Heron A new beginning open, 3 of 21" in said(home(Home(TRACKS, listed))["blocks"])
    assert "Heron (A new beginning): open, 3 of 21" in cases_message(listed).text


def test_the_time_kept_is_preselected_and_discretion_can_be_turned_on() -> None:
    ids = pressables(home(Home(TRACKS, discreet=False, keep_days=90))["blocks"])
    assert ids["keep:"]["initial_option"]["value"] == "90"
    assert [option["value"] for option in ids["keep:"]["options"]] == ["0", "30", "90", "365"]
    assert "discreet:on" in ids


# ------------------------------------------------------------------ small messages

SMALL = {
    "welcome": welcome(TRACKS),
    "welcome_without_tracks": welcome(()),
    "help": help_message(TRACKS),
    "no_cases": cases_message([]),
    "settings": settings_message(True, 30),
    "mydata": mydata_message(Holdings(3, 40, 1, True, 30)),
    "started": started_message(),
    "started_with_link": started_message("https://example.slack.com/archives/D1/p1"),
    "error": error_message(NotFound("There is no such case.", "“cases” lists <yours>.")),
    "notification": notification(),
}


@pytest.mark.parametrize("name", SMALL)
def test_a_small_message_fits(name: str) -> None:
    check_message(SMALL[name])


def test_a_notification_tells_nothing_of_the_matter() -> None:
    assert notification().text == "Crossroads: there is something for you here."


def test_an_error_says_what_is_wrong_and_what_to_do() -> None:
    assert SMALL["error"].text == "❗ There is no such case.\n\n“cases” lists &lt;yours&gt;."


def test_deleting_asks_first_and_says_what_cannot_be_reached() -> None:
    for what in ("all", "K7Q2M9XA"):
        made = forget_modal(what, "Heron")
        check_view(made)
        assert made["private_metadata"] == f"forget:{what}"
        assert "cannot reach" in said(made["blocks"])
    assert "Heron" in said(forget_modal("K7Q2M9XA", "Heron")["blocks"])


def test_a_start_from_a_message_says_that_nothing_of_it_is_taken_over() -> None:
    made = start_modal(TRACKS, about_message=True)
    check_view(made)
    assert "Nothing of the message" in said(made["blocks"])
    assert "Nothing of the message" not in said(start_modal(TRACKS)["blocks"])
    assert [o["value"] for o in pressables(made["blocks"])["value"]["options"]] == ["full", "fast"]


def test_a_start_without_ways_to_begin_still_asks() -> None:
    check_view(start_modal(()))


def test_a_view_without_a_question_says_only_what_was_told() -> None:
    parcel = Parcel("ann", "K7Q2M9XA", 7, None, (Tell("saved", "Saved."),))
    made = card(parcel)
    check_message(made)
    assert made.text == "💬 Saved."


def test_a_question_of_no_words_at_all_is_no_reason_to_fail() -> None:
    prompt = Prompt("a", "b", "?", "", "choice", (), (0, 0))
    view = View("K7Q2M9XA", 7, "", "open", (), prompt)
    check_message(card(replace(Parcel("ann", "K7Q2M9XA", 7), view=view)))
