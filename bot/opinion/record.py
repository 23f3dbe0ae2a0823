"""Rounds as JSON bytes and back.

Fields at their default are left out, so an old record opens in a newer program. Only our own
records are read here (they are sealed at rest), so nothing is checked twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

from bot.opinion.model import Round


def round_to_bytes(round: Round) -> bytes:
    """Write a round as compact JSON."""
    return orjson.dumps(_plain(round))


def round_from_bytes(data: bytes) -> Round:
    """Read a round back."""
    return _reader(Round)(orjson.loads(data))  # type: ignore[no-any-return]


def _plain(value: object) -> object:
    """Give what JSON can hold: objects without the fields that are at their default."""
    match value:
        case str():  # a lone half of a surrogate pair cannot be written
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case tuple() | list():
            return [_plain(item) for item in value]
        case _ if is_dataclass(value):
            held = ((field, getattr(value, field.name)) for field in fields(value))
            return {field.name: _plain(item) for field, item in held if item != _default(field)}
    return value


def _default(field: Field[Any]) -> object:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """Make what reads a value of a type back from what JSON held."""
    if is_dataclass(kind):
        return _object_reader(kind)
    match get_origin(kind), get_args(kind):
        case (origin, (item, *_)) if origin is tuple:
            return _tuple_reader(_reader(item))
        case (origin, (_, item)) if origin is Mapping:
            return _mapping_reader(_reader(item))
        case (origin, (item, _)) if origin in (Union, UnionType):  # “or None”
            return _optional_reader(_reader(item))
    return lambda value: value


def _object_reader(kind: Any) -> Callable[[Any], Any]:
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
    return lambda record: kind(**{name: readers[name](value) for name, value in record.items()})


def _optional_reader(item: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else item(value)


def _tuple_reader(item: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda values: tuple(map(item, values))


def _mapping_reader(item: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda record: {key: item(value) for key, value in record.items()}
