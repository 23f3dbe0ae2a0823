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
_MEANT = {"true": True, "false": False, "": None, "~": None, "null": None}
_VALUES = (yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
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

    def put(self, value: Data) -> None:
        if isinstance(self.value, list):
            self.value.append(value)
        else:
            assert self.key is not None
            self.value[self.key] = value
            self.key = None


def _build(file: str, events: Iterator[yaml.Event], lines: dict[Path, int]) -> Data:
    """Put the events together; every start of the program waits for this, so it is kept fast."""
    root: list[Data] = []
    stack = [_Open(root, ())]
    documents = 0
    for event in events:
        if isinstance(event, _VALUES):
            _value(file, event, stack, lines)
        elif isinstance(event, _ENDS):
            stack.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                message = "There is a second document."
                raise FlowError(file, _line(event), message, "Remove the “---”.")
        elif isinstance(event, yaml.AliasEvent):
            message = f"“*{event.anchor}” is an alias."
            raise FlowError(file, _line(event), message, "Write the value out in full.")
    return root[0] if root else None


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _value(
    file: str,
    event: yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent,
    stack: list[_Open],
    lines: dict[Path, int],
) -> None:
    line, top = _line(event), stack[-1]
    if event.anchor or event.tag:
        raise FlowError(
            file, line, "Anchors and tags are not used here.", "Remove the & or ! word."
        )
    if isinstance(event, yaml.ScalarEvent) and _is_unprintable(event.value):
        raise _unprintable(file, line)  # written as an escape, such as "\x07"
    if isinstance(top.value, dict) and top.key is None:
        top.key = _key(file, event, line, top.value)
        lines[(*top.path, top.key)] = line
        return
    step = len(top.value) if top.key is None else top.key
    path: Path = (*top.path, step) if len(stack) > 1 else ()
    lines.setdefault(path, line)  # a value below its key is found by the key
    if isinstance(event, yaml.ScalarEvent):
        top.put(_scalar(file, event, line))
        return
    if len(stack) > MAX_DEPTH:
        raise FlowError(file, line, f"This is nested more than {MAX_DEPTH} deep.", "Flatten it.")
    opened: list[Data] | dict[str, Data] = [] if isinstance(event, yaml.SequenceStartEvent) else {}
    top.put(opened)
    stack.append(_Open(opened, path))


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
    word = text.lower()
    if word in _LOOKS_BOOLEAN:
        raise _boolean(file, line, text)
    if word in _MEANT:
        return _MEANT[word]
    return int(text) if _WHOLE.match(text) else text


def _boolean(file: str, line: int, word: str) -> FlowError:
    return FlowError(
        file,
        line,
        f"A bare {word} means true or false in YAML, so it cannot be told apart here.",
        f'Put it in quotes if you mean the word: "{word}".',
    )


def _is_unprintable(text: str) -> bool:
    return not text.isprintable() and _UNPRINTABLE.search(text) is not None


def _unprintable(file: str, line: int) -> FlowError:
    return FlowError(
        file, line, "There is a control character here.", "Remove it; keep the file in UTF-8."
    )
