"""``crossroads opinion``: rounds tried out, listed and shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.commands.judging import judging
from tests.commands.scene import ANN, CANARY, Crossroads, Ran, bicycle, troubled
from tests.decision.table import FLOW

ME = ("--as", ANN)


def trial(crossroads: Crossroads, *more: str | Path, typed: str | None = None) -> Ran:
    return crossroads("opinion", "try", "Alder", *more, *ME, typed=typed)


def written(path: Path, *votes: Mapping[str, object]) -> Path:
    path.write_text(json.dumps(votes), "utf-8")
    return path


def vote(course: str, sure: str = "very", **more: object) -> dict[str, object]:
    return {"course": course, "sure": sure, **more}


def listed(crossroads: Crossroads) -> Any:
    return crossroads("opinion", "--json", *ME).json["asked"]


# ------------------------------------------------------------------ a whole round


def test_without_rounds_the_list_says_how_to_try_one(crossroads: Crossroads) -> None:
    assert "crossroads opinion try" in "".join(crossroads("opinion", *ME).out.split("\n"))
    assert crossroads("opinion", "--json", *ME).json == {"asked": [], "waiting": []}


def test_a_round_is_held_from_the_brief_to_the_decision(crossroads: Crossroads) -> None:
    troubled("full_reset")
    ran = trial(crossroads, "--seed", "7", "--decide", "KEEP", "--because", "They listened.")
    assert ran.code == 0, ran.err
    steps = [
        "These colleagues are made up",
        "For them, “Alder” is “Client ",
        "This is what 5 made-up colleagues would see:",
        "- So far: 0 of 5 answered",
        "1 of 5 answered\n2 of 5 answered\n3 of 5 answered\n4 of 5 answered\n5 of 5 answered\n",
        "The answers: A second opinion on Client ",
        "- Rules and answers: ",
        "- With team: ",
        " votes, set aside by a rule",
        "Your decision is recorded: you ",
    ]
    places = [ran.out.index(step) for step in steps]
    assert places == sorted(places)
    assert "\x1b" not in ran.out
    (row,) = listed(crossroads)
    assert (row["name"], row["stage"], row["answered"], row["asked"]) == ("Alder", "closed", 5, 5)
    overview = " ".join(crossroads("opinion", *ME).out.split())
    assert "closed, 5 of 5 answered" in overview
    assert row["id"] in overview


def test_the_record_is_in_show_and_in_every_export(crossroads: Crossroads, tmp_path: Path) -> None:
    case = troubled("full_reset")
    votes = written(
        tmp_path / "votes.json",
        vote("KEEP", note="Give them a month.", missed=["money"]),
        *[vote("RESET")] * 3,
    )
    assert trial(crossroads, "--votes", votes, "--decide", "RESET").code == 0
    (shown,) = crossroads("show", case.id, "--json", *ME).json["rounds"]
    assert [shown] == crossroads("opinion", "show", case.id, "--json", *ME).json["rounds"]
    (exported,) = crossroads("export", case.id, *ME).json["cases"]
    assert exported["rounds"] == [shown]
    assert shown["asked"] == {"label": "4 made-up colleagues", "able": 4}
    assert shown["rules"] == exported["results"][0]["rules"]
    assert shown["result"]["dissent"][0] == {"course": "KEEP", "votes": 1}
    assert "Give them a month." in [ballot["note"] for ballot in shown["result"]["ballots"]]
    assert shown["decision"]["followed"] is True
    for words in (
        ("show", case.id),
        ("opinion", "show", shown["id"].lower()),
        ("export", case.id, "--format", "markdown"),
    ):
        text = " ".join(crossroads(*words, *ME).out.split())
        for said in ("Give them a month.", "4 made-up colleagues", "Side by side", "you followed"):
            assert said in text, words


def test_exported_ballots_can_be_weighed_again(crossroads: Crossroads, tmp_path: Path) -> None:
    case = troubled("full_reset")
    result = trial(crossroads, "--seed", "3", "--people", "9", "--json").json["result"]
    rows = crossroads("show", case.id, "--json", *ME).json["answers"]
    asks = judging(FLOW).asks
    answers = tmp_path / "answers.json"
    given = {row["question"]: row["value"] for row in rows if row["question"] in asks}
    answers.write_text(json.dumps(given), "utf-8")
    votes = written(tmp_path / "votes.json", *result["ballots"])
    ran = crossroads("decide", answers, "--votes", votes, "--json")
    assert ran.code == 0, ran.err
    team = ran.json["team"]
    assert team == {name: result["with_team"][name] for name in team}


@pytest.mark.parametrize("named", [False, True])
def test_names_are_kept_only_where_the_round_names_them(
    crossroads: Crossroads, named: bool
) -> None:
    troubled("full_reset")
    record = trial(crossroads, "--seed", "1", "--json", *(["--named"] if named else [])).json
    ballots = record["result"]["ballots"]
    assert len(ballots) == 5
    assert record["terms"]["anonymous"] is not named
    assert [ballot.get("name", "").startswith("Colleague ") for ballot in ballots] == [named] * 5
    ours = crossroads("mydata", "--json", *ME).json["owner"]
    assert ours not in json.dumps(record)


def test_the_team_can_be_asked_before_there_is_a_result(crossroads: Crossroads) -> None:
    troubled("full_reset", stop_before=7)
    record = trial(crossroads, "--seed", "7", "--json").json
    assert record["result"]["rules_and_answers"]["whole"] is False
    assert "not all questions are answered" in " ".join(
        trial(crossroads, "--seed", "7").out.split()
    )


def test_the_same_number_gives_the_same_answers(crossroads: Crossroads) -> None:
    troubled("full_reset")
    first, again, other = (
        trial(crossroads, "--seed", seed, "--json").json["result"]["ballots"]
        for seed in ("7", "7", "8")
    )
    assert first == again != other


def test_a_second_round_stands_beside_the_first(crossroads: Crossroads, tmp_path: Path) -> None:
    case = troubled("full_reset")
    trial(crossroads, "--votes", written(tmp_path / "1.json", *[vote("KEEP")] * 3))
    again = trial(crossroads, "--votes", written(tmp_path / "2.json", *[vote("RESET")] * 3))
    assert "Keep and watch: 3, then 0 votes" in again.out
    assert "- Talk and reset terms: 0 in the round before, 3 now" in again.out
    rounds = crossroads("show", case.id, "--json", *ME).json["rounds"]
    assert [round_["number"] for round_ in rounds] == [1, 2]
    assert len({round_["brief"]["code_name"] for round_ in rounds}) == 1


def test_too_few_answers_are_destroyed_unread(crossroads: Crossroads, tmp_path: Path) -> None:
    troubled("full_reset")
    votes = written(tmp_path / "votes.json", *[vote("KEEP", note=CANARY)] * 2)
    picture = tmp_path / "team.png"
    ran = trial(crossroads, "--votes", votes, "--people", "5", "--picture", picture)
    assert "2 of 5 answered\nNobody else answers" in ran.out
    assert "Finished without enough answers" in ran.out
    assert "there is no picture" in ran.out
    assert not picture.exists()
    (row,) = listed(crossroads)
    shown = crossroads("opinion", "show", row["id"], "--json", *ME)
    assert shown.json["rounds"][0]["result"]["revealed"] is False
    assert CANARY not in shown.out + ran.out


def test_an_empty_file_of_votes_is_nobodys_answer(crossroads: Crossroads, tmp_path: Path) -> None:
    troubled("full_reset")
    (tmp_path / "votes.yaml").write_text("", "utf-8")
    ran = trial(crossroads, "--votes", tmp_path / "votes.yaml", "--people", "3", "--json")
    assert (ran.json["answered"], ran.json["result"]["revealed"]) == (0, False)


def test_the_picture_is_written_once_with_its_words(crossroads: Crossroads, tmp_path: Path) -> None:
    troubled("full_reset")
    picture = tmp_path / "team.png"
    ran = trial(crossroads, "--seed", "7", "--picture", picture)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_mode & 0o777 == 0o600
    assert f"Drawn in {picture}. Bar chart of votes: " in ran.out
    again = trial(crossroads, "--seed", "7", "--picture", picture)
    assert (again.code, "exists already" in again.err) == (2, True)


def test_without_the_drawing_library_the_remedy_is_named(
    crossroads: Crossroads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubled("full_reset")
    monkeypatch.setattr("adapters.pictures.find_spec", lambda name: None)
    ran = trial(crossroads, "--picture", tmp_path / "team.png")
    assert ran.code == 1
    assert "pip install 'crossroads[pictures]'" in ran.err
    assert listed(crossroads) == []


# ------------------------------------------------------------------ somebody at the terminal


def test_it_asks_once_before_anything_is_posted(crossroads: Crossroads) -> None:
    troubled("full_reset")
    ran = trial(crossroads, typed="n\n")
    assert ran.code == 0
    assert "Nothing was posted." in ran.out
    assert listed(crossroads) == []
    assert trial(crossroads, "--seed", "7").code == 0


def test_the_decision_is_asked_for_and_may_be_left_open(crossroads: Crossroads) -> None:
    troubled("full_reset")
    decided = trial(crossroads, typed="y\nsomething else\n1\nThey listened.\n")
    assert "Its number is clear." in decided.out
    assert "Your decision is recorded" in decided.out
    left = trial(crossroads, "--yes", typed="\n")
    assert "recorded" not in left.out
    newest, first = listed(crossroads)
    decisions = [
        crossroads("opinion", "show", row["id"], "--json", *ME).json["rounds"][0]["decision"]
        for row in (first, newest)
    ]
    assert decisions[0]["course"] == "KEEP"
    assert decisions[0]["reason"] == "They listened."
    assert decisions[1] is None


# ------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--people", "1"], "Between 2 and 40"),
        (["--people", "41"], "Between 2 and 40"),
        (["--people", "2"], "it cannot be anonymous"),
        (["--quorum", "6"], "only 5 can answer"),
        (["--quorum", "2"], "at least 3 answers"),
        (["--quorum", "0"], "Choose a number"),
        (["--note", "Alder is late"], "--note"),
        (["--note", "x" * 501], "At most 500"),
        (["--decide", "KEPT"], "Did you mean “KEEP”?"),
        (["--because", "so"], "--decide"),
        (["--votes", "none.json"], "cannot be read"),
    ],
)
def test_a_mistake_names_the_remedy_and_leaves_nothing(
    crossroads: Crossroads, words: list[str], said: str
) -> None:
    troubled("full_reset")
    ran = trial(crossroads, *words)
    assert ran.code == 2
    assert said in ran.err
    assert listed(crossroads) == []


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        ([vote("KEPT")], "Vote 1: There is no “course” called “KEPT”. Did you mean “KEEP”?"),
        ([vote("KEEP"), vote("KEEP", missed=["luck"])], "Vote 2, “missed”: Choose from the list."),
        ([vote("KEEP", note="x" * 501)], "Vote 1, “note”: At most 500"),
        ([vote("KEEP", takeover="maybe")], "Vote 1, “takeover”"),
        ([vote("KEEP")] * 6, "--people 6"),
    ],
)
def test_a_wrong_vote_is_named_before_anybody_is_asked(
    crossroads: Crossroads, tmp_path: Path, votes: list[dict[str, object]], said: str
) -> None:
    troubled("full_reset")
    ran = trial(crossroads, "--people", "5", "--votes", written(tmp_path / "v.json", *votes))
    assert ran.code == 2
    assert said in ran.err
    assert listed(crossroads) == []


@pytest.mark.parametrize("words", [("try",), ("try", "Alder"), ("show", "Alder")])
def test_without_a_case_the_way_to_one_is_named(
    crossroads: Crossroads, words: tuple[str, ...]
) -> None:
    ran = crossroads("opinion", *words, *ME)
    assert ran.code == 1
    assert "crossroads " in ran.err


@pytest.mark.usefixtures("own_flows")
def test_a_dialogue_that_asks_no_team_says_so(crossroads: Crossroads) -> None:
    case = bicycle()
    ran = crossroads("opinion", "try", case.id, *ME)
    assert ran.code == 2
    assert "does not say how a team is asked" in ran.err
    assert "opinion try" in crossroads("opinion", "show", case.id, *ME).err


def test_options_before_the_command_are_not_taken_for_nothing(crossroads: Crossroads) -> None:
    ran = crossroads("opinion", *ME, "try", "Alder")
    assert (ran.code, "crossroads opinion try … --as NAME" in ran.err) == (2, True)


def test_a_case_with_danger_in_it_can_be_tried_and_its_rule_decides(crossroads: Crossroads) -> None:
    case = troubled("exit_threat")
    record = crossroads("opinion", "try", case.id, "--seed", "7", "--json", *ME).json
    result = record["result"]
    assert result["rules_and_answers"]["forced"] == result["with_team"]["course"]
    assert set(result["with_team"]["added"].values()) == {0}


def test_nobody_sees_the_rounds_of_somebody_else(crossroads: Crossroads) -> None:
    case = troubled("full_reset")
    round_id = trial(crossroads, "--json").json["id"]
    for said in (round_id, case.id):
        assert crossroads("opinion", "show", said, "--as", "bob").code == 1
    assert crossroads("opinion", "--json", "--as", "bob").json == {"asked": [], "waiting": []}
