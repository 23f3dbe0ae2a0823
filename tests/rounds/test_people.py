"""Lists of rounds, what a whole workspace sets, and firms that know nothing of one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chat.opinions import rounds_of
from bot.chat.personal import everything
from bot.errors import NotFound, WrongUse
from tests.rounds.table import PEOPLE, Table, case_of, table
from tests.rounds.test_brief import said

TEAM = PEOPLE[1:]


# ------------------------------------------------------------------ lists


async def test_opinion_lists_rounds_asked_for_and_rounds_that_wait(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        nothing = await t.orders("ben", "opinion")
        assert "You have asked for no second opinion" in said(nothing)
        assert await rounds_of(t.parts, t.actor("ben").owner) is None
        anns = await t.opens("ann")
        await t.drafts("ben")
        bens = await t.round_of("ben")
        listed = await t.orders("ben", "opinion")
        text = said(listed)
        assert f"A second opinion on {anns.brief.code_name}: closes Wednesday" in text
        name = (await t.store.case(bens.owner, bens.case)).name
        assert f"{name} (A second opinion on {bens.brief.code_name}): draft" in text
        anns_name = (await t.store.case(anns.owner, anns.case)).name
        waiting = text.partition("Asked by you")[0]
        assert anns_name not in waiting
        brief = await t.press("ben", f"Answer: {anns.brief.code_name}", listed.sheet)
        assert brief.sheet
        await t.fills("ben", await t.press("ben", "Give your opinion", brief.sheet), course="KEEP")
        assert "Waiting for your answer" not in said(await t.orders("ben", "opinion"))
        shown = await t.press("ann", "Show:", (await t.orders("ann", "opinion")).sheet)
        assert "1 of 5 answered" in said(shown)


async def test_a_closed_round_stays_listed_for_who_asked_alone(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        for name in TEAM:
            await t.votes(name, "KEEP")
        assert "closed, 5 of 5 answered" in said(await t.orders("ann", "opinion"))
        assert "none waits for you" in said(await t.orders("ben", "opinion"))


async def test_many_rounds_are_listed_with_what_has_no_room_counted(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        service, owner = t.parts.service, t.actor("ann").owner
        for number in range(13):
            await service.start(owner, t.parts.flow, f"CASE{number}", t.clock(), platform="paper")
            await t.orders("ann", "opinion", f"CASE{number}")
        listed = await t.orders("ann", "opinion")
        assert listed.sheet
        assert len(listed.sheet.buttons) == 10
        assert "And 3 more" in said(listed)


async def test_a_case_that_is_not_theirs_can_be_asked_about_by_nobody(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.a_case("ann")
        for name in ("ben", "ann@other"):
            with pytest.raises(NotFound):
                await t.orders(name, "opinion", case_of("ann"))


# ------------------------------------------------------------------ the workspace


async def sets_default(t: Table, *, widen: bool) -> None:
    form = await t.press("ada", "Choose a default", (await t.orders("ada", "workspace")).sheet)
    await t.fills("ada", form, channel="team", widen=("yes",) if widen else ())


async def test_who_looks_after_a_workspace_names_whom_rounds_ask(tmp_path: Path) -> None:
    async with table(tmp_path, [*PEOPLE, "ada"]) as t:
        t.paper.admins = {"ada"}
        plain = await t.orders("ann", "workspace")
        assert plain.sheet
        assert not plain.sheet.buttons
        await sets_default(t, widen=True)
        assert "#team" in said(await t.orders("ann", "workspace"))
        await t.orders("ann", "opinion", await t.a_case("ann"))
        (draft,) = t.paper.seen("owner")
        assert "Whom you ask: #team" in draft.text
        assert "Who can answer: 6" in draft.text
        await t.press("ann", "Post it")
        assert len(t.paper.seen("audience")) == 1


async def test_nobody_else_changes_what_a_workspace_sets(tmp_path: Path) -> None:
    async with table(tmp_path, [*PEOPLE, "ada"]) as t:
        t.paper.admins = {"ada"}
        sheet = (await t.orders("ada", "workspace")).sheet
        form = await t.press("ada", "Choose a default", sheet)
        with pytest.raises(WrongUse, match="look after this workspace"):
            await t.press("ben", "Choose a default", sheet)
        with pytest.raises(WrongUse, match="look after this workspace"):
            await t.fills("ben", form, channel="team")
        assert "whom the asker chooses" in said(await t.orders("ben", "workspace"))


async def test_where_askers_may_not_widen_only_the_default_is_asked(tmp_path: Path) -> None:
    async with table(tmp_path, [*PEOPLE, "ada"]) as t:
        t.paper.admins = {"ada"}
        await sets_default(t, widen=False)
        await t.orders("ann", "opinion", await t.a_case("ann"))
        form = await t.press("ann", "Whom to ask")
        with pytest.raises(WrongUse, match="Here only #team is asked"):
            await t.fills("ann", form, people=("ben", "cleo", "dan"))
        await t.press("ann", "Post it")
        (posted,) = t.paper.seen("audience")
        assert posted.letter.target.address == {"channel": "team"}


async def test_a_draft_from_before_the_setting_is_bound_by_it_as_well(tmp_path: Path) -> None:
    async with table(tmp_path, [*PEOPLE, "ada"]) as t:
        t.paper.admins = {"ada"}
        await t.orders("ann", "opinion", await t.a_case("ann"))
        form = await t.press("ann", "Whom to ask")
        await t.fills("ann", form, people=("ben", "cleo", "dan"))
        await sets_default(t, widen=False)
        assert "Here only #team is asked" in said(await t.press("ann", "Post it"))
        assert not t.paper.seen("audience")


async def test_a_second_round_is_bound_by_the_setting_as_well(tmp_path: Path) -> None:
    async with table(tmp_path, [*PEOPLE, "ada"]) as t:
        t.paper.admins = {"ada"}
        await t.orders("ann", "opinion", await t.a_case("ann"))
        form = await t.press("ann", "Whom to ask")
        await t.fills("ann", form, people=("ben", "cleo", "dan"))
        await t.press("ann", "Post it")
        for name in ("ben", "cleo", "dan"):
            await t.votes(name, "KEEP")
        await sets_default(t, widen=False)
        await t.press("ann", "A second blind round")
        await t.press("ann", "Post it")
        assert t.paper.posts[-1].role == "audience"
        assert t.paper.posts[-1].target.address == {"channel": "team"}


async def test_a_default_shared_with_another_organisation_is_refused(tmp_path: Path) -> None:
    async with table(tmp_path, [*PEOPLE, "ada"]) as t:
        t.paper.admins, t.paper.shared = {"ada"}, True
        form = await t.press("ada", "Choose a default", (await t.orders("ada", "workspace")).sheet)
        with pytest.raises(WrongUse, match="another organisation"):
            await t.fills("ada", form, channel="team")


async def test_a_default_can_be_taken_away_again(tmp_path: Path) -> None:
    async with table(tmp_path, [*PEOPLE, "ada"]) as t:
        t.paper.admins = {"ada"}
        await sets_default(t, widen=False)
        await t.press("ada", "No default", (await t.orders("ada", "workspace")).sheet)
        await t.orders("ann", "opinion", await t.a_case("ann"))
        form = await t.press("ann", "Whom to ask")
        await t.fills("ann", form, people=("ben", "cleo", "dan"))
        assert "3 people" in t.paper.seen("owner")[0].text


# ------------------------------------------------------------------ two firms


async def test_people_of_the_same_names_in_two_firms_never_meet(tmp_path: Path) -> None:
    others = [f"{name}@other" for name in PEOPLE]
    async with table(tmp_path, [*PEOPLE, *others]) as t:
        one, two = await t.opens("ann"), await t.opens("ann@other")
        for mine, theirs, firm in ((one, two, ""), (two, one, "@other")):
            name = f"ben{firm}"
            waiting = said(await t.orders(name, "opinion"))
            assert mine.brief.code_name in waiting
            for message in t.paper.messages.values():
                if message.letter.target.address in ({"user": name}, {"channel": f"team{firm}"}):
                    assert theirs.id not in str(message.letter)
            await t.votes(name, "KEEP", note=f"of firm {firm}")
            assert (await t.store.rounds.held(mine.id)).answered == 1
        for firm in ("", "@other"):
            data = await everything(t.parts, t.actor(f"ann{firm}").owner)
            own, other = (one, two) if firm == "" else (two, one)
            assert other.id.encode() not in data
            assert other.owner.encode() not in data
            assert b"of firm" not in data
            assert own.case.encode() in data
