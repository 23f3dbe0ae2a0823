"""Cards as plain text and as Markdown; pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from bot.engine.model import Block, Card

_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")
_STARTS_A_LIST = re.compile(r"^(\d+)([.)])|^([-+])(?=\s)")


def to_text(cards: Iterable[Card], width: int = 80) -> str:
    """Lay cards out as plain text of at most ``width`` columns."""
    lines: list[str] = []
    for card in cards:
        lines += [*textwrap.wrap(card.title, width), "=" * min(len(card.title), width), ""]
        for block in card.blocks:
            lines += _text_block(block, width)
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _text_block(block: Block, width: int) -> list[str]:
    lines: list[str] = []
    for line in block.lines:
        match block.kind:
            case "heading":
                lines += [*_wrapped(line, width, "", ""), "-" * min(len(line), width)]
            case "bullets":
                lines += _wrapped(line, width, "- ", "  ")
            case "facts":
                name, _, value = line.partition("\t")
                joint = ": " if name[-1:].isalpha() else "  "
                lines += _wrapped(f"{name}{joint}{value}", width, "", "    ")
            case "notice":
                lines += _wrapped(line, width, "! ", "  ")
            case "text":
                lines += _wrapped(line, width, "", "")
    return lines if block.kind == "heading" else [*lines, ""]


def _wrapped(text: str, width: int, first: str, rest: str) -> list[str]:
    lines: list[str] = []
    for part in text.splitlines() or [""]:
        indent = rest if lines else first
        lines += textwrap.wrap(part, width, initial_indent=indent, subsequent_indent=rest) or [""]
    return lines


def to_markdown(cards: Iterable[Card]) -> str:
    """Write cards as Markdown; the first one's title is the document's."""
    lines: list[str] = []
    for place, card in enumerate(cards):
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
            case "text":
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
