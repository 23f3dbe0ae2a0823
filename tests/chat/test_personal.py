"""What is stored of a person: counted, and written down, second opinions included."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from bot.cards.values import Holdings
from bot.cards.wording import holdings_rows
from bot.chat.personal import everything, holdings
from tests.rounds.table import Table, table

SECRET = "Quokka-7381"


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[Table]:
    async with table(tmp_path, ["ann", "ben", "cleo", "dan"]) as running:
        await running.opens("ann")
        yield running


async def test_whoever_asked_takes_the_round_along_and_nothing_of_an_answer(team: Table) -> None:
    await team.votes("ben", "KEEP", note=SECRET)
    written = await everything(team.parts, team.actor("ann").owner)
    assert SECRET.encode() not in written
    (round_,) = orjson.loads(written)["cases"][0]["rounds"]
    assert (round_["stage"], round_["answered"], round_["result"]) == ("open", 1, None)


async def test_the_export_of_the_asker_is_the_same_whatever_was_answered(team: Table) -> None:
    owner = team.actor("ann").owner
    await team.votes("ben", "KEEP", note=SECRET)
    at, before = team.clock.now, await everything(team.parts, owner)
    await team.votes("ben", "PAUSE", sure="not_sure", takeover="yes")
    team.clock.now = at
    assert await everything(team.parts, owner) == before


async def test_a_colleague_takes_their_own_open_answer_along(team: Table) -> None:
    await team.votes("ben", "KEEP", note=SECRET)
    await team.votes("cleo", "PAUSE", note="Mine alone.")
    record = orjson.loads(await everything(team.parts, team.actor("ben").owner))
    (given,) = record["answers_given"]
    assert (given["ballot"]["course"], given["ballot"]["note"]) == ("KEEP", SECRET)
    assert b"Mine alone." not in orjson.dumps(record)
    record = orjson.loads(await everything(team.parts, team.actor("dan").owner))
    assert record["answers_given"][0]["ballot"] is None


async def test_rounds_and_answers_that_wait_are_counted(team: Table) -> None:
    await team.votes("ben", "KEEP")
    for name, counts in (("ann", (1, 0)), ("ben", (0, 1)), ("cleo", (0, 0))):
        held = await holdings(team.parts, team.actor(name).owner, "paper")
        assert (held.rounds, held.answers) == counts


def test_only_what_is_there_is_counted_aloud() -> None:
    rows = dict(holdings_rows(Holdings(1, 2, 0, False, rounds=2, answers=1), "Slack"))
    assert rows["Second opinions you asked for"] == "2"
    assert rows["Answers of yours that wait for a close"] == "1"
    assert len(holdings_rows(Holdings(1, 2, 0, False), "Slack")) == len(rows) - 2
