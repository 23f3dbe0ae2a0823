"""The settings of a workspace go with it when it leaves, unless it comes back in time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.rounds.ports import Actor
from bot.rounds.workspace import (
    Workspace,
    keep_on,
    let_lapse,
    read_workspace,
    settings_of,
    write_workspace,
)
from tests.rounds.table import table

BOARD = Workspace({"channel": "C1"}, "#board", widen=False, counted="2026-03-02T09:00:00+00:00")
GRACE = timedelta(days=30)


def actor(team: str) -> Actor:
    return Actor("owner", "slack", f"slack:E1:{team}", "U1")


async def test_what_an_organisation_set_goes_with_it_after_the_grace_period_and_no_other_s(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, []) as t:
        safe, clock = t.store.safe, t.clock
        for team in ("T1", "T2"):
            await write_workspace(safe, actor(team), "slack:E1:-", BOARD)
        await write_workspace(safe, actor("T3"), "slack:E1:T3", BOARD)
        await let_lapse(safe, "slack:E1:-", clock(), clock() + GRACE)
        assert await read_workspace(safe, actor("T1"), clock) == BOARD
        clock.advance(GRACE)
        assert await read_workspace(safe, actor("T1"), clock) == Workspace()
        assert await read_workspace(safe, actor("T2"), clock) == Workspace()
        assert await read_workspace(safe, actor("T3"), clock) == BOARD


async def test_who_comes_back_in_time_finds_them_as_they_were(tmp_path: Path) -> None:
    async with table(tmp_path, []) as t:
        safe, clock = t.store.safe, t.clock
        await write_workspace(safe, actor("T1"), "slack:E1:T1", BOARD)
        await let_lapse(safe, "slack:E1:T1", clock(), clock() + GRACE)
        clock.advance(GRACE / 2)
        await keep_on(safe, "slack:E1:T1", clock())
        clock.advance(GRACE)
        assert await read_workspace(safe, actor("T1"), clock) == BOARD


async def test_settings_of_an_older_program_are_read_still(tmp_path: Path) -> None:
    async with table(tmp_path, []) as t:
        old = b'{"chosen": {"people": ["U1", "U2"]}, "label": "2 people", "widen": true}'
        await t.store.safe.keep("workspaces", "slack slack:E1:T1", old)
        found = await settings_of(t.store.safe, "slack", "slack:E1:T1", t.clock())
        assert found == Workspace({"people": ("U1", "U2")}, "2 people", widen=True)
        await let_lapse(t.store.safe, "slack:E1:T1", t.clock(), t.clock())
        assert await settings_of(t.store.safe, "slack", "slack:E1:T1", t.clock()) == found
