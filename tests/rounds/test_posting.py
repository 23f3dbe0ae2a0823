"""What is never posted, what only after a second question, and to whom it may go."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sheets.acts import act
from tests.rounds.table import PEOPLE, table
from tests.rounds.test_brief import said


async def test_a_channel_shared_with_another_organisation_is_refused(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        t.paper.shared = True
        await t.drafts("ann")
        assert "another organisation" in said(await t.press("ann", "Post it"))
        assert not t.paper.seen("audience")


async def test_a_channel_that_became_shared_since_the_draft_is_refused(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        t.paper.shared = True
        assert "another organisation" in said(await t.press("ann", "Post it"))
        assert not t.paper.seen("audience")


async def test_a_public_channel_is_asked_about_once_more(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        t.paper.public = True
        await t.drafts("ann")
        asked = await t.press("ann", "Post it")
        assert asked.form
        assert not t.paper.seen("audience")
        refused = await t.fills("ann", asked)
        assert refused.errors.keys() == {"sure"}
        assert not t.paper.seen("audience")
        await t.fills("ann", asked, sure=("yes",))
        assert len(t.paper.seen("audience")) == 1


async def test_a_channel_that_became_public_since_the_draft_is_not_posted_to(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        t.paper.public = True
        await t.press("ann", "Post it")
        assert not t.paper.seen("audience")


@pytest.mark.parametrize("answers", [{"safety": "threat"}, {"stakes": "crisis"}])
async def test_a_case_with_danger_goes_to_named_people_alone(
    tmp_path: Path, answers: dict[str, object]
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await t.a_case("ann", answers)
        await t.orders("ann", "opinion", case_id)
        asked = await t.press("ann", "Whom to ask")
        form = asked.form
        assert form
        assert [field.id for field in form.fields] == ["people"]
        assert "only people you name are asked" in form.intro
        await t.submits("ann", form.action, {"channel": "team"})
        assert "only be shown to people you name" in said(await t.press("ann", "Post it"))
        assert not t.paper.seen("audience")
        await t.fills("ann", asked, people=("ben", "cleo", "dan"))
        await t.press("ann", "Post it")
        chats = [message.letter.target.address["user"] for message in t.paper.seen("audience")]
        assert chats == ["ben", "cleo", "dan"]


async def test_below_three_who_can_answer_nothing_is_anonymous(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann", "ben", "cleo"]) as t:
        await t.drafts("ann", quorum="2")
        why = said(await t.press("ann", "Post it"))
        assert "Only 2 can answer" in why
        assert "everybody could tell whose answer is whose" in why
        await t.fills("ann", await t.press("ann", "How to ask"), who="named")
        await t.press("ann", "Post it")
        assert (await t.round_of("ann")).stage == "open"


async def test_more_answers_than_people_cannot_be_wanted(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann", quorum="6")
        why = said(await t.press("ann", "Post it"))
        assert "At least 6 answers are wanted, but only 5 can answer" in why
        assert not t.paper.seen("audience")


async def test_a_round_needs_somebody_to_ask(tmp_path: Path) -> None:
    async with table(tmp_path, {"ann": "", "ben": "bot"}) as t:
        await t.drafts("ann")
        assert "Nobody there can answer" in said(await t.press("ann", "Post it"))
        round_id = (await t.round_of("ann")).id
        await t.press("ann", "Give it up")
        await t.orders("ann", "opinion", "CASEANN")
        fresh = await t.round_of("ann")
        assert fresh.id != round_id
        nobody = await t.presses_action("ann", act("post", fresh.id))
        assert "Choose first whom to ask" in said(nobody)
