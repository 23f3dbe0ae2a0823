"""The shapes of Discord's components, as small functions; what they are given must fit. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.cards.rows import one_line, short
from bot.sheets.model import Picture

Json = dict[str, Any]

EPHEMERAL = 1 << 6
V2 = 1 << 15

MOST_COMPONENTS = 40
"""Components of a message, nested ones counted."""

MOST_TEXT = 4000
"""Characters of all texts of a message together, as they are sent."""

BUTTON = 80
OPTION = 100
PLACEHOLDER = 100
MOST_OPTIONS = 25
_ROW = 5

PRIMARY, SECONDARY, SUCCESS, DANGER, _LINK = 1, 2, 3, 4, 5
_ROW_TYPE, _BUTTON, _SELECT, _INPUT, _SECTION, _TEXT = 1, 2, 3, 4, 9, 10
_GALLERY, _FILE, _SEPARATOR, CONTAINER, _LABEL = 12, 13, 14, 17, 18

MOST_ALT = 1024
"""Characters that say what a picture shows."""

_MARKS = str.maketrans({mark: f"\\{mark}" for mark in r"\*_~`|<>[]()#@"})
"""What formats, links or mentions."""

_COLON = re.compile(r":(?=[^\W_]|/)")
"""That of an emoji by its name, or of an address."""

_LISTED = re.compile(r"^([^\S\n]*(?=-)|[^\S\n]*\d+(?=\.))", re.MULTILINE)
_SUSPECT = re.compile(r"[\\*_~`|<>\[\]()#@:]|^[^\S\n]*[-\d]", re.MULTILINE)
"""Some of which is in every text that has to be changed; most texts are done with this look."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: components alone, with their pictures; only who is ``called`` is mentioned.

    Without ``pictures`` a message that is changed keeps its own.
    """

    components: tuple[Json, ...]
    pictures: tuple[Picture, ...] | None = None
    called: tuple[str, ...] = ()

    @property
    def files(self) -> list[tuple[str, bytes]]:
        """Give what is sent along, by its names."""
        return [(one.name, one.png) for one in self.pictures or ()]

    @property
    def payload(self) -> Json:
        """Give it as the body of a request."""
        return self._with(V2)

    def to_one(self) -> Json:
        """Give it as an answer that one person sees, until they leave."""
        return self._with(V2 | EPHEMERAL)

    def _with(self, flags: int) -> Json:
        called: Json = {"users": [*self.called]} if self.called else {}
        mentions = {"parse": [], **called}
        made = {"components": [*self.components], "flags": flags, "allowed_mentions": mentions}
        if self.pictures is None:
            return made
        named = [
            {"id": str(place), "filename": one.name, "description": short(one.alt, MOST_ALT)}
            for place, one in enumerate(self.pictures)
        ]
        return {**made, "attachments": named}


def message(components: Iterable[Json]) -> Message:
    """Put components together."""
    return Message(tuple(components))


# ------------------------------------------------------------------ text


def escape(text: str) -> str:
    """Make a text mean itself alone: no formatting, link, mention, emoji, list or heading.

    It becomes twice as long at most. What begins a line may be a list or small print, and the
    beginning of the text counts as one.
    """
    if not _SUSPECT.search(text):
        return text
    marked = _COLON.sub(r"\\:", text.translate(_MARKS))
    return _LISTED.sub(r"\1\\", marked)


def bold(text: str) -> str:
    """Escape a text and make it bold; "" where there is nothing to be seen."""
    return f"**{escape(text.strip())}**" if text.strip() else ""


def heading(text: str) -> str:
    """Make a heading of a text, on one line."""
    return f"### {escape(one_line(text))}"


def small(*lines: str) -> str:
    """Make small print of lines."""
    return "\n".join(f"-# {escape(one_line(line))}" for line in lines)


# ------------------------------------------------------------------ components


def text(content: str) -> Json:
    """Show Markdown."""
    return {"type": _TEXT, "content": content}


def said(plain: str) -> Json:
    """Show a text as it was written."""
    return text(escape(plain))


def section(content: str, accessory: Json) -> Json:
    """Show Markdown with a button beside it."""
    return {"type": _SECTION, "components": [text(content)], "accessory": accessory}


def separator() -> Json:
    """Draw a line."""
    return {"type": _SEPARATOR}


def gap() -> Json:
    """Leave some room."""
    return {"type": _SEPARATOR, "divider": False}


def attachment(name: str) -> Json:
    """Show a file that is sent along."""
    return {"type": _FILE, "file": {"url": f"attachment://{name}"}}


def gallery(picture: Picture) -> Json:
    """Show a picture that is sent along, with what it shows in words."""
    media = {"url": f"attachment://{picture.name}"}
    return {
        "type": _GALLERY,
        "items": [{"media": media, "description": short(picture.alt, MOST_ALT)}],
    }


def container(components: Sequence[Json], marker: int = 0, accent: int | None = None) -> Json:
    """Frame components; ``marker`` is its id, ``accent`` the colour of its edge."""
    own = {"id": marker} if marker else {}
    colour = {} if accent is None else {"accent_color": accent}
    return {"type": CONTAINER, **own, **colour, "components": [*components]}


def row(*pressed: Json) -> Json:
    """Give a row of up to five buttons, or of one select."""
    return {"type": _ROW_TYPE, "components": [*pressed]}


def rows(pressed: Sequence[Json]) -> list[Json]:
    """Give as many rows as these buttons need."""
    return [row(*pressed[at : at + _ROW]) for at in range(0, len(pressed), _ROW)]


def button(label: str, action: object, style: int = SECONDARY) -> Json:
    """Give a button."""
    own = {"label": short(label, BUTTON), "custom_id": str(action)}
    return {"type": _BUTTON, "style": style, **own}


def link(label: str, url: str) -> Json:
    """Give a button that leads somewhere."""
    return {"type": _BUTTON, "style": _LINK, "label": short(label, BUTTON), "url": url}


def option(label: str, value: str, *, chosen: bool = False) -> Json:
    """Give one option of a select."""
    made: Json = {"label": short(label, OPTION), "value": value}
    return {**made, "default": True} if chosen else made


def select(
    action: object, options: Sequence[Json], placeholder: str, *, least: int = 1, most: int = 1
) -> Json:
    """Give a row with a select of up to 25 options."""
    made = {
        "type": _SELECT,
        "custom_id": str(action),
        "options": [*options],
        "placeholder": short(placeholder, PLACEHOLDER),
        "min_values": least,
        "max_values": most,
    }
    return row(made)


def modal(title: str, action: object, components: Sequence[Json]) -> Json:
    """Give a form."""
    return {"title": short(title, 45), "custom_id": str(action), "components": [*components]}


def field(label: str, description: str, component: Json) -> Json:
    """Give an input with its label."""
    named = {"label": short(label, 45)}
    named |= {"description": short(description, 100)} if description.strip() else {}
    return {"type": _LABEL, **named, "component": component}


def text_input(custom_id: str, most: int, *, lines: bool, required: bool, **more: str) -> Json:
    """Give an input for text; ``more`` are the ``value`` and ``placeholder`` it begins with."""
    own = {"custom_id": custom_id, "style": 2 if lines else 1, "required": required}
    return {"type": _INPUT, **own, "max_length": most, **more}


# ------------------------------------------------------------------ measuring


def parts_of(components: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Give all components, nested ones too."""
    for component in components:
        yield component
        if inner := component.get("components"):
            yield from parts_of(inner)
        if accessory := component.get("accessory"):
            yield accessory


def length(components: Iterable[Json]) -> int:
    """Count the characters of all texts."""
    return _letters(parts_of(components))


def _letters(parts: Iterable[Mapping[str, Any]]) -> int:
    return sum([len(part["content"]) for part in parts if part["type"] == _TEXT])


def fits(made: Message) -> bool:
    """Say whether Discord takes a message."""
    parts = [*parts_of(made.components)]
    return len(parts) <= MOST_COMPONENTS and _letters(parts) <= MOST_TEXT
