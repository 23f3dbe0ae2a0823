"""Whole conversations with ``--plain``, in processes of their own.

After a wanted change of wording run the tests once with ``GOLDEN=write`` and read the difference.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.commands.scene import Crossroads
from tests.flows.talks import DATA, TROUBLED_CLIENT, read_talk
from tests.terminal.scene import COMMAND, SECONDS, crossroads, environment

GOLDEN = Path(__file__).parent / "golden"
INTAKE = "Bo\nwhy\nvisit\n1\ncall\nthursday\nmorning and evening\n2\n5 March 2026\n9\n2\nA roof.\n"
CASE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{8}\b")


def test_a_conversation_reads_word_for_word_as_it_should() -> None:
    out = CASE.sub("K7Q2M9XA", crossroads("chat", "--flow", "intake", "--plain", typed=INTAKE))
    golden = GOLDEN / "intake.txt"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(out, "utf-8")
    assert out == golden.read_text("utf-8")


def test_a_first_look_leads_from_the_first_question_to_a_result_and_a_decision() -> None:
    talk = read_talk(TROUBLED_CLIENT / "talks" / "fast_phase.yaml")
    done = [line for line in talk.lines if line.pick is not None or line.type is not None]
    answers = [line.type if line.pick is None else _typed(line.pick) for line in done]
    out = crossroads("chat", "--fast", "--plain", typed="\n".join(map(str, answers)))
    assert "Explain" in out or "first look" in out
    assert "Finished, and saved." in out


def _typed(pick: object) -> str:
    return ", ".join(pick) if isinstance(pick, tuple) else str(pick)


def test_the_input_may_end_anywhere_and_another_process_goes_on() -> None:
    out = crossroads("chat", "--flow", "intake", typed="Bo\n2\n")
    resume = out.splitlines()[-1]
    case = CASE.findall(resume)[0]
    assert resume == f"Saved. Go on with: crossroads resume {case}"
    for name in (case[:6].lower(), "bo", ""):
        again = crossroads("resume", *([name] if name else []))
        assert "How shall we reach you?" in again
        assert "We have people" not in again
    crossroads("resume", case, typed="letter\n")
    assert "Which day suits you?" in crossroads("resume")


def test_a_new_case_tells_of_those_still_open() -> None:
    first = CASE.findall(crossroads("chat", "--flow", "intake", "--as", "Ann B", typed="Bo\n"))[-1]
    assert "open case" not in crossroads("chat", "--flow", "intake", "--as", "Carl")
    second = crossroads("chat", "--flow", "intake", "--as", "Ann B")
    assert f"- Bo: crossroads resume {first} --as 'Ann B'" in second


def test_nobody_goes_on_with_anothers_case() -> None:
    case = CASE.findall(crossroads("chat", "--flow", "intake", "--as", "ann"))[-1]
    error = crossroads("resume", case, "--as", "bob", code=1)
    assert "no case" in error


def test_wrong_use_is_said_with_what_there_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CROSSROADS_FLOWS", str(DATA))
    run = Crossroads(monkeypatch, capsys)
    for words, code, said in (
        (["chat", "--flow", "intak"], 2, "intake"),
        (["chat", "--flow", "intake", "--fast"], 2, "Tracks: usual"),
        (["chat", "--plain", "--jsonl"], 2, "--jsonl"),
        (["chat", "--fast", "--track", "full"], 2, "--track"),
        (["resume"], 1, "chat"),
    ):
        ran = run(*words)
        assert (ran.code, said in ran.err) == (code, True), ran


def test_what_was_typed_comes_back_without_its_control_characters() -> None:
    out = crossroads("chat", "--flow", "intake", typed="\x1b[2J\x07Bo\u202e!\x00\nreview\n")
    assert "[2JBo!" in out
    assert not set(out) & set("\x1b\x07\x00\u202e")


def test_a_megabyte_of_text_is_refused_in_a_sentence() -> None:
    out = crossroads(
        "chat", "--flow", "intake", typed=f"{'x' * 1_000_000}\n{'y' * 3_000_000}\nBo\n"
    )
    assert "there is room for 30 here" in out
    assert "too long to read" in out
    assert "Which language shall we speak?" in out
    assert len(out) < 5000


def test_there_are_no_colours_and_no_input_is_needed() -> None:
    assert "\x1b" not in crossroads("chat")


def test_a_reader_that_goes_away_is_no_reason_to_complain() -> None:
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run(
        [*COMMAND, "chat", "--flow", "intake", "--plain"],
        stdout=write,
        stderr=subprocess.PIPE,
        input=b"Bo\n",
        env=environment(),
        check=False,
        timeout=SECONDS,
    )
    os.close(write)
    assert b"Error" not in ran.stderr
    assert b"Traceback" not in ran.stderr


def test_a_conversation_starts_without_what_it_does_not_need() -> None:
    heavy = {
        "alembic",
        "sqlalchemy",
        "rich",
        "prompt_toolkit",
        "dateparser",
        "slack_bolt",
        "discord",
    }
    program = (
        "import sys; sys.argv = ['crossroads', 'chat', '--plain']; from bot.main import main\n"
        "try: main()\n"
        f"finally: print('imported', sorted({heavy!r} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [COMMAND[0], "-c", program],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
        timeout=SECONDS,
    )
    assert ran.stdout.splitlines()[-1] == "imported []"
