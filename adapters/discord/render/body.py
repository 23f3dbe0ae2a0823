"""A card of the engine as Markdown: whole, its beginning, or page by page. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.discord.render.shapes import Json, bold, button, escape, heading, section, small, text
from bot.cards.actions import Action
from bot.cards.folds import GOES_ON, READ_ALL, Fold
from bot.cards.rows import Row, beginning, paged, pieces, size_of
from bot.engine.model import Card

FOLDED = 400
"""Characters shown of a card that is folded."""

PAGE = 3500
"""Characters of one page of a window, as they are sent."""

_TITLE = 100
_ROW = 1000
"""Characters of one line; as they are sent it may become three times as long."""

_APART = {("text", "text"), ("bullets", "text"), ("facts", "text")}
"""What has a free line between it and the next."""


def markdown(rows: Sequence[Row]) -> str:
    """Write rows as Markdown."""
    before = [None, *(row.kind for row in rows)]
    return "\n".join(_lead(kind, row) + _line(row) for kind, row in zip(before, rows, strict=False))


def _lead(before: str | None, row: Row) -> str:
    if before is None:
        return ""
    return "\n" if row.kind == "heading" or (before, row.kind) in _APART else ""


def _line(row: Row) -> str:
    said = escape(row.text.strip())
    named = f"{bold(row.name)} {said}" if row.name else said
    match row.kind:
        case "letter" if "```" not in row.text:
            return f"```\n{row.text}\n```"
        case "heading":
            return bold(row.text)
        case "bullets" | "facts":
            return "- " + named.replace("\n", "\n  ")
        case "notice":
            return "> " + f"**Note:** {named}".replace("\n", "\n> ")
        case _:
            return named


def whole(fold: Fold) -> list[Json]:
    """Show a card whole."""
    title, rows = parted(fold)
    content = "\n".join(filter(None, [title, markdown(rows)]))
    return [text(content)] if content.strip() else []


def folded(fold: Fold, case: str, turn: int, room: int = FOLDED) -> list[Json]:
    """Show a card's title and its first lines, beside a button that opens the rest."""
    title, rows = parted(fold)
    if size_of(rows) <= room:
        return whole(fold)
    first = markdown(beginning(rows, room))
    content = "\n".join(filter(None, [title, first, small(GOES_ON)]))
    return [section(content, button(READ_ALL, Action("whole", case, turn, fold.what)))]


def parted(fold: Fold) -> tuple[str, list[Row]]:
    """Give a card's title and its lines; a title that is very long is one of them."""
    title, rows = fold.title, fold.rows(_ROW)
    if len(title) <= _TITLE:
        return heading(title) if title else "", rows
    return "", [*(Row("heading", piece) for piece in pieces(title, _ROW)), *rows]


def pages(card: Card) -> list[str]:
    """Give a whole card as pages of Markdown; at least one, which may be empty."""
    title, rows = parted(Fold("", card))
    first, *more = paged(rows, PAGE, _length)
    return ["\n".join(filter(None, [title, markdown(first)])), *(markdown(page) for page in more)]


def _length(row: Row) -> int:
    return len(_line(row)) + 2
