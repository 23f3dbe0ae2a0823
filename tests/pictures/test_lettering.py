"""What the font has no letter for, and where lines break."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pictures.lettering import broken, legible

LATIN = frozenset(range(0x20, 0x250)) | {ord("…")}


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Pause work", "Pause work"),
        ("Pause 🎉 work", "Pause work"),
        ("客户关系 ok", "… ok"),
        ("客户", "No. 2"),
        ("🎉", "No. 2"),
        ("", "No. 2"),
        ("ﬁne ① ½", "fine 1 ½"),
        ("u\u0308ber", "über"),
        ("one\u202e\ntwo\t\x1b[31mthree\u200b", "one two [31mthree"),
    ],
)
def test_what_the_font_lacks_is_written_otherwise_or_left_out(text: str, drawn: str) -> None:
    assert legible(text, LATIN, "No. 2") == drawn


@given(st.text())
def test_no_letter_is_left_that_would_be_drawn_as_a_box(text: str) -> None:
    assert {ord(char) for char in legible(text, LATIN, "No. 1")} <= LATIN


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("ab cd", ["ab cd"]),
        ("ab cd ef", ["ab cd", "ef"]),
        ("abcdefgh", ["abcde", "fgh"]),
        ("a bcdefghi j", ["a", "bcdef", "ghi j"]),
    ],
)
def test_lines_break_between_words_and_within_a_word_too_long(text: str, lines: list[str]) -> None:
    assert broken(text, lambda line: len(line) <= 5) == lines


@given(st.text(alphabet="ab 1", max_size=80), st.integers(0, 9))
def test_no_letter_is_lost_and_every_line_fits(text: str, room: int) -> None:
    lines = broken(text, lambda line: len(line) <= room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) <= max(room, 1) for line in lines)
