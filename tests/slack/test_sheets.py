"""Sheets in Slack: whole, by their beginning, page by page; nothing is lost without a word."""

from __future__ import annotations

import html

import pytest

from adapters.slack.render.shapes import home_view
from adapters.slack.render.sheets import (
    PAGE,
    page_meant,
    sheet_blocks,
    sheet_message,
    sheet_messages,
    sheet_modal,
)
from bot.cards.actions import Action, parse_action
from bot.engine.model import Block, Card
from bot.sheets.model import Button, Sheet
from tests.fakes.slack.elements import label
from tests.slack.render_checks import check_message, check_view, pressables, said

ANSWER = Action("round", arg="answer|r1")
WHOLE = Action("round", arg="brief|r1")
LINES = tuple(f"Colleague {number} says: wait, and talk first." for number in range(2_000))


def sheet(*blocks: Block, title: str = "Client Alder", whole: Action | None = None) -> Sheet:
    buttons = (
        Button(ANSWER, "Answer", "primary"),
        Button(Action("round", arg="worry|r1"), "Worry"),
    )
    return Sheet(Card("brief", "brief", title, blocks), buttons, whole=whole)


SHORT = sheet(Block("facts", ("Payment\tOverdue", "Scope\tAs agreed")), Block("text", ("Note.",)))
LONG = sheet(Block("bullets", LINES), whole=WHOLE)


def test_a_short_sheet_is_shown_whole_in_blocks_and_in_words() -> None:
    made = sheet_message(SHORT)
    check_message(made)
    for shown in (said(made.blocks), made.text):
        assert "Client Alder" in shown
        assert "Overdue" in shown
        assert "Answer" in shown
    assert set(pressables(made.blocks)) == {"round:answer|r1", "round:worry|r1"}


def test_a_long_sheet_shows_its_beginning_and_opens_whole() -> None:
    made = sheet_message(LONG)
    check_message(made)
    assert LINES[0] in said(made.blocks)
    assert LINES[-1] not in said(made.blocks)
    assert "“Read it all” opens the whole text" in made.text
    (opens,) = [one for one in pressables(made.blocks) if one.startswith(f"{PAGE}:")]
    action = parse_action(opens)
    assert action
    assert page_meant(action.arg) == (WHOLE, 1)


def test_its_pages_hold_every_line_once() -> None:
    read = ""
    number, last = 1, False
    while not last:
        view = sheet_modal(LONG, WHOLE, number)
        check_view(view)
        read += " " + said(view["blocks"])
        last = not any(label(one) == "Next page" for one in pressables(view["blocks"]).values())
        number += 1
    assert all(read.count(line) == 1 for line in LINES)
    assert number > 5


@pytest.mark.parametrize("page", ["0", "99999", "1000000", "-1", "x", "¹", ""])
def test_a_page_that_nobody_offered_breaks_nothing(page: str) -> None:
    action, number = page_meant(f"{page}|{WHOLE}")
    assert action in {None, WHOLE}
    check_view(sheet_modal(LONG, WHOLE, number))


def test_a_long_sheet_that_nothing_opens_comes_in_several_messages() -> None:
    long = sheet(Block("bullets", LINES))
    made = sheet_messages(long)
    for one in made:
        check_message(one)
    read = " ".join(said(one.blocks) for one in made)
    assert all(read.count(line) == 1 for line in LINES)
    pressed = [set(pressables(one.blocks)) for one in made]
    assert pressed[-1] == {"round:answer|r1", "round:worry|r1"}
    assert not any(pressed[:-1])


def test_where_nothing_opens_the_rest_it_says_that_there_is_more() -> None:
    made = sheet_message(sheet(Block("bullets", LINES)))
    check_message(made)
    assert "There is more, but Slack has no room for it here." in said(made.blocks)


def test_what_somebody_typed_mentions_nobody_and_formats_nothing() -> None:
    typed = "<!channel> <@U1> & *bold* :cake: <https://example.com|here>"
    made = sheet_message(sheet(Block("text", (typed,)), title=typed))
    check_message(made)
    assert typed in said(made.blocks)
    assert html.escape(typed, quote=False) in made.text
    assert "<!channel>" not in made.text


def test_two_buttons_that_do_the_same_are_one() -> None:
    twice = Sheet(SHORT.card, (*SHORT.buttons, Button(ANSWER, "Answer now")))
    made = sheet_message(twice)
    check_message(made)
    assert len(pressables(made.blocks)) == 2


def test_twenty_buttons_have_room() -> None:
    many = tuple(Button(Action("round", arg=f"a|{n}"), f"{n} " + "x" * 70) for n in range(20))
    made = sheet_message(Sheet(SHORT.card, many))
    check_message(made)
    assert len(pressables(made.blocks)) == 20


@pytest.mark.parametrize("shown", [SHORT, LONG, sheet(title="x" * 400)])
def test_a_sheet_stands_in_a_window_and_in_app_home(shown: Sheet) -> None:
    view = sheet_modal(shown)
    check_view(view)
    check_view(home_view(sheet_blocks(shown)))
    assert shown.card.title in view["title"]["text"] or shown.card.title in said(view["blocks"])
    assert "round:answer|r1" in pressables(view["blocks"])


def test_a_sheet_without_a_word_still_makes_a_window() -> None:
    check_view(sheet_modal(Sheet(Card("x", "x", "", ()))))
