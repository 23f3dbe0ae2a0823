"""From what a person sends to a value: a button's, a program's, or what they typed.

Typing accepts an option's number, label or id, an unambiguous beginning, the words of a label, or a
near miss; dates in natural wording. What cannot be told apart is asked about, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rapidfuzz import fuzz

from bot.engine.days import find_days
from bot.engine.matching import find_named, find_options, is_exactly, plain
from bot.engine.model import SKIPPED, Ask, Choice, Option, Value
from bot.engine.numerals import find_numbers, show_number

MAX_SENT = 8000
"""Characters as sent; more is no answer to anything, and is not looked at closely."""

MAX_TICKED = 100
"""Option ids in one answer; no question has that many."""

MAX_TYPED_CHOICE = 200
"""Characters; whoever writes more is not naming an option."""

_SPLIT = re.compile(r"\s*(?:[,;/&\n]|\band\b)\s*", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
_TOO_LARGE = 1e15


@dataclass(frozen=True, slots=True)
class Understood:
    """The value that was meant."""

    value: Value


@dataclass(frozen=True, slots=True)
class Unclear:
    """No value: ``code`` is "not_understood", "ambiguous" or "refused"; ``text`` says why."""

    code: str
    text: str
    choices: tuple[Choice, ...] = ()


Reading = Understood | Unclear


def read_typed(ask: Ask, options: Sequence[Option], text: str, at: datetime) -> Reading:
    """Read a typed answer to a question with these options at this time."""
    if len(text) > MAX_SENT:
        return _too_long(ask, len(text))
    cleaned = clean_text(text)
    if not cleaned:
        return Unclear("not_understood", "That was empty.")
    match ask.input:
        case "choice":
            return _one(options, cleaned)
        case "many":
            return _several(ask, options, cleaned)
        case "text":
            return _text(ask, cleaned)
        case "number":
            return _number(ask, cleaned)
        case "date":
            return _date(ask, cleaned, at)


def read_value(ask: Ask, options: Sequence[Option], value: object, at: datetime) -> Reading:
    """Read an answer that a button or a program gave: the value itself, strictly."""
    match ask.input, value:
        case _, None:
            if ask.required:
                return Unclear("refused", "This question needs an answer.")
            return Understood(SKIPPED)
        case "choice", str():
            return _exact(options, value)
        case "many", list() | tuple() if len(value) > MAX_TICKED:
            return Unclear("refused", "That is more answers than there are to choose from.")
        case "many", list() | tuple() if all(isinstance(item, str) for item in value):
            return _ticked(ask, options, [str(item) for item in value])
        case "text", str():
            return read_typed(ask, options, value, at)
        case "number", bool():
            pass
        case "number", int() | float():
            return _in_range(ask, value)
        case "date", str():
            try:
                return _in_days(ask, date.fromisoformat(value))
            except ValueError:
                return Unclear("refused", f"There is no such day as {clean_text(value[:20])}.")
        case _:
            pass
    return Unclear("refused", f"That is no answer to this question: it takes {_takes(ask)}.")


def clean_text(text: str) -> str:
    """Drop control characters and broken code points, compose accents, trim the ends.

    Give "" where nothing of it can be seen.
    """
    whole = text if text.isascii() else text.encode("utf-8", "replace").decode()
    if not whole.isprintable():
        whole = _CONTROL.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))
        if all(unicodedata.category(c) in _UNSEEN for c in whole):
            return ""
    return unicodedata.normalize("NFC", whole).strip()


def _too_long(ask: Ask, length: int) -> Unclear:
    if ask.input != "text":
        return Unclear("not_understood", "That is longer than any answer to this question.")
    return Unclear(
        "refused",
        f"That is {length:,} characters long; there is room for {ask.limits.max_length:,} here. "
        "Please send a shorter version. Nothing you saved before is lost.",
    )


def _takes(ask: Ask) -> str:
    return {
        "choice": "one option's id",
        "many": "a list of option ids",
        "text": "a text",
        "number": "a number",
        "date": "a day as 2026-03-31",
    }[ask.input]


# ------------------------------------------------------------------ choices


def _one(options: Sequence[Option], text: str) -> Reading:
    if not options:
        return Unclear("refused", "There is nothing to choose from here at the moment.")
    if len(text) > MAX_TYPED_CHOICE:
        return Unclear("not_understood", "That is longer than any of the answers here.")
    found = find_options(options, text)
    if len(found) == 1:
        return Understood(found[0].id)
    if found:
        return _which(options, found)
    if re.fullmatch(r"[+-]?\d+", text):
        return Unclear("refused", f"Please choose a number from 1 to {len(options)}.")
    return Unclear("not_understood", "I could not match that to one of the answers.")


def _exact(options: Sequence[Option], value: str) -> Reading:
    for option in options:
        if option.id == value:
            return Understood(option.id)
    for option in options:
        if value in option.was:
            return Understood(option.id)
    said = clean_text(value[:40])
    near = _nearest(options, said)
    hint = f" Did you mean “{near.id}”?" if near else ""
    return Unclear("refused", f"“{said}” is not one of the answers here.{hint}")


def _nearest(options: Sequence[Option], value: str) -> Option | None:
    scored = [(fuzz.ratio(value.casefold(), o.id.casefold()), o) for o in options]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= 50 else None


def _which(options: Sequence[Option], found: Sequence[Option]) -> Unclear:
    places = {option.id: place for place, option in enumerate(options, 1)}
    named = [f"{places[o.id]} ({o.label})" for o in found[:4]]
    return Unclear(
        "ambiguous",
        f"Which did you mean: {' or '.join(named)}?",
        tuple(Choice(o.id, o.label) for o in found[:4]),
    )


# ------------------------------------------------------------------ several


def _several(ask: Ask, options: Sequence[Option], text: str) -> Reading:
    if len(text) > MAX_TYPED_CHOICE * 5:
        return Unclear("not_understood", "That is longer than all of the answers together.")
    whole = find_named(options, plain(text)) if _SPLIT.search(text) else find_options(options, text)
    if len(whole) == 1:  # a label may hold a comma or an “and”
        return _ticked(ask, options, [whole[0].id])
    ids: list[str] = []
    for part in filter(None, _SPLIT.split(text)):
        reading = _one(options, part)
        if isinstance(reading, Understood):
            ids.append(str(reading.value))
        elif named := _word_by_word(options, part):
            ids += named
        else:
            return Unclear(reading.code, f"“{part[:40]}”: {reading.text}", reading.choices)
    if not ids:
        return Unclear("not_understood", "I could not match that to any of the answers.")
    return _ticked(ask, options, ids)


def _word_by_word(options: Sequence[Option], text: str) -> list[str]:
    """Read “1 3” or “chain tyres”: every word must be a number, or the whole of a name."""
    ids: list[str] = []
    for word in text.split():
        said = plain(word)
        named = [option.id for option in options if is_exactly(option, said)]
        place = int(said) if re.fullmatch(r"\d{1,3}", said) else 0
        if 1 <= place <= len(options):
            named = [options[place - 1].id]
        if len(named) != 1:
            return []
        ids += named
    return ids


def _ticked(ask: Ask, options: Sequence[Option], ids: Iterable[str]) -> Reading:
    wanted: set[str] = set()
    for option_id in ids:
        reading = _exact(options, option_id)
        if isinstance(reading, Unclear):
            return reading
        wanted.add(str(reading.value))
    chosen = [option for option in options if option.id in wanted]
    if not chosen and ask.required:
        return Unclear("refused", "Please choose at least one.")
    if len(chosen) > ask.limits.max_ticks:
        return Unclear("refused", f"Please choose at most {ask.limits.max_ticks}.")
    alone = next((option for option in chosen if option.alone), None)
    if alone and len(chosen) > 1:
        return Unclear("refused", f"“{alone.label}” does not go together with other answers.")
    return Understood(tuple(option.id for option in chosen))


# ------------------------------------------------------------------ text, number, date


def _text(ask: Ask, text: str) -> Reading:
    return Understood(text) if len(text) <= ask.limits.max_length else _too_long(ask, len(text))


def _number(ask: Ask, text: str) -> Reading:
    found = find_numbers(text)
    if not found:
        return Unclear("not_understood", "Please write a number, such as 12 or 7.5.")
    if len(found) > 1:
        which = " or ".join(show_number(number) for number in found)
        return Unclear("ambiguous", f"Is that {which}? Please write it that way.")
    return _in_range(ask, found[0])


def _in_range(ask: Ask, number: float) -> Reading:
    least, most = ask.limits.least, ask.limits.most
    if not abs(number) < _TOO_LARGE:  # neither is "not a number"
        return Unclear("refused", "That number is too large to keep.")
    if (least is not None and number < least) or (most is not None and number > most):
        low = f"at least {show_number(least)}" if least is not None else ""
        high = f"at most {show_number(most)}" if most is not None else ""
        return Unclear("refused", f"Please give {' and '.join(filter(None, (low, high)))}.")
    return Understood(int(number) if float(number).is_integer() else number)


def _date(ask: Ask, text: str, at: datetime) -> Reading:
    days = find_days(text, at)
    if not days:
        return Unclear(
            "not_understood",
            "I do not know that day. Try “31 March 2026”, “next Friday” or “in two weeks”.",
        )
    if len(days) == 1:
        return _in_days(ask, days[0])
    named = " or ".join(f"{day.day} {day:%B} {day.year}" for day in days)
    return Unclear(
        "ambiguous",
        f"Is that {named}? Please write {' or '.join(day.isoformat() for day in days)}.",
        tuple(Choice(day.isoformat(), f"{day.day} {day:%B} {day.year}") for day in days),
    )


def _in_days(ask: Ask, day: date) -> Reading:
    iso = day.isoformat()
    earliest, latest = ask.limits.earliest, ask.limits.latest
    if (earliest and iso < earliest) or (latest and iso > latest):
        low = f"from {earliest}" if earliest else ""
        high = f"until {latest}" if latest else ""
        return Unclear("refused", f"Please give a day {' '.join(filter(None, (low, high)))}.")
    return Understood(iso)
