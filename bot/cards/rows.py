"""A card of the engine as lines of text: whole, its beginning, or page by page. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.engine.model import Block, Card
from bot.engine.wording import fact_joint, fact_text

_TONES = {"safety": ("🛟", "Safety first"), "notice": ("📌", "Please note")}
_MARKS = {"bullets": "- ", "facts": "- ", "notice": "Note: ", "heading": "\n"}


# ------------------------------------------------------------------ text


def one_line(text: str) -> str:
    """Put a text on one line."""
    return " ".join(text.split())


def short(text: str, limit: int) -> str:
    """Give the text on one line, with “…” for what has no room; for labels only."""
    line = one_line(text)
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def pieces(text: str, size: int) -> list[str]:
    """Cut a long text into pieces at its spaces or line ends; joined, they are the text again."""
    found: list[str] = []
    while len(text) > size:
        cut = max(text.rfind(" ", 0, size), text.rfind("\n", 0, size)) + 1
        cut = cut if cut > size // 2 else size
        found.append(text[:cut])
        text = text[cut:]
    return [*found, text] if text else found


def seen(text: str, instead: str) -> str:
    """Give the text, or something else where nothing of it can be seen."""
    return text if text.strip() else instead


# ------------------------------------------------------------------ cards


def title_of(card: Card) -> str:
    """Give a card's title; what concerns safety or must be noticed says so in words."""
    if card.tone not in _TONES:
        return card.title
    emoji, said = _TONES[card.tone]
    return f"{emoji} {said}: {card.title}" if card.title.strip() else f"{emoji} {said}"


def card_text(card: Card) -> str:
    """Give all that a card says as plain text, with its title."""
    title = title_of(card)
    said = [
        _MARKS.get(block.kind, "") + (fact_text(row) if block.kind == "facts" else row)
        for block in card.blocks
        for row in block.lines
    ]
    return "\n".join([title, *said] if title.strip() else said)


def text_blocks(text: str) -> tuple[Block, ...]:
    """Read a told text as parts of a card: lines that begin with “- ” are a list."""
    found: list[Block] = []
    for is_list, lines in groupby(text.split("\n"), key=lambda part: part.startswith("- ")):
        kept = tuple(part[2:] if is_list else part for part in lines if part.strip())
        if kept:
            found.append(Block("bullets" if is_list else "text", kept))
    return tuple(found)


# ------------------------------------------------------------------ lines


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a card, or a part of a very long one; ``name`` stands bold before the text."""

    kind: str
    text: str
    name: str = ""

    @property
    def size(self) -> int:
        """Its characters."""
        return len(self.name) + len(self.text) + 3


def rows_of(card: Card, most: int) -> list[Row]:
    """Give the lines of a card; those longer than ``most`` in parts, those without words not."""
    return [
        row
        for block in card.blocks
        for text in block.lines
        if text.strip()
        for row in _rows(block.kind, text, most)
    ]


def _rows(kind: str, text: str, most: int) -> list[Row]:
    if kind != "facts":
        return [Row(kind, piece) for piece in pieces(text, most - 3)]
    name, _, value = text.partition("\t")
    if not value.strip() or not name.strip() or len(text) > most - 10:
        return [Row(kind, piece) for piece in pieces(fact_text(text), most - 3)]
    return [Row(kind, value, name + fact_joint(name))]


def beginning(rows: Sequence[Row], room: int) -> list[Row]:
    """Give the first rows that have room; at least the beginning of the first one."""
    kept: list[Row] = []
    for row in rows:
        if row.size > room:
            break
        kept.append(row)
        room -= row.size
    if kept or not rows or room < 1:
        return kept
    first = rows[0]
    start = f"{first.name}{first.text}"[:room].rstrip()
    return [Row(first.kind, f"{start} …")]


def size_of(rows: Sequence[Row]) -> int:
    """Count the characters of rows."""
    return sum(row.size for row in rows)


def paged(
    rows: Sequence[Row], room: int, measure: Callable[[Row], int] = lambda row: row.size
) -> list[list[Row]]:
    """Give rows as pages that each have room for theirs; at least one page."""
    found: list[list[Row]] = [[]]
    left = room
    for row in rows:
        if measure(row) > left and found[-1]:
            found.append([])
            left = room
        found[-1].append(row)
        left -= measure(row)
    return found
