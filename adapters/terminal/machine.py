"""The face for programs: JSON lines out, JSON lines or typed text in."""

from __future__ import annotations

from typing import Any, BinaryIO

from adapters.terminal.jsonl import (
    card_record,
    end_record,
    parse_line,
    prompt_record,
    tell_record,
    to_line,
)
from adapters.terminal.lines import Lines
from adapters.terminal.sent import Sent, Wrote
from bot.engine.model import Card, Tell, View


class MachineFace:
    """Writes each object at once: a reader may wait for every single line."""

    lingers = False

    def __init__(self, lines: Lines, out: BinaryIO) -> None:
        self._lines = lines
        self._out = out

    def greet(self, title: str, about: str) -> None:
        """Say nothing: a program knows what it began."""

    def show_card(self, view: View, card: Card) -> None:
        self._write(card_record(view, card))

    def show_prompt(self, view: View) -> None:
        if view.prompt:
            self._write(prompt_record(view, view.prompt))

    def tell(self, case_id: str, turn: int, tell: Tell) -> None:
        self._write(tell_record(case_id, turn, tell))

    async def hear(self, view: View) -> Sent:
        sent = await self._lines.read()
        return parse_line(sent.text) if isinstance(sent, Wrote) else sent

    def end(self, view: View, resume: str) -> None:
        self._write(end_record(view, resume))

    def _write(self, record: dict[str, Any]) -> None:
        self._out.write(to_line(record))
        self._out.flush()
