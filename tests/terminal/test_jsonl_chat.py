"""Whole conversations with ``--jsonl``: programs talk line by line, or pour it all in."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.flows.talks import TROUBLED_CLIENT, read_talk
from tests.terminal.scene import (
    Record,
    crossroads,
    dialogue,
    kinds,
    last,
    prompts,
    records,
    sent,
)


def chat(flow: str, typed: str | bytes, *words: str) -> list[Record]:
    return records(crossroads("chat", "--flow", flow, "--jsonl", *words, typed=typed))


def test_answers_by_id_lead_to_the_end_with_every_line_in_its_form() -> None:
    answers = ("Bo", "english", "call", ["morning"], "soon", "2026-03-05", 2, "A roof.")
    lines = chat("intake", sent(*answers))
    assert prompts(lines) == [
        "called", "language", "channel", "best_time", "urgency", "day", "people", "matter",
    ]  # fmt: skip
    assert kinds(lines)[-2:] == ["say", "end"]
    assert last(lines, "say")["text"].startswith("Thank you, Bo.")
    assert last(lines, "end")["status"] == "finished"
    assert len({line["case"] for line in lines}) == 1
    turns = [line["turn"] for line in lines if line["type"] == "prompt"]
    assert turns == list(range(1, 9))
    done = [line["progress"]["done"] for line in lines if line["type"] == "prompt"]
    assert done == sorted(done)


def test_the_shipped_dialogue_reaches_its_result_in_the_form_of_decide() -> None:
    talk = read_talk(TROUBLED_CLIENT / "talks" / "full_leave_explain.yaml")
    done = [line for line in talk.lines if line.pick is not None or line.type is not None]
    values = [line.type if line.pick is None else line.pick for line in done]
    lines = chat("troubled_client", sent(*values))
    result = last(lines, "result")
    assert {"case", "turn", "step", "text", "result"} <= set(result)
    form = {"order", "scores", "vetoed", "forced", "reasons", "against", "confidence", "changes"}
    assert form | {"riders"} <= set(result["result"])
    assert result["result"]["order"][0] == "LEAVE_EXPLAIN"
    assert "error" not in kinds(lines)
    assert last(lines, "end")["status"] == "finished"
    answers = {
        step: value
        for step, value in zip(prompts(lines), values, strict=False)
        if value is not None
    }
    decided = json.loads(crossroads("decide", "-", "--json", typed=json.dumps(_asked(answers))))
    assert decided["order"] == result["result"]["order"]
    assert decided["scores"] == result["result"]["scores"]


def _asked(answers: Mapping[str, object]) -> dict[str, object]:
    beside = {"nickname", "gut", "premortem", "sleep", "decision", "reason", "go_on", "holding"}
    return {step: value for step, value in answers.items() if step not in beside}


def test_typed_text_and_words_work_as_well() -> None:
    lines = chat("intake", 'Bo\nwhy\nKlingon\n{"turn": 2, "word": "skip"}\nback\n')
    assert prompts(lines) == ["called", "language", "language", "language", "channel", "language"]
    assert last(lines, "say")["code"] == "why"
    assert last(lines, "error")["code"] == "not_understood"


def test_bad_lines_are_errors_and_the_conversation_goes_on() -> None:
    bad = [
        "{",
        '{"turn": 1}',
        '{"turn": 99, "value": "Bo"}',
        '{"turn": 1, "value": 5}',
        '{"turn": 1, "value": ""}',
        '{"turn": 1, "value": null}',
        "x" * 1_000_000,
        "x" * 2_000_000,
    ]
    lines = chat("intake", "\n".join([*bad, "Bo", ""]))
    codes = [line["code"] for line in lines if line["type"] == "error"]
    assert codes == [
        "bad_line", "bad_line", "outdated", "refused", "not_understood", "refused", "refused",
        "too_long",
    ]  # fmt: skip
    assert all(line["turn"] == 1 for line in lines if line["type"] == "error")
    assert prompts(lines) == ["called"] * 9 + ["language"]


def test_numbers_days_and_options_that_do_not_exist_are_refused() -> None:
    lines = chat(
        "intake",
        sent("Bo")
        + '{"turn": 2, "value": "klingon"}\n-1\n7\n{"turn": 2, "value": "polish"}\n'
        + '{"turn": 3, "value": "letter"}\n{"turn": 4, "value": "2026-02-31"}\n31 February\n'
        + '{"turn": 4, "value": null}\n{"turn": 5, "value": 7}\n{"turn": 5, "value": 1e300}\n1.5\n',
    )
    errors = [line for line in lines if line["type"] == "error"]
    assert [line["turn"] for line in errors] == [2, 2, 2, 4, 4, 5, 5]
    assert all(line["text"] for line in errors)
    assert lines[-1]["status"] == "open"


def test_nul_broken_utf8_emoji_and_right_to_left_text_do_no_harm() -> None:
    text = "\x00ab\u202e 👩‍👧 שלום".encode() + b"\xff\xfe\n"
    lines = chat("intake", text)
    assert last(lines, "prompt")["step"] == "language"
    name = last(lines, "prompt")["name"]
    assert "👩‍👧 שלום" in name
    assert "\x00" not in name


def test_an_ambiguous_reply_names_what_may_be_meant() -> None:
    lines = chat("troubled_client", "no\n")
    error = last(lines, "error")
    assert error["code"] == "ambiguous"
    offered = {choice["id"] for choice in last(lines, "prompt")["choices"]}
    assert 1 < len(error["choices"]) <= 4
    assert {choice["id"] for choice in error["choices"]} <= offered


def test_pausing_ends_the_conversation_and_going_on_opens_it_again() -> None:
    lines = chat("intake", "Bo\npause\nnever read\n", "--as", "Ann B")
    end = last(lines, "end")
    assert end["status"] == "paused"
    assert end["resume"] == f"crossroads resume {end['case']} --as 'Ann B'"
    again = records(crossroads("resume", end["case"], "--as", "Ann B", "--jsonl"))
    assert prompts(again) == ["language"]
    assert last(again, "end")["status"] == "open"


def test_cancelling_asks_first() -> None:
    lines = chat("intake", "Bo\ncancel\nyes\n")
    assert prompts(lines)[-1] == "cancel"
    assert last(lines, "end")["status"] == "cancelled"


def test_every_line_can_be_answered_as_soon_as_it_is_read() -> None:
    with dialogue("chat", "--flow", "intake") as talk:
        first = talk.hear_prompt()
        talk.answer(first["turn"], "Bo")
        second = talk.hear_prompt()
        assert second["turn"] == first["turn"] + 1
        talk.answer(first["turn"], "Al")
        error = talk.hear()
        assert error is not None
        assert error["code"] == "outdated"
        talk.stdin.close()
        assert talk.hear_prompt()["turn"] == second["turn"]
        end = talk.hear()
        assert end is not None
        assert end["type"] == "end"
        assert talk.process.wait(30) == 0


def test_two_programs_on_one_case_cannot_overwrite_each_other() -> None:
    with dialogue("chat", "--flow", "intake") as one:
        prompt = one.hear_prompt()
        with dialogue("resume", prompt["case"]) as two:
            two.answer(two.hear_prompt()["turn"], "Bo")
            two.hear_prompt()
        one.answer(prompt["turn"], "Al")
        error = one.hear()
        assert error is not None
        assert error["code"] == "outdated"
        assert one.hear_prompt()["name"] == "Bo"
