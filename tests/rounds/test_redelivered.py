"""What a platform delivers again, at once or much later, is done once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.chat import desk
from bot.errors import WrongUse
from bot.opinion.model import Ballot
from bot.sheets.acts import act
from tests.rounds.table import PEOPLE, table
from tests.rounds.test_answering import ballot_of
from tests.rounds.test_brief import change_fact, said


async def test_an_old_answer_that_comes_again_does_not_replace_a_newer_one(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        form, old = act("ballot", round_.id), {"course": "KEEP", "sure": "very"}
        await t.submits("ben", form, old, "delivery 1")
        await t.submits("ben", form, {"course": "RESET", "sure": "fairly"}, "delivery 2")
        again = await t.submits("ben", form, old, "delivery 1")
        assert "Talk and reset terms" in said(again)
        assert await ballot_of(t, "ben", round_) == Ballot("RESET", "fairly")


async def test_an_old_deletion_that_comes_again_does_not_delete_a_newer_answer(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        await t.votes("ben", "KEEP")
        await t.presses_action("ben", act("take_back", round_.id), "delivery 1")
        await t.votes("ben", "RESET")
        again = await t.presses_action("ben", act("take_back", round_.id), "delivery 1")
        assert await ballot_of(t, "ben", round_) == Ballot("RESET", "very")
        assert "Talk and reset terms" in said(again)


async def test_a_deletion_of_nothing_that_comes_again_deletes_no_newer_answer(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        await t.presses_action("ben", act("take_back", round_.id), "delivery 1")
        await t.votes("ben", "RESET")
        await t.presses_action("ben", act("take_back", round_.id), "delivery 1")
        assert await ballot_of(t, "ben", round_) == Ballot("RESET", "very")


async def test_an_old_edit_of_the_draft_that_comes_again_changes_nothing(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        round_id = (await t.round_of("ann")).id
        for note in ("old", "new", "old"):
            await t.submits("ann", act("note", round_id), {"note": note}, f"delivery of {note}")
        assert (await t.round_of("ann")).brief.note == "new"


async def test_an_old_close_that_comes_again_does_not_close_what_was_extended(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        await t.votes("ben", "KEEP")
        await t.presses_action("ann", act("close_now", round_.id), "delivery 1")
        await t.submits("ann", act("extend", round_.id), {"hours": "24"})
        await t.presses_action("ann", act("close_now", round_.id), "delivery 1")
        assert (await t.round_of("ann")).stage == "open"


async def test_a_post_that_comes_again_posts_nothing_that_was_not_looked_at(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        round_id = (await t.round_of("ann")).id
        await change_fact(t, "ann", "commitment", "fixed")
        for _ in range(2):
            answer = await t.presses_action("ann", act("post", round_id), "delivery 1")
            assert "It now shows the new facts" in said(answer)
        assert not t.paper.seen("audience")


async def test_a_draft_that_is_changed_while_it_is_posted_is_looked_at_again(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        round_id = (await t.round_of("ann")).id
        post = desk.press(t.parts, t.actor("ann"), act("post", round_id), "delivery 1")
        note = {"note": "Heron owes 4,500."}
        form = desk.submit(t.parts, t.actor("ann"), act("note", round_id), note, "delivery 2")
        done = await asyncio.gather(post, form, return_exceptions=True)
        await t.later(timedelta(seconds=5))
        round_ = await t.round_of("ann")
        refused = [one for one in done if isinstance(one, WrongUse)]
        assert refused, "one of the two comes too late"
        assert not (round_.stage == "open" and round_.brief.note)
