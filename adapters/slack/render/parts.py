"""What a message is put together from: blocks, and the same in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.slack.render.body import rich_blocks
from adapters.slack.render.shapes import (
    HEADER,
    RICH,
    Json,
    Message,
    actions,
    button,
    escape,
    header,
    line,
    paragraphs,
    rich,
    words,
)
from bot.cards.actions import Action
from bot.cards.folds import GOES_ON, READ_ALL, Fold
from bot.cards.rows import beginning, card_text, size_of, title_of

FOLDED = 600
"""Characters shown of a card that is folded."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message; ``text`` says what the blocks say, not yet escaped."""

    blocks: tuple[Json, ...]
    text: str = ""


def message(parts: Iterable[Part]) -> Message:
    """Put parts together."""
    kept = list(parts)
    text = "\n\n".join(part.text for part in kept if part.text.strip())
    return Message(escape(text), tuple(block for part in kept for block in part.blocks))


def whole(fold: Fold) -> Part:
    """Show a card whole."""
    said = card_text(fold.card)
    blocks = (*_title(fold), *rich_blocks(fold.rows(RICH)))
    return Part(blocks, f"{fold.mark} {said}".strip())


def folded(fold: Fold, case: str, turn: int, room: int = FOLDED) -> Part:
    """Show a card's title, its first lines, and a button that opens the rest."""
    rows = fold.rows(RICH)
    if size_of(rows) <= room:
        return whole(fold)
    first = beginning(rows, room)
    said = [title_of(fold.card), *(row.name + row.text for row in first), GOES_ON]
    more = actions(button(READ_ALL, Action("whole", case, turn, fold.what)))
    blocks = (*_title(fold), *rich_blocks(first), rich(line(words(GOES_ON))), more)
    return Part(blocks, "\n".join(filter(None, said)))


def _title(fold: Fold) -> list[Json]:
    title = fold.title
    if not title:
        return []
    return [header(title)] if len(title) <= HEADER else paragraphs(title, bold=True)
