"""The application's global commands, and what Discord wants of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tests.fakes.discord.checks import refuse
from tests.fakes.discord.limits import Wrong, count, text
from tests.fakes.discord.model import Call, DiscordError, Json
from tests.fakes.discord.world import World

NAME = re.compile(r"[-_'\w]{1,32}")
SUBCOMMAND, GROUP = 1, 2
TOTAL, COMMANDS, PARTS = 8000, 100, 25


def read(world: World, call: Call) -> list[Json]:
    _mine(world, call)
    return world.commands


def put(world: World, call: Call) -> list[Json]:
    _mine(world, call)
    given: list[Json] = call.json or []
    refuse(world, call, _wrong_all(given))
    world.command_puts += 1
    known = {one["name"]: one["id"] for one in world.commands}
    world.commands = [_written(world, one, known.get(one["name"], "")) for one in given]
    return world.commands


def _mine(world: World, call: Call) -> None:
    if call.ids["app"] != world.app:
        raise DiscordError(50001)


def _written(world: World, given: Json, known: str) -> Json:
    own = {key: value for key, value in given.items() if value is not None}
    usual: Json = {"type": 1, "description": "", "default_member_permissions": None}
    usual |= {"nsfw": False, "contexts": None, "integration_types": [0]}
    ids = {"application_id": world.app, "version": world.snowflake()}
    return {**usual, **own, "id": known or world.snowflake(), **ids}


# ------------------------------------------------------------------ what is wrong with them


def _wrong_all(commands: list[Json]) -> Iterator[Wrong]:
    kinds = Counter(one.get("type") or 1 for one in commands)
    if kinds[1] > COMMANDS:
        yield "", "APPLICATION_COMMANDS_LIMIT", f"{kinds[1]} commands, allowed are {COMMANDS}"
    yield from _twice([(one.get("type") or 1, one["name"]) for one in commands], "")
    for index, one in enumerate(commands):
        if (one.get("type") or 1) == 1:
            yield from _within(str(index), _wrong(one))


def _wrong(command: Json) -> Iterator[Wrong]:
    yield from _named(command)
    yield from _options(command, deep=0)
    size = _size(command)
    if size > TOTAL:
        yield "", "APPLICATION_COMMAND_TOO_LARGE", f"{size} characters in all, allowed are {TOTAL}"


def _named(node: Json) -> Iterator[Wrong]:
    names = {"name": node.get("name"), **_localized(node, "name")}
    for path, name in names.items():
        fits = isinstance(name, str) and NAME.fullmatch(name) and name == name.lower()
        if not fits:
            yield path, "APPLICATION_COMMAND_INVALID_NAME", f"the name {name!r}"
    for path, said in {"description": node.get("description"), **_localized(node)}.items():
        yield from _within(path, (("", *rest) for _, *rest in text({"it": said}, "it", 100, 1)))


def _localized(node: Json, what: str = "description") -> dict[str, Any]:
    given = node.get(f"{what}_localizations") or {}
    return {f"{what}_localizations.{locale}": said for locale, said in given.items()}


def _options(node: Json, deep: int) -> Iterator[Wrong]:
    options: list[Json] = node.get("options") or []
    yield from count(node, "options", 0, PARTS)
    yield from _twice([one.get("name") for one in options], "options")
    nested = [one["type"] in (SUBCOMMAND, GROUP) for one in options]
    if any(nested) and not all(nested):
        yield "options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "subcommands beside options"
    needed = [bool(one.get("required")) for one in options]
    if needed != sorted(needed, reverse=True):
        yield "options", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "required ones come first"
    for index, one in enumerate(options):
        yield from _within(f"options.{index}", _option(one, deep))


def _option(one: Json, deep: int) -> Iterator[Wrong]:
    yield from _named(one)
    if one["type"] in (SUBCOMMAND, GROUP):
        if deep > 1 or (deep == 1 and one["type"] == GROUP):
            yield "type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "nested too deep"
        yield from _options(one, deep + 1)
        return
    yield from count(one, "choices", 0, PARTS)
    if one.get("autocomplete") and one.get("choices"):
        yield "autocomplete", "APPLICATION_COMMAND_AUTOCOMPLETE", "choices beside autocomplete"
    for index, choice in enumerate(one.get("choices") or ()):
        yield from _within(f"choices.{index}", text(choice, "name", 100, 1))
        if isinstance(choice.get("value"), str):
            yield from _within(f"choices.{index}", text(choice, "value", 100, 1))


def _size(node: Json) -> int:
    """Count characters as Discord does: of each text the longest in any language."""
    size = sum(_longest(node, key) for key in ("name", "description"))
    size += sum(_size(one) for one in node.get("options") or ())
    for choice in node.get("choices") or ():
        size += _longest(choice, "name") + len(str(choice.get("value", "")))
    return size


def _longest(node: Json, key: str) -> int:
    said = [node.get(key) or "", *(node.get(f"{key}_localizations") or {}).values()]
    return max(len(one) for one in said)


def _within(path: str, found: Iterable[tuple[str, ...]]) -> Iterator[Wrong]:
    for place, code, what in found:
        yield f"{path}.{place}".strip("."), code, what


def _twice(names: Iterable[Any], path: str) -> Iterator[Wrong]:
    for name, times in Counter(names).items():
        if times > 1:
            yield path, "APPLICATION_COMMANDS_DUPLICATE_NAME", f"the name {name!r} {times} times"
