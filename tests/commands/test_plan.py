"""The plan in a terminal: made, made again, changed item by item, written as a calendar."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.commands.plan import _show
from bot.dossier.standing import standing
from bot.papers.plans import Basis
from bot.planning.model import Habits, Plan
from bot.planning.rule import planning_of
from tests.commands.scene import ANN, Crossroads, Ran, troubled
from tests.documents.scene import told

CHRISTMAS = ("--set", "tell=25 December 2030")


@pytest.fixture
def reset(crossroads: Crossroads) -> Crossroads:
    troubled("full_reset")
    return crossroads


def plan(crossroads: Crossroads, *words: str, typed: str | None = None) -> Ran:
    return crossroads("plan", "Alder", *words, "--as", ANN, typed=typed)


def items(crossroads: Crossroads, *words: str) -> dict[str, Any]:
    ran = plan(crossroads, *words, "--json")
    assert ran.code == 0, ran.err
    return {item["text"]: item for item in ran.json["items"]}


def test_it_shows_what_must_be_done_and_which_holiday_a_day_made_way_for(
    reset: Crossroads,
) -> None:
    ran = plan(reset, *CHRISTMAS, "--country", "Germany")
    assert ran.code == 0, ran.err
    said = " ".join(ran.out.split())
    assert said.startswith("Alder: Talk and reset terms")
    assert "(must do)" in said
    assert "(instead of Wed 25 Dec 2030: Christmas Day)" in said
    days = {item["day"] for item in items(reset).values()}
    assert not days & {"2030-12-25", "2030-12-26"}
    late = plan(reset, "--move", "1=1 March 2026")
    assert "things to do, 1 of them overdue." in late.out
    assert "[!]   1  Sun 1 Mar" in late.out
    assert "2030-12-25" in {item["day"] for item in items(reset, "--country", "EG").values()}, (
        "another country's holidays count at once, around the same days"
    )


def test_items_are_added_moved_ticked_off_opened_again_and_taken_out(reset: Crossroads) -> None:
    before = items(reset, *CHRISTMAS, "--add", "Call my sister=tomorrow")
    (first, one), (second, two), *_ = before.items()
    after = items(reset, "--move", f"{one['id']}=1 May 2030", "--done", two["id"])
    assert (after[first]["day"], after[first]["moved"]) == ("2030-05-01", True)
    assert after[second]["done"]
    assert f"[x]   {two['id']}" in plan(reset).out
    gone = items(reset, "--undo", two["id"], "--drop", before["Call my sister"]["id"])
    assert not gone[second]["done"]
    assert "Call my sister" not in gone


def test_made_again_one_day_changes_and_what_was_done_by_hand_stays(reset: Crossroads) -> None:
    before = items(reset, *CHRISTMAS, "--add", "Call my sister=tomorrow")
    moved, gone, *_ = [text for text in before if text != "Call my sister"]
    hand = ("--move", f"{before[moved]['id']}=1 May 2030", "--drop", before[gone]["id"])
    items(reset, *hand)
    after = items(reset, "--set", "tell=8 January 2031")
    assert (after[moved]["day"], after[moved]["id"]) == ("2030-05-01", before[moved]["id"])
    assert gone not in after
    assert "Call my sister" in after
    anew = items(reset, "--afresh")
    assert anew[moved]["day"] != "2030-05-01"
    assert gone in anew
    record = plan(reset, "--json").json
    assert record["anchors"]["tell"] == "2031-01-08", "the days are the same"
    assert plan(reset, "--new", "--json").json["anchors"]["tell"] < "2030"


def test_at_a_terminal_the_days_are_asked_once(reset: Crossroads) -> None:
    asked = plan(reset, typed="9 January 2031\n")
    assert "On which day do you tell them? [" in asked.out
    assert plan(reset, "--json", typed="").json["anchors"]["tell"] == "2031-01-09"


def test_a_calendar_file_is_written_or_printed(reset: Crossroads, tmp_path: Path) -> None:
    out = tmp_path / "plan.ics"
    ran = plan(reset, *CHRISTMAS, "--ics", str(out))
    assert (ran.code, ran.out) == (0, "")
    assert f"Written: {out}" in ran.err
    assert out.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    printed = plan(reset, "--ics", "-").out
    assert printed.count("BEGIN:VEVENT") == len(items(reset))
    assert "Alder" not in printed


NO_SUCH_DAY = "A plan for “Talk and reset terms” has no day “tel” to be chosen."


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--country", "Atlantis"), "No holidays are known for “ATLANTIS”."),
        (("--set", "tell"), "“tell” sets no day. Write it as"),
        (
            ("--set", "tel=tomorrow"),
            f"{NO_SUCH_DAY} There is: tell (“On which day do you tell them?”).",
        ),
        (("--set", "tell=1 March 2020"), "That day is over."),
        (("--set", "tell=some day"), "“some day” is no day I can read."),
        (("--move", "1"), "“1” names no day. Write it with =DAY behind it."),
        (("--move", "1=3/4"), "Write the month as a word."),
        (("--add", "Call my sister"), "“Call my sister” names no day."),
        (("--add", " =today"), "There is nothing to add."),
        (("--done", "1", "--drop", "99"), "There is no item “99” in this plan."),
    ],
)
def test_what_cannot_be_done_is_said_and_the_plan_stays_as_it_is(
    reset: Crossroads, words: tuple[str, ...], says: str
) -> None:
    before = items(reset, *CHRISTMAS)
    ran = plan(reset, *words)
    assert (ran.code, ran.out) == (2, "")
    assert says in " ".join(ran.err.split())
    assert items(reset) == before


def test_before_a_result_there_is_no_plan_and_nobody_sees_another_ones(
    crossroads: Crossroads,
) -> None:
    case = troubled("full_reset", stop_before=8)
    ran = crossroads("plan", case.id, "--as", ANN)
    assert (ran.code, ran.out) == (1, "")
    assert "no result yet" in ran.err
    assert crossroads("plan", case.id, "--as", "ben").code == 1


def test_a_plan_goes_by_the_name_of_its_own_course(capsys: pytest.CaptureFixture[str]) -> None:
    flow, case = told().flow, told().case
    planning = planning_of(flow)
    assert planning
    basis = Basis(case, flow, planning, standing(flow, case, planning.of, planning.course))
    for course, other in ((basis.standing.course, False), ("KEEP", True)):
        _show(Plan(course, {}), basis, Habits())
        said = capsys.readouterr().out
        assert f": {basis.named(course)}\n" in said
        assert ("What counts by now is “Talk and reset terms”" in said) is other
