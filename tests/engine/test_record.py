"""Cases and events as bytes: what goes in comes out."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.advance import advance
from bot.engine.answers import MAX_SENT
from bot.engine.model import (
    Answered,
    Case,
    Choice,
    Commanded,
    Earlier,
    Event,
    Outcome,
    Republished,
    Started,
    Tell,
    Typed,
    Woken,
)
from bot.engine.record import (
    case_from_bytes,
    case_to_bytes,
    event_from_bytes,
    event_to_bytes,
    tell_from_bytes,
    tell_to_bytes,
)
from tests.engine.scenes import FLOW, NOON

# Whatever a store may hold: any sign but half a surrogate pair, which no UTF-8 can hold.
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
ID = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=8)
VALUE = (
    TEXT
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False, width=64)
    | st.lists(ID, max_size=3).map(tuple)  # also (): skipped
)
FACTS = st.dictionaries(ID, VALUE, max_size=3)
DATA = st.dictionaries(TEXT, st.none() | st.booleans() | TEXT | st.lists(st.integers(0, 9)))
OUTCOMES = st.dictionaries(
    ID, st.builds(Outcome, ID, DATA, FACTS, st.lists(ID, max_size=3).map(tuple)), max_size=2
)
EARLIER = st.none() | st.builds(Earlier, FACTS, OUTCOMES, st.dates().map(str))
CHANGE = (
    st.tuples(st.sampled_from(["answers", "offered"]), ID, st.none() | VALUE)
    | st.tuples(st.sampled_from(["name", "status", "reopened", "asking", "wake"]), st.just(""), ID)
    | st.tuples(st.just("earlier"), st.just(""), EARLIER)
)
STATUS = st.sampled_from(["open", "paused", "sleeping", "finished", "cancelled"])
COUNT = st.integers(0, 10**6)
CASES = st.builds(
    Case,
    id=ID,
    owner=TEXT,
    flow=ID,
    version=ID,
    name=TEXT,
    status=STATUS,
    turn=COUNT,
    revision=COUNT,
    at=ID,
    answers=FACTS,
    offered=FACTS,
    outcomes=OUTCOMES,
    shown=st.dictionaries(ID, ID),
    fresh=st.lists(ID, max_size=3).map(tuple),
    reopened=ID,
    asking=ID,
    misses=COUNT,
    wake=TEXT,
    earlier=EARLIER,
    past=st.lists(st.lists(CHANGE, max_size=3).map(tuple), max_size=3).map(tuple),
    started=TEXT,
    touched=TEXT,
)
TIMES = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001  # the zone is given beside it
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)
GIVEN = (
    st.none() | st.booleans() | VALUE.filter(lambda v: not isinstance(v, float) or abs(v) < 1e18)
)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Started, TEXT, TIMES, st.dictionaries(ID, TEXT, max_size=3), TEXT, ID),
    st.builds(Answered, TEXT, COUNT, TIMES, GIVEN),
    st.builds(Typed, TEXT, TIMES, TEXT, st.none() | COUNT),
    st.builds(Commanded, TEXT, COUNT, TIMES, ID, ID),
    st.builds(Woken, TEXT, TIMES),
    st.builds(Republished, TEXT, TIMES, ID),
)


@settings(max_examples=150)
@given(CASES)
def test_a_case_comes_back_as_it_was(case: Case) -> None:
    again = case_from_bytes(case_to_bytes(case))
    assert again == case
    assert case_to_bytes(again) == case_to_bytes(case)
    for name in case.answers:
        assert type(again.answers[name]) is type(case.answers[name])


def test_a_case_with_everything_in_it_comes_back() -> None:
    outcome = Outcome("rules", {"points": [1, 2.5, None]}, {"r": "A", "many": ("x", "y")}, ("A",))
    earlier = Earlier({"parts": ("x",), "skipped": (), "n": 7.5}, {"r": outcome}, "2026-03-01")
    case = Case(
        *("c", "ann", "f", "v"),
        answers={"parts": ("x", "y"), "skipped": (), "n": 3, "text": "שלום 🙂"},
        outcomes={"r": outcome},
        earlier=earlier,
        past=(
            (("answers", "parts", ("x",)), ("answers", "new", None), ("offered", "n", 3)),
            (("earlier", "", earlier), ("status", "", "open")),
            (("earlier", "", None),),
        ),
    )
    assert case_from_bytes(case_to_bytes(case)) == case


def test_what_is_at_its_default_takes_no_room() -> None:
    case = Case("c", "ann", "f", "v")
    assert set(orjson.loads(case_to_bytes(case))) == {"id", "owner", "flow", "version"}


def test_a_record_from_before_a_field_was_added_opens() -> None:
    old = orjson.dumps({"id": "c", "owner": "ann", "flow": "f", "version": "v", "turn": 3})
    assert case_from_bytes(old) == Case("c", "ann", "f", "v", turn=3)


@settings(max_examples=200)
@given(EVENTS)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    again = event_from_bytes(event_to_bytes(event))
    assert again == event
    assert type(again) is type(event)
    assert again.at.utcoffset() == event.at.utcoffset()


@given(
    code=ID,
    text=TEXT,
    mistake=st.booleans(),
    choices=st.lists(st.builds(Choice, ID, TEXT), max_size=3).map(tuple),
)
def test_a_tell_comes_back_without_its_card(
    code: str, text: str, mistake: bool, choices: tuple[Choice, ...]
) -> None:
    tell = Tell(code, text, mistake, choices)
    assert tell_from_bytes(tell_to_bytes(tell)) == tell


# ------------------------------------------------------------------ what people send

_STRANGE_TEXT = st.one_of(
    st.text(st.characters(codec=None, categories=None), max_size=10),
    st.sampled_from([" ", "x", "no ", "\ud800", "e\u0301"]).map(lambda t: t * (MAX_SENT + 5)),
    st.sampled_from([" " * MAX_SENT + "x", " " * MAX_SENT + "pause", "x" * MAX_SENT, "9" * 5000]),
)
_STRANGE_VALUE = st.one_of(
    st.sampled_from([None, True, 1, 10**15, 2**70, -(10**400), 1e300, 7.5, {}, {"a": 1}, {1: [2]}]),
    st.sampled_from([float("nan"), float("inf"), ["keys", "papers"], ("keys",), [], [None], [[]]]),
    st.just(["keys"] * 1000),
    st.lists(_STRANGE_TEXT, max_size=3),
    _STRANGE_TEXT,
)


def _begun(at_question: int) -> Case:
    """Give a case that has come to one of the questions (choice, text, many)."""
    start = Started("ann", NOON, name="Client Heron")
    case = advance(FLOW, Case("c", "ann", FLOW.id, FLOW.version), start).case
    for text in ["1", "Heron", "2", "1", "2"][:at_question]:
        case = advance(FLOW, case, Typed("ann", NOON, text)).case
    return case


_BEGUN = [_begun(number) for number in range(6)]


@settings(max_examples=300)
@given(case=st.sampled_from(_BEGUN), sent=_STRANGE_VALUE | _STRANGE_TEXT, pressed=st.booleans())
def test_what_was_sent_is_logged_so_that_it_comes_to_the_same_again(
    case: Case, sent: object, pressed: bool
) -> None:
    event: Event = (
        Answered("ann", case.turn, NOON, sent)
        if pressed or not isinstance(sent, str)
        else Typed("ann", NOON, sent)
    )
    logged = event_from_bytes(event_to_bytes(event))
    assert advance(FLOW, case, logged).case == advance(FLOW, case, event).case


def test_the_log_of_a_megabyte_is_short() -> None:
    for event in (
        Typed("ann", NOON, "x" * 1_000_000),
        Answered("ann", 1, NOON, "é" * 1_000_000),
        Answered("ann", 1, NOON, ["x"] * 1_000_000),
    ):
        assert len(event_to_bytes(event)) < 20_000


def test_an_event_holds_only_what_can_be_sent() -> None:
    with pytest.raises(TypeError, match="object"):
        event_to_bytes(Answered("ann", 1, NOON, object()))


def test_times_keep_their_offset_and_fractions() -> None:
    at = datetime(2026, 3, 31, 23, 59, 59, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert event_from_bytes(event_to_bytes(Woken("ann", at))).at.isoformat() == at.isoformat()
    assert event_from_bytes(event_to_bytes(Woken("ann", at.astimezone(UTC)))).at == at


def test_every_field_of_a_case_is_recorded() -> None:
    case = Case("c", "ann", "f", "v")
    changed: dict[str, Any] = {
        "name": "n",
        "status": "paused",
        "turn": 1,
        "revision": 1,
        "at": "q",
        "answers": {"a": "b"},
        "offered": {"a": "b"},
        "outcomes": {"r": Outcome("v", {}, {})},
        "shown": {"a": "b"},
        "fresh": ("a",),
        "reopened": "a",
        "asking": "a",
        "misses": 1,
        "wake": "w",
        "earlier": Earlier({}, {}, ""),
        "past": ((("name", "", "n"),),),
        "started": "s",
        "touched": "t",
    }
    assert {field.name for field in fields(Case)} == {*changed, "id", "owner", "flow", "version"}
    whole = replace(case, **changed)
    assert case_from_bytes(case_to_bytes(whole)) == whole
