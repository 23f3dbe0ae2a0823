"""What a modal asks for: its inputs, what they hold, and what is sent of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.discord.components import (
    CHECKBOX,
    CHECKBOXES,
    INPUT,
    LABEL,
    NAMED,
    RADIO,
    ROW,
    SELECT,
    UPLOAD,
    NoSuchElement,
    children,
    walk,
)
from tests.fakes.discord.model import Json, OpenModal

MOST = 4000
_TICKED = frozenset({SELECT, CHECKBOXES, UPLOAD, *NAMED})


def fields(components: Sequence[Json]) -> dict[str, Any]:
    """List the inputs by custom_id, with what they hold before anybody touched them."""
    return {one["custom_id"]: _first(one) for one in walk(components) if "custom_id" in one}


def _first(field: Json) -> Any:
    kind = field["type"]
    if kind == CHECKBOX:
        return bool(field.get("default", False))
    if kind == INPUT:
        return field.get("value") or ""
    if kind in NAMED:
        return [one["id"] for one in field.get("default_values") or ()]
    picked = [one["value"] for one in field.get("options", ()) if one.get("default")]
    if kind == RADIO:
        return picked[0] if picked else None
    return picked


def filled(modal: OpenModal, given: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in a modal, inputs named by custom_id or label; what is not named keeps its value."""
    by_label = {node["label"]: part for node, part in _labelled(modal.components)}
    by_id = {one["custom_id"]: one for one in _inputs(modal)}
    held = dict(modal.fields)
    for name, value in given.items():
        field = by_id.get(name) or by_label.get(name)
        if field is None:
            raise NoSuchElement(f"there is no input {name!r}; there are: {[*by_id, *by_label]}")
        held[field["custom_id"]] = _value(field, value)
    for field in by_id.values():
        _let_through(field, held[field["custom_id"]])
    return held


def _inputs(modal: OpenModal) -> list[Json]:
    return [one for one in walk(modal.components) if "custom_id" in one]


def _labelled(components: Sequence[Json]) -> list[tuple[Json, Json]]:
    pairs = [(node, node["component"]) for node in components if node["type"] == LABEL]
    rows = [node for node in components if node["type"] == ROW]
    pairs += [(part, part) for row in rows for part in children(row) if part.get("label")]
    return pairs


def _value(field: Json, value: Any) -> Any:
    kind = field["type"]
    if kind == CHECKBOX:
        return bool(value)
    if kind == INPUT:
        return str(value)
    if kind == RADIO:
        return _option(field, value)
    if kind in NAMED:
        # People, roles and channels by their ids; what has an id stands for it
        several = value if isinstance(value, list | tuple) else [value]
        return [str(getattr(one, "id", one)) for one in several]
    return [_option(field, one) for one in ([value] if isinstance(value, str) else value)]


def _option(field: Json, wanted: str) -> str:
    for one in field.get("options", ()):
        if wanted in (one["value"], one["label"]):
            return str(one["value"])
    raise NoSuchElement(f"no option {wanted!r} in {field['custom_id']!r}")


def _let_through(field: Json, value: Any) -> None:
    """Refuse what Discord's client does not send."""
    name, needed = field["custom_id"], field.get("required", True)
    if field["type"] == INPUT:
        _fits(field, value)
    elif field["type"] in _TICKED:
        least, most = field.get("min_values", 1), field.get("max_values", 1)
        empty = not value and not needed
        assert empty or least <= len(value) <= most, f"{least} to {most} choices in {name!r}"
    elif field["type"] == RADIO:
        assert value is not None or not needed, f"a choice is needed in {name!r}"


def _fits(field: Json, value: str) -> None:
    name = field["custom_id"]
    if not value and not field.get("required", True):
        return
    assert value, f"Discord does not submit while {name!r} is empty"
    least, most = field.get("min_length") or 0, field.get("max_length") or MOST
    assert len(value) >= least, f"Discord wants at least {least} characters in {name!r}"
    assert len(value) <= most, f"Discord lets nobody type more than {most} characters in {name!r}"


def submitted(components: Sequence[Json], held: Mapping[str, Any]) -> list[Json]:
    """Write what a modal holds, as its submission carries it."""
    return [_submitted(node, held) for node in components]


def _submitted(node: Json, held: Mapping[str, Any]) -> Json:
    body: Json = {"type": node["type"], "id": node["id"]}
    if node["type"] == LABEL:
        return body | {"component": _submitted(node["component"], held)}
    if node["type"] == ROW:
        return body | {"components": [_submitted(one, held) for one in node["components"]]}
    if "custom_id" not in node:
        return body
    name = node["custom_id"]
    key = "values" if node["type"] in _TICKED else "value"
    return body | {"custom_id": name, key: held[name]}
