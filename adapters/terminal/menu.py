"""The list of answers that arrow keys move through. Pure: keys go in, styled text comes out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace

from adapters.terminal.render import input_hint, offer_line, printable, words_that_work
from bot.engine.model import Prompt

Fragments = list[tuple[str, str]]
"""Pieces of text, each with the name of its style before it."""

_MARGIN = 2
_SPARE_ROWS = 2  # the line that is typed in, and one above it


@dataclass(frozen=True, slots=True)
class Menu:
    """The answers to a prompt; ``cursor`` is the one pointed at, ``ticks`` those ticked."""

    prompt: Prompt
    cursor: int | None = None
    ticks: frozenset[int] = frozenset()

    @property
    def many(self) -> bool:
        """Whether several answers may be ticked."""
        return self.prompt.input == "many"

    def moved(self, steps: int) -> Menu:
        """Point at another answer; beyond the last comes the first."""
        count = len(self.prompt.choices)
        if not count:
            return self
        if self.cursor is None:
            return replace(self, cursor=0 if steps > 0 else count - 1)
        return replace(self, cursor=(self.cursor + steps) % count)

    def ticked(self) -> Menu:
        """Tick the answer pointed at, or take its tick away."""
        if not self.many or self.cursor is None:
            return self
        return replace(self, ticks=self.ticks ^ {self.cursor})

    def numbered(self, text: str) -> Menu | None:
        """Point at the one answer that has this number; None if there is no such thing."""
        said = text.strip()
        if self.many or not (said.isdecimal() and len(said) <= 2):
            return None
        place = int(said) - 1
        return replace(self, cursor=place) if 0 <= place < len(self.prompt.choices) else None

    def chosen(self) -> tuple[int, ...]:
        """Give the places of what Enter alone would answer; nothing if nothing is pointed at."""
        if self.ticks:
            return tuple(sorted(self.ticks))
        return () if self.cursor is None else (self.cursor,)

    def value(self) -> str | list[str]:
        """Give the answer as the engine takes it: an option's id, or a list of them."""
        ids = [self.prompt.choices[place].id for place in self.chosen()]
        return ids if self.many else ids[0]

    def label(self) -> str:
        """Give the answer as a person reads it."""
        return ", ".join(printable(self.prompt.choices[place].label) for place in self.chosen())


def starting_menu(prompt: Prompt) -> Menu:
    """Make the menu of a prompt; an answer that was given before is pointed at."""
    labels = [choice.label for choice in prompt.choices]
    before = labels.index(prompt.offered) if prompt.offered in labels else None
    return Menu(prompt, before)


def list_fragments(menu: Menu, columns: int) -> Fragments:
    """Draw all answers with their numbers."""
    return [
        piece for place in range(len(menu.prompt.choices)) for piece in _line(menu, place, columns)
    ]


def _line(menu: Menu, place: int, columns: int) -> Iterator[tuple[str, str]]:
    here = place == menu.cursor
    box = ("[x] " if place in menu.ticks else "[ ] ") if menu.many else ""
    number = str(place + 1).rjust(len(str(len(menu.prompt.choices))))
    lead = f"{'❯' if here else ' '} {number}  {box}"
    style = "class:pointed" if here else ""
    label = printable(menu.prompt.choices[place].label)
    for row, text in enumerate(
        textwrap.wrap(label, max(20, columns - len(lead) - _MARGIN)) or [""]
    ):
        yield style, f"{' ' * _MARGIN}{lead if row == 0 else ' ' * len(lead)}{text}\n"


def hint_fragments(menu: Menu, columns: int) -> Fragments:
    """Say below the answers which keys and words work."""
    keys = {"choice": "↑↓ and Enter choose", "many": "↑↓ move, Space ticks, Enter answers"}
    hints = [
        keys.get(menu.prompt.input, ""),
        "" if menu.many else input_hint(menu.prompt),
        "Alt-Enter begins a new line." if menu.prompt.input == "text" else "",
        offer_line(menu.prompt) if menu.cursor is None else "",
        " · ".join(words_that_work(menu.prompt)),
    ]
    lines = [line for hint in hints if hint for line in textwrap.wrap(hint, columns - _MARGIN)]
    return [("class:hint", "".join(f"{' ' * _MARGIN}{line}\n" for line in lines))]


def fits(menu: Menu, columns: int, rows: int) -> bool:
    """Say whether all answers can be on the screen together with what stands below them."""
    below = _height(hint_fragments(menu, columns)) + _SPARE_ROWS
    return _height(list_fragments(menu, columns)) + below <= rows


def menu_fragments(menu: Menu, columns: int, rows: int) -> Fragments:
    """Draw the answers and the hints; of a list that does not fit, the answer pointed at."""
    whole = fits(menu, columns, rows)
    answers = list_fragments(menu, columns) if whole else _current(menu)
    gap: Fragments = [("", "\n")] if answers else []
    return [*answers, *gap, *hint_fragments(menu, columns)]


def _current(menu: Menu) -> Fragments:
    if not menu.chosen():
        return []
    return [("class:pointed", f"{' ' * _MARGIN}❯ {menu.label()}\n")]


def _height(fragments: Fragments) -> int:
    return sum(text.count("\n") for _, text in fragments)
