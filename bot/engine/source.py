"""Read YAML as an author means it: strictly, with the line of every value.

YAML's own loaders take alias bombs, merge duplicate keys silently, turn ``no`` into false and
overflow the stack on deep nesting. Here each of these is one ``FlowError`` with a remedy. Scalars
are text, whole numbers, ``true``/``false`` and ``null``; nothing else is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import yaml

from bot.errors import FlowError

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

Data: TypeAlias = "str | int | bool | None | list[Data] | dict[str, Data]"
Path = tuple[str | int, ...]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = re.compile(r"[-+]?[0-9]{1,15}\Z")
_LOOKS_BOOLEAN = {"yes", "no", "on", "off", "y", "n"}
_UNPRINTABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SYNTAX_REMEDY = "Check the indentation and the quotes around texts that hold “: ” or “#”."


@dataclass(frozen=True, slots=True)
class Document:
    """Parsed YAML: the file's name for messages, its data, and the line of each path."""

    file: str
    data: Data
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """Find the line of a value, or of the nearest value around it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def at(self, path: Path) -> Data:
        """Give the value at a path; None where there is none."""
        found: Data = self.data
        for part in path:
            if isinstance(found, dict) and isinstance(part, str):
                found = found.get(part)
            elif isinstance(found, list) and isinstance(part, int) and part < len(found):
                found = found[part]
            else:
                return None
        return found

    def error(self, path: Path, message: str, remedy: str) -> FlowError:
        """Make the error that points at a value of this document."""
        return FlowError(self.file, self.line(path), message, remedy)


Reader = Callable[[str], str]
"""Gives the text of a file of the flow by its relative name; raises ``FileNotFoundError``."""


def parse_document(file: str, text: str) -> Document:
    """Parse YAML text strictly; raises ``FlowError`` at the first thing wrong with its form."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise FlowError(
            file, 1, f"The file is larger than {MAX_BYTES // 1000} kB.", "Split or shorten it."
        )
    if found := _UNPRINTABLE.search(text):  # before YAML does: its parsers miscount the line
        raise _unprintable(file, text.count("\n", 0, found.start()) + 1)
    lines: dict[Path, int] = {}
    try:
        data = _build(file, yaml.parse(text, Loader=_Loader), lines)
    except yaml.MarkedYAMLError as error:
        line = min(_line_of(error), text.rstrip().count("\n") + 1)  # not behind the end
        raise FlowError(file, line, f"This is not YAML: {error.problem}.", _SYNTAX_REMEDY) from None
    return Document(file, data, lines)


def _line_of(error: yaml.MarkedYAMLError) -> int:
    """Find where a mistake was made: what is never closed is noticed only at the file's end."""
    opened = re.search("quoted|flow", error.context or "")
    mark = error.context_mark if opened else error.problem_mark
    mark = mark or error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


@dataclass(slots=True)
class _Open:
    """A collection being filled: ``key`` is the mapping key that waits for its value."""

    value: list[Data] | dict[str, Data]
    path: Path
    key: str | None = None

    def next_path(self) -> Path:
        step = len(self.value) if isinstance(self.value, list) else self.key
        return (*self.path, step) if step is not None else self.path


def _build(file: str, events: Iterator[yaml.Event], lines: dict[Path, int]) -> Data:
    stack: list[_Open] = []
    root: list[Data] = []
    documents = 0
    for event in events:
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.DocumentStartEvent():
                documents += 1
                if documents > 1:
                    raise FlowError(file, line, "There is a second document.", "Remove the “---”.")
            case yaml.AliasEvent():
                raise FlowError(
                    file, line, f"“*{event.anchor}” is an alias.", "Write the value out in full."
                )
            case yaml.ScalarEvent() | yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                if event.anchor or event.tag:
                    raise FlowError(
                        file, line, "Anchors and tags are not used here.", "Remove the & or ! word."
                    )
                if isinstance(event, yaml.ScalarEvent) and _UNPRINTABLE.search(event.value):
                    raise _unprintable(file, line)  # written as an escape, such as "\x07"
                _value(file, event, line, stack, root, lines)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                stack.pop()
    return root[0] if root else None


def _value(
    file: str,
    event: yaml.Event,
    line: int,
    stack: list[_Open],
    root: list[Data],
    lines: dict[Path, int],
) -> None:
    top = stack[-1] if stack else None
    if top and isinstance(top.value, dict) and top.key is None:
        top.key = _key(file, event, line, top.value)
        lines[top.next_path()] = line
        return
    path = top.next_path() if top else ()
    lines.setdefault(path, line)  # a value below its key is found by the key
    value: Data
    match event:
        case yaml.MappingStartEvent():
            value = {}
        case yaml.SequenceStartEvent():
            value = []
        case yaml.ScalarEvent():
            value = _scalar(file, event, line)
        case _:
            raise AssertionError(event)
    if top is None:
        root.append(value)
    elif isinstance(top.value, list):
        top.value.append(value)
    else:
        assert top.key is not None
        top.value[top.key] = value
        top.key = None
    if isinstance(value, (dict, list)):
        if len(stack) >= MAX_DEPTH:
            raise FlowError(
                file, line, f"This is nested more than {MAX_DEPTH} deep.", "Flatten it."
            )
        stack.append(_Open(value, path))


def _key(file: str, event: yaml.Event, line: int, mapping: dict[str, Data]) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise FlowError(file, line, "A key must be a plain word.", "Write “name: value”.")
    key = event.value
    if event.implicit[0] and key.lower() in _LOOKS_BOOLEAN:
        raise _boolean(file, line, key)
    if key in mapping:
        raise FlowError(
            file, line, f"“{key}” stands here twice.", "Remove one of them, or join the two."
        )
    return str(key)


def _scalar(file: str, event: yaml.ScalarEvent, line: int) -> Data:
    text = str(event.value)
    if not event.implicit[0]:  # quoted or a block: always text
        return text
    if text.lower() in _LOOKS_BOOLEAN:
        raise _boolean(file, line, text)
    match text.lower():
        case "true":
            return True
        case "false":
            return False
        case "" | "~" | "null":
            return None
    return int(text) if _WHOLE.match(text) else text


def _boolean(file: str, line: int, word: str) -> FlowError:
    return FlowError(
        file,
        line,
        f"A bare {word} means true or false in YAML, so it cannot be told apart here.",
        f'Put it in quotes if you mean the word: "{word}".',
    )


def _unprintable(file: str, line: int) -> FlowError:
    return FlowError(
        file, line, "There is a control character here.", "Remove it; keep the file in UTF-8."
    )
