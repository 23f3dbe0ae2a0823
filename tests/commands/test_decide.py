"""``crossroads decide``: a file, a pipe, a stream; what is wrong in it, and what is said then."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.commands.decide import lines_of
from bot.commands.judging import judging, read_document, result_lines
from bot.errors import WrongUse
from tests.decision.table import FLOW, RULE, TABLE, random_answers

JUDGE = judging(FLOW)
PROGRAM = (
    "import typer; from bot.commands.decide import register; from bot.errors import WrongUse\n"
    "import sys\n"
    "app = typer.Typer(); app.callback()(lambda: None); register(app)\n"
    "try:\n    app()\nexcept WrongUse as error:\n    print(error, file=sys.stderr); sys.exit(2)\n"
)


def run(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, "decide", *words],
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
    )


def judged(lines: list[bytes | None]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result_lines(lines, JUDGE)]


def test_a_file_of_answers_gives_the_form_for_programs(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("answers:\n  tried: improving\n  holding: [data]\n  value:\n")
    done = run(str(path), "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    result = json.loads(done.stdout)
    assert result["order"][0] == "KEEP"
    assert result["riders"] == ["R-RECORDS"]
    assert result["confidence"] == {"label": "CLOSE", "margin": 400, "stable": 49, "of": 49}


def test_people_get_the_card() -> None:
    done = run("-", given=b'{"safety": "threat"}')
    text = done.stdout.decode()
    assert done.returncode == 0
    assert "Stop contact, get safe" in text
    assert "This follows from a rule" in text
    assert "Runner-up" not in text


def test_a_stream_gives_one_line_for_each_line_and_goes_on_after_a_mistake() -> None:
    given = b'{"tried": "improving"}\nnot json\n{"tried": "improvin"}\n[]\n{"safety": "none"}'
    done = run("--jsonl", given=given)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [("error" in line) for line in lines] == [False, True, True, True, False]
    assert "Did you mean “improving”?" in lines[2]["error"]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"conducts": "curt"}, "no question “conducts”. Did you mean “conduct”?"),
        ({"conduct": "courteous"}, "“conduct” called “courteous”"),
        ({"conduct": "crt"}, "Did you mean “curt”?"),
        ({"conduct": ["curt"]}, "takes one option, not a list"),
        ({"conduct": 3}, "“conduct” cannot be 3"),
        ({"conduct": True}, "“conduct” cannot be True"),
        ({"holding": ["dta"]}, "Did you mean “data”?"),
        ({"holding": [None]}, "“holding” cannot be None"),
        ({"nickname": "Heron"}, "no question “nickname”"),
        ({"x" * 10_000: "curt"}, "x" * 60 + "…"),
        ({"\x1b[31m": "curt"}, "�[31m"),
        ([], "These are no answers."),
        ("curt", "These are no answers."),
        (None, "These are no answers."),
        ({"answers": ["curt"]}, "These are no answers."),
    ],
)
def test_what_is_not_known_is_named_with_the_nearest_that_is(answers: object, said: str) -> None:
    with pytest.raises(WrongUse) as raised:
        JUDGE.result(answers)
    assert said in str(raised.value)


def test_wrong_use_ends_with_two(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_text('{"conduct": "crt"}')
    for words in ([str(path)], [], [str(tmp_path / "none.yaml")], ["-", "--flow", "unheard_of"]):
        done = run(*words)
        assert done.returncode == 2, words
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"conduct": '),
        ("a.yaml", "conduct: no"),
        ("a.yaml", "conduct: curt\nconduct: curt"),
        ("a.yaml", "conduct: &a curt"),
        ("a.yaml", "{" * 100_000),
        ("a.yaml", "conduct: [curt"),
    ],
)
def test_a_document_that_is_none_says_where(name: str, text: str) -> None:
    with pytest.raises(WrongUse) as raised:
        read_document(name, text)
    assert str(raised.value).startswith(f"{name}:")


def test_yaml_in_braces_is_read_as_well() -> None:
    assert read_document("standard input", "{tried: improving}") == {"tried": "improving"}


def test_answers_are_judged_exactly_as_given() -> None:
    random = Random(11)
    for _ in range(100):
        answers = random_answers(random)
        listed = {q: list(v) if isinstance(v, tuple) else v for q, v in answers.items()}
        assert JUDGE.result(listed) == RULE.evaluate(answers).data
    assert JUDGE.result({}) == RULE.evaluate({}).data
    assert JUDGE.result({"track": "fast"})["confidence"]["label"] == "CLOSE"
    assert JUDGE.result({})["rules"]["hash"] == TABLE.hash


def test_lines_that_cannot_be_read_are_errors_and_no_crashes() -> None:
    bad: list[bytes | None] = [
        None,
        b"\n",
        b"\xff\xfe\n",
        b"\x00\n",
        b"[" * 100_000,
        b'{"conduct": {"a": 1}}',
        b'{"conduct": 1e400}',
        b'{"conduct": "\\ud800"}',
        b"null",
        b"12",
    ]
    results = judged([*bad, b"{}"])
    assert all(result.keys() == {"error"} for result in results[:-1])
    assert results[-1]["order"]


def test_a_line_too_long_is_passed_over_and_the_next_is_read() -> None:
    source = io.BytesIO(b"a" * 50 + b"\nbb\n" + b"c" * 30 + b"\ndd")
    assert list(lines_of(source, 10)) == [None, b"bb\n", None, b"dd"]
    assert list(lines_of(io.BytesIO(b"0123456789\n0123456789"), 10)) == [
        b"0123456789\n",
        b"0123456789",
    ]
    assert list(lines_of(io.BytesIO(b"x" * 11), 10)) == [None]
