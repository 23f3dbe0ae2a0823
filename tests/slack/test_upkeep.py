"""What is done without being asked: nothing of it is lost by a fault, and nothing is done twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.slack.upkeep import house
from tests.fakes.slack import Error, FakeSlack, Person
from tests.slack.scene import scene
from tests.slack.surfaces import TO_THE_END, begins, rows


async def test_tidying_up_where_there_is_nothing_calls_nobody(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await at.later(timedelta(days=1))
        assert fake.calls == []


async def test_a_card_of_an_expired_case_is_taken_away_when_slack_is_back(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await ann.slash("settings")
        await ann.clicks(ann.ephemerals[-1], "keep:", "30")
        await begins(at, ann, *TO_THE_END)
        refused = fake.fail("chat.delete", Error("restricted_action"), times=None)
        await at.later(timedelta(days=31))
        assert rows(tmp_path, "cases", "safe") == {"cases": 0, "safe": 1}
        assert len(ann.from_bot) == 1
        refused.lift()
        await at.later(timedelta(minutes=1))
        assert rows(tmp_path, "safe") == {"safe": 0}
        assert ann.from_bot == []


async def test_one_removal_that_fails_does_not_hold_up_the_others(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        for somebody in (ann, bob):
            await begins(at, somebody)
        refused = fake.fail("chat.delete", Error("restricted_action"), times=2)
        for somebody in (ann, bob):
            await somebody.slash("forget")
            await at.idle()
            await somebody.submits()
            await at.idle()
        assert (len(ann.from_bot), len(bob.from_bot), refused.hits) == (1, 1, 2)
        fake.fail("chat.delete", Error("restricted_action"), channel=ann.dm)
        await at.later(timedelta(minutes=1))
        assert (len(ann.from_bot), len(bob.from_bot)) == (1, 0)
        await at.later(timedelta(minutes=1))
        assert ann.from_bot == []


async def test_a_removal_that_never_succeeds_is_given_up_after_a_month(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        fake.fail("chat.delete", Error("restricted_action"), times=None)
        await ann.slash("forget")
        await at.idle()
        await ann.submits()
        await at.idle()
        await at.later(timedelta(days=29))
        assert rows(tmp_path, "safe") == {"safe": 1}
        await at.later(timedelta(days=2))
        assert rows(tmp_path, "safe") == {"safe": 0}


async def test_nothing_is_erased_while_it_is_unclear_whether_a_workspace_came_back(
    fake: FakeSlack, ann: Person, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, ann)
        await fake.uninstalled()
    async with scene(fake, tmp_path, grace_days=7) as at:
        fake.clock.advance(8 * 86_400)
        fake.fail("auth.test", Error("restricted_action"), times=None)
        await house(at.slack.hub).tidy()
        assert rows(tmp_path, "people", "cases") == {"people": 1, "cases": 1}
        assert "Whether the app was installed again is not known yet" in caplog.text
