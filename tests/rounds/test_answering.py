"""Colleagues answer: each once, sealed, to be changed and deleted until the close."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.reaction import Reaction
from bot.engine.model import Show
from bot.errors import WrongUse
from bot.opinion.ballots import from_bytes
from bot.opinion.model import Ballot, Round
from bot.rounds.ports import Trouble
from bot.sheets.acts import act
from tests.rounds.table import PEOPLE, Table, table
from tests.rounds.test_brief import said

TEAM = PEOPLE[1:]


async def ballot_of(t: Table, name: str, round_: Round) -> Ballot | None:
    held = await t.store.rounds.held(round_.id, t.actor(name).owner)
    return from_bytes(held.ballot) if held.ballot else None


async def worries(t: Table, name: str, key: str = "") -> Reaction:
    sheet = (await t.press(name, "I see a safety issue")).sheet
    assert sheet
    return await t.presses_action(name, sheet.buttons[0].action, key)


# ------------------------------------------------------------------ who may


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("ann", "You asked"),
        ("bot", "is a bot"),
        ("gus", "is a guest here"),
        ("lea", "has left"),
        ("una", "cannot be reached"),
        ("sam", "You were not asked"),
        ("ben@other", "You were not asked"),
    ],
)
async def test_who_was_not_asked_or_cannot_be_does_not_answer(
    tmp_path: Path, name: str, why: str
) -> None:
    people: dict[str, Trouble] = dict.fromkeys((*PEOPLE, "ben@other"), "")
    people |= {"bot": "bot", "gus": "guest", "lea": "left", "una": "unreachable"}
    async with table(tmp_path, people) as t:
        round_ = await t.opens("ann")
        for what in ("answer", "differ", "take_back", "worry", "worried", "remind", "open"):
            with pytest.raises(WrongUse, match=why):
                await t.presses_action(name, act(what, round_.id))
        for what in ("ballot", "facts"):
            with pytest.raises(WrongUse, match=why):
                await t.submits(name, act(what, round_.id), {"course": "KEEP", "sure": "very"})
        held = await t.store.rounds.held(round_.id, t.actor(name).owner)
        assert (held.answered, held.ballot, held.asked) == (0, None, 5)


async def test_who_cannot_be_asked_is_told_to_the_asker_by_name(tmp_path: Path) -> None:
    people: dict[str, Trouble] = dict.fromkeys(PEOPLE, "")
    people |= {"bot": "bot", "gus": "guest", "lea": "left"}
    async with table(tmp_path, people) as t:
        await t.drafts("ann")
        (draft,) = t.paper.seen("owner")
        for line in ("Bot is a bot.", "Gus is a guest here.", "Lea has left."):
            assert line in draft.text
        await t.press("ann", "Post it")
        (own,), (team,) = t.paper.seen("owner"), t.paper.seen("audience")
        assert "Not everybody could be asked" in own.text
        assert "Gus is a guest here." in own.text
        assert "Gus" not in team.text


async def test_a_chat_that_cannot_be_opened_is_told_and_counts_no_more(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        t.paper.deaf = {"dan"}
        await t.orders("ann", "opinion", await t.a_case("ann"))
        form = await t.press("ann", "Whom to ask")
        await t.fills("ann", form, people=("ben", "cleo", "dan", "eve"))
        await t.press("ann", "Post it")
        await t.later(timedelta(seconds=3))
        (own,) = t.paper.seen("owner")
        assert "Dan cannot be reached." in own.text
        assert "0 of 3 answered" in own.text
        for name in ("ben", "cleo", "eve"):
            await t.votes(name, "KEEP")
        assert (await t.round_of("ann")).stage == "closed"
        assert [m.letter.target.address["user"] for m in t.paper.seen("reveal")] == [
            "ben",
            "cleo",
            "eve",
        ]


async def test_when_the_last_who_is_waited_for_cannot_be_reached_it_closes(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.orders("ann", "opinion", await t.a_case("ann"))
        form = await t.press("ann", "Whom to ask")
        await t.fills("ann", form, people=("ben", "cleo", "dan", "eve"))
        t.paper.failing = {"eve"}
        await t.press("ann", "Post it")
        for name in ("ben", "cleo", "dan"):
            await t.votes(name, "KEEP")
        assert (await t.round_of("ann")).stage == "open"
        t.paper.failing, t.paper.deaf = set(), {"eve"}
        await t.later(timedelta(hours=1))
        await t.round()
        assert (await t.round_of("ann")).stage == "closed"


async def test_a_channel_that_cannot_be_posted_to_is_told_to_the_asker(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.drafts("ann")
        t.paper.gone = {"team"}
        await t.press("ann", "Post it")
        await t.later(timedelta(seconds=3))
        assert "It could not be posted to #team." in t.paper.seen("owner")[0].text


# ------------------------------------------------------------------ one answer each


async def test_only_the_last_answer_counts_and_only_the_count_is_shown(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        await t.votes("ben", "KEEP", note="first")
        before = dict(t.paper.messages)
        assert "So far: 1 of 5 answered" in t.paper.seen("audience")[0].text
        await t.votes("ben", "RESET", "fairly", note="second", takeover="help")
        assert t.paper.messages == before, "a changed answer edits nothing"
        found = await ballot_of(t, "ben", round_)
        assert found == Ballot("RESET", "fairly", note="second", takeover="help")
        for name in ("cleo", "dan", "eve", "fay"):
            await t.votes(name, "KEEP")
        record = (await t.round_of("ann")).record
        assert record
        assert len(record.ballots) == 5
        assert "first" not in {ballot.note for ballot in record.ballots}


async def test_the_form_of_an_answer_shows_what_was_answered_before(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        more = {"note": "so", "takeover": "no"}
        await t.votes("ben", "RESET", differently=("scope",), missed=("money", "duty"), **more)
        form = (await t.press("ben", "Give your opinion")).form
        assert form
        there = {field.id: field.value for field in form.fields}
        assert there == {
            "course": "RESET",
            "sure": "very",
            "takeover": "no",
            "differently": ("scope",),
            "missed": ("duty", "money"),
            "note": "so",
        }


async def test_with_little_room_the_facts_have_a_form_of_their_own(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        t.paper.form_room = 5
        round_ = await t.opens("ann")
        answer = await t.votes("ben", "RESET", missed=("money",), note="so")
        form = await t.press("ben", "Facts I read differently", answer.sheet)
        await t.fills("ben", form, differently=("scope",))
        found = await ballot_of(t, "ben", round_)
        assert found == Ballot("RESET", "very", ("scope",), ("money",), "so")
        again = await t.press("ben", "Give your opinion")
        await t.fills("ben", again, course="KEEP")
        found = await ballot_of(t, "ben", round_)
        assert found == Ballot("KEEP", "very", ("scope",), ("money",), "so")


async def test_an_answer_can_be_seen_and_deleted_by_who_gave_it(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        await t.votes("ben", "KEEP", note="mine alone")
        await t.votes("cleo", "RESET")
        mine = await t.press("ben", "My answer")
        assert "mine alone" in said(mine)
        assert "mine alone" not in said(await t.press("cleo", "My answer"))
        assert "You have not answered" in said(await t.press("dan", "My answer"))
        gone = await t.press("ben", "Delete my answer", mine.sheet)
        assert gone.instead
        assert "It is deleted" in said(gone)
        assert await ballot_of(t, "ben", round_) is None
        for message in (*t.paper.seen("audience"), *t.paper.seen("owner")):
            assert "1 of 5 answered" in message.text
        await t.votes("ben", "RESET")
        assert "2 of 5 answered" in t.paper.seen("audience")[0].text


async def test_deleting_twice_counts_once(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        await t.votes("ben", "KEEP")
        await t.votes("cleo", "KEEP")
        for _ in range(2):
            await t.presses_action("ben", act("take_back", round_.id))
        assert (await t.store.rounds.held(round_.id)).answered == 1


async def test_after_the_close_nobody_sees_or_deletes_their_own(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        mine = await t.votes("ben", "KEEP", note="mine alone")
        for name in TEAM[1:]:
            await t.votes(name, "RESET")
        after = await t.presses_action("ben", act("mine", round_.id))
        assert "It is closed" in said(after)
        assert "mine alone" not in said(after)
        assert after.sheet
        assert not after.sheet.buttons
        with pytest.raises(WrongUse, match="closed"):
            await t.press("ben", "Delete my answer", mine.sheet)


async def test_a_closed_round_takes_no_answer_and_says_so(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        late = await t.press("fay", "Give your opinion")
        for name in TEAM[:-1]:
            await t.votes(name, "RESET")
        await t.later(timedelta(days=7))
        record = (await t.round_of("ann")).record
        with pytest.raises(WrongUse, match="This round is closed"):
            await t.fills("fay", late, course="KEEP", sure="very")
        with pytest.raises(WrongUse, match="This round is closed"):
            await t.presses_action("fay", act("answer", round_.id))
        assert (await t.round_of("ann")).record == record


async def test_a_conflict_of_interest_abstains(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        answer = await t.votes("ben", "abstain", note="I know them well", takeover="yes")
        assert "You abstain" in said(answer)
        assert await ballot_of(t, "ben", round_) == Ballot(""), "and nothing else is kept"
        for name in TEAM[1:]:
            await t.votes(name, "RESET")
        (reveal,) = t.paper.seen("reveal")
        assert "5 of 5 answered, 1 abstention." in reveal.text
        assert "Talk and reset terms: 4" in reveal.text


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"course": ""}, "course"),
        ({"course": "STOP_NOTHING"}, "course"),
        ({"sure": "utterly"}, "sure"),
        ({"takeover": "perhaps"}, "takeover"),
        ({"differently": ("safety",)}, "differently"),
        ({"missed": ("made_up",)}, "missed"),
        ({"note": "x" * 501}, "note"),
        ({"course": ("KEEP", "RESET")}, "course"),
    ],
)
async def test_what_no_form_offers_is_refused_by_field_and_nothing_is_kept(
    tmp_path: Path, entered: dict[str, str | tuple[str, ...]], field: str
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        given = {"course": "KEEP", "sure": "very", **entered}
        refused = await t.submits("ben", act("ballot", round_.id), given)
        assert refused.errors.keys() == {field}
        held = await t.store.rounds.held(round_.id, t.actor("ben").owner)
        assert (held.answered, held.ballot) == (0, None)


# ------------------------------------------------------------------ safety


async def test_a_worry_about_safety_reaches_the_asker_at_once_without_its_author(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        asked = await t.press("ben", "I see a safety issue")
        assert "They are not told who" in said(asked)
        assert not t.paper.seen("notice")
        assert asked.sheet
        await t.presses_action("ben", asked.sheet.buttons[0].action, "delivery 1")
        (notice,), (own,) = t.paper.seen("notice", "ann"), t.paper.seen("owner")
        assert "A colleague sees a safety issue" in notice.text
        assert "A colleague sees a safety issue" in own.text
        for message in (notice, own):
            assert "Ben" not in str(message.letter)
            assert t.actor("ben").owner not in str(message.letter)
        held = await t.store.rounds.held(round_.id, t.actor("ben").owner)
        assert (held.answered, held.ballot) == (0, None), "it is no part of the answer"
        assert "safety issue" not in t.paper.seen("audience")[0].text


async def test_a_worry_that_is_delivered_twice_is_told_once(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        for _ in range(2):
            await worries(t, "ben", "delivery 1")
        assert len(t.paper.seen("notice", "ann")) == 1
        await worries(t, "cleo", "delivery 2")
        assert len(t.paper.seen("notice", "ann")) == 2
        assert "Colleagues see a safety issue" in t.paper.seen("owner")[0].text


async def test_a_worry_offers_the_first_question_again_and_changes_nothing_itself(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        before = await t.store.case(round_.owner, round_.case)
        await worries(t, "ben")
        assert await t.store.case(round_.owner, round_.case) == before
        reaction = await t.press("ann", "Ask me the first question again")
        assert reaction.done
        (show,) = [effect for effect in reaction.done.effects if isinstance(effect, Show)]
        assert show.view.prompt
        assert show.view.prompt.step == "safety"


async def test_a_worry_stands_in_nobodys_own_answer(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        await worries(t, "ben")
        await t.votes("ben", "KEEP")
        reply = await t.press("ben", "My answer")
        assert "safety issue in this" not in said(reply)
