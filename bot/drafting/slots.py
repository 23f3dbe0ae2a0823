"""Slots: texts with places to fill in, and the values that may stand there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping

from bot.drafting.model import Slot, Text

LONGEST = 300
"""Characters of a value; what needs more belongs into an attachment."""

GAP = re.compile(r"\{\{[^{}]*\}\}")
"""What a place looks like that was not filled in."""

_SLOT = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BRACES = str.maketrans("{}", "()")


class BadText(ValueError):
    """A text has braces that are no slot."""


def parse_text(text: str) -> Text:
    """Take a text apart at its ``{slots}``; raises ``BadText`` for any other brace."""
    parts = _SLOT.split(text)
    if any(char in part for part in parts[::2] for char in "{}"):
        raise BadText(text)
    pieces = ((bool(place % 2), part) for place, part in enumerate(parts))
    return tuple(piece for piece in pieces if piece[1])


def slots_in(text: Text) -> Iterator[str]:
    """Name the slots of a text, in order."""
    return (part for is_slot, part in text if is_slot)


def clean(value: str) -> str:
    """Make a value one plain line: no braces, no breaks, nothing that is not seen, not too long."""
    line = " ".join(unicodedata.normalize("NFC", value).split())
    # A joiner holds emoji and many scripts together; all else of its kind only hides something.
    seen = (char for char in line if char == "\u200d" or unicodedata.category(char) not in _UNSEEN)
    return " ".join("".join(seen).translate(_BRACES)[:LONGEST].split())


def cleaned(values: Mapping[str, str], slots: Collection[str]) -> dict[str, str]:
    """Clean the values of slots there are, and leave out what is empty then."""
    return {slot: value for slot in slots if (value := clean(values.get(slot, "")))}


def gap(slot: Slot) -> str:
    """Give what stands in a text until the slot is filled in."""
    return f"{{{{{slot.gap}}}}}"


def fill(text: Text, values: Mapping[str, str], slots: Mapping[str, Slot]) -> str:
    """Put the values in; in one pass, so that no value is ever read as a slot."""
    return "".join(
        (values.get(part) or gap(slots[part])) if is_slot else part for is_slot, part in text
    )
