"""What every payload for Slack must hold to: its shape, and every limit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from adapters.slack.render import Json, Message
from adapters.slack.render.shapes import weight
from bot.cards.actions import parse_action
from tests.fakes.slack.checks import wrong_message, wrong_modal_or_home


def check_message(message: Message) -> None:
    """Check a message that is posted."""
    assert wrong_message({"text": message.text, "blocks": list(message.blocks)}) == []
    assert len(message.text) <= 35_000
    assert weight(list(message.blocks)) <= 12_000
    check_blocks(message.blocks)


def check_view(view: Json) -> None:
    """Check a modal or an App Home."""
    assert wrong_modal_or_home(view, view["type"]) == []
    assert len(json.dumps(view).encode()) < 250_000
    check_blocks(view["blocks"])


def check_blocks(blocks: Sequence[Json]) -> None:
    """Check that what can be pressed has an id of ours, and that no text is empty."""
    for block in blocks:
        _check_block(block)


def _check_block(block: Json) -> None:
    for element in _elements(block):
        assert len(element["action_id"]) <= 255
        assert element["action_id"] == "value" or parse_action(element["action_id"])
        _check_element(element)
    pressed = [element["action_id"] for element in _elements(block)]
    assert len(pressed) == len(set(pressed))
    for text in texts(block):
        assert text.strip() or block["type"] == "rich_text"
        assert text
    if block["type"] == "rich_text":
        assert weight(block) <= 3000
        assert "".join(texts(block)).strip()
    if block["type"] == "context":
        assert 1 <= len(block["elements"]) <= 10


def _check_element(element: Json) -> None:
    kind, options = element["type"], element.get("options", [])
    if kind == "button":
        assert 1 <= len(element["text"]["text"]) <= 75
    if kind in {"checkboxes", "radio_buttons"}:
        assert 1 <= len(options) <= 10
    if kind.endswith("static_select"):
        assert 1 <= len(options) <= 100
    for option in options:
        assert 1 <= len(option["text"]["text"]) <= 75
        assert 1 <= len(option["value"]) <= 150
    values = [option["value"] for option in options]
    assert len(values) == len(set(values))
    initial = element.get("initial_options", [])
    one = element.get("initial_option")
    for option in [*initial, *([one] if one else [])]:
        assert option in options
    assert len(initial) <= element.get("max_selected_items", len(options))


def _elements(block: Json) -> Iterator[Json]:
    if block["type"] == "actions":
        yield from block["elements"]
    elif block["type"] == "input":
        yield block["element"]
    elif "accessory" in block:
        yield block["accessory"]


def pressables(blocks: Sequence[Json]) -> dict[str, Json]:
    """Give everything that can be pressed, by its id."""
    return {e["action_id"]: e for block in blocks for e in _elements(block)}


def texts(payload: object) -> Iterator[str]:
    """Give every text in a payload, in order."""
    if isinstance(payload, dict):
        for key, value in payload.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(payload, list | tuple):
        for item in payload:
            yield from texts(item)


def said(payload: object) -> str:
    """Give all texts of a payload as one, on one line."""
    return " ".join("".join(texts(payload)).split())
