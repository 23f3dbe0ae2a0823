"""What can be pressed and filled in: finding it, and what Slack sends of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.fakes.slack.model import Json

What = str | Callable[[Json], bool]
Value = str | Sequence[str] | None


class NoSuchElement(AssertionError):
    """Nobody could press that: it is not there."""


def elements(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Go through what can be pressed or filled in, each with its block."""
    for block in blocks:
        parts = [*block.get("elements", ())] if block.get("type") == "actions" else []
        parts += [block[key] for key in ("accessory", "element") if key in block]
        yield from ((block, part) for part in parts if "action_id" in part)


def find(blocks: Sequence[Json], what: What) -> tuple[Json, Json]:
    """Find by action id, else by the words on it, or by a rule; raises NoSuchElement."""
    there = list(elements(blocks))
    if callable(what):
        found = [pair for pair in there if what(pair[1])]
    else:
        found = [pair for pair in there if pair[1]["action_id"] == what]
        found = found or [pair for pair in there if label(pair[1]) == what]
    if not found:
        names = [f"{part['action_id']} ({label(part)})" for _, part in there]
        raise NoSuchElement(f"{what!r} is not there; there are: {names}")
    return found[0]


def label(element: Json) -> str:
    """Give the words on a button, or in an empty select."""
    return str((element.get("text") or element.get("placeholder") or {}).get("text", ""))


def options(element: Json) -> list[Json]:
    """List the options of a select and its kin."""
    groups: list[Json] = element.get("option_groups", [])
    return [
        *element.get("options", []),
        *(one for group in groups for one in group.get("options", ())),
    ]


def _option(element: Json, wanted: str) -> Json:
    for one in options(element):
        if wanted in (one["value"], one["text"]["text"]):
            return one
    raise NoSuchElement(
        f"no option {wanted!r}; there are: {[o['value'] for o in options(element)]}"
    )


def _listed(value: Value) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def held(element: Json, value: Value) -> Json:
    """Say what an input holds, as in ``state.values``."""
    kind = element["type"]
    held: Json = {"type": kind}
    if kind in ("static_select", "radio_buttons", "overflow"):
        chosen = _listed(value)
        return held | {"selected_option": _option(element, chosen[0]) if chosen else None}
    if kind in ("checkboxes", "multi_static_select"):
        return held | {"selected_options": [_option(element, one) for one in _listed(value)]}
    if kind in ("datepicker", "timepicker"):
        return held | {f"selected_{kind.removesuffix('picker')}": value}
    if kind == "conversations_select":
        return held | {"selected_conversation": value or None}
    if kind == "multi_users_select":
        return held | {"selected_users": _listed(value)}
    return held | {"value": value}


def _initial(element: Json) -> Json:
    held: Json = {"type": element["type"]}
    match element["type"]:
        case "static_select" | "radio_buttons":
            return held | {"selected_option": element.get("initial_option")}
        case "checkboxes" | "multi_static_select":
            return held | {"selected_options": element.get("initial_options", [])}
        case "datepicker" | "timepicker":
            part = element["type"].removesuffix("picker")
            return held | {f"selected_{part}": element.get(f"initial_{part}")}
        case "conversations_select":
            return held | {"selected_conversation": element.get("initial_conversation")}
        case "multi_users_select":
            return held | {"selected_users": element.get("initial_users", [])}
    return held | {"value": element.get("initial_value")}


def state(blocks: Sequence[Json], filled: Mapping[str, Any]) -> Json:
    """Say what all inputs hold: what was filled in (block id → action id → held), else at first."""
    values: Json = {}
    for block, element in elements(blocks):
        if element["type"] in ("button", "overflow"):
            continue
        name, action = block["block_id"], element["action_id"]
        there = filled.get(name, {}).get(action)
        values.setdefault(name, {})[action] = _still(element, there) or _initial(element)
    return {"values": values}


def _still(element: Json, there: Json | None) -> Json | None:
    """Keep what was filled in under the same ids, as Slack does, if the input can still hold it."""
    if there is None or there["type"] != element["type"]:
        return None
    chosen = [there["selected_option"]] if there.get("selected_option") else []
    chosen += there.get("selected_options", [])
    return there if all(one in options(element) for one in chosen) else None


def fill(blocks: Sequence[Json], values: Mapping[str, Value]) -> Json:
    """Fill in inputs, named by action id or block id: block id → action id → what it holds."""
    filled: Json = {}
    for name, value in values.items():
        pairs = [
            (block, one)
            for block, one in elements(blocks)
            if name in (one["action_id"], block["block_id"])
        ]
        if not pairs:
            raise NoSuchElement(f"there is no input {name!r}")
        block, element = pairs[0]
        _can_be_typed(element, value)
        filled.setdefault(block["block_id"], {})[element["action_id"]] = held(element, value)
    return filled


def _can_be_typed(element: Json, value: Value) -> None:
    most = element.get("max_selected_items")
    assert not most or len(_listed(value)) <= most, f"Slack lets nobody choose more than {most}"
    if element["type"] == "plain_text_input" and isinstance(value, str):
        most = element.get("max_length", 3000)
        assert len(value) <= most, f"Slack lets nobody type more than {most} characters here"
        least = element.get("min_length", 0)
        assert len(value) >= least, f"Slack wants at least {least} characters here"


def must_be_filled(blocks: Sequence[Json], values: Json) -> None:
    """Refuse what Slack itself refuses: an empty input that is not optional."""
    for block in blocks:
        if block["type"] == "input" and not block.get("optional"):
            held = values[block["block_id"]][block["element"]["action_id"]]
            filled = [value for key, value in held.items() if key != "type" and value]
            assert filled, f"Slack does not submit while {block['block_id']!r} is empty"


def pressed(block: Json, element: Json, value: Value, action_ts: str) -> Json:
    """Make the entry in ``actions`` for something pressed."""
    action: Json = {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": action_ts,
        "type": element["type"],
    }
    if element["type"] != "button":
        return held(element, value) | action
    action["text"] = {"emoji": True, **element["text"]}
    more = {key: element[key] for key in ("value", "url", "style") if key in element}
    return action | more
