"""Sealed values open where they belong and nowhere else."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.store.backup import back_up
from adapters.store.sealing import Box, Marks, Masters, bind, new_key
from bot.engine.model import Tell
from bot.errors import KeyMissing, StoreDamaged
from bot.ports import Person
from tests.store.making import ANN, LATER, Open, a_case, all_bytes, answer, database_of, raw

CANARIES = ("canary-answer", "canary-tell", "canary-name", "canary-person", "canary-profile")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(TEXTS), st.lists(TEXTS))
def test_different_parts_are_bound_differently(one: list[str], other: list[str]) -> None:
    assert (bind(*one) == bind(*other)) == (one == other)


@given(st.binary(), TEXTS, TEXTS, TEXTS)
def test_a_sealed_value_opens_with_its_owner_row_and_field_only(
    data: bytes, owner: str, row: str, field: str
) -> None:
    key = new_key()
    sealed = Box.of(key, owner, row).seal(field, data)
    assert Box.of(key, owner, row).open(field, sealed) == data
    others = [
        (Box.of(key, owner + "x", row), field),
        (Box.of(key, owner, row + "x"), field),
        (Box.of(key, owner, row), field + "x"),
        (Box.of(key, row, owner), field) if row != owner else (Box.of(key, "", "x"), field),
        (Box.of(new_key(), owner, row), field),
    ]
    for box, other_field in others:
        with pytest.raises(StoreDamaged):
            box.open(other_field, sealed)


@given(st.binary(max_size=60), st.data())
def test_a_changed_value_does_not_open(data: bytes, drawn: st.DataObject) -> None:
    box = Box.of(new_key(), "owner", "row")
    sealed = bytearray(box.seal("field", data))
    place = drawn.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= drawn.draw(st.integers(1, 255))
    for changed in (bytes(sealed), bytes(sealed[:place]), b""):
        with pytest.raises(StoreDamaged):
            box.open("field", changed)


def test_sealing_the_same_twice_looks_different() -> None:
    box = Box.of(new_key(), "owner", "row")
    assert box.seal("field", b"yes") != box.seal("field", b"yes")


def test_older_masters_still_unwrap_and_the_newest_wraps() -> None:
    old, new = new_key(), new_key()
    wrapped = Masters([old]).wrap(b"secret", "person")
    both = Masters([new, old])
    assert both.unwrap(wrapped, "person") == b"secret"
    with pytest.raises(StoreDamaged):
        both.unwrap(wrapped, "another person")
    with pytest.raises(KeyMissing):
        Masters([old]).unwrap(both.wrap(b"secret", "person"), "person")


def test_marks_depend_on_tenant_and_name_and_on_the_secret() -> None:
    marks = Marks.of(b"s" * 32)
    people = [("a", "bc"), ("ab", "c"), ("", "abc"), ("abc", "")]
    assert len({marks.owner(*person) for person in people}) == 4
    assert marks.owner("a", "b") == Marks.of(b"s" * 32).owner("a", "b")
    assert marks.owner("a", "b") != Marks.of(b"t" * 32).owner("a", "b")


async def test_what_people_write_is_nowhere_to_be_read(
    open_sqlite: Open, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store = await open_sqlite()
    person = store.owner(Person("terminal", "canary-person"))
    await store.set_profile(person, {"field": "canary-profile"})
    for _ in range(3):
        work = answer(person, "c1", "canary-answer", Tell("x", "canary-tell"), key="canary-key")
        await store.turn(work)
    named = a_case(person, "c2", answers={"note": "canary-name"})
    await store.turn(answer(person, named.id, "canary-name"))
    await store.cases(person)
    await store.history(person, "c1")
    await store.due(LATER, "terminal")
    back_up(database_of(tmp_path), tmp_path / "copy.db")
    stored = all_bytes(tmp_path)
    assert b"some_flow" in stored  # the search does find what is not sealed
    assert "INSERT INTO change" in caplog.text  # and the driver did log what it ran
    for canary in (*CANARIES, "canary", "Heron"):
        assert canary.encode() not in stored
        assert canary not in caplog.text


async def test_values_swapped_between_rows_do_not_open(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite(remember=1)
    ann, ben = store.owner(ANN), store.owner(Person("terminal", "ben"))
    for owner, case_id in ((ann, "c1"), (ann, "c2"), (ben, "c3"), (ben, "c4")):
        await store.turn(answer(owner, case_id))
    with raw(tmp_path) as other:
        swap = (
            "UPDATE {table} SET {column} = (SELECT x.{column} FROM {table} x WHERE x.{key} = ?)"
            " WHERE {key} = ?"
        )
        other.execute(swap.format(table="cases", column="body", key="id"), ("c2", "c1"))
        row = dict(other.execute("SELECT id, row FROM cases"))
        other.execute(swap.format(table="keys", column="wrapped", key="id"), (row["c4"], row["c3"]))
    for owner, case_id in ((ann, "c1"), (ben, "c3")):
        with pytest.raises(StoreDamaged, match="does not open"):
            await store.case(owner, case_id)
        with pytest.raises(StoreDamaged):
            await store.turn(answer(owner, case_id))
    assert (await store.case(ann, "c2")).turn == 1


async def test_events_cannot_be_put_in_another_order(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    for value in ("one", "two"):
        await store.turn(answer(ann, "c1", value))
    with raw(tmp_path) as other:
        other.execute("UPDATE events SET seq = 3 - seq")
    with pytest.raises(StoreDamaged):
        await store.history(ann, "c1")
