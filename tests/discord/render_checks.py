"""What every payload for Discord must hold to: its shape, and every limit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.discord.render import EPHEMERAL, V2, Json, Message
from bot.cards.actions import VALUE, parse_action
from tests.fakes import shapes
from tests.fakes.discord.limits import wrong_layout, wrong_parts

ROW, BUTTON, SELECT, INPUT, SECTION, TEXT, FILE, SEPARATOR, FRAME, LABEL = (
    *(1, 2, 3, 4, 9, 10, 13, 14, 17, 18),
)
_LINK = 5
_INSIDE = {
    ROW: {BUTTON, SELECT},
    SECTION: {TEXT},
    FRAME: {ROW, SECTION, TEXT, SEPARATOR},
}


def check_message(made: Message) -> None:
    """Check a message, as it is posted and as it is shown to one person."""
    for payload, flags in ((made.payload, V2), (made.to_one(), V2 | EPHEMERAL)):
        assert payload["flags"] == flags
        assert payload["allowed_mentions"] == {"parse": []}
        assert shapes.wrong_request("create_message", payload) == []
    nodes = [*made.components]
    assert [*wrong_parts(nodes, "components")] == []
    assert [*wrong_layout(nodes, "components", v2=True)] == []
    parts = [*nested(nodes)]
    assert 1 <= len(parts) <= 40
    assert sum(len(part["content"]) for part in parts if part["type"] == TEXT) <= 4000
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    assert len(ids) == len(set(ids))
    for part in parts:
        _check(part)


def check_form(form: Json) -> None:
    """Check a modal."""
    body = {"type": 9, "data": form}
    assert shapes.wrong_request("create_interaction_response", body) == []
    assert [*wrong_parts(form["components"], "components")] == []
    assert 1 <= len(form["title"]) <= 45
    assert 1 <= len(form["custom_id"]) <= 100
    assert 1 <= len(form["components"]) <= 5
    assert sum(len(part["content"]) for part in form["components"] if part["type"] == TEXT) <= 4000
    for part in form["components"]:
        assert part["type"] in {TEXT, LABEL}
        if part["type"] == LABEL:
            _check_field(part)


def _check_field(part: Json) -> None:
    assert 1 <= len(part["label"].strip()) <= 45
    assert 1 <= len(part["description"]) <= 100
    element = part["component"]
    assert element["type"] == INPUT
    assert element["custom_id"] == VALUE
    assert 1 <= element["max_length"] <= 4000
    assert len(element.get("value", "")) <= element["max_length"]
    assert len(element.get("placeholder", "")) <= 100


def _check(part: Mapping[str, Any]) -> None:
    for inside in part.get("components", ()):
        assert inside["type"] in _INSIDE[part["type"]]
    match part["type"]:
        case n if n == TEXT:
            assert part["content"].strip()
        case n if n == ROW:
            _check_row(part["components"])
        case n if n == SECTION:
            assert 1 <= len(part["components"]) <= 3
            assert part["accessory"]["type"] == BUTTON
        case n if n == BUTTON:
            assert 1 <= len(part["label"].strip()) <= 80
            assert ("url" in part) == (part["style"] == _LINK)
            assert ("custom_id" in part) != (part["style"] == _LINK)
        case n if n == SELECT:
            _check_select(part)
        case n if n == FRAME:
            assert part["components"]
    if "custom_id" in part:
        assert len(part["custom_id"]) <= 100
        assert parse_action(part["custom_id"])


def _check_row(inside: list[Json]) -> None:
    kinds = {part["type"] for part in inside}
    assert len(kinds) == 1
    assert 1 <= len(inside) <= (5 if kinds == {BUTTON} else 1)


def _check_select(part: Mapping[str, Any]) -> None:
    options = part["options"]
    assert 1 <= len(options) <= 25
    assert 1 <= len(part["placeholder"]) <= 150
    assert 0 <= part["min_values"] <= part["max_values"] <= len(options)
    assert sum(bool(option.get("default")) for option in options) <= part["max_values"]
    for option in options:
        assert 1 <= len(option["label"].strip()) <= 100
        assert 1 <= len(option["value"]) <= 100
    values = [option["value"] for option in options]
    assert len(values) == len(set(values))


def nested(components: object) -> Iterator[Mapping[str, Any]]:
    """Give every component in a payload, in order."""
    if isinstance(components, list | tuple):
        for component in components:
            yield component
            yield from nested(component.get("components"))
            yield from nested([component["accessory"]] if "accessory" in component else [])
            yield from nested([component["component"]] if "component" in component else [])


def pressables(made: Message) -> dict[str, Mapping[str, Any]]:
    """Give everything that can be pressed, by its id."""
    return {part["custom_id"]: part for part in nested(made.components) if "custom_id" in part}


def contents(components: object) -> list[str]:
    """Give the texts of a payload as they are sent."""
    return [part["content"] for part in nested(components) if part["type"] == TEXT]


_OURS = re.compile(r"^(?:### |-# |- |> |```$|  )", re.MULTILINE)
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])|\*\*", re.DOTALL)


def read(content: str) -> str:
    """Read Markdown as a person does."""
    return _ESCAPED.sub(lambda found: found[1] or "", _OURS.sub("", content))


def said(components: object) -> str:
    """Give all texts of a payload as they are read, on one line."""
    return " ".join(" ".join(read(content) for content in contents(components)).split())
