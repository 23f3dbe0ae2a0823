"""Ballots as they are filled in, and as bytes that are all of one length."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.opinion.ballots import SIZE, clean, filled_in, from_bytes, in_no_order, to_bytes
from bot.opinion.model import NOTE_LENGTH, SURENESS, TAKEOVER, Ballot, Brief, Course, Fact, Option

IDS = [f"{'x' * 37}{number:03}" for number in range(37)]
BRIEF = Brief(
    "Client Alder",
    "legal",
    facts=tuple(Fact(question, question, "a", "A") for question in IDS),
    courses=(Course("KEEP", "Keep", "stay"), Course("LEAVE", "Leave", "leave")),
    missed=tuple(Option(option, option) for option in IDS[:24]),
)

some = st.lists(st.sampled_from(IDS), unique=True).map(tuple)
entries = st.fixed_dictionaries(
    {
        "course": st.sampled_from(["KEEP", "LEAVE", "abstain"]),
        "sure": st.sampled_from(list(SURENESS)),
        "takeover": st.sampled_from(["", *TAKEOVER]),
        "differently": some,
        "missed": st.lists(st.sampled_from(IDS[:24]), unique=True).map(tuple),
        "note": st.text(max_size=NOTE_LENGTH),
    }
)


@given(entries, st.text(max_size=300), st.text(st.characters(codec="ascii"), max_size=64))
def test_whatever_is_entered_has_the_same_size_and_is_read_again(
    entered: dict[str, str | tuple[str, ...]], name: str, voter: str
) -> None:
    ballot, wrong = filled_in(BRIEF, entered)
    if ballot is None:  # a note may get longer when it is put into one form
        assert wrong.keys() == {"note"}
        return
    anonymous, named = to_bytes(ballot), to_bytes(ballot, "voter", name)
    assert len(anonymous) == len(named) == SIZE
    assert from_bytes(anonymous) == ballot
    read = from_bytes(named)
    assert read.voter == "voter"
    assert len(read.name) <= 100


@pytest.mark.parametrize("sign", ["x", "ü", "文", "🦊", '"', "\\", "\n", "é"])
def test_the_longest_ballot_has_room(sign: str) -> None:
    entered: dict[str, str | tuple[str, ...]] = {
        "course": "LEAVE",
        "sure": "not_sure",
        "takeover": "help",
        "differently": tuple(IDS),
        "missed": tuple(IDS[:24]),
        "note": "a" + sign * (NOTE_LENGTH - 2) + "z",
    }
    ballot, _ = filled_in(BRIEF, entered)
    assert ballot
    assert len(to_bytes(ballot, "v" * 64, sign * 200)) == SIZE


@given(st.text())
def test_a_text_is_cleaned_once_and_for_all(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode()


def test_what_is_left_out_keeps_what_was_answered_before() -> None:
    before = Ballot("KEEP", "very", (IDS[1],), (IDS[2],), "so", "yes")
    ballot, wrong = filled_in(BRIEF, {"differently": (IDS[0],)}, before)
    assert not wrong
    assert ballot == Ballot("KEEP", "very", (IDS[0],), (IDS[2],), "so", "yes")


def test_who_abstained_and_changes_nothing_else_abstains_still() -> None:
    ballot, wrong = filled_in(BRIEF, {"differently": ()}, Ballot(""))
    assert not wrong
    assert ballot == Ballot("")


@given(st.dictionaries(st.sampled_from(["course", "sure", "note", "x"]), st.text() | some))
def test_what_no_form_sends_is_refused_by_field_and_never_breaks(
    entered: dict[str, str | tuple[str, ...]],
) -> None:
    ballot, wrong = filled_in(BRIEF, entered)
    assert (ballot is None) == bool(wrong)


ballots = st.lists(
    st.builds(
        Ballot,
        st.sampled_from(["", "KEEP", "LEAVE"]),
        st.sampled_from(list(SURENESS)),
        note=st.text(max_size=5),
    ),
    max_size=12,
)


@given(ballots, st.integers())
def test_the_order_of_voting_is_nowhere_in_what_is_revealed(
    given_: list[Ballot], seed: int
) -> None:
    shuffled = random.Random(seed).sample(given_, len(given_))
    one, two = in_no_order(given_), in_no_order(shuffled)
    assert [to_bytes(ballot) for ballot in one] == [to_bytes(ballot) for ballot in two]
