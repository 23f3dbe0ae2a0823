"""What a team is shown: built from the case, seen beforehand by who asks, frozen once posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cards.rows import card_text
from bot.chat.reaction import Reaction
from bot.engine.model import Answered, Commanded
from bot.errors import WrongUse
from bot.sheets.acts import act
from tests.rounds.table import PEOPLE, Table, table


def said(reaction: Reaction) -> str:
    assert reaction.sheet
    return card_text(reaction.sheet.card)


async def change_fact(t: Table, name: str, question: str, value: str) -> None:
    """Answer a question of a case anew."""
    owner, case_id = t.actor(name).owner, f"CASE{name.upper()}"
    service = t.parts.service
    case = await service.store.case(owner, case_id)
    edit = Commanded(owner, case.turn, t.clock(), "edit", question)
    case = (await service.handle(owner, case_id, edit, platform="paper")).case
    answer = Answered(owner, case.turn, t.clock(), value)
    await service.handle(owner, case_id, answer, platform="paper")
    await t.later(timedelta(seconds=5))


async def test_the_team_sees_facts_and_neither_result_nor_leaning_nor_nickname(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        (posted,) = t.paper.seen("audience")
        round_ = await t.round_of("ann")
        assert round_.standing.order
        shown = str(posted.letter.sheet)
        courses = [course.label for course in round_.brief.courses]
        name = (await t.store.case(round_.owner, round_.case)).name
        assert name not in shown
        assert round_.brief.code_name in shown
        assert not [label for label in courses if label in shown]
        assert not [course.id for course in round_.brief.courses if course.id in shown]
        assert "Constant unpaid extras" in shown
        form = (await t.press("ben", "Give your opinion")).form
        assert form
        offered = [choice.label for choice in form.fields[0].choices[:-1]]
        assert offered == courses, "in the table's order, which tells nothing of the result"


async def test_the_code_name_is_not_the_nickname_and_not_that_of_another_round(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        names = set()
        service = t.parts.service
        for number in range(30):
            case_id = f"CASE{number}"
            owner = t.actor("ann").owner
            done = await service.start(owner, t.parts.flow, case_id, t.clock(), platform="paper")
            await t.orders("ann", "opinion", case_id)
            code_name = (await t.round_of("ann")).brief.code_name
            assert code_name.casefold() != done.case.name.casefold()
            names.add(code_name)
        assert len(names) == 30


async def test_a_sensitive_answer_is_shown_only_if_it_was_ticked(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        offered = {fact.question: fact for fact in (await t.round_of("ann")).brief.offered}
        assert {"safety", "motive"} <= offered.keys()
        assert offered["safety"].answer not in said(await t.press("ann", "Preview"))
        await t.fills("ann", await t.press("ann", "Show more facts"), ticked=("motive", "made_up"))
        preview = said(await t.press("ann", "Preview"))
        await t.press("ann", "Post it")
        (posted,) = t.paper.seen("audience")
        for text in (preview, posted.text):
            assert offered["motive"].answer in text
            assert offered["safety"].answer not in text
        kept = (await t.round_of("ann")).brief
        assert "safety" not in {fact.question for fact in (*kept.facts, *kept.offered)}


@pytest.mark.parametrize(
    "note",
    [
        "Heron is at it again.",
        "heronn is at it again.",
        "H e r o n is at it again.",
        "Write to pat@example.org about it.",
        "They owe us 4,500 now.",
        "See https://example.org/deal for it.",
    ],
)
async def test_a_note_that_tells_too_much_cannot_be_posted(tmp_path: Path, note: str) -> None:
    async with table(tmp_path, PEOPLE) as t:
        case_id = await t.a_case("ann", {"nickname": "Heron"})
        await t.orders("ann", "opinion", case_id)
        await t.fills("ann", await t.press("ann", "Whom to ask"), channel="team")
        await t.fills("ann", await t.press("ann", "Add a note"), note=note)
        (draft,) = t.paper.seen("owner")
        assert "Your note cannot be posted as it is" in draft.text
        assert "must not be in it" in said(await t.press("ann", "Post it"))
        assert not t.paper.seen("audience")
        await t.fills("ann", await t.press("ann", "Add a note"), note="They are at it again.")
        await t.press("ann", "Post it")
        assert "They are at it again." in t.paper.seen("audience")[0].text


async def test_of_what_may_be_a_name_there_is_a_warning_that_stops_nothing(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        note = "On Monday I spoke with Patricia about it."
        await t.fills("ann", await t.press("ann", "Add a note"), note=note)
        assert "“Patricia” looks like a name" in t.paper.seen("owner")[0].text
        await t.press("ann", "Post it")
        assert note in t.paper.seen("audience")[0].text


@pytest.mark.parametrize("writes_first", [True, False])
async def test_the_preview_is_what_is_posted(tmp_path: Path, writes_first: bool) -> None:
    async with table(tmp_path, PEOPLE) as t:
        t.paper.writes_first = writes_first
        await t.drafts("ann")
        await t.fills("ann", await t.press("ann", "Add a note"), note="Two lines,\nall of them.")
        reaction = await t.press("ann", "Preview")
        assert reaction.sheet
        await t.press("ann", "Post it")
        posted = t.paper.posts[-1].sheet
        assert reaction.sheet.card == posted.card
        assert [b.label for b in reaction.sheet.buttons] == [b.label for b in posted.buttons]
        ids = {str(button.action) for button in reaction.sheet.buttons}
        assert len(ids) == len(posted.buttons), "platforms want ids to differ"


async def test_a_button_of_the_preview_does_nothing_but_show_it_again(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        first = await t.press("ann", "Preview")
        again = await t.press("ann", "Give your opinion", first.sheet)
        assert said(again) == said(first)
        assert (await t.round_of("ann")).stage == "draft"


async def test_what_was_posted_cannot_be_changed(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        forms = {
            what: await t.press("ann", label)
            for what, label in (
                ("note", "Add a note"),
                ("how", "How to ask"),
                ("whom", "Whom to ask"),
                ("tick", "Show more facts"),
            )
        }
        await t.press("ann", "Post it")
        before = await t.round_of("ann")
        for what, form in forms.items():
            with pytest.raises(WrongUse, match="This round is open"):
                await t.fills("ann", form, **({"channel": "team"} if what == "whom" else {}))
        for what in (*forms, "drop", "post"):
            with pytest.raises(WrongUse, match="This round is open"):
                await t.presses_action("ann", act(what, before.id))
        assert await t.round_of("ann") == before
        assert len(t.paper.seen("audience")) == 1


async def test_changed_facts_make_an_open_round_say_so_to_both_sides(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        (team,), (own,) = t.paper.seen("audience"), t.paper.seen("owner")
        await change_fact(t, "ann", "commitment", "fixed")
        brief = team.letter.sheet.card.blocks[:2]
        (team,), (own,) = t.paper.seen("audience"), t.paper.seen("owner")
        assert team.letter.sheet.card.blocks[:2] == brief, "what was posted stays"
        for message in (team, own):
            assert "Facts of the case have changed since this was posted" in message.text


async def test_a_fact_that_was_not_shown_may_change_without_a_word(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        before = t.paper.seen("audience")[0]
        await change_fact(t, "ann", "fair", "beyond")
        assert t.paper.seen("audience")[0] == before
        assert not (await t.round_of("ann")).stale
        assert not await t.store.rounds.stale()


async def test_the_round_after_changed_facts_shows_the_new_ones(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        for name in ("ben", "cleo", "dan", "eve", "fay"):
            await t.votes(name, "RESET")
        await change_fact(t, "ann", "commitment", "fixed")
        await t.press("ann", "A second blind round")
        await t.press("ann", "Post it")
        newest = t.paper.posts[-1]
        assert newest.role == "audience"
        facts = {fact.question: fact.value for fact in (await t.round_of("ann")).brief.facts}
        assert facts["commitment"] == "fixed"


async def test_a_draft_about_changed_facts_is_not_posted_but_shows_the_new_ones(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        before = (await t.round_of("ann")).brief
        await change_fact(t, "ann", "commitment", "fixed")
        assert "It now shows the new facts" in said(await t.press("ann", "Post it"))
        assert not t.paper.seen("audience")
        await t.press("ann", "Post it")
        brief = (await t.round_of("ann")).brief
        assert len(t.paper.seen("audience")) == 1
        assert "fixed" in {fact.value for fact in brief.facts}
        assert brief.code_name == before.code_name


async def test_a_draft_that_is_older_than_an_answer_shows_it_before_it_is_posted(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        owner = t.actor("ann").owner
        service = t.parts.service
        await service.start(
            owner, t.parts.flow, "CASEANN", t.clock(), track="fast", platform="paper"
        )
        await t.orders("ann", "opinion", "CASEANN")
        await t.fills("ann", await t.press("ann", "Whom to ask"), channel="team")
        await t.goes_on("ann")
        assert "It now shows the new facts" in said(await t.press("ann", "Post it"))
        assert not t.paper.seen("audience")
        await t.press("ann", "Post it")
        assert "Constant unpaid extras" in t.paper.seen("audience")[0].text


async def test_a_draft_begun_after_one_was_given_up_is_shown_once(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        await t.press("ann", "Give it up")
        await t.orders("ann", "opinion", "CASEANN")
        given_up, draft = t.paper.seen("owner")
        assert "Nothing was posted" in given_up.text
        assert "Post it" not in draft.labels, "the new one begins anew"
        assert "Whom to ask…" in draft.labels


async def test_ordering_twice_begins_one_draft(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        again = await t.orders("ann", "opinion", "CASEANN")
        assert again.sheet == t.paper.seen("owner")[0].letter.sheet
        assert len(t.paper.seen("owner")) == 1


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"who": "nobody"}, "who"),
        ({"quorum": "0"}, "quorum"),
        ({"quorum": "many"}, "quorum"),
        ({"hours": "5"}, "hours"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"zone": "../etc/passwd"}, "zone"),
    ],
)
async def test_rules_that_make_no_sense_are_refused_by_field(
    tmp_path: Path, entered: dict[str, str], field: str
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        before = await t.round_of("ann")
        refused = await t.fills("ann", await t.press("ann", "How to ask"), **entered)
        assert refused.errors.keys() == {field}
        assert await t.round_of("ann") == before


async def test_the_team_may_be_asked_before_there_is_a_result(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        owner = t.actor("ann").owner
        done = await t.parts.service.start(
            owner, t.parts.flow, "CASEANN", t.clock(), platform="paper"
        )
        answer = Answered(owner, done.case.turn, t.clock(), "none")
        await t.parts.service.handle(owner, "CASEANN", answer, platform="paper")
        await t.orders("ann", "opinion", "CASEANN")
        await t.fills("ann", await t.press("ann", "Whom to ask"), channel="team")
        await t.press("ann", "Post it")
        for name in ("ben", "cleo", "dan"):
            await t.votes(name, "RESET")
        await t.press("ann", "Close it now")
        sheet = (await t.press("ann", "Close it now")).sheet
        await t.press("ann", "Close it", sheet)
        assert "so far: not all questions are answered" in t.paper.seen("reveal")[0].text


async def test_a_second_round_keeps_rules_and_name_and_stands_beside_the_first(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        first = await t.opens("ann", hours="72", quorum="4")
        for name in ("ben", "cleo", "dan", "eve", "fay"):
            await t.votes(name, "KEEP")
        await t.press("ann", "A second blind round")
        await t.press("ann", "Post it")
        second = await t.round_of("ann")
        assert second.brief.code_name == first.brief.code_name
        assert replace(second.terms, close="") == replace(first.terms, close="")
        assert "round 2" in t.paper.posts[-1].sheet.card.title
        for name in ("ben", "cleo", "dan", "eve", "fay"):
            await t.votes(name, "RESET")
        text = t.paper.seen("reveal")[-1].text
        assert "Keep and watch: 5 in the round before, 0 now" in text
        assert "Talk and reset terms: 0 in the round before, 5 now" in text
