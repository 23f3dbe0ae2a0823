"""Ballots as they are filled in, and as the bytes that are sealed: all of one length."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace

import orjson

from bot.opinion.model import NOTE_LENGTH, SURENESS, TAKEOVER, Ballot, Brief

SIZE = 6144
"""Bytes of every ballot before it is sealed: more than the longest one needs."""

ABSTAIN = "abstain"
"""What is chosen in the place of a course by those with a conflict of interest."""

_NAME = 100
_KEPT = frozenset("\n\t\u200c\u200d")
"""What cannot be seen and has a meaning: lines, and what joins letters and emoji."""


def filled_in(
    brief: Brief, entered: Mapping[str, str | tuple[str, ...]], before: Ballot | None = None
) -> tuple[Ballot | None, dict[str, str]]:
    """Read a ballot from a form; what is wrong is said by field, and then there is no ballot.

    A field that the form did not have keeps what was answered ``before``; unknown ids are refused.
    """
    wrong: dict[str, str] = {}
    old = before or Ballot("")
    courses = {course.id for course in brief.courses}
    chosen = _one(entered, "course", ABSTAIN if before and before.abstains else old.course)
    if chosen not in {*courses, ABSTAIN}:
        wrong["course"] = "Choose what you would do, or that you have a conflict of interest."
    sure = _one(entered, "sure", old.sure)
    if sure not in SURENESS:
        wrong["sure"] = "Say how sure you are."
    takeover = _one(entered, "takeover", old.takeover)
    if takeover and takeover not in TAKEOVER:
        wrong["takeover"] = "Choose one of the answers."
    differently = _several(entered, "differently", old.differently)
    if not {*differently} <= {fact.question for fact in brief.shown}:
        wrong["differently"] = "Choose among the facts of the brief."
    missed = _several(entered, "missed", old.missed)
    if not {*missed} <= {option.id for option in brief.missed}:
        wrong["missed"] = "Choose from the list."
    note = clean(_one(entered, "note", old.note))
    if len(note) > NOTE_LENGTH:
        over = len(note) - NOTE_LENGTH
        wrong["note"] = f"At most {NOTE_LENGTH} characters have room; that is {over} too many."
    if wrong:
        return None, wrong
    if chosen == ABSTAIN:
        return Ballot(""), {}
    order = [fact.question for fact in brief.shown]
    named = [option.id for option in brief.missed]
    ballot = Ballot(
        chosen, sure, _sorted(differently, order), _sorted(missed, named), note, takeover
    )
    return ballot, {}


def _one(entered: Mapping[str, str | tuple[str, ...]], field: str, old: str) -> str:
    value = entered.get(field, old)
    return value if isinstance(value, str) else (value[0] if len(value) == 1 else "")


def _several(
    entered: Mapping[str, str | tuple[str, ...]], field: str, old: tuple[str, ...]
) -> tuple[str, ...]:
    value = entered.get(field, old)
    return value if isinstance(value, tuple) else ((value,) if value else ())


def _sorted(chosen: Collection[str], order: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in order if one in chosen)


def clean(text: str) -> str:
    """Give a text without what cannot be seen, but with its lines."""
    kept = (
        c for c in text.replace("\r\n", "\n") if c in _KEPT or unicodedata.category(c)[0] != "C"
    )
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def to_bytes(ballot: Ballot, voter: str = "", name: str = "") -> bytes:
    """Write a ballot, filled up to ``SIZE``; its voter only where the round names them.

    Raises ``ValueError`` for one that is longer, which the limits of its fields rule out.
    """
    named = replace(ballot, voter=voter, name=clean(name)[:_NAME])
    data = orjson.dumps(asdict(named)).ljust(SIZE)
    if len(data) > SIZE:
        raise ValueError("A ballot is longer than all are filled up to.")
    return data


def from_bytes(data: bytes) -> Ballot:
    """Read a ballot back."""
    record = orjson.loads(data)
    several = {name: tuple(record[name]) for name in ("differently", "missed")}
    return Ballot(**{**record, **several})


def in_no_order(ballots: Collection[Ballot]) -> tuple[Ballot, ...]:
    """Put ballots in an order that follows from what they say alone."""
    return tuple(sorted(ballots, key=lambda ballot: orjson.dumps(asdict(ballot))))
