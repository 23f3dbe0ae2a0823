"""A round as it is kept: its export, word for word in ``golden/``, and what people read of it.

After a wanted change of wording run the tests once with ``GOLDEN=write`` and read the difference.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards.rows import card_text
from bot.dossier.rounds import Asked, asked_cards, asked_record, round_card, round_record
from bot.opinion.ballots import in_no_order
from bot.opinion.model import (
    Ballot,
    Brief,
    Course,
    Decision,
    Fact,
    Option,
    Record,
    Round,
    Standing,
    Terms,
)
from bot.opinion.movement import weigh
from bot.sheets.shown import Shown

GOLDEN = Path(__file__).parent / "golden"
COURSES = (
    Course("MEND", "Mend it", "stay"),
    Course("SELL", "Sell it", "leave"),
    Course("WAIT", "Wait a week"),
)
STANDING = Standing(
    order=("MEND", "SELL"),
    scores={"MEND": 450, "SELL": 400},
    vetoed={"WAIT": ("Brakes first",)},
    rules="0123456789abcdef",
)
BRIEF = Brief(
    code_name="Client Badger",
    field="City bicycle",
    facts=(Fact("kind", "Kind", "city", "City bicycle"), Fact("brakes", "Brakes", "worn", "Worn")),
    courses=COURSES,
    missed=(Option("money", "The money"), Option("time", "A deadline")),
    offered=(Fact("danger", "Danger", "none", "None seen", sensitive=True),),
    note="Please be frank.",
    flow="bike_repair",
    version="fedcba9876543210",
)
TERMS = Terms({"label": "#team"}, quorum=3, close="2026-03-04T09:00:00+00:00", zone="Europe/Berlin")
BALLOTS = in_no_order(
    [
        Ballot("SELL", "very", ("brakes",), ("money",), "It was never right.", "help", "v1", "Ben"),
        Ballot("SELL", "fairly", (), ("money", "time"), "", "", "v2", "Cleo"),
        Ballot("SELL", "very", (), (), "", "no", "v3", "Dan"),
        Ballot("WAIT", "not_sure", ("brakes",), (), "Ask\nagain.", "", "v4", "Eve"),
        Ballot("", voter="v5", name="Fay"),
    ]
)
DECISION = Decision("MEND", False, "I like it.", True, "2026-03-05T09:00:00+00:00")
OPEN = Round(
    id="ROUND1",
    owner="o1",
    case="CASE1",
    platform="slack",
    stage="open",
    brief=replace(BRIEF, offered=()),
    terms=TERMS,
    standing=STANDING,
    begun="2026-03-02T09:00:00+00:00",
    opened="2026-03-02T09:05:00+00:00",
    chat={"channel": "D-ANN"},
)


def closed(*, anonymous: bool, revealed: bool = True) -> Shown:
    unnamed = [replace(ballot, voter="", name="") for ballot in BALLOTS]
    ballots = in_no_order(unnamed) if anonymous else BALLOTS
    why = "time" if revealed else "without"
    at = "2026-03-04T09:00:00+00:00"
    record = Record(STANDING, ballots if revealed else (), revealed, 6, 5, at, why)
    round_ = replace(
        OPEN,
        stage="closed",
        terms=replace(TERMS, anonymous=anonymous),
        extended=True,
        stale=True,
        concerns=1,
        troubles=("Gus is a guest here.",),
        record=record,
        decision=DECISION,
    )
    return Shown(round_, 6, 5)


def compare(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("anonymous", [True, False])
def test_a_closed_round_is_exported_as_agreed(anonymous: bool) -> None:
    name = "anonymous" if anonymous else "named"
    shown = closed(anonymous=anonymous)
    compare(f"{name}.json", json.dumps(round_record(shown), indent=2, ensure_ascii=False) + "\n")


def test_people_read_all_of_it_with_dates_dissent_first_and_the_decision() -> None:
    text = card_text(round_card(closed(anonymous=False)))
    for line in (
        "- Whom you asked: #team",
        "- Answers are: with names, after the reveal",
        "- Opened: Monday 2 March 2026, 10:05 (Europe/Berlin)",
        "- Closed: Wednesday 4 March 2026, 10:00 (Europe/Berlin)",
        "- Put off: once",
        "- Rule set: 0123456789abcdef",
        "- Safety: 1 worry was passed on",
        "- Could not be asked: Gus is a guest here.",
        "- The client: Client Badger",
        "- Your note: Please be frank.",
        "- Decision: Mend it (you departed from the line with the team)",
        "- Because: I like it.",
    ):
        assert line in text.splitlines(), line
    assert text.index("Wait a week: 1 answer") < text.index("Sell it: 3 answers")


def test_an_anonymous_round_names_nobody_even_if_its_ballots_did() -> None:
    round_ = closed(anonymous=False).round
    mixed = Shown(replace(round_, terms=replace(round_.terms, anonymous=True)), 6, 5)
    said = json.dumps(round_record(mixed))
    for ballot in BALLOTS:
        assert ballot.name not in said
        assert ballot.voter not in said


def test_a_named_round_carries_names_and_no_ids_of_people() -> None:
    said = json.dumps(round_record(closed(anonymous=False)))
    assert '"name": "Ben"' in said
    for hidden in ("v1", "o1", "D-ANN"):
        assert hidden not in said


def test_the_lines_of_the_record_are_worked_out_from_its_ballots() -> None:
    result = round_record(closed(anonymous=True))["result"]
    assert isinstance(result, dict)
    team = weigh(STANDING, COURSES, BALLOTS)
    assert result["with_team"]["order"] == list(team.order)
    assert result["with_team"]["added"] == team.added
    assert result["dissent"] == [{"course": "WAIT", "votes": 1}, {"course": "SELL", "votes": 3}]


def test_an_open_round_has_its_brief_and_its_counts_alone() -> None:
    shown = Shown(OPEN, 6, 2)
    record = round_record(shown)
    assert (record["answered"], record["result"], record["decision"]) == (2, None, None)
    text = card_text(round_card(shown))
    assert "2 of 6 answered" in text
    for said in ("Mend it", "Sell it", "With team", "450"):
        assert said not in text


def test_a_draft_shows_only_what_is_ticked() -> None:
    draft = replace(OPEN, stage="draft", brief=BRIEF, opened="", terms=Terms())
    assert "None seen" not in card_text(round_card(Shown(draft, 0, 0)))
    ticked = replace(draft, brief=replace(BRIEF, ticked=("danger",)))
    assert "None seen" in card_text(round_card(Shown(ticked, 0, 0)))
    facts = json.dumps(round_record(Shown(draft, 0, 0))["brief"])
    assert "None seen" not in facts


def test_what_is_not_revealed_is_in_no_record() -> None:
    shown = closed(anonymous=True, revealed=False)
    assert round_record(shown)["result"] == {
        "closed": "2026-03-04T09:00:00+00:00",
        "why": "without",
        "revealed": False,
    }
    assert "Finished without enough answers: 5 of 6 answered." in card_text(round_card(shown))


def test_somebody_who_is_asked_takes_along_their_own_answer_alone() -> None:
    asked = Asked(OPEN, True, replace(BALLOTS[0], voter="", name=""))
    record = asked_record(asked)
    assert record["code_name"] == "Client Badger"
    assert record["ballot"] == {
        "course": "",
        "sure": "fairly",
        "differently": [],
        "missed": [],
        "note": "",
        "takeover": "",
    }
    (card,) = asked_cards([asked])
    assert "you abstain" in card_text(card)
    assert asked_record(Asked(OPEN, False, None))["ballot"] is None
