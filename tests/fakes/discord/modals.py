"""What is wrong with a modal that the app wants to open, or with choices that it offers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.discord.components import INPUT, LABEL, ROW, WORDS, walk
from tests.fakes.discord.limits import Wrong, count, text, wrong_parts
from tests.fakes.discord.model import Json
from tests.fakes.discord.world import World

MOST = 5
CHOICES = 25


def wrong_modal(world: World, data: Json) -> list[Wrong]:
    """List what is wrong with a modal."""
    found = [
        *(
            (name, "UNKNOWN_FIELD", f"unknown field {name!r}")
            for name in data
            if name not in ("custom_id", "title", "components")
        ),
        *text(data, "custom_id", 100, 1),
        *text(data, "title", 45, 1),
        *count(data, "components", 1, MOST),
        *wrong_parts(data.get("components"), "components"),
        *_parts(data.get("components")),
        *_static(world, data),
    ]
    return [(f"data.{path}", code, what) for path, code, what in found]


def _parts(nodes: Any) -> Iterator[Wrong]:
    nodes = [one for one in nodes or () if isinstance(one, dict)]
    for index, node in enumerate(nodes):
        kind = node.get("type")
        if kind not in (ROW, LABEL, WORDS):
            yield f"components.{index}", "UNION_TYPE_CHOICES", f"component {kind} in a modal"
        if kind == ROW and any(one.get("type") != INPUT for one in node.get("components") or ()):
            yield f"components.{index}", "UNION_TYPE_CHOICES", "a row of a modal holds one input"
    if not any(one.get("custom_id") for one in walk(nodes)):
        yield "components", "BASE_TYPE_REQUIRED", "a modal that asks for nothing"


def _static(world: World, data: Json) -> Iterator[Wrong]:
    """See that no id comes twice (our rule: discord.py mixes up whose modal it was)."""
    if data.get("custom_id") in world.modal_ids:
        yield "custom_id", "OUR_RULE", "a modal with this custom_id was opened before"


def wrong_choices(data: Json) -> list[Wrong]:
    """List what is wrong with the choices offered."""
    choices = data.get("choices") or []
    found: list[Wrong] = [*count(data, "choices", 0, CHOICES)]
    for index, one in enumerate(choices):
        found += [(f"choices.{index}.{p}", code, what) for p, code, what in _choice(one)]
    return [(f"data.{path}", code, what) for path, code, what in found]


def _choice(one: Json) -> Iterator[Wrong]:
    yield from text(one, "name", 100, 1)
    if isinstance(one.get("value"), str):
        yield from text(one, "value", 100, 1)
