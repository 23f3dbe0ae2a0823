"""Slash commands as a client offers them: by what was registered, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.discord.components import NoSuchElement
from tests.fakes.discord.model import Json

ON_A_MESSAGE = 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, NUMBER = 1, 2, 3, 4, 5, 6, 10
_TYPES: dict[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    BOOLEAN: (bool,),
    USER: (str,),
    NUMBER: (int, float),
}


def offered(
    commands: Sequence[Json], name: str, context: int, ways: Sequence[int], kind: int = 1
) -> Json:
    """Find the command as it is offered there to whom the app came in one of these ways."""
    found = next((one for one in commands if one["name"] == name and one["type"] == kind), None)
    if found is None:
        raise NoSuchElement(f"no command /{name} is registered")
    contexts = found.get("contexts")
    if contexts is not None and context not in contexts:
        raise NoSuchElement(f"/{name} is not offered in context {context}, only in {contexts}")
    if not set(ways) & set(found.get("integration_types") or [0]):
        raise NoSuchElement(f"/{name} is not offered to those who have it by {ways}")
    return found


def invoked(command: Json, path: str, values: Mapping[str, Any], focused: str = "") -> list[Json]:
    """Write the options of an invocation; ``path`` names the subcommand ("" for none)."""
    node = command
    wrapped: list[Json] = []
    for step in path.split():
        node = _step(node, step)
        wrapped.append({"type": node["type"], "name": step})
    if any(one["type"] in (SUBCOMMAND, GROUP) for one in node.get("options") or ()):
        raise NoSuchElement(f"/{command['name']} {path} needs a subcommand")
    options = _options(node, values, focused)
    for one in reversed(wrapped):
        options = [one | {"options": options}]
    return options


def _step(node: Json, name: str) -> Json:
    there = [one for one in node.get("options") or () if one["type"] in (SUBCOMMAND, GROUP)]
    for one in there:
        if one["name"] == name:
            return dict(one)
    raise NoSuchElement(f"no subcommand {name!r}; there are: {[one['name'] for one in there]}")


def _options(node: Json, values: Mapping[str, Any], focused: str) -> list[Json]:
    known = {one["name"]: one for one in node.get("options") or ()}
    for name in values:
        if name not in known:
            raise NoSuchElement(f"no option {name!r}; there are: {list(known)}")
    needed = [name for name, one in known.items() if one.get("required") and not focused]
    for name in needed:
        if name not in values:
            raise NoSuchElement(f"the option {name!r} is required")
    return [_given(known[name], value, focused) for name, value in values.items()]


def _given(option: Json, value: Any, focused: str) -> Json:
    name, kind = option["name"], option["type"]
    body: Json = {"type": kind, "name": name, "value": value}
    if name == focused:
        if not option.get("autocomplete"):
            raise NoSuchElement(f"the option {name!r} completes nothing")
        return body | {"focused": True}
    if not isinstance(value, _TYPES.get(kind, (str,))):
        raise NoSuchElement(f"{value!r} is nothing for the option {name!r}")
    return body | {"value": _allowed(option, value)}


def _allowed(option: Json, value: Any) -> Any:
    """See that a client lets this value through; a choice may be named by its words."""
    choices = option.get("choices") or []
    if choices:
        found = [one for one in choices if value in (one["value"], one["name"])]
        if not found:
            raise NoSuchElement(f"no choice {value!r} for {option['name']!r}")
        return found[0]["value"]
    size = len(value) if isinstance(value, str) else value
    least = option.get("min_length" if isinstance(value, str) else "min_value")
    most = option.get("max_length" if isinstance(value, str) else "max_value")
    fits = (least is None or size >= least) and (most is None or size <= most)
    if not fits:
        raise NoSuchElement(f"{value!r} is too little or too much for {option['name']!r}")
    return value
