"""While a round is open: what commands show of it to its asker, and to those who are asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from adapters.terminal.forum import PLATFORM, TerminalForum
from bot.commands.wiring import now, opened, person, rounds_of
from bot.config import read_settings
from bot.rounds import drafting
from bot.rounds.council import Council
from bot.rounds.ports import Actor, Audience, Voter
from bot.rounds.stages import known
from bot.sheets.model import Entered
from tests.commands.scene import ANN, CANARY, Crossroads, troubled

TEAM = ("bob", "cleo", "dan")
ME = ("--as", ANN)


class Office(TerminalForum):
    """A team of real people, who have terminals of their own."""

    async def audience(self, asker: Actor, entered: Entered) -> Audience:
        made_up = await super().audience(asker, entered)
        voters = tuple(Voter(self.owner(person(name)), name.title()) for name in TEAM)
        return replace(made_up, label="the office", voters=voters)


def council(work: Callable[[Council, Actor, Office], Awaitable[str]]) -> str:
    """Do something with rounds as Ann."""

    async def run() -> str:
        async with opened(read_settings(), lambda _: None) as service:
            actor = Actor(service.owner(person(ANN)), PLATFORM, PLATFORM, ANN, ANN)
            office = Office(service.owner, lambda _: None)
            return await work(Council(service, rounds_of(service), now), actor, office)

    return asyncio.run(run())


def ask_the_office(case_id: str) -> str:
    async def work(rounds: Council, ann: Actor, office: Office) -> str:
        round_id = known((await drafting.begin(rounds, ann, case_id, office)).held).id
        await drafting.whom(rounds, ann, round_id, {"people": "3"}, office)
        assert await drafting.post(rounds, ann, round_id, office, confirmed=False) == ""
        return round_id

    return council(work)


def answer(name: str, round_id: str, **entered: str) -> str:
    async def work(rounds: Council, ann: Actor, office: Office) -> str:
        owner = office.owner(person(name))
        who = Actor(owner, PLATFORM, PLATFORM, name, name.title())
        wrong = await rounds.answer(who, round_id, entered)
        return json.dumps(wrong)

    return council(work)


def all_that_the_asker_sees(crossroads: Crossroads, case_id: str, round_id: str) -> list[str]:
    words = [
        ("show", case_id, "--working"),
        ("show", case_id, "--json"),
        ("export", case_id, "--format", "markdown"),
        ("export", "--all"),
        ("export", "--all", "--format", "markdown"),
        ("opinion",),
        ("opinion", "--json"),
        ("opinion", "show", round_id),
        ("opinion", "show", round_id, "--json"),
        ("mydata", "--json"),
    ]
    seen = []
    for one in words:
        ran = crossroads(*one, *ME)
        assert ran.code == 0, (one, ran.err)
        kept = [line for line in ran.out.splitlines() if '"exported"' not in line]
        seen.append("\n".join(line for line in kept if '"database_bytes"' not in line))
    return seen


def test_before_the_close_the_asker_sees_nothing_of_any_ballot(crossroads: Crossroads) -> None:
    case = troubled("full_reset")
    round_id = ask_the_office(case.id)
    assert answer("bob", round_id, course="KEEP", sure="very", note=CANARY) == "{}"
    before = all_that_the_asker_sees(crossroads, case.id, round_id)
    assert answer("bob", round_id, course="PAUSE", sure="not_sure", takeover="yes") == "{}"
    after = all_that_the_asker_sees(crossroads, case.id, round_id)
    assert after == before
    assert not any(CANARY in text for text in before)
    assert any("1 of 3 answered" in text for text in before)


def test_whoever_is_asked_takes_along_their_own_answer_alone(
    crossroads: Crossroads, tmp_path: Path
) -> None:
    case = troubled("full_reset")
    round_id = ask_the_office(case.id)
    answer("bob", round_id, course="KEEP", sure="very", note="Mine.")
    answer("cleo", round_id, course="PAUSE", sure="very", note=CANARY)
    ran = crossroads("export", "--all", "--as", "bob")
    (given,) = ran.json["answers_given"]
    assert (given["answered"], given["ballot"]["course"]) == (True, "KEEP")
    assert given["ballot"]["note"] == "Mine."
    assert CANARY not in ran.out
    (waiting,) = crossroads("export", "--all", "--as", "dan").json["answers_given"]
    assert (waiting["answered"], waiting["ballot"]) == (False, None)
    assert "answers_given" not in crossroads("export", case.id, *ME).json
    crossroads("export", "--all", "--out", f"{tmp_path}/bob/", "--as", "bob")
    assert [path.name for path in (tmp_path / "bob").iterdir()] == ["answers_given.json"]
    assert "Mine." in crossroads("export", "--all", "--format", "markdown", "--as", "bob").out


def test_what_waits_is_listed_and_counted(crossroads: Crossroads) -> None:
    round_id = ask_the_office(troubled("full_reset").id)
    assert crossroads("opinion", "--json", "--as", "bob").json["waiting"][0]["id"] == round_id
    assert "Waiting for your answer" in crossroads("opinion", "--as", "bob").out
    answer("bob", round_id, course="KEEP", sure="very")
    assert crossroads("opinion", "--json", "--as", "bob").json["waiting"] == []
    for who, counts in ((ANN, (1, 0)), ("bob", (0, 1)), ("dan", (0, 0))):
        held = crossroads("mydata", "--json", "--as", who).json
        assert (held["rounds"], held["answers"]) == counts
    assert "1 answer waiting for a close" in crossroads("mydata", "--as", "bob").out


def test_a_trial_that_was_interrupted_is_ended_and_begun_anew(crossroads: Crossroads) -> None:
    case = troubled("full_reset")
    first = ask_the_office(case.id)
    ran = crossroads("opinion", "try", case.id, "--seed", "7", *ME)
    assert ran.code == 0, ran.err
    newest, oldest = crossroads("opinion", "--json", *ME).json["asked"]
    assert (oldest["id"], oldest["stage"]) == (first, "closed")
    assert (newest["number"], newest["answered"]) == (2, 5)
