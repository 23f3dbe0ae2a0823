"""``crossroads lint``: pasted text, files of versions, and what a case says of what is held."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.scene import ANN, Crossroads, troubled
from tests.drafting.scene import VALUES

ME = ("--as", ANN)
FILLED = tuple(word for slot, value in VALUES.items() for word in ("--set", f"{slot}={value}"))


@pytest.fixture
def reset(crossroads: Crossroads) -> Crossroads:
    troubled("full_reset")
    return crossroads


def test_a_pasted_letter_that_is_blocked_ends_with_one(
    crossroads: Crossroads, tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear {{name}}, you always cheat. Our engagement ends soon.", "utf-8")
    ran = crossroads("lint", path)
    assert ran.code == 1
    assert "BLOCKS  Still to be filled in, or taken out: {{name}}." in ran.out
    assert "BLOCKS  It has no date." in ran.out
    assert "warns   “you always” blames them." in ran.out
    record = crossroads("lint", path, "--json").json
    assert record["blocked"]
    assert [one["kind"] for one in record["findings"]] == ["gap", "date", "blame", "crime"]


def test_a_letter_that_is_only_warned_of_ends_with_zero(
    crossroads: Crossroads, tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Hello, Marlow had this too.", "utf-8")
    assert crossroads("lint", path).out == "Nothing stands in the way, and nothing is warned of.\n"
    ran = crossroads("lint", path, "--name", "Marlow")
    assert ran.code == 0
    assert "“Marlow” is another client." in ran.out


def test_standard_input_is_read_as_well() -> None:
    program = [sys.executable, "-c", "from bot.main import main; main()", "lint", "-"]
    given = "Thank you, Zoë {{now}}".encode()
    done = subprocess.run(program, input=given, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"{{now}}" in done.stdout


def test_of_a_file_of_versions_the_last_one_is_looked_through(
    reset: Crossroads, tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    reset("draft", "--out", path, *ME)
    assert reset("lint", path).code == 1
    reset("draft", *FILLED, "--out", path, *ME)
    assert reset("lint", path).out == "Nothing stands in the way, and nothing is warned of.\n"


def test_a_case_says_what_is_held(reset: Crossroads, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Subject: End\n\nOur engagement ends on 31 March 2027.", "utf-8")
    words = ("lint", path, "--case", "Alder", "--course", "LEAVE_EXPLAIN", "--medium", "email")
    assert reset("lint", path, *ME).code == 0
    ran = reset(*words, *ME)
    assert ran.code == 1, ran.out + ran.err
    assert "says nothing about what you hold of theirs" in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none.txt"], "cannot be read"),
        (["letter.txt", "--course", "RESTE"], "Did you mean “RESET”?"),
        (["letter.txt", "--medium", "mial"], "Did you mean “email”?"),
        (["letter.txt", "--flow", "unheard"], "There is no flow “unheard”."),
        (["bytes.txt"], "is not UTF-8 text"),
        (["long.txt"], "is larger than 100 kB"),
    ],
)
def test_wrong_use_of_lint_ends_with_two(
    crossroads: Crossroads,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("letter.txt").write_text("Hello", "utf-8")
    Path("bytes.txt").write_bytes(b"\xff\xfe")
    Path("long.txt").write_text("a" * 100_001, "utf-8")
    ran = crossroads("lint", *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_what_cannot_be_printed_is_not_printed(crossroads: Crossroads, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("{{\x1b[2Jname}}", "utf-8")
    ran = crossroads("lint", path)
    assert ran.code == 1
    assert "\x1b" not in ran.out
