"""What has come due for an account that joins another one is told as the person wants it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.papers.habits import write_habits
from bot.papers.joining import bring_along
from bot.ports import Account, Linked
from tests.papers.test_reminding import BERLIN, day, hall, utc

BOTH = Linked(Account("slack", "Ann"), Account("paper", "Ben"))


async def test_who_had_stopped_reminders_there_gets_them_as_they_want_them_here(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ben", [day(9), day(12)], replace(BERLIN, on=False))
        service, papers = h.t.parts.service, h.t.store.papers
        main, joining, now = h.t.actor("ann").owner, h.t.actor("ben").owner, h.t.clock()
        late = replace(BERLIN, at="17:00")
        await write_habits(papers, main, late, now, "slack")
        for _ in range(2):  # a process died, and all is done again
            await bring_along(service, main, joining, "paper", now)
        await h.t.store.links.link(main, joining, BOTH)
        assert [one.due for one in await papers.reminders(main)] == [utc(3, 9, 16), utc(3, 12, 16)]
        assert len(await papers.due(utc(3, 9, 16), "paper")) == 1


async def test_who_never_said_how_keeps_what_the_other_account_said(tmp_path: Path) -> None:
    async with hall(tmp_path) as h:
        await h.plan("ben", [day(9)])
        main, joining = h.t.actor("ann").owner, h.t.actor("ben").owner
        await bring_along(h.t.parts.service, main, joining, "paper", h.t.clock())
        assert await h.waiting("ben") == [utc(3, 9, 8)]
