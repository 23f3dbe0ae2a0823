"""Every length and count that Slack allows, and what must be unique."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.fakes.slack.elements import elements, options
from tests.fakes.slack.model import Json

Wrong = tuple[str, str]
"""The error code that Slack answers, and what is wrong."""

_INVALID = "invalid_blocks"
TEXTS = ("plain_text", "mrkdwn")
TOTAL = 13_200


def walk(node: Any, path: str = "") -> Iterator[tuple[str, Json]]:
    """Go through all objects of a payload, each with where it is."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from walk(value, f"{path}/{key}")
    elif isinstance(node, list | tuple):
        for index, value in enumerate(node):
            yield from walk(value, f"{path}/{index}")


def _words(text: Any) -> str:
    return str(text.get("text", "")) if isinstance(text, dict) else ""


def _long(node: Json, key: str, most: int) -> Iterator[str]:
    value = node.get(key)
    size = len(value if isinstance(value, str) else _words(value))
    if size > most:
        yield f"{key} has {size} characters, allowed are {most}"


def _many(node: Json, key: str, least: int, most: int) -> Iterator[str]:
    count = len(node.get(key) or ())
    if not least <= count <= most:
        yield f"{count} {key}, allowed are {least} to {most}"


def _section(node: Json) -> Iterator[str]:
    yield from _long(node, "text", 3000)
    if "fields" in node or "text" not in node:
        yield from _many(node, "fields", 1, 10)
    for one in node.get("fields", ()):
        yield from _long(one, "text", 2000)


def _button(node: Json) -> Iterator[str]:
    yield from _long(node, "text", 75)
    yield from _long(node, "value", 2000)
    yield from _long(node, "url", 3000)
    yield from _long(node, "accessibility_label", 75)


def _input(node: Json) -> Iterator[str]:
    yield from _long(node, "label", 2000)
    yield from _long(node, "hint", 2000)


def _text_input(node: Json) -> Iterator[str]:
    yield from _long(node, "initial_value", 3000)
    if node.get("max_length", 1) > 3000:
        yield "max_length over 3000"


def _choice(least: int, most: int) -> Callable[[Json], Iterator[str]]:
    def check(node: Json) -> Iterator[str]:
        if "option_groups" not in node:
            yield from _many(node, "options", least, most)
        for one in options(node):
            yield from _long(one, "text", 75)
            yield from _long(one, "value", 150)
            yield from _long(one, "description", 75)
        yield from _initial(node)

    return check


def _chosen(node: Json) -> Iterator[str]:
    """Check a select of what Slack knows itself."""
    most = node.get("max_selected_items", 1)
    if most < 1:
        yield "max_selected_items below 1"
    if len(node.get("initial_users", ())) > node.get("max_selected_items", 10_000):
        yield "more initial users than may be chosen"
    if "filter" in node and not node["filter"].get("include", ["im"]):
        yield "a filter that includes nothing"


def _initial(node: Json) -> Iterator[str]:
    there = options(node)
    for value, count in Counter(one.get("value") for one in there).items():
        if count > 1:
            yield f"{count} options with the value {value!r}"
    first = [node["initial_option"]] if "initial_option" in node else []
    for one in [*first, *node.get("initial_options", ())]:
        if one not in there:
            yield "an initial option that is none of the options"
    if len(node.get("initial_options", ())) > node.get("max_selected_items", len(there)):
        yield "more initial options than may be chosen"


def _confirm(node: Json) -> Iterator[str]:
    for key, most in {"title": 100, "text": 300, "confirm": 30, "deny": 30}.items():
        yield from _long(node, key, most)


_CHECKS: dict[str, Callable[[Json], Iterator[str]]] = {
    "header": lambda node: _long(node, "text", 150),
    "section": _section,
    "context": lambda node: _many(node, "elements", 1, 10),
    "actions": lambda node: _many(node, "elements", 1, 25),
    "markdown": lambda node: _long(node, "text", 12_000),
    "image": lambda node: _long(node, "alt_text", 2000),
    "button": _button,
    "input": _input,
    "plain_text_input": _text_input,
    "static_select": _choice(1, 100),
    "multi_static_select": _choice(1, 100),
    "radio_buttons": _choice(1, 10),
    "checkboxes": _choice(1, 10),
    "overflow": _choice(2, 5),
    "conversations_select": _chosen,
    "multi_users_select": _chosen,
}


def _node(node: Json) -> Iterator[str]:
    kind = node.get("type")
    if kind in TEXTS and not str(node.get("text", "")).strip():
        yield "empty text"
    if isinstance(kind, str) and kind in _CHECKS:
        yield from _CHECKS[kind](node)
    yield from _long(node, "action_id", 255)
    yield from _long(node, "block_id", 255)
    yield from _long(node, "placeholder", 150)
    if isinstance(node.get("confirm"), dict) and "deny" in node["confirm"]:
        yield from _confirm(node["confirm"])


def _twice(names: Sequence[str], what: str) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{what} {name!r} {count} times"


def _unique(blocks: Sequence[Json], *, message: bool) -> Iterator[str]:
    yield from _twice([one["block_id"] for one in blocks if one.get("block_id")], "block_id")
    pairs = [(block, part["action_id"]) for block, part in elements(blocks)]
    if message:
        yield from _twice([action for _, action in pairs], "action_id")
        return
    for block in blocks:
        mine = [action for owner, action in pairs if owner is block]
        yield from _twice(mine, "action_id")


def text_of(blocks: Sequence[Json]) -> int:
    """Count the characters of text in blocks."""
    texts = (node.get("text") for _, node in walk(list(blocks)))
    return sum(len(text) for text in texts if isinstance(text, str))


def wrong_blocks(blocks: Any, *, most: int, message: bool) -> Iterator[Wrong]:
    """Find what is wrong with the blocks of a message or a view."""
    if not isinstance(blocks, list) or not all(isinstance(one, dict) for one in blocks):
        yield _INVALID, "blocks are not a list of objects"
        return
    if len(blocks) > most:
        yield _INVALID, f"{len(blocks)} blocks, no more than {most} allowed"
    for path, node in walk(blocks):
        yield from ((_INVALID, f"blocks{path}: {what}") for what in _node(node))
    yield from ((_INVALID, what) for what in _unique(blocks, message=message))
    if message and text_of(blocks) > TOTAL:
        yield "msg_blocks_too_long", f"{text_of(blocks)} characters in all blocks"


def wrong_view(view: Json) -> Iterator[Wrong]:
    """Find what is wrong with a view, its blocks included."""
    bad = "invalid_arguments"
    for key, most in {"title": 24, "submit": 24, "close": 24}.items():
        yield from ((bad, what) for what in _long(view, key, most))
        if key in view and not _words(view[key]).strip():
            yield bad, f"{key} is empty"
    for key, most in {"private_metadata": 3000, "callback_id": 255, "external_id": 255}.items():
        yield from ((bad, what) for what in _long(view, key, most))
    if len(json.dumps(view).encode()) > 250_000:
        yield "view_too_large", "the view has over 250 kB"
    yield from wrong_kind(view)
    yield from wrong_blocks(view.get("blocks"), most=100, message=False)


def wrong_kind(view: Json) -> Iterator[Wrong]:
    """Find what does not go with a modal, or with a Home."""
    bad = "invalid_arguments"
    blocks = view.get("blocks") or []
    if not blocks:
        yield bad, "a view without blocks"
    if view.get("type") == "home" and {"title", "submit", "close"} & set(view):
        yield bad, "a Home has no title, submit or close"
    if view.get("type") == "modal":
        if "title" not in view:
            yield bad, "a modal without title"
        if "submit" not in view and any(one.get("type") == "input" for one in blocks):
            yield bad, "a modal with inputs but without submit"
