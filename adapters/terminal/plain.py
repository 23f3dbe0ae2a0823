"""The plain face: numbered options, one line in, one prompt out, no colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from adapters.terminal.lines import Lines
from adapters.terminal.render import (
    card_lines,
    end_lines,
    greeting_lines,
    prompt_lines,
    tell_lines,
)
from adapters.terminal.sent import Sent
from bot.engine.model import Card, Tell, View


class PlainFace:
    """Writes lines to ``out``; ``mark`` is put where an answer is expected (on a terminal)."""

    def __init__(self, lines: Lines, out: TextIO, width: int = 0, mark: str = "") -> None:
        self.lingers = bool(mark)
        self._lines = lines
        self._out = out
        self._width = width
        self._mark = mark

    def greet(self, title: str, about: str) -> None:
        self._write(greeting_lines(title, about, self._width))

    def show_card(self, view: View, card: Card) -> None:
        self._write(card_lines(card, self._width))

    def show_prompt(self, view: View) -> None:
        if view.prompt:
            self._write(prompt_lines(view, self._width))

    def tell(self, case_id: str, turn: int, tell: Tell) -> None:
        self._write(tell_lines(tell, self._width))

    async def hear(self, view: View) -> Sent:
        self._out.write(self._mark)
        self._out.flush()
        return await self._lines.read()

    def end(self, view: View, resume: str) -> None:
        self._write(end_lines(view, resume))

    def _write(self, lines: Sequence[str]) -> None:
        self._out.write("\n".join(["", *lines, ""]))
        self._out.flush()
