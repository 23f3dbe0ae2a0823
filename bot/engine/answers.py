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

from bot.engine.model import SKIPPED, Ask, Choice, Option, Value

MAX_TYPED_CHOICE = 200
"""Characters; whoever writes more is not naming an option."""

_NEAR = 80.0  # rapidfuzz's 0-100 likeness from which a typo is taken for the word
_CLEAR = 8.0  # how much likelier than the next option it must be
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,6})?\Z")
_SPLIT = re.compile(r"\s*(?:[,;/&\n]|\band\b)\s*", re.IGNORECASE)
_WEEKDAY = re.compile(r"(?i)\b(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\b")
_AMBIGUOUS_DATE = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})\Z")


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
        case "many", list() | tuple() if all(isinstance(item, str) for item in value):
            return _ticked(ask, options, [str(item) for item in value])
        case "text", str():
            cleaned = clean_text(value)
            return _text(ask, cleaned) if cleaned else Unclear("not_understood", "That was empty.")
        case "number", bool():
            pass
        case "number", int() | float():
            return _in_range(ask, float(value))
        case "date", str():
            try:
                return _in_days(ask, date.fromisoformat(value))
            except ValueError:
                return Unclear("refused", f"There is no such day as {value[:20]}.")
        case _:
            pass
    return Unclear("refused", f"That is no answer to this question: it takes {_takes(ask)}.")


def clean_text(text: str) -> str:
    """Drop control characters and broken code points, compose accents, trim the ends."""
    whole = text.encode("utf-8", "replace").decode()
    kept = "".join(c for c in whole if c in "\n\t" or unicodedata.category(c) != "Cc")
    return unicodedata.normalize("NFC", kept).strip()


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
        if option.id == value or value in option.was:
            return Understood(option.id)
    near = _nearest(options, value)
    hint = f" Did you mean “{near.id}”?" if near else ""
    return Unclear("refused", f"“{value[:40]}” is not one of the answers here.{hint}")


def _nearest(options: Sequence[Option], value: str) -> Option | None:
    scored = [(fuzz.ratio(value[:40].casefold(), o.id.casefold()), o) for o in options]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= 50 else None


def find_options(options: Sequence[Option], text: str) -> list[Option]:
    """Find the options a typed text may mean, by the strictest way that finds any."""
    said = _plain(text)
    if re.fullmatch(r"\d{1,3}", said):
        place = int(said)
        return [options[place - 1]] if 1 <= place <= len(options) else []
    if not re.search(r"\w", said) or re.fullmatch(r"[+-]\d+", text.strip()):
        return []
    ways = (_is_exactly, _begins_with, _has_words)
    for way in ways:
        found = [option for option in options if way(option, said)]
        if found:
            return found
    return _alike(options, said)


def _is_exactly(option: Option, said: str) -> bool:
    return said in {_plain(option.id), _plain(option.id.replace("_", " ")), _plain(option.label)}


def _begins_with(option: Option, said: str) -> bool:
    names = (_plain(option.label), _plain(option.id.replace("_", " ")), _plain(option.id))
    return any(name.startswith(said) for name in names)


def _has_words(option: Option, said: str) -> bool:
    words = set(said.split())
    return len(said) > 2 and words <= set(_plain(f"{option.label} {option.id}").split())


def _alike(options: Sequence[Option], said: str) -> list[Option]:
    if len(said) < 3:
        return []
    scored = sorted(
        ((_likeness(option, said), o) for o, option in enumerate(options)), reverse=True
    )
    best = scored[0][0]
    if best < _NEAR:
        return []
    return [options[place] for score, place in scored if score > best - _CLEAR]


def _likeness(option: Option, said: str) -> float:
    label = _plain(option.label)
    beginning = " ".join(label.split()[: len(said.split())])
    names = (label, beginning, _plain(option.id.replace("_", " ")))
    return max(fuzz.ratio(said, name) for name in names)


def _plain(text: str) -> str:
    folded = text.casefold().replace("’", "'")
    return " ".join(re.sub(r"[^\w\s'+-]", " ", folded).split())


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
    whole = find_options(options, text)
    if len(whole) == 1:
        return _ticked(ask, options, [whole[0].id])
    parts = text.split() if re.fullmatch(r"[\d\s]+", text) else _SPLIT.split(text)
    ids: list[str] = []
    for part in filter(None, parts):
        reading = _one(options, part)
        if isinstance(reading, Unclear):
            return Unclear(reading.code, f"“{part[:40]}”: {reading.text}", reading.choices)
        ids.append(str(reading.value))
    return _ticked(ask, options, ids)


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
    most = ask.limits.max_length
    if len(text) > most:
        return Unclear(
            "refused",
            f"That is {len(text):,} characters long; there is room for {most:,} here. "
            "Please send a shorter version. Nothing you saved before is lost.",
        )
    return Understood(text)


def _number(ask: Ask, text: str) -> Reading:
    digits = re.sub(r"[\s'’_]", "", text)
    if "," in digits and "." in digits:
        thousands = "," if digits.rfind(".") > digits.rfind(",") else "."
        digits = digits.replace(thousands, "")
    elif re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+", digits):
        digits = digits.replace(",", "")
    digits = digits.replace(",", ".")
    if not _NUMBER.match(digits):
        return Unclear("not_understood", "Please write a number, such as 12 or 7.5.")
    return _in_range(ask, float(digits))


def _in_range(ask: Ask, number: float) -> Reading:
    least, most = ask.limits.least, ask.limits.most
    if number != number or number in (float("inf"), float("-inf")) or abs(number) >= 1e15:
        return Unclear("refused", "That number is too large to keep.")
    if (least is not None and number < least) or (most is not None and number > most):
        low = f"at least {least:g}" if least is not None else ""
        high = f"at most {most:g}" if most is not None else ""
        return Unclear("refused", f"Please give {' and '.join(filter(None, (low, high)))}.")
    return Understood(int(number) if number.is_integer() else number)


def _date(ask: Ask, text: str, at: datetime) -> Reading:
    if len(text) > 60:
        return Unclear("not_understood", "Please write just the day, such as 31 March 2026.")
    numeric = _AMBIGUOUS_DATE.match(text)
    if numeric and int(numeric[1]) <= 12 and int(numeric[2]) <= 12 and numeric[1] != numeric[2]:
        first, second, year = int(numeric[1]), int(numeric[2]), int(numeric[3])
        days = date(year, second, first), date(year, first, second)
        return Unclear(
            "ambiguous",
            f"Is that {days[0]:%-d %B %Y} or {days[1]:%-d %B %Y}? "
            f"Please write {days[0].isoformat()} or {days[1].isoformat()}.",
            tuple(Choice(day.isoformat(), f"{day:%-d %B %Y}") for day in days),
        )
    day = find_day(text, at)
    if day is None:
        return Unclear(
            "not_understood",
            "I do not know that day. Try “31 March 2026”, “next Friday” or “in two weeks”.",
        )
    return _in_days(ask, day)


def find_day(text: str, at: datetime) -> date | None:
    """Read a day in natural English wording, seen from ``at``; None where there is no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    if text.isdigit():
        return None
    import dateparser  # late: it takes a while to import and most turns need no date

    named_by_weekday = _WEEKDAY.search(text)
    found = dateparser.parse(
        re.sub(r"(?i)^(next|this|on|coming)\s+", "", text),
        languages=["en"],
        settings={
            "RELATIVE_BASE": at.replace(tzinfo=None),
            "PREFER_DATES_FROM": "future",
            "REQUIRE_PARTS": [] if named_by_weekday else ["day"],
            "DATE_ORDER": "DMY",
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    return found.date() if found else None


def _in_days(ask: Ask, day: date) -> Reading:
    iso = day.isoformat()
    earliest, latest = ask.limits.earliest, ask.limits.latest
    if (earliest and iso < earliest) or (latest and iso > latest):
        low = f"from {earliest}" if earliest else ""
        high = f"until {latest}" if latest else ""
        return Unclear("refused", f"Please give a day {' '.join(filter(None, (low, high)))}.")
    return Understood(iso)
