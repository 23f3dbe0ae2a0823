"""Arrow keys, ticks and numbers in the list of answers."""

from __future__ import annotations

from dataclasses import replace

from adapters.terminal.menu import Menu, fits, list_fragments, menu_fragments, starting_menu
from tests.terminal.test_render import PROMPT

MANY = replace(PROMPT, input="many")


def text(menu: Menu, columns: int = 80, rows: int = 40) -> str:
    return "".join(piece for _, piece in menu_fragments(menu, columns, rows))


def test_nothing_is_pointed_at_until_an_arrow_key_is_pressed() -> None:
    menu = starting_menu(PROMPT)
    assert menu.chosen() == ()
    assert menu.moved(1).value() == "good"
    assert menu.moved(-1).value() == "gone"


def test_after_the_last_answer_comes_the_first() -> None:
    menu = Menu(PROMPT, cursor=2)
    assert menu.moved(1).cursor == 0
    assert Menu(PROMPT, cursor=0).moved(-1).cursor == 2


def test_the_answer_given_before_is_pointed_at() -> None:
    assert starting_menu(replace(PROMPT, offered="Worn")).value() == "worn"


def test_ticks_come_and_go_and_are_answered_in_order() -> None:
    menu = Menu(MANY).moved(-1).ticked().moved(1).ticked()
    assert menu.value() == ["good", "gone"]
    assert menu.label() == "Good, Gone"
    assert menu.ticked().value() == ["gone"]


def test_only_one_answer_of_a_choice_can_be_taken() -> None:
    assert Menu(PROMPT, cursor=1).ticked() == Menu(PROMPT, cursor=1)


def test_a_number_points_at_its_answer() -> None:
    found = Menu(PROMPT).numbered(" 3 ")
    assert found is not None
    assert found.value() == "gone"
    for wrong in ("0", "4", "-1", "3.0", "²", "one", "", "333"):
        assert Menu(PROMPT).numbered(wrong) is None
    assert Menu(MANY).numbered("1") is None


def test_the_answer_pointed_at_stands_out() -> None:
    pieces = list_fragments(Menu(PROMPT, cursor=1), 80)
    assert pieces[1] == ("class:pointed", "  ❯ 2  Worn\n")
    assert pieces[0] == ("", "    1  Good\n")


def test_a_list_too_long_for_the_screen_shows_the_one_pointed_at() -> None:
    menu = Menu(PROMPT, cursor=2)
    assert fits(menu, 80, 10)
    assert not fits(menu, 80, 6)
    assert "❯ Gone" in text(menu, rows=6)
    assert "Good" not in text(menu, rows=6)


def test_every_line_keeps_to_the_columns() -> None:
    assert max(map(len, text(Menu(MANY, cursor=0), columns=30).splitlines())) <= 30
