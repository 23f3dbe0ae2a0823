"""``crossroads decide --votes``: what a team's votes come to, and what is said of a wrong file."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from bot.commands.judging import judging
from bot.commands.voting import MOST_VOTES, read_votes
from bot.commands.wiring import KINDS
from bot.engine.load import load_flow
from bot.opinion.model import Ballot
from bot.opinion.movement import weigh
from tests.commands.scene import Crossroads, Ran
from tests.decision.table import FILES, FLOW

JUDGE = judging(FLOW)
ANSWERS = {"conduct": "repeated", "tried": "repeated", "commitment": "notice"}
CLOSE = {"value": "strong"}


def vote(*courses: str, sure: str = "very") -> list[dict[str, object]]:
    return [{"course": course, "sure": sure} for course in courses]


@pytest.fixture
def decide(crossroads: Crossroads, tmp_path: Path) -> Any:
    """Decide with votes, both in files; gives what was printed."""

    def run(answers: object, votes: object, *more: str) -> Ran:
        given, cast = tmp_path / "answers.json", tmp_path / "votes.json"
        given.write_text(json.dumps(answers), "utf-8")
        cast.write_text(votes if isinstance(votes, str) else json.dumps(votes), "utf-8")
        return crossroads("decide", given, "--votes", cast, *more)

    return run


def test_votes_add_a_part_for_the_team_and_change_nothing_else(decide: Any) -> None:
    votes = [*vote("HANDOVER", "HANDOVER", "LEAVE_QUIET"), {"abstain": True}]
    result = decide(ANSWERS, votes, "--json").json
    team = result.pop("team")
    assert result == JUDGE.result(ANSWERS)
    # n = 3, W = 12, k = 6: 3000 · (6·8 − 12) / (6·12·6) = 250, and 3000 · (−12) / 432 = −83.3….
    assert team["added"] == {**dict.fromkeys(team["order"], -84), "HANDOVER": 250}
    assert team["agreement"] == pytest.approx(1 / 3)
    assert (team["word"], team["split"]) == ("divided", False)
    assert (team["votes"], team["abstained"]) == (3, 1)
    assert {course: n for course, n in team["counts"].items() if n} == {
        "LEAVE_QUIET": 1,
        "HANDOVER": 2,
    }
    assert "LEAVE_QUIET" in result["vetoed"]


def test_the_shipped_sides_split_a_team_and_then_nothing_moves(decide: Any) -> None:
    for stay, leave in (("KEEP", "HANDOVER"), ("RESET", "LEAVE_QUIET"), ("PAUSE", "LEAVE_EXPLAIN")):
        team = decide(CLOSE, vote(stay, leave, "ESCALATE"), "--json").json["team"]
        assert team["split"], (stay, leave)
        assert set(team["added"].values()) == {0}
        assert team["order"] == JUDGE.result(CLOSE)["order"]


def test_a_forced_result_stays_first(decide: Any) -> None:
    result = decide({"safety": "threat"}, vote(*["KEEP"] * 9), "--json").json
    assert result["team"]["order"] == result["order"]
    assert result["order"][0] == "STOP_SAFETY"
    assert set(result["team"]["added"].values()) == {0}


def test_without_votes_there_is_no_agreement(decide: Any) -> None:
    team = decide(ANSWERS, [], "--json").json["team"]
    assert (team["votes"], team["agreement"], team["word"]) == (0, None, None)


def test_people_get_both_lines_counts_and_agreement_below_the_card(decide: Any) -> None:
    said = decide(CLOSE, [*vote("RESET", "RESET", "RESET", "LEAVE_QUIET"), {"abstain": True}]).out
    for line in (
        "- Rules and answers: Keep and watch",
        "- With team: Talk and reset terms",
        "The votes tipped it from “Keep and watch” to “Talk and reset terms”.",
        "4 votes, 1 abstained",
        "- Agreement: divided (50 percent of pairs agree)",
    ):
        assert line in said.splitlines(), said
    # n = 4, W = 16, k = 7: 4000 · (7·12 − 16) / 784 = 346.9…, and 4000 · (7·4 − 16) / 784 = 61.2….
    assert "- Talk and reset terms: 3 (+3.46 points)\n- Pause work: 0 (−0.82 points)" in said
    assert "- Let it end, briefly: 1 (+0.61 points)" in said


@pytest.mark.parametrize(
    ("answers", "votes", "said"),
    [
        (ANSWERS, vote("KEEP", "HANDOVER", "ESCALATE"), "split on staying or leaving"),
        (ANSWERS, vote("KEEP"), "Below 3 votes nothing is added."),
        ({"safety": "threat"}, vote(*["KEEP"] * 3), "A rule decides here"),
        (ANSWERS, vote(*["LEAVE_EXPLAIN"] * 3), "no other course first"),
        (ANSWERS, vote(*["LEAVE_QUIET"] * 3), "3 (ruled out by “What is promised”)"),
    ],
)
def test_people_are_told_why_votes_moved_nothing(
    decide: Any, answers: object, votes: object, said: str
) -> None:
    assert said in decide(answers, votes).out


def test_yaml_votes_count_like_json(crossroads: Crossroads, tmp_path: Path) -> None:
    given, cast = tmp_path / "answers.yaml", tmp_path / "votes.yaml"
    given.write_text("tried: improving")
    cast.write_text(
        "- {course: RESET, sure: very}\n- course: KEEP\n  sure: not_sure\n- abstain: true"
    )
    team = crossroads("decide", given, "--votes", cast, "--json").json["team"]
    assert (team["votes"], team["abstained"], team["counts"]["KEEP"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        ({}, "These are no votes. Write a list of votes"),
        ("[1,", "this is not JSON. Write a list of votes"),
        ([vote("KEEP")], "Vote 1: This is no vote."),
        (vote("KEEP", "REST"), "Vote 2: There is no “course” called “REST”. Did you mean “RESET”?"),
        (vote("reset"), "Did you mean “RESET”?"),
        (vote("KEEP", sure="vry"), "Vote 1: There is no “sure” called “vry”. Did you mean “very”?"),
        ([{"course": "KEEP", "sure": 4}], "no “sure” called “4”"),
        ([{"course": "KEEP"}], "“sure” is missing. There are: not_sure, fairly, very."),
        ([{"sure": "very"}], "Vote 1: “course” is missing."),
        ([{"course": None, "sure": "very"}], "“course” is missing."),
        ([{"course": ["KEEP"], "sure": "very"}], "no “course” called"),
        ([{"curse": "KEEP", "sure": "very"}], "no field “curse”. Did you mean “course”?"),
        ([{"abstain": "yes"}], "“abstain” is true or false."),
        ([{"course": "\x1b" + "x" * 10_000, "sure": "very"}], "�" + "x" * 59 + "…"),
        (vote("KEEP") * (MOST_VOTES + 1), "These are 10001 votes. At most 10000 are weighed."),
    ],
)
def test_what_is_wrong_with_votes_is_said_with_their_place_and_a_remedy(
    decide: Any, votes: object, said: str
) -> None:
    ran = decide(ANSWERS, votes, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_ten_thousand_votes_are_weighed(decide: Any) -> None:
    team = decide(CLOSE, vote("RESET") * MOST_VOTES, "--json").json["team"]
    assert team["added"]["RESET"] - team["added"]["KEEP"] == 999


def test_votes_do_not_go_with_a_stream_nor_twice_with_standard_input(
    crossroads: Crossroads, tmp_path: Path
) -> None:
    given = tmp_path / "answers.json"
    given.write_text("{}")
    for words, said in (
        (("--jsonl", "--votes", "votes.json"), "Leave --jsonl or --votes out."),
        (("-", "--votes", "-"), "cannot both be standard input"),
        ((str(given), "--votes", str(given) + "x"), "Name a file of votes, or -."),
    ):
        ran = crossroads("decide", *words)
        assert ran.code == 2
        assert said in ran.err


def test_a_ballot_as_it_was_written_down_counts_as_it_is() -> None:
    ballots = [Ballot("KEEP", "very", ("tried",), ("money",), "a note", "yes"), Ballot("")]
    data = json.loads(json.dumps([asdict(ballot) for ballot in ballots]))
    assert read_votes(data, JUDGE.courses) == (Ballot("KEEP", "very"), Ballot(""))


def test_a_flow_that_asks_no_team_takes_votes_but_no_sides() -> None:
    files = dict(FILES)
    start = files["flow.yaml"].index("  - consult:")
    end = files["flow.yaml"].index("\n  - ", start)
    files["flow.yaml"] = files["flow.yaml"][:start] + files["flow.yaml"][end + 1 :]
    judge = judging(load_flow(files, KINDS))
    assert {course.side for course in JUDGE.courses} == {"stay", "leave", ""}
    assert {course.side for course in judge.courses} == {""}
    votes = read_votes(vote("KEEP", "HANDOVER", "HANDOVER"), judge.courses)
    assert not weigh(judge.standing(ANSWERS), judge.courses, votes).split
