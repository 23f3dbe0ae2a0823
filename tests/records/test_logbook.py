"""The log of a case: facts with their history, read as people write them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotFound, WrongUse
from bot.records.logbook import (
    MOST_ENTRIES,
    Entry,
    Kept,
    Log,
    add,
    edit,
    found,
    in_order,
    log_from_bytes,
    log_to_bytes,
    read_entry,
    read_moment,
    remove,
    when_entered,
)
from bot.sheets.log import log_card, log_sheet

NOW = datetime(2026, 3, 2, 14, 30, tzinfo=ZoneInfo("Europe/Berlin"))
WORDS = st.text(max_size=40)
ENTRIES = st.builds(Entry, at=WORDS, who=WORDS, quote=WORDS, fact=WORDS, impression=WORDS)
LOGS = st.builds(
    Log,
    st.lists(
        st.builds(Kept, WORDS, st.lists(st.tuples(WORDS, ENTRIES), min_size=1).map(tuple), WORDS)
    ).map(tuple),
    st.integers(1, 999),
)


@given(log=LOGS)
def test_a_log_is_read_back_as_it_was_written(log: Log) -> None:
    assert log_from_bytes(log_to_bytes(log)) == log


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("", "2026-03-02T14:30+01:00"),
        ("today 9:15", "2026-03-02T09:15+01:00"),
        ("yesterday at 2pm", "2026-03-01T14:00+01:00"),
        ("28 February 2026", "2026-02-28"),
        ("2026-02-28 23:05", "2026-02-28T23:05+01:00"),
        ("12am", "2026-03-02T00:00+01:00"),
        ("2:30pm", "2026-03-02T14:30+01:00"),
        ("2:30 pm", "2026-03-02T14:30+01:00"),
        ("12:30 am", "2026-03-02T00:30+01:00"),
        ("2026-02-28T23:05+01:00", "2026-02-28T23:05+01:00"),
        ("2026-02-28T23:05", "2026-02-28T23:05+01:00"),
        ("28 February", "2026-02-28"),
        ("3 March 9:15", "2025-03-03T09:15+01:00"),
        ("friday", "2026-02-27"),
        ("25 December", "2025-12-25"),
    ],
)
def test_when_it_happened_is_read_in_any_wording(said: str, at: str) -> None:
    assert read_moment(said, NOW) == at


@pytest.mark.parametrize(
    "said", ["25:10", "13pm", "at some point", "3/4", "tomorrow", "next friday"]
)
def test_what_is_no_time_is_told(said: str) -> None:
    with pytest.raises(WrongUse):
        read_moment(said, NOW)


def test_an_entry_keeps_what_it_said_before_and_can_be_put_back() -> None:
    log = add(Log(), Entry("2026-03-02", fact="He called."), "2026-03-02")
    log = edit(log, "1", Entry("2026-03-02", fact="He called twice."), "2026-03-03")
    assert [entry.fact for _, entry in found(log, "1").versions] == [
        "He called.",
        "He called twice.",
    ]
    assert edit(log, "1", found(log, "1").entry, "2026-03-04") is log, "nothing was changed"
    gone = remove(log, "1", "2026-03-05")
    assert in_order(gone) == []
    assert in_order(remove(gone, "1", "")) == in_order(log)
    with pytest.raises(NotFound):
        found(log, "2")


def test_entries_stand_by_when_things_happened() -> None:
    log = Log()
    for day in ("2026-03-05", "2026-03-01", "2026-03-09"):
        log = add(log, Entry(day, fact="Something."), "2026-03-10")
    assert [kept.entry.at for kept in in_order(log)] == ["2026-03-09", "2026-03-05", "2026-03-01"]
    headings = [b.lines[0] for b in log_card(log).blocks if b.kind == "heading"]
    assert headings[0].startswith("2. 2026-03-01")


def test_what_is_wrong_stands_beside_its_field_and_an_empty_entry_is_none() -> None:
    entry, wrong = read_entry(
        {"when": "never", "quote": "x" * 3001, "who": "Mr Grey"}, Entry(""), NOW, "Europe/Berlin"
    )
    assert set(wrong) == {"when", "quote"}
    assert entry.who == "Mr Grey", "nothing has to be typed again"
    _, wrong = read_entry({"when": "", "who": "Mr Grey"}, Entry(""), NOW, "")
    assert "what you saw" in wrong["when"]
    for said, day, who in (
        ("5 March, Ana", "2026-03-05", "Ana"),
        ("March 5, 2026, Ana", "2026-03-05", "Ana"),
        ("Ana", "", "Ana"),
        ("5 March", "2026-03-05", ""),
    ):
        entry, wrong = read_entry({"next": said, "fact": "So."}, Entry("x"), NOW, "")
        assert (entry.next_day, entry.next_by) == (day, who)


def test_changing_another_field_leaves_the_time_as_it_was_wherever_one_is() -> None:
    before = Entry("2026-03-01T09:15+01:00", "Europe/Berlin", fact="He called.")
    there = NOW.astimezone(ZoneInfo("Asia/Tokyo"))
    for said in (when_entered(before), ""):
        entry, _ = read_entry({"when": said, "fact": "He rang."}, before, there, "Asia/Tokyo")
        assert (entry.at, entry.zone) == (before.at, before.zone)


def test_entries_of_two_zones_stand_in_the_order_in_which_things_happened() -> None:
    log = Log()
    for moment in ("2026-03-01T23:30+01:00", "2026-03-01T23:00+00:00"):
        log = add(log, Entry(moment, fact="Something."), "2026-03-10")
    assert in_order(log)[0].entry.at.endswith("+00:00")


def test_a_log_has_room_for_five_hundred_and_says_so() -> None:
    entry = Kept("1", (("x", Entry("2026-03-02")),))
    full = Log((entry,) * MOST_ENTRIES, 2)
    with pytest.raises(WrongUse, match="500"):
        add(full, Entry("2026-03-02"), "x")
    pages = log_sheet(full, "CASE", "Heron", 999)
    assert any(button.label == "Newer ones" for button in pages.buttons)
    assert len(pages.buttons) <= 20


def test_that_nothing_happened_is_said_where_it_would_be_written() -> None:
    asked = {"when": "today", "channel": "", "who": "Ann", "quote": "", "fact": " "}
    assert set(read_entry(asked, Entry(""), NOW, "")[1]) == {"quote"}
    more = {"impression": "", "effect": "Late.", "evidence": "", "done": "", "next": ""}
    assert set(read_entry(more, Entry("2026-03-02"), NOW, "")[1]) == {"impression"}
    assert set(read_entry({}, Entry(""), NOW, "")[1]) == {""}


@pytest.mark.parametrize("said", ["2026-03-04T09:00", "9999-12-31T23:59+00:00"])
def test_a_time_as_machines_write_it_is_not_to_come_either(said: str) -> None:
    with pytest.raises(WrongUse, match="still to come"):
        read_moment(said, NOW)
