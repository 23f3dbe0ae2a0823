"""The program as a whole: its commands, its exit codes, cases by name, and how soon it asks."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer.main

from bot.commands.wiring import new_case_id, person, pick_case
from bot.errors import NotFound, WrongUse
from bot.main import app
from bot.ports import Listed
from tests.terminal.scene import crossroads

COMMANDS = {
    "chat", "resume", "cases", "show", "export", "forget", "mydata", "profile", "decide", "flows",
    "db", "keys", "settings", "doctor",
}  # fmt: skip
WHEN = datetime(2026, 3, 2, tzinfo=UTC)


def case(case_id: str, name: str) -> Listed:
    return Listed(case_id, name, "intake", "v1", "open", 1, WHEN)


CASES = [case("K7Q2M9XA", "Client Heron"), case("K7ZZZZZZ", "Bo"), case("01ABCDEF", "Bo")]


def _every_command(group: object, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    inner = getattr(group, "commands", {})
    deeper = [path for name, sub in inner.items() for path in _every_command(sub, (*words, name))]
    return [words, *deeper]


EVERY = _every_command(typer.main.get_command(app))


def test_all_commands_are_there() -> None:
    assert {words[0] for words in EVERY if words} >= COMMANDS


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_explains_itself_with_an_example(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    app([*words, "--help"], standalone_mode=False)
    shown = capsys.readouterr().out
    assert f"Example: crossroads {' '.join(words)}".rstrip() in " ".join(shown.split())


def test_the_version_is_said_and_wrong_use_ends_with_2() -> None:
    assert crossroads("--version").startswith("crossroads ")
    crossroads("chatt", code=2)
    crossroads("chat", "--no-such-option", code=2)


def test_the_home_folder_is_private_and_a_bad_one_is_a_clear_message(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    crossroads("chat")
    home = Path(os.environ["CROSSROADS_HOME"])
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in home.iterdir()} == {0o600}
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CROSSROADS_HOME", str(tmp_path / "file" / "home"))
    assert "CROSSROADS_HOME" in crossroads("chat", code=1)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("K7Q2M9XA", "K7Q2M9XA"),
        ("k7q", "K7Q2M9XA"),
        ("  client   heron ", "K7Q2M9XA"),
        ("o1abcdef", "01ABCDEF"),
        ("0l", "01ABCDEF"),
    ],
)
def test_a_case_is_found_by_id_beginning_or_nickname(said: str, found: str) -> None:
    assert pick_case(CASES, said).id == found


def test_what_may_mean_several_cases_is_asked_about() -> None:
    for said in ("bo", "k7"):
        with pytest.raises(WrongUse, match="several"):
            pick_case(CASES, said)
    with pytest.raises(NotFound, match="no case"):
        pick_case(CASES, "Client Otter")


def test_ids_are_short_and_have_no_letters_that_look_alike() -> None:
    drawn = {new_case_id() for _ in range(200)}
    assert len(drawn) == 200
    assert all(len(drawn_id) == 8 for drawn_id in drawn)
    assert not set("".join(drawn)) & set("ILOU")


def test_a_person_without_an_entry_in_the_system_has_a_name_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert person(" Ann ").name == "Ann"
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 54321)
    assert person().name == "54321"
