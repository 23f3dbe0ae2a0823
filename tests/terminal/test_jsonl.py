"""The protocol for programs: the form of every line, out and in."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from adapters.terminal.jsonl import (
    card_record,
    end_record,
    parse_line,
    prompt_record,
    tell_record,
    to_line,
)
from adapters.terminal.sent import Picked, Pressed, Unreadable, Wrote
from bot.engine.model import Block, Card, Choice, Tell
from tests.terminal.test_render import PROMPT, VIEW


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('{"turn": 3, "value": "gone"}', "gone"),
        ('  {"turn": 3, "value": ["a", "b"]}\r', ["a", "b"]),
        ('{"turn": 3, "value": []}', []),
        ('{"turn": 3, "value": 12}', 12),
        ('{"turn": 3, "value": 7.5}', 7.5),
        ('{"turn": 3, "value": null}', None),
    ],
)
def test_an_object_with_turn_and_value_is_an_answer(line: str, value: object) -> None:
    assert parse_line(line) == Picked(3, value)


def test_an_object_with_a_word_is_that_word() -> None:
    assert parse_line('{"turn": 3, "word": "back"}') == Pressed(3, "back")
    edit = '{"turn": 3, "word": "edit", "target": "brakes"}'
    assert parse_line(edit) == Pressed(3, "edit", "brakes")


@pytest.mark.parametrize("line", ["gone", "", "3", '"gone"', "[1]", "not {this}"])
def test_everything_else_was_typed(line: str) -> None:
    assert parse_line(line) == Wrote(line)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "{}",
        '{"turn": 3}',
        '{"value": "gone"}',
        '{"turn": "3", "value": "gone"}',
        '{"turn": true, "value": "gone"}',
        '{"turn": 3, "value": true}',
        '{"turn": 3, "value": {"id": "gone"}}',
        '{"turn": 3, "value": [["gone"]]}',
        '{"turn": 3, "value": "gone", "more": 1}',
        '{"turn": 3, "word": 4}',
        '{"turn": 3, "word": "back", "value": "gone"}',
        '{"turn": 1e400, "value": "gone"}',
        '{"turn": 3, "value": "\\ud800"}',
        '{"turn": 3, "value": NaN}',
        '{"turn": 3, "value": "gone"} {"turn": 4, "value": "x"}',
        '{"turn": 3, "value": ' + "[" * 5000 + "]" * 5000 + "}",
    ],
)
def test_a_bad_object_is_one_clear_error(line: str) -> None:
    read = parse_line(line)
    assert isinstance(read, Unreadable)
    assert read.code == "bad_line"


def read_back(record: dict[str, Any]) -> dict[str, Any]:
    line = to_line(record)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    back: dict[str, Any] = orjson.loads(line)
    return back


def test_a_prompt_has_all_that_a_program_needs() -> None:
    assert read_back(prompt_record(VIEW, PROMPT)) == {
        "type": "prompt",
        "case": "K7Q2M9XA",
        "turn": 4,
        "step": "brakes",
        "section": "A first look",
        "text": "How are the brakes?",
        "why": "Nobody leaves without brakes.",
        "input": "choice",
        "choices": [
            {"id": "good", "label": "Good"},
            {"id": "worn", "label": "Worn"},
            {"id": "gone", "label": "Gone"},
        ],
        "progress": {"done": 2, "of": 9},
        "optional": False,
        "offered": None,
        "name": "Bluebell",
    }


def test_a_card_without_data_is_said_and_one_with_data_is_a_result() -> None:
    blocks = (Block("text", ("Tag it.",)), Block("bullets", ("today",)))
    said = read_back(card_record(VIEW, Card("stop", "say", "Stop", blocks, "safety")))
    assert said == {
        "type": "say",
        "case": "K7Q2M9XA",
        "turn": 4,
        "step": "stop",
        "title": "Stop",
        "text": "Tag it.\n- today",
        "code": "safety",
    }
    data = {"order": ["MEND"], "confidence": {"label": "CLEAR"}}
    result = read_back(card_record(VIEW, Card("verdict", "decide", "Mend it", blocks, data=data)))
    assert result["type"] == "result"
    assert result["result"] == data
    assert {"case", "turn", "step", "text"} <= set(result)


def test_what_is_told_is_said_and_a_mistake_is_an_error_with_its_choices() -> None:
    said = read_back(tell_record("K7Q2M9XA", 4, Tell("why", "Because.")))
    assert (said["type"], said["code"], said["text"]) == ("say", "why", "Because.")
    meant = Tell("ambiguous", "Which?", mistake=True, choices=(Choice("worn", "Worn"),))
    assert read_back(tell_record("K7Q2M9XA", 4, meant)) == {
        "type": "error",
        "case": "K7Q2M9XA",
        "turn": 4,
        "code": "ambiguous",
        "text": "Which?",
        "choices": [{"id": "worn", "label": "Worn"}],
    }


def test_the_end_names_the_status_and_the_way_back() -> None:
    assert read_back(end_record(VIEW, "crossroads resume K7Q2M9XA")) == {
        "type": "end",
        "case": "K7Q2M9XA",
        "turn": 4,
        "status": "open",
        "resume": "crossroads resume K7Q2M9XA",
    }
