"""What a question must hold to by itself: its options, limits and texts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date

from bot.engine.matching import plain
from bot.engine.model import Ask, Limits, Option
from bot.engine.source import Path
from bot.engine.words import RESERVED
from bot.engine.written import MAX_CHOICES, MAX_LABEL

Fault = tuple[Path, str, str]
"""Where in the step (its fields), what is wrong, and what to do about it."""

_LIMIT_OF = {
    "max_length": "text",
    "max_ticks": "many",
    "least": "number",
    "most": "number",
    "earliest": "date",
    "latest": "date",
}
_BRACES = re.compile(r"\{[^{}]*\}")


def ask_faults(ask: Ask, words: Collection[str]) -> Iterator[Fault]:
    """Yield what is wrong with a question; ``words`` are those that steps answer to."""
    yield from _kind(ask)
    yield from _limits(ask)
    yield from text_faults("text", ask.text, filled=True)
    yield from text_faults("why", ask.why, filled=False)
    names: set[str] = set()
    former: set[str] = {option.id for option in ask.options}
    for index, option in enumerate(ask.options):
        own = index - len(ask.lent)
        where: Path = ("options", own) if own >= 0 else ("options_from",)
        for sub, message, remedy in _option(ask, option, names, former, words):
            yield (where + sub if own >= 0 else where), message, remedy


def text_faults(field: str, text: str, *, filled: bool) -> Iterator[Fault]:
    """Yield the words in braces that would be shown as they stand."""
    for word in _BRACES.findall(text):
        if word != "{name}":
            yield (field,), f"“{word}” stands for nothing.", "Only {name} does, the client’s name."
        elif not filled:
            yield (field,), "“{name}” is not filled in here.", "Use it in text and title only."


def _kind(ask: Ask) -> Iterator[Fault]:
    chooses = ask.input in {"choice", "many"}
    if chooses and not ask.options:
        yield (), f"“{ask.id}” has no options.", "Add options, or write input: text."
    if ask.options and not chooses:
        yield (
            ("options" if not ask.lent else "options_from",),
            f"“{ask.id}” takes a {ask.input}, but has options.",
            "Write input: choice or input: many, or remove the options.",
        )
    if len(ask.options) > MAX_CHOICES:
        yield (), f"“{ask.id}” has more than {MAX_CHOICES} options.", "Leave some out."
    if ask.permitted and not ask.options_from:
        yield (
            ("permitted",),
            "Only options of another step can be permitted or not.",
            "Name that step under options_from, or remove “permitted”.",
        )


def _limits(ask: Ask) -> Iterator[Fault]:
    limits, usual = ask.limits, Limits()
    for field, kind in _LIMIT_OF.items():
        if ask.input != kind and getattr(limits, field) != getattr(usual, field):
            yield (
                (field,),
                f"“{field}” is for input: {kind}; this is a {ask.input} question.",
                f"Remove it, or write input: {kind}.",
            )
    if limits.least is not None and limits.most is not None and limits.least > limits.most:
        yield ("least",), "“least” is greater than “most”: no number fits.", "Swap the two."
    days = [d for d in ("earliest", "latest") if not _is_day(getattr(limits, d))]
    for field in days:
        yield (field,), f"There is no day {getattr(limits, field)}.", "Write it as 2026-03-31."
    if not days and limits.earliest and limits.latest and limits.earliest > limits.latest:
        yield ("earliest",), "“earliest” is after “latest”: no day fits.", "Swap the two."


def _is_day(day: str) -> bool:
    try:
        return not day or bool(date.fromisoformat(day))
    except ValueError:
        return False


def _option(
    ask: Ask, option: Option, names: set[str], former: set[str], words: Collection[str]
) -> Iterator[Fault]:
    yield from _names(ask, option, names, words)
    yield from text_faults("label", option.label, filled=False)
    if len(option.label) > MAX_LABEL:
        yield (), f"The label of “{option.id}” is too long.", f"Use {MAX_LABEL} characters."
    for index, old in enumerate(option.was):
        if old in former:
            yield (
                ("was", index),
                f"“{old}” is already the id of an option of “{ask.id}”, or was one’s.",
                "An id is never used again: stored answers refer to it. Remove it here.",
            )
        former.add(old)
    for field in ("sets", "revises", "does"):
        if ask.input == "many" and getattr(option, field):
            yield (
                (field,),
                f"“{field}” has no effect in a question that takes several answers.",
                "Remove it, or write input: choice.",
            )
    if option.alone and ask.input != "many":
        yield ("alone",), "“alone” is for input: many.", "Remove it, or write input: many."


def _names(ask: Ask, option: Option, names: set[str], words: Collection[str]) -> Iterator[Fault]:
    """Check that what is typed means one option, and never a word that works everywhere."""
    label = plain(option.label) or option.label
    ids = set() if option.id in ask.lent else {option.id}  # a lent id is never typed
    for name in sorted(ids | {label, option.label.casefold()}):
        if name in RESERVED or name in words:
            yield (), f"“{name}” is a word that works at every prompt.", "Call it something else."
            break
    for name in sorted({plain(option.id), label}):
        if name in names:
            yield (), f"“{name}” stands among the options twice.", "Rename one."
            break
    names |= {plain(option.id), label}
    if label.isdecimal():
        yield (
            (),
            f"The label “{option.label}” cannot be told from an option’s number.",
            "Write it in words, such as “three”, or “3 times”.",
        )
