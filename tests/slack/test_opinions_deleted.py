"""With a case everything goes that was posted of its second opinions, however it is deleted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.pictures.reveal import draw_reveal
from tests.fakes.slack import Error, FakeSlack, Hang
from tests.slack.surfaces import writes
from tests.slack.team import DAY, NICKNAME, Team, does, team


@pytest.mark.parametrize("what", ["case", "all"])
async def test_with_the_case_everything_that_was_posted_of_it_goes(
    fake: FakeSlack, tmp_path: Path, what: str
) -> None:
    async with team(fake, tmp_path, draw=draw_reveal) as t:
        await _with_two_rounds(t)
        await t.ann.slash(f"forget {NICKNAME}" if what == "case" else "forget")
        await t.at.idle()
        await t.ann.submits()
        await t.passes()
        _nothing_is_left(t)
        assert t.ann.from_bot == []
        await t.at.later(timedelta(hours=1))
        _nothing_is_left(t)


async def _with_two_rounds(t: Team) -> None:
    """Hold a round to its end, with reminder, picture and decision; another one is open."""
    post = await t.posts(who="named")
    *most, last = t.people
    for who in most:
        await t.answers(who, post, course="RESET", sure="fairly")
    await t.at.later(DAY)
    await t.answers(last, post, course="RESET", sure="fairly")
    await t.fills(t.ann, t.mine, "decide", course="KEEP", share=("yes",))
    await t.presses(t.ann, t.mine, "again")
    await t.presses(t.ann, t.ann.from_bot[-1], "post")
    assert len(t.fake.posts(t.room)) == 3, "two briefs and a reveal"
    assert len(last.from_bot) == 1
    assert t.fake.team.files


def _nothing_is_left(t: Team) -> None:
    assert t.fake.team.posted(t.room.id) == []
    assert [one.text for who in t.people for one in who.from_bot] == []
    assert t.fake.team.files == {}


async def test_what_slack_does_not_take_away_at_once_goes_later(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        await t.posts()
        fake.fail("chat.delete", Error("restricted_action"), times=None, channel=t.room.id)
        await t.ann.slash(f"forget {NICKNAME}")
        await t.at.idle()
        await t.ann.submits()
        await t.passes()
        assert len(t.fake.posts(t.room)) == 1
        fake.faults.planned.clear()
        for _ in range(2):
            await t.at.later(timedelta(hours=1))
        _nothing_is_left(t)


async def test_what_is_on_its_way_as_the_case_is_deleted_goes_as_well(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        slow = Hang()
        fake.fail("chat.postMessage", slow, channel=t.room.id)
        draft = await t.drafts()
        assert (await t.ann.clicks(draft, does("post"))).acknowledged
        await fake.until(slow.reached.is_set)
        await t.ann.slash(f"forget {NICKNAME}")
        await fake.until(lambda: bool(t.ann.modals))
        assert (await t.ann.submits()).acknowledged
        assert await t.at.store.rounds.asked_by(t.at.owner(t.ann)) == []
        slow.release()
        await t.passes()
        _nothing_is_left(t)


async def test_what_nobody_wants_kept_any_longer_goes_with_its_rounds(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        await t.posts()
        await t.ann.slash("settings")
        await t.at.idle()
        await t.ann.clicks(t.ann.ephemerals[-1], "keep:", "30")
        await t.at.idle()
        await writes(t.at, t.ann, "cancel", "yes")
        for days in (20, 20, 1):
            await t.at.later(timedelta(days=days))
        assert await t.at.store.cases(t.at.owner(t.ann)) == []
        _nothing_is_left(t)
