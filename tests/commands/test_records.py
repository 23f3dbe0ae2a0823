"""``crossroads cases``, ``show`` and ``export`` on real cases."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from tests.commands.scene import ANN, BIKES, CANARY, Crossroads, bicycle, say, troubled, wake

pytestmark = pytest.mark.usefixtures("own_flows")

CASE_FIELDS = [
    "id", "name", "flow", "status", "turn", "started", "touched", "wake", "progress", "answers",
    "hidden", "offered", "results", "decision", "earlier", "rounds", "papers", "history",
]  # fmt: skip


def test_without_a_case_the_list_says_how_to_begin(crossroads: Crossroads) -> None:
    ran = crossroads("cases", "--as", ANN)
    assert ran.code == 0
    assert "crossroads chat" in ran.out


def test_cases_are_listed_last_touched_first_with_result_or_progress(
    crossroads: Crossroads,
) -> None:
    finished, open_one = bicycle(), bicycle(stop_before=4)
    ran = crossroads("cases", "--as", ANN)
    assert ran.out.index(open_one.id) < ran.out.index(finished.id)
    assert "A bicycle on the stand: finished, result: " in ran.out
    assert "A bicycle on the stand: open, 3 of " in ran.out
    assert f"To go on: crossroads resume {open_one.id}" in ran.out


def test_cases_are_listed_for_programs_as_well(crossroads: Crossroads) -> None:
    case = bicycle()
    (row,) = crossroads("cases", "--json", "--as", ANN).json["cases"]
    assert row["id"] == case.id
    assert row["result"]["course"] == "MEND"
    assert datetime.fromisoformat(row["touched"]).tzinfo is not None


def test_nobody_sees_the_cases_of_somebody_else(crossroads: Crossroads) -> None:
    case = bicycle()
    assert crossroads("cases", "--json", "--as", "bob").json == {"cases": []}
    for words in (["show", case.id], ["export", case.id], ["forget", "Bluebell", "--yes"]):
        assert crossroads(*words, "--as", "bob").code == 1


@pytest.mark.parametrize("shape", ["whole", "beginning", "nickname"])
def test_a_case_is_found_by_id_beginning_or_nickname(crossroads: Crossroads, shape: str) -> None:
    case = bicycle()
    said = {"whole": case.id, "beginning": case.id[:5].lower(), "nickname": "bluebell"}[shape]
    ran = crossroads("show", said, "--as", ANN)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("Bluebell\n")


def test_a_name_of_two_cases_is_asked_about(crossroads: Crossroads) -> None:
    first, second = bicycle(), bicycle()
    ran = crossroads("show", "Bluebell", "--as", ANN)
    assert ran.code == 2
    assert first.id in ran.err
    assert second.id in ran.err


def test_show_has_answers_result_decision_and_history_in_words(crossroads: Crossroads) -> None:
    case = troubled("full_reset")
    text = " ".join(crossroads("show", case.id, "--as", ANN).out.split())
    assert "What have you tried so far? → Hinted at it" in text
    assert "Alder: Talk and reset terms" in text
    assert "Decision: Talk and reset terms - Why: We never really told them." in text
    assert "Began (All twenty-one questions)" in text
    assert "What have you tried so far? → Hinted at it" in text
    assert text.endswith("→ We never really told them. – finished")


def test_show_can_show_the_working(crossroads: Crossroads) -> None:
    case = troubled("full_reset")
    assert "The working" not in crossroads("show", case.id, "--as", ANN).out
    assert "The working" in crossroads("show", case.id, "--working", "--as", ANN).out


def test_the_history_tells_what_was_done_besides_answering(crossroads: Crossroads) -> None:
    case = bicycle(stop_before=4)
    say(case, "purple", "back", "worn", "undo", "pause", "resume", "restart", "cancel", "yes")
    history = [
        item["text"] for item in crossroads("show", case.id, "--json", "--as", ANN).json["history"]
    ]
    said = history[history.index("How are the brakes? → Worn") + 1 :]
    beginnings = (
        "Wrote something that was not understood at “",
        "Went back to “How are the brakes?”",
        "How are the brakes? → Worn",
        "Took back the last step",
        "Paused",
        "Went on",
        "Began again",
        "Asked to close the case",
        "Closed the case without a result",
    )
    assert len(said) == len(beginnings)
    assert all(line.startswith(start) for line, start in zip(said, beginnings, strict=True)), said


def test_a_changed_answer_names_the_old_one(crossroads: Crossroads) -> None:
    case = bicycle(stop_before=4)
    say(case, "back", "good")
    last = crossroads("show", case.id, "--json", "--as", ANN).json["history"][-1]
    assert last["text"] == "How are the brakes? → Good (before: Worn)"
    assert (last["question"], last["value"]) == ("brakes", "good")


def test_the_history_reaches_over_a_change_of_the_dialogue(
    crossroads: Crossroads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flows = tmp_path / "flows"
    shutil.copytree(BIKES, flows / "bike_repair")
    monkeypatch.setenv("CROSSROADS_FLOWS", str(flows))
    case = bicycle(stop_before=4)
    written = flows / "bike_repair" / "flow.yaml"
    text = written.read_text("utf-8").replace('worn: "Worn"', 'worn: "Nearly gone"')
    written.write_text(text, "utf-8")
    assert say(case, "undo").version != case.version
    record = crossroads("show", case.id, "--json", "--as", ANN).json
    told = [item["text"] for item in record["history"]]
    assert "How are the brakes? → Worn" in told
    assert told[-2].startswith("The dialogue was changed to version ")
    assert told[-1] == "Took back the last step"


def test_a_night_later_the_earlier_answers_are_shown_beside_the_fresh_ones(
    crossroads: Crossroads,
) -> None:
    case = troubled("full_pause")
    assert case.answers["sleep"] == "now"
    say(case, "undo", "undo", "undo", "2")
    assert wake(case, days=2).earlier
    text = " ".join(crossroads("show", case.id, "--as", ANN).out.split())
    assert "before you slept on it" in text
    assert "Put to sleep until " in text
    assert text.endswith("Woke up: every question is asked afresh")
    (exported,) = crossroads("export", case.id, "--as", ANN).json["cases"]
    assert exported["earlier"]["answers"]["payment"] == case.answers["payment"]
    assert exported["earlier"]["results"][0]["result"]["order"]


# ------------------------------------------------------------------ export


def test_an_export_holds_everything_in_a_stable_form(crossroads: Crossroads) -> None:
    case = troubled("full_reset")
    crossroads("profile", "field=it", "--as", ANN)
    record = crossroads("export", case.id, "--as", ANN).json
    assert list(record) == ["crossroads_export", "exported", "profile", "contact", "cases"]
    assert record["crossroads_export"] == 1
    assert record["profile"] == {"field": "it"}
    (exported,) = record["cases"]
    assert list(exported) == CASE_FIELDS
    assert exported["name"] == "Alder"
    assert exported["flow"]["version"] == case.version
    assert {row["question"]: row["value"] for row in exported["answers"]} == {
        question: list(value) if isinstance(value, tuple) else value
        for question, value in case.answers.items()
    }
    (result,) = exported["results"]
    assert result["result"]["order"][0] == "RESET"
    assert result["rules"] == case.outcomes["result"].rules
    assert exported["decision"]["reason"] == "We never really told them."
    assert [item["turn"] for item in exported["history"]] == list(range(1, case.turn + 1))
    for moment in (record["exported"], exported["touched"], exported["history"][0]["at"]):
        assert datetime.fromisoformat(moment).tzinfo is not None


def test_all_cases_go_into_one_file_or_one_file_each(
    crossroads: Crossroads, tmp_path: Path
) -> None:
    cases = {bicycle().id, bicycle(stop_before=3).id}
    one, folder = tmp_path / "all.json", tmp_path / "each"
    assert crossroads("export", "--all", "--out", one, "--as", ANN).code == 0
    assert {case["id"] for case in json.loads(one.read_text("utf-8"))["cases"]} == cases
    assert crossroads("export", "--all", "--out", f"{folder}/", "--as", ANN).code == 0
    assert {path.name for path in folder.iterdir()} == {f"{case}.json" for case in cases}


def test_exported_files_are_for_their_owner_alone(crossroads: Crossroads, tmp_path: Path) -> None:
    case = bicycle()
    out = tmp_path / "case.md"
    crossroads("export", case.id, "--format", "markdown", "--out", out, "--as", ANN)
    assert out.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_export_overwrites_nothing_unless_told_to(
    crossroads: Crossroads, tmp_path: Path
) -> None:
    case = bicycle()
    out = tmp_path / "case.json"
    out.write_text("mine", "utf-8")
    ran = crossroads("export", case.id, "--out", out, "--as", ANN)
    assert ran.code == 2
    assert "--force" in ran.err
    assert out.read_text("utf-8") == "mine"
    assert crossroads("export", case.id, "--out", out, "--force", "--as", ANN).code == 0
    assert json.loads(out.read_text("utf-8"))["cases"][0]["id"] == case.id


def test_markup_that_a_person_typed_stays_text_in_markdown(crossroads: Crossroads) -> None:
    case = say(bicycle(stop_before=1), "# *Bold* [link](http://x) <b>")
    text = crossroads("export", case.id, "--format", "markdown", "--as", ANN).out
    assert r"\# \*Bold\* \[link\](http://x) \<b\>" in text
    assert "\n# *Bold" not in text


def test_without_the_key_nothing_comes_out(
    crossroads: Crossroads, home: Path, tmp_path: Path
) -> None:
    case = say(bicycle(stop_before=1), CANARY)
    (home / "crossroads.key").unlink()
    out = tmp_path / "out.json"
    ran = crossroads("export", case.id, "--out", out, "--as", ANN)
    assert ran.code == 1
    assert "key file" in ran.err
    assert "Put it back" in ran.err
    assert CANARY not in ran.out + ran.err
    assert not out.exists()


@pytest.mark.parametrize("words", [("export",), ("export", "X", "--all"), ("forget",)])
def test_it_must_be_clear_which_cases_are_meant(
    crossroads: Crossroads, words: tuple[str, ...]
) -> None:
    ran = crossroads(*words, "--as", ANN)
    assert ran.code == 2
    assert "--all" in ran.err
