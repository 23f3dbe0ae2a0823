"""What is shown, as rich renderables: calm, and the same in dark and light. Pure.

Whatever was typed or read from a flow becomes ``Text``, never markup, so that it cannot steer the
terminal. Colours are few and named ones, which a person's own palette adapts.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from adapters.terminal.render import (
    PROMISE,
    needs_space,
    place_line,
    printable,
    progress_bar,
)
from bot.engine.model import Block, Card, Prompt, Tell
from bot.engine.wording import progress_text

WIDEST = 88
"""Columns; longer lines are hard to read."""

_ACCENT = "magenta"
_TONES = {"safety": ("bold red", box.HEAVY), "notice": ("yellow", box.ROUNDED)}


def card_look(card: Card) -> RenderableType:
    """Show a card: framed if it must not be missed, else below a title and a line."""
    title = _text(card.title, "bold")
    if card.tone in _TONES:
        style, shape = _TONES[card.tone]
        return _spaced(_panel(Group(*_body(card)), shape, style, title))
    parts: list[RenderableType] = []
    if card.data is not None:
        parts = [Rule(style=_ACCENT), title, Rule(style=_ACCENT)]
    elif card.title:
        parts = [title]
    return _spaced(Group(*parts, *_body(card)))


def _panel(body: RenderableType, shape: box.Box, style: str, title: Text) -> Panel:
    return Panel(
        body,
        box=shape,
        border_style=style,
        title=title if title.plain else None,
        title_align="left",
        padding=(1, 2),
    )


def _body(card: Card) -> Iterator[RenderableType]:
    before = None
    for block in card.blocks:
        space = needs_space(before, block) and not (before is None and card.tone in _TONES)
        parts = list(_block(block))
        yield Padding(Group(*parts), (1 if space else 0, 0, 0, 0))
        before = block


def _block(block: Block) -> Iterator[RenderableType]:
    match block.kind:
        case "bullets":
            yield _rows(("•", line) for line in block.lines)
        case "facts":
            yield _facts(block.lines)
        case "heading":
            yield from (_text(line, "bold underline") for line in block.lines)
        case "text" | "notice":
            style = "italic" if block.kind == "notice" else ""
            for place, line in enumerate(block.lines):
                yield Padding(_text(line, style), (1 if place else 0, 0, 0, 0))


def _rows(rows: Iterator[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for mark, line in rows:
        table.add_row(Text(mark, _ACCENT), _text(line))
    return table


def _facts(lines: tuple[str, ...]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold", max_width=WIDEST // 2)
    table.add_column(overflow="fold")
    for line in lines:
        name, _, value = line.partition("\t")
        table.add_row(_text(name, "bold"), _text(value))
    return table


# ------------------------------------------------------------------ prompts and the rest


def question_look(prompt: Prompt) -> RenderableType:
    """Show where we are and the question; its answers are the menu's."""
    return _spaced(Group(_place(prompt), Padding(_text(prompt.text, "bold"), (1, 0, 0, 0))))


def _place(prompt: Prompt) -> Text:
    done, left = progress_bar(prompt)
    if not done + left:
        return Text(place_line(prompt), "dim")
    return Text.assemble(
        (printable(prompt.section), "dim"),
        "  ",
        (done, _ACCENT),
        (left, "dim"),
        "  ",
        (progress_text(prompt), "dim"),
    )


def tell_look(tell: Tell) -> RenderableType:
    """Show what is told once; what was not understood stands out."""
    if tell.card:
        return card_look(tell.card)
    lines = tell.text.split("\n")
    bullets = [line[2:] for line in lines if line.startswith("- ")]
    said = [line for line in lines if not line.startswith("- ")]
    parts: list[RenderableType] = [_text(line, "yellow" if tell.mistake else "") for line in said]
    if bullets:
        parts.append(_rows(("•", line) for line in bullets))
    return _spaced(Group(*parts))


def greeting_look(title: str, about: str) -> RenderableType:
    """Open the conversation."""
    body = Group(_text(about), Padding(Text(PROMISE, "dim"), (1, 0, 0, 0)))
    return _spaced(_panel(body, box.ROUNDED, _ACCENT, _text(title, "bold")))


def line_look(text: str) -> RenderableType:
    """Show a line by itself."""
    return _spaced(_text(text))


def _text(text: str, style: str = "") -> Text:
    return Text(printable(text), style)


def _spaced(what: RenderableType) -> Padding:
    return Padding(what, (1, 2, 0, 2))
