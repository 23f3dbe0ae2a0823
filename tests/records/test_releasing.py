"""What others are shown grows by five of three people at least, whatever anybody does."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.records.insights import FEWEST, SMALLEST, Decided
from bot.records.releasing import Upto, let_out, shown

BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(minute: int) -> str:
    return (BEGUN + timedelta(minutes=minute)).isoformat()


def case(minute: int, person: str = "", *answers: tuple[int, str]) -> Decided:
    said = tuple((at(when), answer) for when, answer in answers)
    return Decided("A", "A", since=at(minute), person=person or str(minute), answers=said)


def test_cases_come_in_by_fives_of_three_people_the_oldest_first() -> None:
    cases = [case(minute) for minute in range(12)]
    upto = let_out([*reversed(cases)], Upto())
    assert shown(cases, upto) == cases[:10]
    assert let_out(cases[:4], Upto()) == Upto()
    offset = replace(cases[0], since="2026-03-02T09:30:00+02:00")  # is before all others
    assert shown([*cases[1:5], offset], let_out([*cases[1:5], offset], Upto()))[-1] == offset
    of_two = [case(minute, "ann" if minute % 2 else "ben") for minute in range(9)]
    assert let_out(of_two, Upto()) == Upto()
    assert let_out([*of_two, case(9, "cleo")], Upto()).decided == at(9)


def test_nobody_learns_of_one_more_case_by_staying_out_or_deleting_their_own() -> None:
    others = [case(10 + minute) for minute in range(6)]
    mine = [case(minute, "eve") for minute in range(4)]
    upto = let_out([*mine, *others], Upto())
    assert len(shown([*mine, *others], upto)) == 6, "five of three people"
    for kept in range(4):
        left = [*mine[:kept], *others]
        after = let_out(left, upto)
        theirs = [one for one in shown(left, after) if one.person != "eve"]
        assert theirs == others[:2], "as before"


def test_answers_come_in_by_fives_as_well_and_stay_until_newer_ones_do() -> None:
    cases = [case(minute, "", (100 + minute, "better")) for minute in range(5)]
    four = [*cases[:4], replace(cases[4], answers=())]
    upto = let_out(four, Upto())
    assert [one.answer for one in shown(four, upto)] == [""] * 5
    upto = let_out(cases, upto)
    assert [one.answer for one in shown(cases, upto)] == ["better"] * 5
    changed = [case(0, "", (100, "better"), (200, "worse")), *cases[1:]]
    assert let_out(changed, upto) == upto
    assert [one.answer for one in shown(changed, upto)] == ["better"] * 5


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_what_is_new_is_of_five_cases_or_answers_of_three_people(
    seed: int,
) -> None:
    chance, upto, before = random.Random(seed), Upto(), set[tuple[str, str]]()
    cases: dict[str, Decided] = {}
    out = set[str]()
    for minute in range(300):
        person, name = chance.choice("abcdefg"), chance.choice([*cases, ""])
        match chance.choice(["decide", "decide", "answer", "answer", "delete", "out", "in"]):
            case "decide":
                cases[str(minute)] = case(minute, person)
            case "answer" if name:
                old = cases[name]
                said = (*old.answers, (at(minute), f"{name} {minute}"))
                cases[name] = replace(old, answers=said)
            case "delete":
                cases.pop(name, None)
            case "out":
                out.add(person)
            case "in" if person in out:
                out.remove(person)
                theirs = [name for name, one in cases.items() if one.person == person]
                cases |= {name: replace(cases[name], since=at(minute)) for name in theirs}
        counted = {name: one for name, one in cases.items() if one.person not in out}
        after = let_out([*counted.values()], upto)
        seen = {
            (name, what)
            for name, one in counted.items()
            for known in shown([one], after)
            for what in ("case", known.answer)
            if what
        }
        new = Counter(cases[name].person for name, _ in seen - before)
        if after == upto:
            assert not new
        else:
            assert new.total() >= SMALLEST
            assert len(new) >= FEWEST
        upto, before = after, seen
    assert upto.decided
    assert upto.answered
