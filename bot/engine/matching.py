"""Which options a typed text may mean: number, name, beginning, words, or a near miss."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz

from bot.engine.model import Option

_NEAR = 80.0  # rapidfuzz's 0-100 likeness from which a typo is taken for the word
_CLEAR = 8.0  # how much likelier than the next option it must be


def find_options(options: Sequence[Option], text: str) -> list[Option]:
    """Find the options a typed text may mean, by the strictest way that finds any."""
    written = [option for option in options if option.label == text]  # it may be all signs
    if len(written) == 1:
        return written
    said = plain(text)
    if re.fullmatch(r"\d{1,3}", said):
        place = int(said)
        return [options[place - 1]] if 1 <= place <= len(options) else []
    if not re.search(r"\w", said) or re.fullmatch(r"[+-]\d+", text.strip()):
        return []
    found = find_named(options, said) or [o for o in options if _has_words(o, said)]
    return found or _alike(options, said)


def find_named(options: Sequence[Option], said: str) -> list[Option]:
    """Find the options that a plain text is the name of, or else the beginning of."""
    if not said:
        return []
    exact = [option for option in options if is_exactly(option, said)]
    return exact or [option for option in options if _begins_with(option, said)]


def is_exactly(option: Option, said: str) -> bool:
    """Say whether a plain text is the whole of an option's id or label."""
    return said in {plain(option.id), plain(option.id.replace("_", " ")), plain(option.label)}


def _begins_with(option: Option, said: str) -> bool:
    names = (plain(option.label), plain(option.id.replace("_", " ")), plain(option.id))
    return any(name.startswith(said) for name in names)


def _has_words(option: Option, said: str) -> bool:
    words = set(said.split())
    return len(said) > 2 and words <= set(plain(f"{option.label} {option.id}").split())


def _alike(options: Sequence[Option], said: str) -> list[Option]:
    if len(said) < 3 or not options:
        return []
    scored = sorted(
        ((_likeness(option, said), o) for o, option in enumerate(options)), reverse=True
    )
    best = scored[0][0]
    if best < _NEAR:
        return []
    return [options[place] for score, place in scored if score > best - _CLEAR]


def _likeness(option: Option, said: str) -> float:
    label = plain(option.label)
    beginning = " ".join(label.split()[: len(said.split())])
    names = (label, beginning, plain(option.id.replace("_", " ")))
    return max(fuzz.ratio(said, name) for name in names)


def plain(text: str) -> str:
    """Reduce a text to what counts when it is compared: no case, no punctuation."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    return " ".join(re.sub(r"[^\w\s'+-]", " ", folded).split())
