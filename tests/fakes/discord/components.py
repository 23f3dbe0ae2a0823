"""Components of messages and modals: going through them, numbering them, finding one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from tests.fakes.discord.model import Json

ROW, BUTTON, SELECT, INPUT, USERS, ROLES, CHANNELS = 1, 2, 3, 4, 5, 6, 8
SECTION, WORDS, THUMBNAIL, GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL, UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 17, 18, 19, 21, 22, 23
SELECTS = frozenset({SELECT, USERS, ROLES, 7, CHANNELS})
NAMED = frozenset({USERS, ROLES, CHANNELS})
"""Selects of what the platform knows: people, roles, channels."""
V2_ONLY = frozenset({SECTION, WORDS, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER})

What = str | Callable[[Json], bool]


class NoSuchElement(AssertionError):
    """Nobody could do that: it is not there."""


_DEFAULTS: dict[int, Json] = {
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"name": None, "size": None, "spoiler": False},
    SEPARATOR: {"spacing": 1, "divider": True},
    CONTAINER: {"accent_color": None, "spoiler": False},
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
}
"""What Discord writes for what the app left out."""


def children(node: Json) -> Iterator[Json]:
    """Give the parts right inside a component."""
    yield from (one for one in node.get("components") or () if isinstance(one, dict))
    for key in ("accessory", "component"):
        if isinstance(node.get(key), dict):
            yield node[key]


def walk(nodes: Iterable[Any]) -> Iterator[Json]:
    """Go through components and all that is in them, from the top."""
    for node in nodes:
        if isinstance(node, dict):
            yield node
            yield from walk(children(node))


def placed(nodes: Iterable[Any], path: str) -> Iterator[tuple[str, Json]]:
    """Go through components like ``walk``, each with where it is."""
    for index, node in enumerate(nodes):
        if isinstance(node, dict):
            yield from _placed(node, f"{path}.{index}")


def _placed(node: Json, path: str) -> Iterator[tuple[str, Json]]:
    yield path, node
    if isinstance(node.get("components"), list):
        yield from placed(node["components"], f"{path}.components")
    for key in ("accessory", "component"):
        if isinstance(node.get(key), dict):
            yield from _placed(node[key], f"{path}.{key}")


# ------------------------------------------------------------------ numbering


def numbered(nodes: Sequence[Json]) -> tuple[Json, ...]:
    """Give every component that has no id the next free one, as Discord does."""
    taken = {node["id"] for node in walk(nodes) if node.get("id")}
    free = (number for number in range(1, 10_000) if number not in taken)
    return tuple(_numbered(node, free) for node in nodes)


def _numbered(node: Json, free: Iterator[int]) -> Json:
    own = {key: value for key, value in node.items() if value is not None}
    body: Json = {**_DEFAULTS.get(node["type"], {}), **own}
    body["id"] = node.get("id") or next(free)
    if "components" in own:
        body["components"] = [_numbered(one, free) for one in own["components"]]
    for key in ("accessory", "component"):
        if key in own:
            body[key] = _numbered(own[key], free)
    return body


# ------------------------------------------------------------------ finding


def label(node: Json) -> str:
    """Give the words on a button, or in an empty select."""
    return str(node.get("label") or node.get("placeholder") or "")


def find(nodes: Sequence[Json], what: What) -> Json:
    """Find by custom_id, else by the words on it, or by a rule; raises NoSuchElement."""
    there = [one for one in walk(nodes) if one.get("custom_id")]
    if callable(what):
        found = [one for one in there if what(one)]
    else:
        found = [one for one in there if one["custom_id"] == what]
        found = found or [one for one in there if label(one) == what]
    if not found:
        names = [f"{one['custom_id']} ({label(one)})" for one in there]
        raise NoSuchElement(f"{what!r} is not there; there are: {names}")
    return found[0]


def words(nodes: Sequence[Json]) -> str:
    """Give all text displays, each in a paragraph of its own."""
    return "\n\n".join(one["content"] for one in walk(nodes) if one["type"] == WORDS)


def chosen(select: Json, values: Sequence[str]) -> list[str]:
    """Choose options by value or by words, as many as are allowed; raises NoSuchElement."""
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not least <= len(values) <= most:
        raise NoSuchElement(f"{len(values)} options chosen, allowed are {least} to {most}")
    return [_option(select, value) for value in values]


def _option(select: Json, wanted: str) -> str:
    for key in ("value", "label"):
        for one in select["options"]:
            if one[key] == wanted:
                return str(one["value"])
    there = [one["value"] for one in select["options"]]
    raise NoSuchElement(f"no option {wanted!r}; there are: {there}")
