"""What a person fills in stays what it is: no slot, no subject, no line of its own."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.drafting.compose import compose
from bot.drafting.linter import About, lint
from bot.drafting.slots import LONGEST, clean
from tests.drafting.scene import DRAFTS, VALUES, known, situations

SEEN = known(situations()["in_agency"])
nasty = st.one_of(
    st.text(max_size=400),
    st.sampled_from(
        [
            "{me}",
            "{{end date}}",
            "{client.__class__}",
            "{0!r:>9999}",
            "a\nSubject: b",
            "a\r\n\r\nDear b",
            "\x1b[2J",
            "a\u202eb",
            "a\u2028b",
            "\u200b",
            "{",
            "}}",
        ]
    ),
)


@given(value=nasty, slot=st.sampled_from(sorted(VALUES)))
def test_a_value_is_never_read_as_anything_but_words(value: str, slot: str) -> None:
    values = {**VALUES, slot: value}
    for course, medium in (("RESET", "email"), ("PAUSE", "chat"), ("HANDOVER", "call")):
        plain = compose(DRAFTS, course, medium, "warm", SEEN, {**VALUES, slot: "Xx"})
        draft = compose(DRAFTS, course, medium, "warm", SEEN, values)
        given_ = clean(value)
        if not given_:
            assert slot not in plain.gaps
            assert (slot in draft.gaps) == ("Xx" in plain.text)
            continue
        assert draft.gaps == ()
        assert draft.text == plain.text.replace("Xx", given_)
        assert draft.text.count("\n") == plain.text.count("\n")


@given(st.text(max_size=2000))
def test_a_cleaned_value_is_one_short_line_without_braces(value: str) -> None:
    line = clean(value)
    assert len(line) <= LONGEST
    assert clean(line) == line
    assert not set(line) & set("{}\r\n\t\x1b")
    assert not any(unicodedata.category(char) in {"Cc", "Zl", "Zp"} for char in line)


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=20), max_size=5))
def test_slots_that_are_none_change_nothing(values: dict[str, str]) -> None:
    strange = {name: value for name, value in values.items() if name not in DRAFTS.slots}
    bare = compose(DRAFTS, "KEEP", "email", "firm", SEEN, {})
    assert compose(DRAFTS, "KEEP", "email", "firm", SEEN, strange) == bare


@given(st.text(max_size=500), st.sampled_from(["", *DRAFTS.courses]))
def test_the_linter_can_read_anything(text: str, course: str) -> None:
    found = lint(DRAFTS, text, About(course, "email", SEEN, ("Ann", "")))
    assert found == lint(DRAFTS, text, About(course, "email", SEEN, ("Ann", "")))


def test_joined_emoji_and_other_scripts_come_through() -> None:
    for value in ("👩‍💻", "Zoë Müller", "Αθηνά", "عمر", "林さん"):
        assert clean(value) == value
