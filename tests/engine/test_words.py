"""The words that work at every prompt, and what is not one of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.words import RESERVED, WORDS, parse_word


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_known_however_it_is_written(word: str) -> None:
    for text in (word, word.upper(), f"  {word.title()}\n"):
        assert parse_word(text) == (word, "")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("?", "help"),
        ("Why?", "why"),
        ("why  do you ask?", "why"),
        ("go back", "back"),
        ("pass", "skip"),
        ("stop", "pause"),
        ("start over", "restart"),
        ("continue", "resume"),
        ("resume", "resume"),
        ("keep it", "keep"),
        ("keep", "keep"),
    ],
)
def test_other_ways_to_say_a_word_are_known(text: str, word: str) -> None:
    assert parse_word(text) == (word, "")


@pytest.mark.parametrize(
    ("text", "target"),
    [("edit 3", "3"), ("Edit  safety", "safety"), ("change 12", "12"), ("EDIT Tried", "tried")],
)
def test_edit_names_what_is_to_be_changed(text: str, target: str) -> None:
    assert parse_word(text) == ("edit", target)


@pytest.mark.parametrize(
    "text",
    [
        *("back to work", "why not", "helpful", "skip it please"),
        *("edit", "edit the third", "change my mind now"),
        *("", " ", "\x00", "back\x00", "undo" + " " * 500),
    ],
)
def test_a_word_is_the_whole_message_or_none(text: str) -> None:
    assert parse_word(text) is None


def test_whatever_is_a_word_is_no_name_for_an_option() -> None:
    for said in ("stop", "continue", "go back", "pass", "start over", "?", "edit", "change"):
        assert said in RESERVED
    assert set(WORDS) < RESERVED


@given(st.text(max_size=300))
def test_any_text_is_a_word_or_not(text: str) -> None:
    found = parse_word(text)
    assert found is None or found[0] in RESERVED
    if found and found[0] != "edit":
        assert " ".join(text.split()).casefold() in RESERVED
