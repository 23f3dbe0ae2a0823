"""What a person or a program sends to a conversation, before it becomes an event."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wrote:
    """A line that was typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Picked:
    """An answer to the prompt of ``turn``, given as the value itself; None skips."""

    turn: int
    value: object


@dataclass(frozen=True, slots=True)
class Pressed:
    """A universal word, sent for the prompt of ``turn``; ``target`` is what "edit" is to change."""

    turn: int
    word: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that cannot be taken for any of these: ``code`` for programs, ``text`` for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Left:
    """The input has ended, or the person pressed Ctrl-C or Ctrl-D."""


Sent = Wrote | Picked | Pressed | Unreadable | Left

TOO_LONG = Unreadable(
    "too_long", "That line is too long to read, so nothing was changed. Please send a shorter one."
)
