"""The words that work at every prompt, as the whole message."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "back": "change the answer before this one",
    "why": "why this question is asked",
    "skip": "go on without answering, where that is possible",
    "review": "see your answers; then “edit 3” changes the third",
    "undo": "take back the last thing you did",
    "pause": "stop here; everything is kept",
    "status": "where you are",
    "restart": "begin again (undo brings the answers back)",
    "cancel": "close this case (asks first)",
    "help": "this list",
}

_ALIASES = {
    "why do you ask": "why",
    "why do you ask?": "why",
    "why?": "why",
    "?": "help",
    "help!": "help",
    "go back": "back",
    "pass": "skip",
    "continue": "resume",
    "keep it": "keep",
    "stop": "pause",
    "start over": "restart",
}

RESERVED = frozenset(WORDS) | frozenset(_ALIASES) | {"resume", "keep", "edit", "change"}
"""What no option may be called."""

_LONGEST = 200
"""Characters of a message that may still be a word and its target."""


def parse_word(text: str) -> tuple[str, str] | None:
    """Read a universal word, as (word, target); the target is what "edit" is to change."""
    if len(text) > _LONGEST:
        return None
    said = " ".join(text.split()).casefold()
    said = _ALIASES.get(said, said)
    if said in WORDS or said in {"resume", "keep"}:
        return said, ""
    first, _, rest = said.partition(" ")
    if first in {"edit", "change"} and rest and " " not in rest:
        return "edit", rest
    return None
