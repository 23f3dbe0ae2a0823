"""A card of the engine as rich text: whole, its beginning, or page by page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from adapters.slack.render.shapes import RICH, Json, bullets, line, pieces, rich, words
from bot.engine.model import Block, Card
from bot.engine.wording import fact_joint, fact_text

PAGE = 10_000
"""Characters of one page of a modal."""

_TONES = {"safety": ("🛟", "Safety first"), "notice": ("📌", "Please note")}
_MARKS = {"bullets": "- ", "facts": "- ", "notice": "Note: ", "heading": "\n"}


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


def rows_of(card: Card) -> list[Row]:
    """Give the lines of a card, the very long ones in parts; those without words are left out."""
    return [
        row
        for block in card.blocks
        for text in block.lines
        if text.strip()
        for row in _rows(block.kind, text)
    ]


def _rows(kind: str, text: str) -> list[Row]:
    if kind != "facts":
        return [Row(kind, piece) for piece in pieces(text, RICH - 3)]
    name, _, value = text.partition("\t")
    if not value.strip() or not name.strip() or len(text) > RICH - 10:
        return [Row(kind, piece) for piece in pieces(fact_text(text), RICH - 3)]
    return [Row(kind, value, name + fact_joint(name))]


def rich_blocks(rows: Sequence[Row]) -> list[Json]:
    """Give rows as rich text blocks, none of them longer than Slack allows."""
    groups: list[list[Row]] = []
    room = 0
    for row in rows:
        if row.size > room:
            groups.append([])
            room = RICH
        groups[-1].append(row)
        room -= row.size
    return [rich(*_elements(group)) for group in groups]


def _elements(rows: Sequence[Row]) -> Iterable[Json]:
    first = True
    for kind, group in groupby(rows, key=lambda row: row.kind):
        inside = [_section(row) for row in group]
        match kind:
            case "bullets" | "facts":
                yield bullets(inside)
            case "notice":
                yield from ({**section, "type": "rich_text_quote"} for section in inside)
            case "heading":
                lead = [] if first else [line(words("\n"))]
                yield from (*lead, *inside)
            case _:
                yield from inside
        first = False


def _section(row: Row) -> Json:
    name = "Note: " if row.kind == "notice" else row.name
    text = f"{row.text}\n" if row.kind == "text" else row.text
    named = [words(name, bold=True)] if name else []
    return line(*named, words(text, bold=row.kind == "heading"))


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


def pages(card: Card) -> list[list[Json]]:
    """Give a whole card as pages of blocks that each fit into a modal; at least one page."""
    found: list[list[Row]] = [[]]
    for row in rows_of(card):
        if size_of(found[-1]) + row.size > PAGE:
            found.append([])
        found[-1].append(row)
    return [rich_blocks(page) for page in found]
