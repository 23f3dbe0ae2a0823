"""Every length and count that Discord allows in components, and what must be unique."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.fakes.discord.components import (
    BUTTON,
    CHECKBOX,
    CHECKBOXES,
    CONTAINER,
    GALLERY,
    INPUT,
    LABEL,
    RADIO,
    ROW,
    SECTION,
    SELECT,
    SELECTS,
    UPLOAD,
    V2_ONLY,
    WORDS,
    placed,
)
from tests.fakes.discord.model import Json

Wrong = tuple[str, str, str]
"""Where it is ("components.0.label"), the code that Discord gives, and what is wrong."""

PARTS, TOTAL, ROWS = 40, 4000, 5
LINK, PREMIUM = 5, 6

Found = Iterator[tuple[str, str, str]]


def text(node: Json, key: str, most: int, least: int = 0) -> Found:
    """See that a text has a length that is allowed; one that is required may not be blank."""
    value = node.get(key)
    if value is None:
        if least:
            yield key, "BASE_TYPE_REQUIRED", f"{key} is required"
    elif not isinstance(value, str):
        yield key, "STRING_TYPE_CONVERT", f"{key} is not text"
    elif len(value) > most:
        said = f"{key} has {len(value)} characters, allowed are {most}"
        yield key, "BASE_TYPE_MAX_LENGTH", said
    elif least and len(value.strip()) < least:
        yield key, "BASE_TYPE_BAD_LENGTH", f"{key} is empty"


def count(node: Json, key: str, least: int, most: int) -> Found:
    """See that a list has as many entries as are allowed."""
    size = len(node.get(key) or ())
    if not least <= size <= most:
        yield key, "BASE_TYPE_BAD_LENGTH", f"{size} {key}, allowed are {least} to {most}"


def number(node: Json, key: str, least: int, most: int) -> Found:
    """See that a number is within its bounds."""
    value = node.get(key)
    if value is not None and not least <= value <= most:
        yield key, "NUMBER_TYPE_MAX", f"{key} is {value}, allowed are {least} to {most}"


def _button(node: Json) -> Found:
    yield from text(node, "label", 80)
    style = node.get("style")
    if style == PREMIUM:
        return
    if not str(node.get("label") or "").strip() and not node.get("emoji"):
        yield "", "BUTTON_COMPONENT_INVALID", "a button with neither label nor emoji"
    if style == LINK:
        if not node.get("url") or node.get("custom_id"):
            yield "", "BUTTON_COMPONENT_INVALID", "a link has a url, and no custom_id"
        return
    if node.get("url"):
        yield "url", "BUTTON_COMPONENT_INVALID", "a url on a button that is no link"
    yield from text(node, "custom_id", 100, 1)


def _options(least: int, most: int) -> Callable[[Json], Found]:
    def check(node: Json) -> Found:
        yield from text(node, "custom_id", 100, 1)
        yield from text(node, "placeholder", 150)
        yield from count(node, "options", least, most)
        options = [one for one in node.get("options") or () if isinstance(one, dict)]
        for index, option in enumerate(options):
            yield from _within(f"options.{index}", _option(option))
        yield from _twice([one.get("value") for one in options], "options", "value")
        yield from _picks(node, len(options), most)

    return check


def _option(option: Json) -> Found:
    yield from text(option, "label", 100, 1)
    yield from text(option, "value", 100, 1)
    yield from text(option, "description", 100)


def _picks(node: Json, there: int, most: int) -> Found:
    if node["type"] == RADIO:
        return
    low, high = node.get("min_values"), node.get("max_values")
    yield from number(node, "min_values", 0, most)
    yield from number(node, "max_values", 1, most)
    low, high = 1 if low is None else low, 1 if high is None else high
    if low > high:
        yield "min_values", "SELECT_COMPONENT_INVALID", "min_values is over max_values"
    if high > there:
        yield "options", "BASE_TYPE_BAD_LENGTH", f"max_values {high} of {there} options"
    chosen = sum(1 for one in node.get("options") or () if one.get("default"))
    if chosen > high:
        yield "options", "SELECT_COMPONENT_TOO_MANY_DEFAULTS", f"{chosen} defaults of {high}"


def _other_select(node: Json) -> Found:
    yield from text(node, "custom_id", 100, 1)
    yield from text(node, "placeholder", 150)
    yield from number(node, "min_values", 0, 25)
    yield from number(node, "max_values", 1, 25)
    there, most = len(node.get("default_values") or ()), node.get("max_values") or 1
    if there > most:
        yield "default_values", "SELECT_COMPONENT_TOO_MANY_DEFAULTS", f"{there} defaults of {most}"


def _gallery(node: Json) -> Found:
    yield from count(node, "items", 1, 10)
    for index, item in enumerate(node.get("items") or ()):
        yield from _within(f"items.{index}", text(item, "description", 1024))


def _row(node: Json) -> Found:
    yield from count(node, "components", 1, 5)
    kinds = [one.get("type") for one in node.get("components") or ()]
    if len(kinds) > 1 and any(kind != BUTTON for kind in kinds):
        yield "components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "a select is alone in its row"


def _section(node: Json) -> Found:
    yield from count(node, "components", 1, 3)
    if not isinstance(node.get("accessory"), dict):
        yield "accessory", "BASE_TYPE_REQUIRED", "a section without accessory"


def _input(node: Json) -> Found:
    yield from text(node, "custom_id", 100, 1)
    yield from text(node, "label", 45)
    yield from text(node, "placeholder", 100)
    yield from text(node, "value", 4000)
    yield from number(node, "min_length", 0, 4000)
    yield from number(node, "max_length", 1, 4000)
    size, least, most = len(node.get("value") or ""), node.get("min_length"), node.get("max_length")
    if least and most and least > most:
        yield "min_length", "TEXT_INPUT_INVALID", "min_length is over max_length"
    if size and (size < (least or 0) or size > (most or 4000)):
        yield "value", "TEXT_INPUT_INVALID", "a value that could not be submitted"


def _label(node: Json) -> Found:
    yield from text(node, "label", 45, 1)
    yield from text(node, "description", 100)
    part = node.get("component")
    if not isinstance(part, dict):
        yield "component", "BASE_TYPE_REQUIRED", "a label without component"
    elif part.get("label"):
        yield "component.label", "COMPONENT_INVALID", "an input with a label of its own in a label"


_CHECKS: dict[int, Callable[[Json], Found]] = {
    ROW: _row,
    BUTTON: _button,
    SELECT: _options(1, 25),
    INPUT: _input,
    SECTION: _section,
    WORDS: lambda node: text(node, "content", TOTAL, 1),
    CONTAINER: lambda node: count(node, "components", 1, PARTS),
    LABEL: _label,
    GALLERY: _gallery,
    UPLOAD: _other_select,
    RADIO: _options(2, 10),
    CHECKBOXES: _options(1, 10),
    CHECKBOX: lambda node: text(node, "custom_id", 100, 1),
} | dict.fromkeys(SELECTS - {SELECT}, _other_select)


def _within(path: str, found: Iterable[Wrong]) -> Found:
    for place, code, what in found:
        yield f"{path}.{place}".strip("."), code, what


def _twice(values: Iterable[Any], path: str, what: str) -> Found:
    for value, times in Counter(one for one in values if one is not None).items():
        if times > 1:
            yield path, "COMPONENT_DUPLICATED", f"{what} {value!r} {times} times"


def wrong_parts(nodes: Any, path: str) -> Found:
    """Find what is wrong with any components, each for itself and all together."""
    if not isinstance(nodes, list) or not all(isinstance(one, dict) for one in nodes):
        yield path, "LIST_TYPE_CONVERT", "components are not a list of objects"
        return
    there = list(placed(nodes, path))
    for place, node in there:
        check = _CHECKS.get(node.get("type", 0))
        if check is not None:
            yield from _within(place, check(node))
    yield from _twice([node.get("custom_id") for _, node in there], path, "custom_id")
    yield from _twice([node.get("id") or None for _, node in there], path, "id")
    size = sum(len(str(node.get("content"))) for _, node in there if node.get("type") == WORDS)
    if size > TOTAL:
        yield path, "COMPONENT_TEXT_SIZE_EXCEEDED", f"{size} characters in all text displays"
    if len(there) > PARTS:
        yield path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"{len(there)} components in all"


def wrong_layout(nodes: list[Json], path: str, *, v2: bool) -> Found:
    """Find what may not be in a message of this kind."""
    if v2:
        return
    newer = [node for _, node in placed(nodes, path) if node.get("type") in V2_ONLY]
    if newer:
        yield path, "UNION_TYPE_CHOICES", f"component {newer[0]['type']} without the v2 flag"
    if len(nodes) > ROWS:
        yield path, "BASE_TYPE_BAD_LENGTH", f"{len(nodes)} rows, allowed are {ROWS}"
    if any(node.get("type") == BUTTON for node in nodes):
        yield path, "UNION_TYPE_CHOICES", "a button outside of a row"
