"""``crossroads mydata``, ``forget`` and ``profile``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.scene import ANN, CANARY, Crossroads, bicycle, say

pytestmark = pytest.mark.usefixtures("own_flows")


def test_mydata_counts_what_is_stored_and_says_where_and_how(
    crossroads: Crossroads, home: Path
) -> None:
    case = bicycle()
    crossroads("profile", "workshop=van", "--as", ANN)
    held = crossroads("mydata", "--json", "--as", ANN).json
    assert (held["cases"], held["events"]) == (1, case.revision)
    assert held["profile"] == {"workshop": "van"}
    assert held["database"] == str(home / "crossroads.db")
    assert held["first"] <= held["last"]
    text = crossroads("mydata", "--as", ANN).out
    for part in ("1 case,", "AES-256-GCM", "forget --all", "export --all", str(home)):
        assert part in text


def test_mydata_shows_nothing_of_what_was_said(crossroads: Crossroads) -> None:
    say(bicycle(stop_before=1), CANARY)
    for words in (["mydata"], ["mydata", "--json"]):
        assert CANARY not in crossroads(*words, "--as", ANN).out


# ------------------------------------------------------------------ forget


def test_forget_asks_first_and_says_what_it_deleted(crossroads: Crossroads, home: Path) -> None:
    case, other = bicycle(), bicycle(stop_before=2)
    ran = crossroads("forget", case.id, "--as", ANN, typed="delete\n")
    assert ran.code == 0
    assert f"Deleted: 1 case, {case.revision} events of their history" in ran.out
    assert "backups" in ran.out
    listed = crossroads("cases", "--json", "--as", ANN).json["cases"]
    assert [row["id"] for row in listed] == [other.id]


@pytest.mark.parametrize("answer", ["", "no\n", "yes\n", "\n"])
def test_forget_deletes_nothing_without_the_word(crossroads: Crossroads, answer: str) -> None:
    case = bicycle()
    ran = crossroads("forget", case.id, "--as", ANN, typed=answer)
    assert ran.code in {0, 1}
    assert "Deleted" not in ran.out
    assert crossroads("show", case.id, "--as", ANN).code == 0


def test_forget_with_nobody_to_ask_is_wrong_use(crossroads: Crossroads) -> None:
    case = bicycle()
    ran = crossroads("forget", "--all", "--as", ANN)
    assert ran.code == 2
    assert "--yes" in ran.err
    assert crossroads("show", case.id, "--as", ANN).code == 0


def test_to_forget_all_takes_the_profile_along(crossroads: Crossroads) -> None:
    bicycle()
    bicycle(stop_before=2)
    crossroads("profile", "workshop=van", "--as", ANN)
    assert "Deleted: 2 cases, " in (ran := crossroads("forget", "--all", "--yes", "--as", ANN)).out
    assert "1 profile" in ran.out
    held = crossroads("mydata", "--json", "--as", ANN).json
    assert (held["cases"], held["events"], held["effects"], held["profile"]) == (0, 0, 0, {})


def test_to_forget_twice_is_no_mistake(crossroads: Crossroads) -> None:
    case = bicycle()
    for words in ([case.id], ["--all"]):
        assert crossroads("forget", *words, "--yes", "--as", ANN).code == 0
        again = crossroads("forget", *words, "--yes", "--as", ANN)
        assert again.code == 0
        assert "nothing to delete" in again.out


def test_a_nickname_that_is_not_there_is_a_mistake(crossroads: Crossroads) -> None:
    bicycle()
    ran = crossroads("forget", "Blubell", "--yes", "--as", ANN)
    assert ran.code == 1
    assert "Blubell" in ran.err


def test_forget_names_the_backups_it_finds(crossroads: Crossroads, home: Path) -> None:
    case = bicycle()
    backup = home / "crossroads.db.0000.20260101T000000Z.backup"
    backup.touch()
    assert str(backup) in crossroads("forget", case.id, "--yes", "--as", ANN).out


# ------------------------------------------------------------------ profile


def test_a_profile_is_stored_shown_and_begins_new_cases(crossroads: Crossroads) -> None:
    assert "Nothing is stored" in crossroads("profile", "--as", ANN).out
    ran = crossroads("profile", "workshop=In the van", "--as", ANN)
    assert "workshop = van  (In the van)" in ran.out
    assert bicycle(stop_before=0).answers["workshop"] == "van"
    assert "Nothing is stored" in crossroads("profile", "workshop=", "--as", ANN).out


def test_a_profile_can_be_cleared(crossroads: Crossroads) -> None:
    crossroads("profile", "workshop=van", "field=it", "--as", ANN)
    ran = crossroads("profile", "--clear", "--as", ANN)
    assert ran.code == 0
    assert "Nothing is stored" in ran.out


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("workshp=van", "“workshop”"),
        ("workshop=vann", "“van”"),
        ("workshop", "question=option"),
    ],
)
def test_a_profile_takes_only_what_a_dialogue_asks(
    crossroads: Crossroads, said: str, hint: str
) -> None:
    ran = crossroads("profile", "field=it", said, "--as", ANN)
    assert ran.code == 2
    assert hint in ran.err
    assert "Nothing is stored" in crossroads("profile", "--as", ANN).out


def test_to_store_and_to_clear_at_once_is_wrong_use(crossroads: Crossroads) -> None:
    assert crossroads("profile", "field=it", "--clear", "--as", ANN).code == 2
