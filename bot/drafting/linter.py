"""Look through a letter before it is copied: what blocks it, and what is better said otherwise.

Everything is found by lists and counting, so that the same text always gives the same findings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.drafting.compose import SUBJECT
from bot.drafting.model import Drafts, Finding, Medium, Never, Required, WordRule
from bot.drafting.slots import GAP

GAP_KIND = "gap"
"""The kind of a finding about a place that was not filled in."""

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sep(?:t|tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    rf"\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?{_MONTH}\b"
    rf"|\b{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b|\b\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\btoday\b|\btomorrow\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?;]+(?=\s)|\n\s*\n|\n(?=[-•*]\s)")
_CAPITALS = re.compile(r"\b[^\W\d_a-z]{4,}\b")
_SUBJECT = re.compile(rf"^{SUBJECT.strip()}.*$", re.IGNORECASE | re.MULTILINE)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a text: its course and medium ("" unknown), the answers, others' names."""

    course: str = ""
    medium: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    names: tuple[str, ...] = ()


def lint(drafts: Drafts, text: str, about: About) -> tuple[Finding, ...]:
    """Find what blocks a text first, then what it is warned of; each once."""
    seen = _plain(text)
    known = drafts.courses.get(about.course)
    found = [
        *_gaps(seen),
        *_missing(drafts.lint.required, seen, about),
        *_words(drafts.lint.words, seen),
        *_never(known.never if known else (), seen),
        *_names(about.names, seen),
        *_capitals(drafts.lint.capitals, seen),
        *_lengths(drafts.media.get(about.medium), seen),
    ]
    return tuple({(one.kind, one.text.casefold()): one for one in found}.values())


def prepare(drafts: Drafts) -> None:
    """Compile all that a text is looked through for, so that the first one need not wait."""
    rules = drafts.lint
    words = [
        group for rule in (*rules.words, *rules.log) for group in (rule.phrases, *rule.together)
    ]
    required = [group for rule in rules.required for group in (rule.phrases, rule.mentions)]
    never = [rule.phrases for course in drafts.courses.values() for rule in course.never]
    for phrases in filter(None, (*words, *required, *never)):
        _pattern(phrases)


def blocked(findings: Iterable[Finding]) -> bool:
    """Say whether a text is not to be copied yet."""
    return any(finding.blocks for finding in findings)


def reads_badly(rules: Iterable[WordRule], text: str) -> tuple[Finding, ...]:
    """Find the words in a text that are better said otherwise; each once, by the first rule."""
    found: dict[str, Finding] = {}
    for one in _words(rules, _plain(text)):
        found.setdefault(one.text.casefold(), one)
    return tuple(found.values())


def _plain(text: str) -> str:
    """Give a text without what only hides a word: unseen signs, wide letters, curly apostrophes."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).replace("’", "'")


def _gaps(text: str) -> Iterator[Finding]:
    for found in GAP.finditer(text):
        suggest = "Fill it in, or take the sentence out."
        yield Finding(
            GAP_KIND, found[0], blocks=True, says="is still to be filled in", suggest=suggest
        )


def _missing(required: Sequence[Required], text: str, about: About) -> Iterator[Finding]:
    for rule in required:
        if _applies(rule, text, about):
            there = bool(_DATE.search(text)) if rule.date else any(_hits(rule.phrases, text))
            if not there:
                yield Finding(rule.id, "", blocks=True, says=rule.says, suggest=rule.suggest)


def _applies(rule: Required, text: str, about: About) -> bool:
    if rule.media and about.medium and about.medium not in rule.media:
        return False
    if not rule.when.holds(about.facts):
        return False
    if about.course:
        return not rule.courses or about.course in rule.courses
    return not rule.mentions or any(_hits(rule.mentions, text))


def _words(rules: Iterable[WordRule], text: str) -> Iterator[Finding]:
    for rule in rules:
        for hit in _hits(rule.phrases, text):
            yield Finding(rule.id, hit, blocks=False, says=rule.says, suggest=rule.suggest)
        for sentence in _SENTENCE.split(text) if rule.together else ():
            hits = [next(_hits(group, sentence), "") for group in rule.together]
            if all(hits):
                named = " … ".join(hits)
                yield Finding(rule.id, named, blocks=False, says=rule.says, suggest=rule.suggest)


def _never(never: Sequence[Never], text: str) -> Iterator[Finding]:
    for rule in never:
        for hit in _hits(rule.phrases, text):
            says = "has no place in this letter"
            suggest = f"Leave out: {rule.text}."
            yield Finding("never", hit, blocks=False, says=says, suggest=suggest)


def _names(names: Sequence[str], text: str) -> Iterator[Finding]:
    for name in names:
        if name.strip() and (found := _named(name.strip()).search(text)):
            says, suggest = "is another client", "Leave out whom else you work for."
            yield Finding("other_client", found[0], blocks=False, says=says, suggest=suggest)


def _capitals(allowed: frozenset[str], text: str) -> Iterator[Finding]:
    for found in _CAPITALS.finditer(GAP.sub("", text)):
        if found[0].isupper() and found[0] not in allowed:
            says, suggest = "reads as shouting", "Write it in small letters."
            yield Finding("capitals", found[0], blocks=False, says=says, suggest=suggest)


def _lengths(medium: Medium | None, text: str) -> Iterator[Finding]:
    if medium is None:
        return
    subjects = len(_SUBJECT.findall(text))
    if medium.layout == "letter" and subjects != 1:
        says = f"has {subjects or 'no'} subject line{'s' if subjects else ''}"
        suggest = f"It begins with a single line “{SUBJECT}…”."
        yield Finding("subject", medium.label, blocks=False, says=says, suggest=suggest)
    count = word_count(text)
    if medium.words and count > medium.words:
        says = f"has {count} words; {medium.words} is the most"
        suggest = "Leave out what can be said when you talk, or attach it."
        yield Finding("length", medium.label, blocks=False, says=says, suggest=suggest)


def word_count(text: str) -> int:
    """Count the words of a text, the word “Subject” not among them; a gap counts as one."""
    body = re.sub(rf"^{SUBJECT}", "", GAP.sub("gap", text), flags=re.IGNORECASE | re.MULTILINE)
    return sum(any(char.isalnum() for char in word) for word in body.split())


def _hits(phrases: tuple[str, ...], text: str) -> Iterator[str]:
    return (found[0] for found in _pattern(phrases).finditer(text)) if phrases else iter(())


@lru_cache(maxsize=1000)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Compile phrases into one pattern, so that most places of a text are looked at only once."""
    words = "|".join(_phrase(phrase) for phrase in phrases if phrase[0].isalnum())
    signs = [_phrase(phrase) for phrase in phrases if not phrase[0].isalnum()]
    parts = [rf"\b(?:{words})(?!\w)", *signs] if words else signs
    return re.compile("|".join(parts), re.IGNORECASE)


def _phrase(phrase: str) -> str:
    """Write a phrase as a pattern: any space between its words, ``*`` for any ending."""
    words = (re.escape(word).replace(r"\*", r"\w*") for word in phrase.replace("’", "'").split())
    return r"\s+".join(words)


@lru_cache(maxsize=200)
def _named(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(_plain(name))}(?!\w)", re.IGNORECASE)
