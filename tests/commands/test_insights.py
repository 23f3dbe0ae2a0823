"""``crossroads insights``: what came of one's own decisions, counted in the terminal."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.commands.desk import desk
from bot.papers.insights import decided_cases
from bot.records.insights import Decided
from tests.commands.scene import ANN, Crossroads, bicycle, troubled
from tests.flows.talks import DATA

ME = ("--as", ANN)


def test_five_decided_cases_are_counted_and_drawn_and_fewer_are_not(
    crossroads: Crossroads, tmp_path: Path
) -> None:
    picture = tmp_path / "insights.png"
    cases = [troubled("full_reset") for _ in range(4)]
    assert "There is nothing to show yet" in crossroads("insights", *ME).out
    none = crossroads("insights", "--out", picture, *ME)
    assert "was not written" in none.out
    assert not picture.exists()
    cases.append(troubled("full_reset"))
    for case in cases:
        assert crossroads("outcome", case.id, "--answer", "better", *ME).code == 0
    (group,) = crossroads("insights", "--json", *ME).json["courses"]
    assert (group["cases"], group["answers"]) == (5, {"It is better than before": 5})
    shown = crossroads("insights", "--out", picture, *ME)
    assert shown.code == 0, shown.err
    assert f"{group['course']}: 5\n" in shown.out
    assert f"Bar chart of cases by course: What you decided. {group['course']}: 5." in shown.out
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_mode & 0o777 == 0o600
    assert crossroads("insights", "--out", picture, *ME).code == 2


def test_a_case_of_a_dialogue_without_a_plan_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def counted() -> list[Decided]:
        async with desk(ANN) as at:
            return await decided_cases(at.service, at.owner)

    monkeypatch.setenv("CROSSROADS_FLOWS", str(DATA))
    troubled("full_reset")
    bicycle()
    assert [one.followed for one in asyncio.run(counted())] == [True]


def test_what_was_said_of_a_case_is_among_the_papers_of_its_export(
    crossroads: Crossroads,
) -> None:
    case = troubled("full_reset")
    assert crossroads("outcome", case.id, "--answer", "better", *ME).code == 0
    (exported,) = crossroads("export", case.id, *ME).json["cases"]
    assert list(exported["papers"]) == ["outcome"]
    assert exported["papers"]["outcome"]["said"]["7"]["answer"] == "better"
