"""The shapes of Block Kit, as small functions; what they are given must fit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.cards.answers import numbered_labels
from bot.cards.rows import pieces, short
from bot.engine.model import Choice

Json = dict[str, Any]

BUTTON = 75
"""Characters on a button or an option."""

HEADER = 150
PLAIN = 2000
"""Characters of a context line, a label or a hint."""

RICH = 2800
"""Characters of one rich text block: as many as a section may hold, with some to spare."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: the full ``text`` for screen readers, and the blocks."""

    text: str
    blocks: tuple[Json, ...] = ()

    @property
    def payload(self) -> Json:
        """Give it as the arguments of a call."""
        return {"text": self.text, "blocks": list(self.blocks)}


# ------------------------------------------------------------------ text


def escape(text: str) -> str:
    """Make a text safe where Slack would look for mentions and links."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> Json:
    """Give plain text; “:cake:” stays as it was written."""
    return {"type": "plain_text", "text": text, "emoji": False}


# ------------------------------------------------------------------ blocks


def header(text: str) -> Json:
    """Give a heading."""
    return {"type": "header", "text": plain(short(text, HEADER))}


def context(*lines: str) -> Json:
    """Give up to ten small lines."""
    return {"type": "context", "elements": [plain(short(line, PLAIN)) for line in lines]}


def small_lines(lines: Sequence[str]) -> Json:
    """Give small lines, one below the other; at most 2,000 characters together."""
    return {"type": "context", "elements": [plain("\n".join(lines))]}


def words(text: str, *, bold: bool = False) -> Json:
    """Give words inside rich text."""
    styled: Json = {"type": "text", "text": text}
    return {**styled, "style": {"bold": True}} if bold else styled


def rich(*elements: Json) -> Json:
    """Give rich text from its sections, lists and quotes."""
    return {"type": "rich_text", "elements": list(elements)}


def line(*inside: Json) -> Json:
    """Give a paragraph of rich text."""
    return {"type": "rich_text_section", "elements": list(inside)}


def bullets(items: Iterable[Json]) -> Json:
    """Give a list of paragraphs."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(items)}


def paragraphs(text: str, *, bold: bool = False) -> list[Json]:
    """Give a text of any length as rich text blocks."""
    return [rich(line(words(piece, bold=bold))) for piece in pieces(text, RICH)]


def actions(*elements: Json) -> Json:
    """Give a row of up to 25 things to press."""
    return {"type": "actions", "elements": list(elements)}


def button(text: str, action: object, style: str = "") -> Json:
    """Give a button; ``style`` is "primary", "danger" or none."""
    made: Json = {"type": "button", "text": plain(short(text, BUTTON)), "action_id": str(action)}
    return {**made, "style": style} if style else made


def option(text: str, value: str) -> Json:
    """Give one option of a select, menu, or list of boxes."""
    return {"text": plain(short(text, BUTTON)), "value": value}


def choice_options(choices: Sequence[Choice], *, numbered: bool = False) -> list[Json]:
    """Give the answers as options."""
    labels = numbered_labels(choices, BUTTON) if numbered else [choice.label for choice in choices]
    return [option(label, choice.id) for label, choice in zip(labels, choices, strict=True)]


def menu(kind: str, action: object, choices: Sequence[Json], **more: object) -> Json:
    """Give a select, radio buttons, boxes or an overflow menu."""
    return {"type": kind, "action_id": str(action), "options": list(choices), **more}


def field(label: str, element: Json, block_id: str, hint: str = "") -> Json:
    """Give an input with its label."""
    made: Json = {
        "type": "input",
        "block_id": block_id,
        "label": plain(short(label, PLAIN)),
        "element": element,
    }
    return {**made, "hint": plain(short(hint, PLAIN))} if hint else made


def modal(title: str, blocks: Sequence[Json], callback: str, metadata: object, **more: str) -> Json:
    """Give a modal; ``more`` are the words on its ``submit`` and ``close`` buttons."""
    return {
        "type": "modal",
        "title": plain(short(title, 24)),
        "callback_id": callback,
        "private_metadata": str(metadata),
        "blocks": list(blocks),
        **{name: plain(short(text, 24)) for name, text in more.items()},
    }


def home_view(blocks: Sequence[Json]) -> Json:
    """Give an App Home."""
    return {"type": "home", "blocks": list(blocks)}


# ------------------------------------------------------------------ measuring


def weight(block: object) -> int:
    """Count the characters of all texts in a block or a list of blocks."""
    if isinstance(block, dict):
        own = block.get("text")
        rest = (value for key, value in block.items() if not (key == "text" and value is own))
        inside = len(own) if isinstance(own, str) else weight(own)
        return inside + sum(weight(value) for value in rest)
    if isinstance(block, list | tuple):
        return sum(weight(item) for item in block)
    return 0
