"""Cases and events as JSON bytes and back, short and fast: this is on every turn's path.

Fields at their default are left out, so an old record opens in a newer program. Only our own
records are read here (they are sealed at rest), so nothing is checked twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, get_args

import orjson

from bot.engine.answers import MAX_SENT, MAX_TICKED
from bot.engine.model import Case, Choice, Earlier, Event, Outcome, Tell

_CASE_FIELDS = tuple(
    (field.name, {} if field.default_factory is dict else field.default) for field in fields(Case)
)
_MOST_NUMBER = 10**18
_EVENTS = {event.__name__: event for event in get_args(Event)}


def case_to_bytes(case: Case) -> bytes:
    """Write a case as compact JSON."""
    record = {}
    for name, default in _CASE_FIELDS:
        value = getattr(case, name)
        if value != default:
            record[name] = value
    return orjson.dumps(record)


def case_from_bytes(data: bytes) -> Case:
    """Read a case back; answers that were tuples are tuples again."""
    record = orjson.loads(data)
    for name in ("answers", "offered"):
        if name in record:
            record[name] = _values(record[name])
    if "outcomes" in record:
        record["outcomes"] = _outcomes(record["outcomes"])
    if "fresh" in record:
        record["fresh"] = tuple(record["fresh"])
    if "past" in record:
        record["past"] = tuple(tuple(_change(c) for c in turn) for turn in record["past"])
    if "earlier" in record:
        record["earlier"] = _earlier(record["earlier"])
    return Case(**record)


def _values(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in record.items()}


def _outcomes(record: Mapping[str, Any]) -> dict[str, Outcome]:
    return {
        step: Outcome(o["rules"], o["data"], _values(o["facts"]), tuple(o["options"]))
        for step, o in record.items()
    }


def _earlier(record: Mapping[str, Any]) -> Earlier:
    return Earlier(_values(record["answers"]), _outcomes(record["outcomes"]), record["on"])


def _change(record: list[Any]) -> tuple[str, str, Any]:
    field, key, old = record
    if isinstance(old, list):
        old = tuple(old)
    elif field == "earlier" and old is not None:
        old = _earlier(old)
    elif isinstance(old, dict):
        old = _values(old)
    return field, key, old


def event_to_bytes(event: Event) -> bytes:
    """Write an event as compact JSON; its class name stands under ``is``."""
    record = {field.name: _loggable(getattr(event, field.name)) for field in fields(event)}
    return orjson.dumps({"is": type(event).__name__, **record})


def _loggable(value: object) -> object:
    """Give what can be written and, played again, comes to the same as what was sent."""
    match value:
        case str():
            return value if value.isascii() and len(value) <= MAX_SENT else _text(value)
        case bool() | None | datetime():
            return value
        case int() | float():  # JSON has neither larger numbers nor “not a number”
            return value if abs(value) < _MOST_NUMBER else _MOST_NUMBER
        case list() | tuple():  # ticked options; anything else in it is refused
            return [_text(v) if isinstance(v, str) else None for v in value[: MAX_TICKED + 1]]
        case dict():  # presets
            return {_text(str(key)): _text(str(v)) for key, v in value.items()}
        case _:
            raise TypeError(f"An event cannot hold a {type(value).__name__}.")


def _text(text: str) -> str:
    """Mend broken code points; of what is too long to be an answer, keep no more than shows it."""
    if len(text) > MAX_SENT:
        text = text.strip()[:MAX_SENT].ljust(MAX_SENT + 1)
    return text.encode("utf-8", "replace").decode()


def event_from_bytes(data: bytes) -> Event:
    """Read an event back."""
    record = orjson.loads(data)
    kind = _EVENTS[record.pop("is")]
    record["at"] = datetime.fromisoformat(record["at"])
    if isinstance(record.get("value"), list):
        record["value"] = tuple(record["value"])
    event: Event = kind(**record)
    return event


def tell_to_bytes(tell: Tell) -> bytes:
    """Write a Tell as compact JSON (without its card: a card can be made again)."""
    return orjson.dumps(
        {
            "code": tell.code,
            "text": tell.text,
            "mistake": tell.mistake,
            "choices": [(choice.id, choice.label) for choice in tell.choices],
        }
    )


def tell_from_bytes(data: bytes) -> Tell:
    """Read a Tell back."""
    record = orjson.loads(data)
    choices = tuple(Choice(*choice) for choice in record["choices"])
    return Tell(record["code"], record["text"], record["mistake"], choices)
