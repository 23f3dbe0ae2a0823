"""Who has no part in a round learns nothing of it, whatever they press."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat import desk
from bot.errors import NotFound, WrongUse
from bot.sheets.acts import act
from tests.rounds.table import PEOPLE, table
from tests.rounds.test_brief import said

TEAM = PEOPLE[1:]


async def test_whoever_presses_anothers_buttons_learns_no_more_than_of_no_round(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        draft = (await t.round_of("ann")).id
        own: tuple[str, ...] = (
            "whom",
            "how",
            "note",
            "tick",
            "preview",
            "post",
            "drop",
            "show",
            "whole",
            "extend",
        )
        own += ("close", "close_now", "without", "decide", "again", "safety", "takeover", "x")
        forms = ("whom", "how", "note", "tick", "post", "extend", "decide", "x")

        async def refusals(name: str, round_id: str) -> list[str]:
            found = []
            for what in own:
                with pytest.raises(NotFound) as error:
                    await t.presses_action(name, act(what, round_id))
                found.append(str(error.value))
            for what in forms:
                with pytest.raises(NotFound) as error:
                    await t.submits(name, act(what, round_id), {"hours": "24", "course": "KEEP"})
                found.append(str(error.value))
            return found

        nothing = await refusals("ben", "NOSUCHROUND")
        assert await refusals("ben", draft) == nothing
        await t.press("ann", "Post it")
        assert await refusals("ben", draft) == nothing
        assert await refusals("sam@other", draft) == nothing


async def test_of_a_draft_nobody_else_sees_anything(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        draft = (await t.round_of("ann")).id
        for what in ("brief", "open", "mine", "answer", "revealed", "decision", "worried"):
            with pytest.raises(NotFound):
                await t.presses_action("ben", act(what, draft))


async def test_who_was_not_asked_reads_nothing_of_a_round_by_its_id(tmp_path: Path) -> None:
    async with table(tmp_path, [*PEOPLE, "ben@other"]) as t:
        round_ = await t.opens("ann")
        for name in TEAM:
            await t.votes(name, "RESET")
        for what in ("brief", "revealed", "mine", "decision"):
            with pytest.raises(WrongUse, match="You were not asked"):
                await t.presses_action("ben@other", act(what, round_.id))
        assert "Constant unpaid extras" in said(
            await t.presses_action("ben", act("brief", round_.id))
        )


async def test_who_was_asked_may_answer_from_another_platform_that_they_linked(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        linked = replace(t.actor("ben"), platform="elsewhere")
        given = {"course": "KEEP", "sure": "very"}
        await desk.submit(t.parts, linked, act("ballot", round_.id), given, "delivery 1")
        assert (await t.store.rounds.held(round_.id)).answered == 1
        assert "Keep and watch" in said(
            await desk.press(t.parts, linked, act("mine", round_.id), "delivery 2")
        )
        stranger = replace(t.actor("sam"), platform="elsewhere")
        with pytest.raises(WrongUse, match="You were not asked"):
            await desk.press(t.parts, stranger, act("brief", round_.id), "delivery 3")


async def test_where_nobody_is_listed_only_people_of_that_platform_answer(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        t.paper.listed = False
        round_ = await t.opens("ann")
        await t.votes("ben", "KEEP")
        stranger = replace(t.actor("sam"), platform="elsewhere")
        given = {"course": "KEEP", "sure": "very"}
        with pytest.raises(WrongUse, match="You were not asked"):
            await desk.submit(t.parts, stranger, act("ballot", round_.id), given, "delivery 1")
        assert (await t.store.rounds.held(round_.id)).answered == 1


async def test_a_reminder_goes_where_somebody_was_asked_wherever_they_wanted_it(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        t.paper.writes_first = False
        round_ = await t.opens("ann")
        linked = replace(t.actor("ben"), platform="elsewhere", address={"user": "another ben"})
        await desk.press(t.parts, linked, act("remind", round_.id), "delivery 1")
        await t.later(timedelta(days=1))
        chats = [m.letter.target.address.get("user") for m in t.paper.seen("reminder")]
        assert "ben" in chats
        assert "another ben" not in chats
