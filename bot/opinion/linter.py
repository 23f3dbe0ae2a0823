"""Look through a text that others will read: what must not stand there, and what may be a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

Kind = Literal["nickname", "email", "link", "amount", "number", "name"]

_CLOSE = 85
"""From this likeness (0–100) on, a word counts as the nickname misspelled."""

_SHORTEST_FUZZY = 5
_SHORTEST = 3
_GENERIC = frozenset({"the", "client", "customer", "company", "mister", "and", "for", "our", "new"})

_EMAIL = re.compile(r"[^\s@<>|]+@[^\s@<>|]+\.[^\W\d_]{2,}")
_LINK = re.compile(
    r"(?:https?|ftp)://\S+|\bwww\.\S+|(?<![@\w.])(?:[\w-]+\.)+"
    r"(?:com|org|net|io|de|eu|uk|fr|at|ch|it|es|nl|co|app|dev|info|biz|me|us|ca|au)\b(?:/\S*)?",
    re.IGNORECASE,
)
_CURRENCY = (
    r"(?:[$€£¥₹₽₩₺₴₪฿]|\b(?:usd|eur|gbp|chf|jpy|cad|aud|inr|euros?|dollars?|pounds?|francs?|bucks|"
    r"quid|grand|kr|zł|zl)\b)"
)
_FIGURE = r"\d[\d.,'’ \u00a0\u202f]*\d|\d"
_AMOUNT = re.compile(
    rf"{_CURRENCY}\s*(?:{_FIGURE})\s*(?:k|m|bn)?\b"
    rf"|(?:{_FIGURE})\s*(?:k|m|mio|million|thousand|hundred)?\s*{_CURRENCY}"
    r"|\b\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+\b|\b\d+(?:\.\d+)?k\b|\b\d{4,}\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_PHONE = re.compile(r"\+?\d[\d ()/.-]{6,}\d")
_MENTION = re.compile(r"<[@#!][^>]*>|(?<!\w)@[\w.-]+")
_TOKEN = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SENTENCE_END = re.compile(r"[.!?:;“”\"(\n•–—-]\s*$")
_SALUTATION = re.compile(
    r"\b(?:mr|mrs|ms|miss|dr|prof|herr|frau|sir|madam)\b\.?\s+\w+", re.IGNORECASE
)
_ORDINARY = frozenset(
    [
        "I",
        "I’m",
        "I'm",
        "I’d",
        "I'd",
        "I’ve",
        "I've",
        "I’ll",
        "I'll",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "English",
        "German",
        "French",
        "Slack",
        "Discord",
        "PDF",
        "VAT",
        "GDPR",
        "NDA",
        "OK",
        "FAQ",
        "CEO",
        "CFO",
        "CTO",
        "HR",
        "IT",
        "UK",
        "EU",
        "US",
        "USA",
        "Client",
        "Crossroads",
    ]
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found in a text: ``text`` as it stands there, and whether it must go."""

    kind: Kind
    text: str
    blocks: bool

    @property
    def said(self) -> str:
        """Say what it is and what to do."""
        return f"“{self.text}” {_SAID[self.kind]}"


_SAID = {
    "nickname": "is or resembles your name for this client. Write “they” or “the client”.",
    "email": "is an e-mail address. Leave it out.",
    "link": "is a link. Leave it out: it may lead to who they are.",
    "amount": "is an amount. Say it as a band: “a few weeks’ work”, “a large part”.",
    "number": "looks like a telephone or other number. Leave it out.",
    "name": "looks like a name. If it is one, write what they are instead: “the manager”.",
}


def lint(text: str, nickname: str = "") -> tuple[Finding, ...]:
    """Find what blocks a text, then what only may be a name; each once, in the text's order."""
    text = unicodedata.normalize("NFKC", text)
    found: dict[str, Finding] = {}
    for finding in (*_blocking(text, nickname), *_names(text)):
        found.setdefault(finding.text.casefold(), finding)
    return tuple(found.values())


def blocked(findings: tuple[Finding, ...]) -> bool:
    """Say whether anything must go before others may read it."""
    return any(finding.blocks for finding in findings)


def _blocking(text: str, nickname: str) -> Iterator[Finding]:
    for word in _like(text, nickname):
        yield Finding("nickname", word, blocks=True)
    for found in _EMAIL.finditer(text):
        yield Finding("email", found[0], blocks=True)
    rest = _EMAIL.sub(" ", text)
    for found in _LINK.finditer(rest):
        yield Finding("link", found[0], blocks=True)
    rest = _LINK.sub(" ", rest)
    for found in _PHONE.finditer(rest):
        if sum(char.isdigit() for char in found[0]) >= 7:
            yield Finding("number", found[0].strip(), blocks=True)
    for found in _AMOUNT.finditer(_PHONE.sub(" ", rest)):
        if not _YEAR.fullmatch(found[0].strip()):
            yield Finding("amount", found[0].strip(), blocks=True)


def _like(text: str, nickname: str) -> Iterator[str]:
    """Find the nickname and its words, also misspelled, spaced out or run together."""
    wanted = _folded_words(nickname)
    telling = [word for word in wanted if len(word) >= _SHORTEST and word not in _GENERIC]
    tokens = [(word, _folded(word)) for word in _TOKEN.findall(text)]
    like = [word for word, folded in tokens if any(_is_like(folded, name) for name in telling)]
    yield from like
    whole = nickname.strip()
    if not wanted:  # it is of signs alone
        found = bool(whole) and whole in text
    else:
        found = any(w not in _GENERIC for w in wanted) and _runs_through(tokens, wanted, telling)
    if found and not like:
        yield whole


def _runs_through(
    tokens: Sequence[tuple[str, str]], wanted: Sequence[str], telling: Sequence[str]
) -> bool:
    """Say whether words of a text, put together, are a whole nickname."""
    folded = [word for _, word in tokens]
    for whole in {"".join(wanted), "".join(telling or wanted)}:
        if _is_caseless(whole) and whole in "".join(folded):
            return True
        if len(whole) == 1:  # a single letter is a word of its own in many a sentence
            return any(word.isupper() and fold == whole for word, fold in tokens)
        if any(_begins_with(folded[start:], whole) for start in range(len(folded))):
            return True
    return False


def _begins_with(words: Sequence[str], whole: str) -> bool:
    rest = whole
    for word in words:
        if not word or not rest.startswith(word):
            return not rest
        rest = rest[len(word) :]
    return not rest


def _is_caseless(word: str) -> bool:
    """Say whether a word is of a script that has no capitals, and often no spaces either."""
    return word.upper() == word.lower() and not word.isdecimal()


def _is_like(word: str, name: str) -> bool:
    if word == name or (len(name) > _SHORTEST and word.startswith(name)):
        return True
    long = len(name) >= _SHORTEST_FUZZY and len(word) >= _SHORTEST_FUZZY
    return long and (fuzz.ratio(word, name) >= _CLOSE or _is_slip(word, name))


def _is_slip(word: str, name: str) -> bool:
    """Say whether one letter is another, or two have changed places; in short names the latter."""
    swapped = sorted(word) == sorted(name)
    return OSA.distance(word, name) == 1 and (swapped or len(name) > _SHORTEST_FUZZY)


def _folded_words(text: str) -> list[str]:
    words = _TOKEN.findall(unicodedata.normalize("NFKC", text))
    return [folded for word in words if (folded := _folded(word))]


def _folded(word: str) -> str:
    """Give a word without case, accents and what else is told apart by few who type fast."""
    plain = unicodedata.normalize("NFKD", word.casefold()).translate(_PLAIN)
    return "".join(char for char in plain if char.isalnum()).casefold()


def _names(text: str) -> Iterator[Finding]:
    """Find what looks like a name: a salutation, a mention, a capital within a sentence."""
    for found in (*_MENTION.finditer(text), *_SALUTATION.finditer(text)):
        yield Finding("name", found[0], blocks=False)
    for found in _WORD.finditer(text):
        word, before = found[0], text[: found.start()]
        starts = not before.strip() or _SENTENCE_END.search(before)
        if word[0].isupper() and not starts and word not in _ORDINARY and not word.isupper():
            yield Finding("name", word, blocks=False)
