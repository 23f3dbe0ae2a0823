"""Cards as Markdown; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.engine.model import Block, Card

_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")
_STARTS_A_LIST = re.compile(r"^(\d+)([.)])|^([-+])(?=\s)")


def to_markdown(cards: Iterable[Card]) -> str:
    """Write cards as Markdown; the first one's title is the document's."""
    lines: list[str] = []
    for place, card in enumerate(cards):
        if card.title:
            lines += [f"{'##' if place else '#'} {_escaped(_on_one_line(card.title))}", ""]
        for block in card.blocks:
            lines += [*_markdown_block(block), ""]
    return "\n".join(lines).rstrip() + "\n"


def _markdown_block(block: Block) -> Iterator[str]:
    for line in block.lines:
        match block.kind:
            case "heading":
                yield f"### {_escaped(_on_one_line(line))}"
            case "bullets":
                yield f"- {_paragraph(line, '  ')}"
            case "facts":
                name, _, value = line.partition("\t")
                yield f"- **{_escaped(name)}** {_paragraph(value, '  ')}".rstrip()
            case "notice":
                yield f"> {_paragraph(line, '> ')}"
            case "text" | "letter":
                yield _paragraph(line, "")


def _paragraph(text: str, indent: str) -> str:
    """Write text that may run over several lines; a line break in it stays one."""
    return f"\\\n{indent}".join(_escaped(line) for line in text.splitlines())


def _escaped(text: str) -> str:
    """Keep what a person wrote from being taken for markup."""
    escaped = _MARKDOWN.sub(r"\\\1", text)
    return _STARTS_A_LIST.sub(r"\1\\\2\3" if escaped[:1].isdigit() else r"\\\3", escaped)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
