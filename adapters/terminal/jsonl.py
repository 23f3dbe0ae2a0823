"""The conversation for programs: one JSON object a line, out and in. Pure.

Out are "say", "result", "prompt", "error" and "end". In is ``{"turn": n, "value": …}``,
``{"turn": n, "word": "back"}``, or plain typed text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from adapters.terminal.render import card_text, tell_lines
from adapters.terminal.sent import Picked, Pressed, Sent, Unreadable, Wrote
from bot.engine.model import Card, Choice, Prompt, Tell, View

_BAD_LINE = Unreadable(
    "bad_line",
    'A line that begins with { must be one JSON object with "turn" and "value", such as '
    '{"turn": 3, "value": "none"}, or with "turn" and "word". Nothing was changed.',
)


class _Given(BaseModel):
    """An answer; ``value`` must be there, also where it is null."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    turn: int
    value: str | int | float | list[str] | None


class _Word(BaseModel):
    """A universal word."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    turn: int
    word: str
    target: str = ""


def parse_line(text: str) -> Sent:
    """Read a line that a program sent."""
    if not text.lstrip().startswith("{"):
        return Wrote(text)
    try:
        data = orjson.loads(text)
        if "word" in data:
            word = _Word.model_validate(data)
            return Pressed(word.turn, word.word, word.target)
        given = _Given.model_validate(data)
    except (orjson.JSONDecodeError, ValidationError):
        return _BAD_LINE
    return Picked(given.turn, given.value)


# ------------------------------------------------------------------ out


def to_line(record: dict[str, Any]) -> bytes:
    """Write one object as a line of UTF-8."""
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


def prompt_record(view: View, prompt: Prompt) -> dict[str, Any]:
    """Make the object of the open question."""
    done, of = prompt.progress
    return {
        "type": "prompt",
        "case": view.case,
        "turn": view.turn,
        "step": prompt.step,
        "section": prompt.section,
        "text": prompt.text,
        "why": prompt.why,
        "input": prompt.input,
        "choices": _choices(prompt.choices),
        "progress": {"done": done, "of": of},
        "optional": prompt.optional,
        "offered": prompt.offered or None,
        "name": view.name,
    }


def card_record(view: View, card: Card) -> dict[str, Any]:
    """Make the object of a card: a "result" where it has a form for machines, else a "say"."""
    record = {
        "case": view.case,
        "turn": view.turn,
        "step": card.step,
        "title": card.title,
        "text": card_text(card),
    }
    if card.data is not None:
        return {"type": "result", **record, "kind": card.kind, "result": card.data}
    return {"type": "say", **record, "code": card.tone if card.kind == "say" else card.kind}


def tell_record(case_id: str, turn: int, tell: Tell) -> dict[str, Any]:
    """Make the object of what is told once: an "error" if nothing came of what was sent."""
    if tell.mistake:
        return error_record(case_id, turn, tell.code, tell.text, tell.choices)
    text = card_text(tell.card) if tell.card else "\n".join(tell_lines(tell))
    return {
        "type": "say",
        "case": case_id,
        "turn": turn,
        "step": tell.card.step if tell.card else None,
        "title": tell.card.title if tell.card else "",
        "text": text,
        "code": tell.code,
    }


def error_record(
    case_id: str, turn: int, code: str, text: str, choices: Iterable[Choice] = ()
) -> dict[str, Any]:
    """Make the object of a mistake; the conversation goes on at the same prompt."""
    return {
        "type": "error",
        "case": case_id,
        "turn": turn,
        "code": code,
        "text": text,
        "choices": _choices(choices),
    }


def end_record(view: View, resume: str) -> dict[str, Any]:
    """Make the last object; ``resume`` is the command that goes on with the case."""
    return {
        "type": "end",
        "case": view.case,
        "turn": view.turn,
        "status": view.status,
        "resume": resume,
    }


def _choices(choices: Iterable[Choice]) -> list[dict[str, str]]:
    return [{"id": choice.id, "label": choice.label} for choice in choices]
