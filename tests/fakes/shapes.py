"""The official shapes of the platforms' payloads as JSON Schemas, where this machine has them.

They are looked for where CROSSROADS_SPECS points, else in ``shared/specs`` beside the checkout.
The variable is read on import: a test's own environment comes later and has none of it.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Protocol

_ROOT = Path(__file__).parents[2]
_SPECS = Path(os.environ.get("CROSSROADS_SPECS") or _ROOT.parent / "shared" / "specs")
_NAMES = ("Blocks", "View", "chat_postMessage", "views_open", "Event")
_DISPATCHES = ("GatewayReady", "GatewayInteractionCreate", "GatewayMessageCreate")
_OPENAPI = _SPECS / "discord-openapi.json"


class _Problem(Protocol):
    message: str
    instance_path: list[str | int]
    kind: Any


def missing() -> str:
    """Tell what keeps shapes from being checked; empty if nothing does."""
    files = [*map(_file, (*_NAMES, *_DISPATCHES)), _OPENAPI]
    if not all(file.is_file() for file in files):
        return f"the schemas of payloads are not all in {_SPECS} (set CROSSROADS_SPECS)"
    if importlib.util.find_spec("jsonschema_rs") is None:
        return "the package jsonschema-rs is not installed"
    return ""


def wrong(name: str, payload: Any) -> list[str]:
    """List where a payload departs from the shape of this name (Blocks, GatewayReady, …)."""
    return _wrong(name, _schema(name), payload) if _checked() else []


def wrong_request(operation: str, body: Any) -> list[str]:
    """List where a JSON body departs from what an operation of Discord's REST API takes."""
    return _wrong(operation, _operation(operation, 0), body) if _checked() else []


def wrong_answer(operation: str, status: int, body: Any) -> list[str]:
    """List where a JSON body departs from what an operation of Discord's REST API answers."""
    name = f"{operation} ({status})"
    return _wrong(name, _operation(operation, status), body) if _checked() else []


def sample(name: str) -> dict[str, Any] | None:
    """Read an official sample payload; None where this machine has none."""
    path = _SPECS / "slack-samples" / f"{name}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


@cache
def _checked() -> bool:
    return not missing()


def _wrong(name: str, schema: Any, payload: Any) -> list[str]:
    if schema.is_valid(payload):
        return []
    problems: list[_Problem] = list(_deep(schema.iter_errors(payload)))
    return [f"{name} at {_place(problem)}: {problem.message[:300]}" for problem in problems]


def _deep(problems: Iterable[_Problem]) -> Iterator[_Problem]:
    """Where one of several shapes was wanted, tell what is wrong with the one of that type."""
    for problem in problems:
        place = [*problem.instance_path, "type"]
        branches = _branches(problem)
        meant = [branch for branch in branches if not _other_type(branch, place)]
        if len(meant) == 1 and len(branches) > 1:
            yield from _deep(meant[0])
        else:
            yield problem


def _branches(problem: _Problem) -> list[list[_Problem]]:
    return [*(getattr(problem.kind, "context", None) or [])]


def _other_type(branch: list[_Problem], place: list[str | int]) -> bool:
    """Whether a branch is for things of another type than the one that is there."""
    for problem in branch:
        nested = _branches(problem)
        if problem.instance_path == place or (
            nested and all(_other_type(one, place) for one in nested)
        ):
            return True
    return False


def _place(problem: _Problem) -> str:
    return "/".join(str(step) for step in problem.instance_path) or "the top"


def _file(name: str) -> Path:
    source = "discord-api-types-0.38.57" if name in _DISPATCHES else "slack-types-3.2.0"
    return _SPECS / "derived" / f"{source}.{name}.schema.json"


@cache
def _schema(name: str) -> Any:
    # By name, so that types are checked where the package is not installed as well
    jsonschema_rs = importlib.import_module("jsonschema_rs")
    schema = json.loads(_file(name).read_text(encoding="utf-8"))
    for part, shape in schema.get("definitions", {}).items():
        # What is written as one of some numbers is any sum of them
        if part.endswith("Flags") and shape.keys() & {"enum", "const"}:
            schema["definitions"][part] = {"type": "integer"}
    return jsonschema_rs.validator_for(schema)


@cache
def _openapi() -> tuple[dict[str, Any], dict[str, Any]]:
    """Read the operations by their id, and the parts they refer to."""
    spec = json.loads(_OPENAPI.read_text(encoding="utf-8"))
    methods = [way for path in spec["paths"].values() for way in path.values()]
    operations = {way["operationId"]: way for way in methods if isinstance(way, dict)}
    return operations, spec["components"]["schemas"]


@cache
def _operation(name: str, status: int) -> Any:
    operations, parts = _openapi()
    way = operations[name]["responses"][str(status)] if status else operations[name]["requestBody"]
    schema = way["content"]["application/json"]["schema"]
    needed = {part: parts[part] for part in _needed(schema, parts)}
    jsonschema_rs = importlib.import_module("jsonschema_rs")
    return jsonschema_rs.Draft202012Validator({**schema, "components": {"schemas": needed}})


def _needed(schema: Any, parts: dict[str, Any]) -> set[str]:
    """Find all parts that a schema refers to, also by way of others."""
    found: set[str] = set()
    rest = [schema]
    while rest:
        names = set(_references(rest.pop())) - found
        found |= names
        rest += [parts[name] for name in names]
    return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:
            yield from _references(one)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rpartition("/")[2]
        for one in node.values():
            yield from _references(one)
