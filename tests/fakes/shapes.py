"""The official shapes of Slack's payloads as JSON Schemas, where this machine has them.

They are looked for where CROSSROADS_SPECS points, else in ``shared/specs`` beside the checkout.
The variable is read on import: a test's own environment comes later and has none of it.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
from functools import cache
from pathlib import Path
from typing import Any, Protocol

_ROOT = Path(__file__).parents[2]
_SPECS = Path(os.environ.get("CROSSROADS_SPECS") or _ROOT.parent / "shared" / "specs")
_NAMES = ("Blocks", "View", "chat_postMessage", "views_open", "Event")


class _Problem(Protocol):
    message: str
    instance_path: list[str | int]


def missing() -> str:
    """Tell what keeps shapes from being checked; empty if nothing does."""
    if not all(_file(name).is_file() for name in _NAMES):
        return f"the schemas of Slack's payloads are not in {_SPECS} (set CROSSROADS_SPECS)"
    if importlib.util.find_spec("jsonschema_rs") is None:
        return "the package jsonschema-rs is not installed"
    return ""


def wrong(name: str, payload: Any) -> list[str]:
    """List where a payload departs from the shape of this name (Blocks, View, …)."""
    if missing():
        return []
    problems: list[_Problem] = list(_schema(name).iter_errors(payload))
    return [f"{name} at {_place(problem)}: {problem.message[:300]}" for problem in problems]


def sample(name: str) -> dict[str, Any] | None:
    """Read an official sample payload; None where this machine has none."""
    path = _SPECS / "slack-samples" / f"{name}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def _place(problem: _Problem) -> str:
    return "/".join(str(step) for step in problem.instance_path) or "the top"


def _file(name: str) -> Path:
    return _SPECS / "derived" / f"slack-types-3.2.0.{name}.schema.json"


@cache
def _schema(name: str) -> Any:
    # By name, so that types are checked where the package is not installed as well
    jsonschema_rs = importlib.import_module("jsonschema_rs")
    return jsonschema_rs.validator_for(json.loads(_file(name).read_text(encoding="utf-8")))
