"""``crossroads draft``: which letter, its gaps, ways to work on it, its versions."""

from __future__ import annotations

import shutil
import stat
import sys
from pathlib import Path

import pytest

from bot.config import read_settings
from tests.commands.scene import ANN, CANARY, Crossroads, Ran, troubled
from tests.drafting.scene import VALUES
from tests.flows.talks import TROUBLED_CLIENT

ME = ("--as", ANN)
FILLED = tuple(word for slot, value in VALUES.items() for word in ("--set", f"{slot}={value}"))


@pytest.fixture
def reset(crossroads: Crossroads) -> Crossroads:
    troubled("full_reset")
    return crossroads


def draft(crossroads: Crossroads, *words: str | Path, typed: str | None = None) -> Ran:
    return crossroads("draft", "Alder", *words, *ME, typed=typed)


# ------------------------------------------------------------------ which letter


def test_the_course_that_was_decided_gets_its_letter_with_gaps_shown(reset: Crossroads) -> None:
    ran = draft(reset)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("Subject: How we work from {{start date}}\n\nDear {{name}},")
    assert "BLOCKS  Still to be filled in, or taken out: {{start date}}, {{name}}" in ran.out
    assert "[…] The new term" in ran.out
    assert "  new_term: What shall hold from now on" in ran.out
    assert "How much reason to give: Facts with their dates" in ran.out
    assert "Crossroads never writes to a client." in ran.out


def test_filled_in_it_is_ready_to_copy(reset: Crossroads) -> None:
    ran = draft(reset, *FILLED, "--tone", "warm", "--json")
    record = ran.json
    assert (record["course"], record["medium"], record["tone"]) == ("RESET", "email", "warm")
    assert record["gaps"] == record["findings"] == []
    assert not record["blocked"]
    assert {must["state"] for must in record["must"]} == {"there"}
    assert "extras are quoted before work on them starts" in record["text"]


def test_a_script_names_the_letter_that_can_go_first(reset: Crossroads) -> None:
    ran = draft(reset, "--medium", "call", "--rehearse")
    assert "The letter first: “--medium email” writes what can go before a talk." in ran.out
    assert "The letter first: “--medium" not in draft(reset).out


def test_a_course_that_a_rule_forbids_is_refused_with_the_rule(reset: Crossroads) -> None:
    ran = draft(reset, "--course", "leave_quiet")
    assert (ran.code, ran.out) == (1, "")
    assert "No draft is made for “Let it end, briefly”: a rule forbids it here." in ran.err
    assert "Notice or work is owed" in ran.err
    assert draft(reset, "--course", "STOP_SAFETY").code == 1


def test_another_course_that_is_permitted_has_its_letter_too(reset: Crossroads) -> None:
    ran = draft(reset, "--course", "HANDOVER", "--medium", "chat", "--tone", "firm")
    assert ran.out.startswith("{{name}}, I need to talk with you")


def test_in_danger_there_are_notes_and_nothing_for_the_client(crossroads: Crossroads) -> None:
    case = troubled("exit_threat")
    ran = crossroads("draft", case.id, "--json", *ME)
    assert (ran.json["course"], ran.json["medium"]) == ("STOP_SAFETY", "notes")
    for course in ("RESET", "LEAVE_EXPLAIN", "HANDOVER"):
        assert crossroads("draft", case.id, "--course", course, *ME).code == 1
    ran = crossroads("draft", case.id, "--course", "ESCALATE", "--medium", "holding", *ME)
    assert ran.code == 1
    assert "While somebody is in danger, nothing is written to the client." in ran.err
    assert crossroads("draft", case.id, "--course", "ESCALATE", *ME).out.startswith("What it is")


def test_a_regulated_field_is_told_first_that_this_is_no_advice(crossroads: Crossroads) -> None:
    case = troubled("full_handover")
    ran = crossroads("draft", case.id, *ME)
    assert ran.out.startswith("General information: Your field has rules of its own.")
    assert ran.out.count("General information") == 1


def test_without_a_result_there_is_no_letter_yet(crossroads: Crossroads) -> None:
    case = troubled("full_reset", stop_before=6)
    ran = crossroads("draft", case.id, *ME)
    assert ran.code == 1
    assert f"“crossroads resume {case.id}” goes on with it" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tone", "wram"], "no tone “wram”. Did you mean “warm”?"),
        (["--medium", "emial"], "no medium “emial”. Did you mean “email”?"),
        (["--course", "RESTE"], "no course “RESTE”. Did you mean “RESET”?"),
        (["--set", "end_dat=1 May"], "no slot “end_dat”. Did you mean “end_date”?"),
        (["--set", "end_date"], "sets nothing"),
        (["--set", "start_date=soonish"], "is no day I can read"),
        (["--set", "start_date=3/4/2027"], "may be 3 April 2027 or 4 March 2027"),
        (["--compare", "warm"], "--compare takes two tones"),
        (["--compare", "warm,loud"], "no tone “loud”"),
        (["--ask", "--json"], "With --json nothing is asked."),
    ],
)
def test_wrong_words_are_named(reset: Crossroads, words: list[str], said: str) -> None:
    ran = draft(reset, *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


# ------------------------------------------------------------------ ways to work on it


def test_dates_are_read_in_natural_wording(reset: Crossroads) -> None:
    ran = draft(reset, "--set", "start_date=1 April 2027", "--set", "reply_date=2027-03-05")
    assert "From 1 April 2027 this holds" in ran.out
    assert "by 5 March 2027?" in ran.out


def test_asked_briefly_each_answer_fills_its_gap_and_enter_leaves_it(reset: Crossroads) -> None:
    answers = "soonish\n1 April 2027\nMs Okafor\n" + "\n" * 8
    ran = draft(reset, "--ask", typed=answers)
    assert ran.code == 0, ran.err
    assert "“soonish” is no day I can read." in ran.out
    assert "Subject: How we work from 1 April 2027\n\nDear Ms Okafor," in ran.out
    assert "{{new term}}" in ran.out


def test_two_tones_stand_side_by_side_or_in_sequence(
    reset: Crossroads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    wide = draft(reset, "--compare", "warm,firm")
    head = next(line for line in wide.out.splitlines() if line.startswith("Warm"))
    assert head.split("│")[1].strip() == "Firm"
    assert all(len(line) <= 120 for line in wide.out.splitlines())
    monkeypatch.setenv("COLUMNS", "60")
    narrow = draft(reset, "--compare", "warm,firm")
    assert narrow.out.index("Warm\n\nSubject") < narrow.out.index("Firm\n\nSubject")
    tones = [one["tone"] for one in draft(reset, "--compare", "warm,firm", "--json").json["drafts"]]
    assert tones == ["warm", "firm"]


def test_a_script_is_rehearsed_line_by_line(reset: Crossroads) -> None:
    ran = draft(reset, "--medium", "call", "--rehearse", typed="\n" * 20)
    assert ran.code == 0, ran.err
    places = [ran.out.index(part) for part in ("Open", "Say it", "If they ask “why?”", "voices")]
    assert places == sorted(places)
    assert draft(reset, "--medium", "call", "--rehearse").out.startswith("Open\n  Thank you")


def test_what_comes_back_from_the_editor_is_looked_through(
    reset: Crossroads, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "editor.py"
    program.write_text(
        "import sys, pathlib, os\np = pathlib.Path(sys.argv[1])\n"
        "p.write_text(p.read_text('utf-8') + 'You always do this.\\n', 'utf-8')\n"
        "os.utime(p, (1, 1))\n"
    )
    monkeypatch.setenv("VISUAL", f"{sys.executable} {program}")
    ran = draft(reset, "--edit", *FILLED)
    assert ran.code == 0, ran.err
    assert "You always do this." in ran.out
    assert "warns   “You always” blames them." in ran.out


def test_what_was_written_over_a_gap_is_left_to_the_person(
    reset: Crossroads, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "editor.py"
    program.write_text(
        "import sys, pathlib, os\np = pathlib.Path(sys.argv[1])\n"
        "p.write_text(p.read_text('utf-8').replace('{{start date}}', '1 May 2027'), 'utf-8')\n"
        "os.utime(p, (1, 1))\n"
    )
    monkeypatch.setenv("VISUAL", f"{sys.executable} {program}")
    record = draft(reset, "--edit", "--json").json
    assert {"text": "The day it starts", "state": "unsure"} in record["must"]
    assert "start_date" not in record["gaps"]
    assert "new_term" in record["gaps"]


@pytest.mark.parametrize("editor", ["false", "no-such-editor", "'unclosed"])
def test_an_editor_that_fails_is_said(
    reset: Crossroads, monkeypatch: pytest.MonkeyPatch, editor: str
) -> None:
    monkeypatch.setenv("VISUAL", editor)
    ran = draft(reset, "--edit")
    assert (ran.code, ran.out) == (1, "")
    assert f"The editor “{editor}” failed." in ran.err


def test_versions_are_added_to_a_file_for_its_owner_alone(
    reset: Crossroads, tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    for tone in ("neutral", "warm"):
        assert draft(reset, "--out", path, "--tone", tone).code == 0
    text = path.read_text("utf-8")
    assert text.startswith("=== Version 1: RESET, email, neutral, ")
    assert "\n\n=== Version 2: RESET, email, warm, " in text
    assert text.count("Dear {{name}},") == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert draft(reset, "--out", tmp_path).code == 2


def test_what_is_filled_in_is_kept_sealed_and_used_again(reset: Crossroads) -> None:
    assert CANARY in draft(reset, "--set", f"client={CANARY}").out
    for path in read_settings().home.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes()
    assert CANARY in draft(reset).out
    assert CANARY not in draft(reset, "--set", "client=").out, "an empty value is a gap again"


def test_versions_are_kept_beside_the_case_listed_and_shown(reset: Crossroads) -> None:
    assert "No version of this letter is kept." in draft(reset, "--versions").out
    assert "Version 1 is kept" in draft(reset, "--save", "--tone", "warm").err
    assert "Version 2 is kept" in draft(reset, "--save", "--tone", "firm").err
    assert "Version 2 is kept" in draft(reset, "--save", "--tone", "firm").err, "not twice"
    listed = draft(reset, "--versions").out.splitlines()
    assert [line[:16] for line in listed] == ["Version 1: warm,", "Version 2: firm,"]
    assert "With warm regards" in draft(reset, "--version", "1").out
    ran = draft(reset, "--version", "3")
    assert (ran.code, "There is no version 3" in ran.err) == (1, True), ran.err


def test_mistakes_in_drafts_are_listed_with_those_of_their_flow(
    crossroads: Crossroads, tmp_path: Path
) -> None:
    folder = tmp_path / "troubled_client"
    shutil.copytree(TROUBLED_CLIENT, folder, ignore=shutil.ignore_patterns("talks"))
    assert crossroads("flows", "check", folder).code == 0
    path = folder / "drafts" / "keep.yaml"
    path.write_text(path.read_text("utf-8").replace("{wish}", "{wsih}", 1), "utf-8")
    ran = crossroads("flows", "check", folder)
    assert ran.code == 1
    assert "drafts/keep.yaml:5: There is no slot “wsih”. Did you mean “wish”?" in ran.out
