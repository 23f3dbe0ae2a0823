"""``crossroads settings``, ``db``, ``keys`` and ``doctor``; and what a broken store comes to."""

from __future__ import annotations

import base64
import os
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.store.times import micros
from bot.commands.sources import example
from bot.commands.wiring import now
from bot.config import Settings, variable
from tests.commands.scene import ANN, CANARY, Crossroads, bicycle, say

KEY = base64.b64encode(bytes(range(32))).decode()
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.usefixtures("own_flows")


# ------------------------------------------------------------------ settings


def test_the_example_file_lists_every_setting() -> None:
    assert (ROOT / ".env.example").read_text("utf-8") == example()
    for field, info in Settings.model_fields.items():
        assert f"#{variable(field)}=" in example()
        assert info.description
        assert f"# {info.description}\n" in example()


def test_every_setting_is_shown_with_its_source(
    crossroads: Crossroads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = "CROSSROADS_LOG_LEVEL=ERROR\nCROSSROADS_HOME=/elsewhere\nSLACK_BOT_TOKEN=xoxb-1\n"
    Path(".env").write_text(lines + "SLACK_APP_TOKEN=\n", "utf-8")
    monkeypatch.setenv("SLACK_API_URL", "https://slack-gov.com/api/")
    rows = {row["name"]: row for row in crossroads("settings", "--json").json["settings"]}
    assert set(rows) == {variable(field) for field in Settings.model_fields}
    assert {name: row["source"] for name, row in rows.items() if row["source"] != "default"} == {
        "CROSSROADS_HOME": "environment",
        "CROSSROADS_FLOWS": "environment",
        "CROSSROADS_LOG_LEVEL": ".env",
        "SLACK_API_URL": "environment",
        "SLACK_BOT_TOKEN": ".env",
    }
    assert rows["CROSSROADS_LOG_LEVEL"]["value"] == "ERROR"
    assert rows["SLACK_BOT_TOKEN"]["value"] == "set (hidden)"
    assert rows["SLACK_APP_TOKEN"]["value"] == "not set"
    assert rows["CROSSROADS_HOME"]["value"] == os.environ["CROSSROADS_HOME"]
    text = crossroads("settings").out
    assert "CROSSROADS_LOG_LEVEL = ERROR  (from: .env)" in text


def test_a_key_in_the_settings_is_never_shown(
    crossroads: Crossroads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSROADS_KEY", KEY)
    bicycle()
    for words in (["settings"], ["settings", "--json"], ["keys", "show"], ["doctor"], ["mydata"]):
        ran = crossroads(*words)
        assert KEY[:10] not in ran.out + ran.err
    assert "CROSSROADS_KEY = set (hidden)  (from: environment)" in crossroads("settings").out


def test_a_bad_setting_is_named(crossroads: Crossroads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSROADS_SYNCHRONOUS", "MAYBE")
    for command in ("settings", "doctor"):
        ran = crossroads(command)
        assert ran.code == 1
        assert "CROSSROADS_SYNCHRONOUS" in ran.out + ran.err


# ------------------------------------------------------------------ database and keys


def test_a_backup_is_whole_sealed_and_overwrites_nothing(
    crossroads: Crossroads, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = say(bicycle(stop_before=1), CANARY)
    target = tmp_path / "copy.db"
    assert crossroads("db", "backup", target).code == 0
    assert target.stat().st_mode & 0o077 == 0
    assert CANARY.encode() not in target.read_bytes()
    again = crossroads("db", "backup", target)
    assert again.code != 0
    assert "exists already" in again.err
    restored = tmp_path / "restored"
    restored.mkdir(mode=0o700)
    (restored / "crossroads.db").write_bytes(target.read_bytes())
    (restored / "crossroads.key").write_bytes((home / "crossroads.key").read_bytes())
    monkeypatch.setenv("CROSSROADS_HOME", str(restored))
    assert CANARY in crossroads("show", case.id, "--as", ANN).out


def test_a_sound_database_passes_its_check(crossroads: Crossroads) -> None:
    bicycle()
    ran = crossroads("db", "check")
    assert ran.code == 0, ran.out
    assert "is sound: 1 person, 1 case, 1 case opened" in ran.out
    assert crossroads("db", "upgrade").code == 0


def test_keys_are_shown_by_fingerprint_and_rotate(crossroads: Crossroads, home: Path) -> None:
    case = bicycle()
    before = crossroads("keys", "show").out
    assert str(home / "crossroads.key") in before
    assert crossroads("keys", "rotate").code == 0
    after = crossroads("keys", "show").out
    assert after != before
    assert len(after.splitlines()) == 2
    assert crossroads("show", case.id, "--as", ANN).code == 0
    assert crossroads("show", "--as", ANN).out == crossroads("show", case.id, "--as", ANN).out


# ------------------------------------------------------------------ the doctor


def test_on_a_fresh_machine_the_doctor_finds_nothing_wrong_and_makes_nothing(
    crossroads: Crossroads, home: Path
) -> None:
    ran = crossroads("doctor")
    assert ran.code == 0, ran.out
    assert not home.exists()


def test_with_cases_the_doctor_looks_at_everything(crossroads: Crossroads) -> None:
    bicycle()
    ran = crossroads("doctor")
    assert ran.code == 0, ran.out
    for subject in ("Settings", "Folder", "Permissions", "Disk", "Keys", "Database", "Clock"):
        assert f"fine   {subject}: " in ran.out
    assert "“troubled_client” loads" in ran.out


def test_loose_permissions_are_found(crossroads: Crossroads, home: Path) -> None:
    bicycle()
    key = home / "crossroads.key"
    key.chmod(0o644)
    ran = crossroads("doctor")
    assert ran.code == 1
    assert f"chmod go= {key}" in ran.out


def test_a_clock_that_went_back_is_found(crossroads: Crossroads, home: Path) -> None:
    bicycle()
    with sqlite3.connect(home / "crossroads.db") as connection:
        later = micros(now() + timedelta(days=400))
        connection.execute("UPDATE cases SET touched = ?", (later,))
    connection.close()
    ran = crossroads("doctor")
    assert ran.code == 1
    assert "WRONG  Clock: " in ran.out


def test_a_flow_that_does_not_load_is_found(
    crossroads: Crossroads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine" / "broken"
    folder.mkdir(parents=True)
    (folder / "flow.yaml").write_text("flow: broken\n", "utf-8")
    monkeypatch.setenv("CROSSROADS_FLOWS", str(folder.parent))
    ran = crossroads("doctor")
    assert ran.code == 1
    assert f"crossroads flows check {folder}" in ran.out
    assert "does not load" in crossroads("flows", "list").out


# ------------------------------------------------------------------ what can go wrong

EVERY = (
    ("cases", "--as", ANN),
    ("show", "X", "--as", ANN),
    ("export", "--all", "--as", ANN),
    ("forget", "--all", "--yes", "--as", ANN),
    ("mydata", "--as", ANN),
    ("profile", "--as", ANN),
    ("db", "upgrade"),
    ("db", "check"),
    ("keys", "rotate"),
    ("doctor",),
)


def damaged(home: Path) -> str:
    database = home / "crossroads.db"
    database.write_bytes(b"no database at all" * 1000)
    for side in ("-wal", "-shm"):
        Path(f"{database}{side}").unlink(missing_ok=True)
    return "backup"


def keyless(home: Path) -> str:
    (home / "crossroads.key").unlink()
    return "key"


def other_key(home: Path) -> str:
    (home / "crossroads.key").write_text('{"masters": ["' + KEY + '"]}', "utf-8")
    return "key"


def newer(home: Path) -> str:
    with sqlite3.connect(home / "crossroads.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    return "newer"


@pytest.mark.parametrize("break_it", [damaged, keyless, other_key, newer])
def test_a_store_that_cannot_be_opened_is_explained_by_every_command(
    crossroads: Crossroads, home: Path, break_it: object
) -> None:
    assert callable(break_it)
    bicycle()
    word = break_it(home)
    for words in EVERY:
        ran = crossroads(*words)
        said = ran.out + ran.err
        assert ran.code == 1, (words, said)
        assert word in said.lower(), (words, said)
        assert "Traceback" not in said
        assert "Bluebell" not in said


def test_the_console_script_shows_no_traceback_either(home: Path) -> None:
    bicycle()
    damaged(home)
    ran = subprocess.run(
        [sys.executable, "-c", "from bot.main import main; main()", "cases"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert ran.returncode == 1
    assert "is damaged" in ran.stderr
    assert "Traceback" not in ran.stderr
