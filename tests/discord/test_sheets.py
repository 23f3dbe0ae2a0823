"""Sheets as messages: nothing left out, nothing that formats, calls or is too much for Discord."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.render import marker_of, sheet_message, sheet_pages
from adapters.discord.render.shapes import Message
from bot.cards.actions import Action
from bot.cards.folds import READ_ALL
from bot.engine.model import Block, Card
from bot.sheets.model import MOST_BUTTONS, Button, Picture, Sheet
from tests.discord.render_checks import nested, pressables, said
from tests.fakes import shapes
from tests.fakes.discord.limits import wrong_layout, wrong_parts

PICTURE = Picture(b"\x89PNG", "Three of five would reset, two would keep.")
ALL = Action("round", arg="whole|R1")
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=3000)


def sheet(*lines: str, title: str = "Client Alder", buttons: int = 0, **more: object) -> Sheet:
    pressed = tuple(
        Button(Action("round", arg=f"press|{number}"), f"Button {number}")
        for number in range(buttons)
    )
    card = Card("", "round", title, (Block("text", lines),))
    return Sheet(card, pressed, **more)  # type: ignore[arg-type]


def check(made: Message) -> None:
    """See that Discord takes it, posted and shown to one."""
    for payload in (made.payload, made.to_one()):
        assert shapes.wrong_request("create_message", payload) == []
    assert [*wrong_parts([*made.components], "components")] == []
    assert [*wrong_layout([*made.components], "components", v2=True)] == []


def test_a_short_sheet_is_shown_whole_with_its_buttons_in_order() -> None:
    buttons = (
        Button(Action("round", arg="answer|R1"), "Give your opinion", "primary"),
        Button(Action("round", arg="worry|R1"), "I see a safety issue", "danger"),
        Button(Action("round", arg="open|R1"), "Read"),
    )
    card = Card("", "round", "Client Alder", (Block("facts", ("Field\tDesign",)),))
    made = sheet_message(Sheet(card, buttons, whole=ALL))
    check(made)
    assert said(made.components) == "Client Alder Field: Design"
    pressed = pressables(made)
    assert [*pressed] == ["round:answer|R1", "round:worry|R1", "round:open|R1"]
    assert [one["style"] for one in pressed.values()] == [1, 4, 2]


def test_two_buttons_that_do_the_same_are_one() -> None:
    shown = sheet("Here.", buttons=2)
    made = sheet_message(Sheet(shown.card, (*shown.buttons, shown.buttons[0])))
    check(made)
    assert [one["label"] for one in pressables(made).values()] == ["Button 0", "Button 1"]


def test_a_long_sheet_is_shown_by_its_beginning_beside_what_opens_it() -> None:
    made = sheet_message(sheet(*["word " * 180] * 30, buttons=MOST_BUTTONS, whole=ALL))
    check(made)
    assert pressables(made)[str(ALL)]["label"] == READ_ALL
    assert "There is more" in said(made.components)
    assert len(pressables(made)) == MOST_BUTTONS + 1


def test_without_a_way_to_open_it_a_long_sheet_comes_in_several_messages_with_every_word() -> None:
    lines = [f"line{number} " + "word " * 150 for number in range(40)]
    made = sheet_pages(sheet(*lines, buttons=3, picture=PICTURE))
    assert len(made) > 1
    for one in made:
        check(one)
    read = " ".join(said(one.components) for one in made)
    assert all(f"line{number} " in read for number in range(40))
    assert [len(pressables(one)) for one in made] == [0] * (len(made) - 1) + [3]
    assert [len(one.files) for one in made] == [0] * (len(made) - 1) + [1]


def test_opened_whole_it_comes_in_several_messages_though_it_can_be_folded() -> None:
    long = sheet(*["word " * 180] * 30, whole=ALL)
    assert len(sheet_pages(long)) == 1
    opened = sheet_pages(long, whole=True)
    assert len(opened) > 1
    assert str(ALL) not in [name for one in opened for name in pressables(one)]


def test_posted_where_it_cannot_be_opened_it_says_that_there_is_more() -> None:
    made = sheet_message(sheet(*["word " * 180] * 30))
    check(made)
    assert "There is more than there is room for here." in said(made.components)


def test_a_picture_is_shown_with_what_it_shows_in_words() -> None:
    made = sheet_message(sheet("Here.", picture=PICTURE))
    check(made)
    (gallery,) = [one for one in nested(made.components) if one["type"] == 12]
    assert gallery["items"] == [
        {"media": {"url": "attachment://opinion.png"}, "description": PICTURE.alt}
    ]
    assert made.payload["attachments"] == [
        {"id": "0", "filename": "opinion.png", "description": PICTURE.alt}
    ]
    assert made.files == [("opinion.png", PICTURE.png)]


def test_a_sheet_without_a_picture_takes_away_the_one_that_was_there() -> None:
    assert sheet_message(sheet("Here.")).payload["attachments"] == []


def test_an_empty_sheet_is_a_message_all_the_same() -> None:
    check(sheet_message(Sheet(Card("", "round", "", ()))))


def test_what_was_typed_neither_formats_nor_calls_anybody() -> None:
    made = sheet_message(sheet("**all** @everyone <@1> [x](https://evil.example) `x`"))
    check(made)
    assert "@everyone" not in str(made.components).replace("\\\\@", "")
    assert made.payload["allowed_mentions"] == {"parse": []}


def test_only_who_is_called_on_purpose_is_mentioned() -> None:
    made = sheet_message(sheet("Please look."), called=("11", "12"))
    check(made)
    assert made.components[0]["content"] == "-# For <@11> <@12>"
    assert made.payload["allowed_mentions"] == {"parse": [], "users": ["11", "12"]}


def test_a_message_is_told_by_its_marker_whatever_it_shows() -> None:
    for shown in (sheet("Short."), sheet(*["word " * 180] * 30, whole=ALL)):
        made = sheet_message(shown, 4711)
        check(made)
        assert marker_of(made.payload) == 4711
        assert marker_of(sheet_message(shown).payload) == 0
    assert marker_of({}) == 0


@given(st.lists(WORDS, max_size=12), WORDS, st.integers(0, MOST_BUTTONS), st.booleans())
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_a_sheet_discord_takes_it(
    lines: list[str], title: str, buttons: int, opens: bool
) -> None:
    whole = ALL if opens else None
    made = sheet(*lines, title=title[:200], buttons=buttons, picture=PICTURE, whole=whole)
    for one in (sheet_message(made, 5000, ("11",)), *sheet_pages(made)):
        check(one)
