"""A card of the engine as rich text: whole, its beginning, or page by page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from adapters.slack.render.shapes import RICH, Json, bullets, line, rich, words
from bot.cards.rows import Row, paged, rows_of
from bot.engine.model import Card

PAGE = 10_000
"""Characters of one page of a modal."""


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
            case "letter":
                yield from ({**section, "type": "rich_text_preformatted"} for section in inside)
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


def pages(card: Card) -> list[list[Json]]:
    """Give a whole card as pages of blocks that each fit into a modal; at least one page."""
    return [rich_blocks(page) for page in paged(rows_of(card, RICH), PAGE)]
