"""Messages with buttons, and forms, without a word about any platform.

Every face shows any ``Sheet`` and any ``Form``; what stands in them is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.cards.actions import Action
from bot.engine.model import Card, Choice

MOST_BUTTONS = 20
"""Buttons below one sheet."""

LABEL = 75
"""Characters of a label on a button or choice: Slack's limit."""

FORM_TITLE = 24
"""Characters of a form's title and of the label on its button: Slack's limit."""

FIELD_LABEL = 45
"""Characters of a field's label: Discord's limit."""

FIELD_HINT = 100
"""Characters of a field's hint: Discord's limit."""

FORM_ROOM = 5
"""Fields, with the introduction if there is one, that every face has room for."""

Style = Literal["", "primary", "danger"]
Kind = Literal["choice", "many", "text", "paragraph", "channel", "people", "group"]


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press; its label has at most 75 characters."""

    action: Action
    label: str
    style: Style = ""


def distinct(buttons: Iterable[Button]) -> tuple[Button, ...]:
    """Leave out buttons that do what one before them does: no platform takes an id twice."""
    kept: dict[str, Button] = {}
    for one in buttons:
        kept.setdefault(str(one.action), one)
    return tuple(kept.values())


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with what it shows in words, for those who do not see it; ``name`` is its file's."""

    png: bytes = field(repr=False)
    alt: str
    name: str = "opinion.png"


@dataclass(frozen=True, slots=True)
class File:
    """A file for one person alone: its name, what it holds, and what it is in words."""

    name: str
    data: bytes = field(repr=False)
    title: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A message: a card, and what can be pressed below it.

    Where the card has no room as a whole its beginning is shown, and a button that ``whole`` names
    opens it. ``notice`` is what a notification may say of it: nothing private.
    """

    card: Card
    buttons: tuple[Button, ...] = ()
    picture: Picture | None = None
    whole: Action | None = None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One entry of a form.

    ``choice`` takes one and ``many`` any number of ``choices`` (at most 25), ``text`` a line,
    ``paragraph`` lines; ``channel``, ``people`` and ``group`` name what the platform knows, by its
    ids. ``value`` is what stands there at first, ``most`` limits characters, ticks or people.
    """

    id: str
    label: str
    kind: Kind
    choices: tuple[Choice, ...] = ()
    value: str | tuple[str, ...] = ""
    hint: str = ""
    required: bool = False
    most: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """A window with entries; ``action`` says what sending it off does, ``intro`` stands on top."""

    action: Action
    title: str
    fields: tuple[Field, ...]
    intro: str = ""
    submit: str = "Save"


Entered = Mapping[str, str | tuple[str, ...]]
"""What was entered in a form: field id → text, option id or platform id, or several of them."""
