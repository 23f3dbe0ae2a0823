"""Second opinions in Slack from the first press to the last, as six people see them."""

from __future__ import annotations

import struct
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.pictures.reveal import draw_reveal
from tests.fakes.slack import FakeSlack, Hang, Message, Person
from tests.flows.talks import TROUBLED_CLIENT
from tests.slack.driver import is_to
from tests.slack.moments import BOTH_MODES, pressing
from tests.slack.scene import Mode, scene
from tests.slack.surfaces import said
from tests.slack.team import DAY, NICKNAME, Team, acts, chosen, does, team, text_of
from tests.slack.test_talks import loaded

COURSES = ("RESET", "RESET", "LEAVE_EXPLAIN", "KEEP")
NOTE = "Their last three changes came after the date we had agreed on."


def bare(message: Message) -> list[Any]:
    """Give the blocks of a message without the ids of what can be pressed."""

    def stripped(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: stripped(v) for k, v in value.items() if k not in {"block_id", "action_id"}}
        return [stripped(one) for one in value] if isinstance(value, list) else value

    return [stripped(block) for block in message.blocks]


# ------------------------------------------------------------------ the whole of it


@BOTH_MODES
async def test_a_team_is_asked_answers_and_is_told_what_was_decided(
    fake: FakeSlack, tmp_path: Path, mode: Mode
) -> None:
    async with team(fake, tmp_path, mode, draw=draw_reveal) as t:
        bob, cleo, dan, eve, fay = t.people
        post = await t.posts(who="named", quorum="3")
        assert "0 of 5 answered" in post.text
        assert NICKNAME not in post.text
        await t.answers(bob, post, course="RESET", sure="very", note="Set terms in writing.")
        await t.answers(cleo, post, course="KEEP", sure="fairly", differently=("scope",))
        await t.answers(dan, post, course="abstain", sure="fairly")
        await t.answers(bob, post, course="LEAVE_EXPLAIN", sure="very", note="It is enough.")
        await _takes_back(t, cleo, post)
        assert "2 of 5 answered" in t.posted.text
        await t.answers(cleo, post, course="RESET", sure="very", takeover="help")
        await t.answers(eve, post, course="RESET", sure="fairly", missed=("contract",))
        assert "4 of 5 answered" in t.posted.text
        assert "4 of 5 answered" in t.mine.text
        assert [one.text for one in fay.from_bot] == []
        await t.answers(fay, post, course="RESET", sure="fairly")
        _revealed(t, post)
        await _pictured(t)
        await _decides(t)
        fake.check()


async def _takes_back(t: Team, who: Person, post: Message) -> None:
    """Look at one's own answer, and delete it."""
    await t.presses(who, post, "mine")
    own = who.ephemerals[-1]
    assert "Keep and watch" in said(own)
    await t.presses(who, own, "take_back")
    assert "It is deleted" in said(who.ephemerals[-1])


def _revealed(t: Team, post: Message) -> None:
    """See that everybody is told at once, below what was posted, and in the channel."""
    reveal, file = t.fake.posts(t.room, post.ts)
    assert reveal.broadcast
    assert "Leave with notice and a short reason: 1 answer" in reveal.text
    assert "Bob: “It is enough.”" in reveal.text
    assert "Set terms in writing." not in reveal.text, "the last answer alone counts"
    assert "5 of 5 answered, 1 abstention" in reveal.text
    assert reveal.text.index("Leave with notice") < reveal.text.index("Rules and answers")
    assert file.files
    assert acts(t.posted) == []
    assert "Closed: 5 of 5 answered" in t.posted.text
    assert any("Your team has answered" in one.text for one in t.ann.from_bot)
    assert "With team" in t.mine.text


async def _pictured(t: Team) -> None:
    """See that the picture arrived as what it is, with its words."""
    (file,) = t.fake.team.files.values()
    assert file.content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", file.content[16:24])
    assert min(width, height) > 200
    assert "Talk and reset terms" in file.alt
    assert await t.client() in file.alt


async def _decides(t: Team) -> None:
    """Record what was decided, and tell the team."""
    before = len(t.fake.posts(t.room, t.posted.ts))
    await t.fills(t.ann, t.mine, "decide", course="KEEP", reason="They paid today.", share=("yes",))
    *_, told = t.fake.posts(t.room, t.posted.ts)
    assert len(t.fake.posts(t.room, t.posted.ts)) == before + 1
    assert "other than the team's line says" in told.text
    assert "They paid today." in told.text
    assert not told.broadcast
    assert "What you decided" in t.mine.text


# ------------------------------------------------------------------ the draft


async def test_the_team_sees_exactly_what_the_preview_showed(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path, private=False) as t:
        draft = await t.drafts()
        await t.fills(t.ann, draft, "note", note=f"{NICKNAME} owes us €12,000, see x@y.org")
        assert "Your note cannot be posted as it is" in t.mine.text
        await t.presses(t.ann, t.mine, "post")
        await t.sends(t.ann, sure=("yes",))
        assert "The note says something that must not be in it" in said(t.ann.modal)
        await t.ann.closes()
        assert t.fake.posts(t.room) == []
        await t.fills(t.ann, t.mine, "note", note=NOTE)
        assert "cannot be posted" not in t.mine.text
        form = await t.opens(t.ann, t.mine, "tick")
        offered = chosen(form)["ticked"]
        assert "safety" in offered
        await t.sends(t.ann, ticked=("safety",))
        await t.presses(t.ann, t.mine, "preview")
        preview = t.ann.ephemerals[-1]
        await t.presses(t.ann, t.mine, "post")
        await t.sends(t.ann, sure=("yes",))
        assert "#cases is asked now" in said(t.ann.modal)
        assert bare(preview) == bare(t.posted)
        assert NOTE in t.posted.text
        assert acts(preview) == ["preview"] * 3


async def test_a_public_channel_is_asked_only_after_one_more_question(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path, private=False) as t:
        await t.drafts()
        form = await t.opens(t.ann, t.mine, "post")
        assert "Everybody here can read it" in text_of(form)
        await t.ann.closes()
        assert t.fake.posts(t.room) == []
        assert (await t.round_of()).stage == "draft"


async def test_a_draft_that_is_given_up_shows_nobody_anything(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        draft = await t.drafts()
        await t.presses(t.ann, draft, "drop")
        assert "Given up" in t.ann.from_bot[-1].text
        assert t.fake.posts(t.room) == []
        assert not any(who.from_bot for who in t.people)


# ------------------------------------------------------------------ anonymous, and safety


async def test_nobody_is_named_where_answers_are_anonymous(fake: FakeSlack, tmp_path: Path) -> None:
    async with team(fake, tmp_path) as t:
        post = await t.posts(who="anonymous", quorum="3")
        for who, course in zip(t.people, (*COURSES, "RESET"), strict=True):
            await t.answers(who, post, course=course, sure="very", note=f"It is {course}.")
        assert (await t.round_of()).stage == "closed"
        everything = " ".join(one.text for one in t.fake.posts(t.room, post.ts))
        assert "“It is KEEP.”" in everything + await _all_answers(t)
        for who in t.people:
            assert who.account.name not in everything + t.mine.text
            assert who.id not in everything + t.mine.text


async def _all_answers(t: Team) -> str:
    """Press “All answers” where the reveal has no room for them."""
    reveal = t.fake.posts(t.room, t.posted.ts)[0]
    if "revealed" in acts(reveal):
        await t.presses(t.people[0], reveal, "revealed")
        return said(t.people[0].ephemerals[-1])
    return ""


async def test_a_worry_about_safety_reaches_the_asker_at_once_without_its_author(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        post = await t.posts()
        bob = t.people[0]
        await t.presses(bob, post, "worry")
        before = len(t.fake.calls)
        await t.presses(bob, bob.ephemerals[-1], "worried")
        assert "It was passed on" in said(bob.ephemerals[-1])
        told = [one for one in t.ann.from_bot if "A colleague sees a safety issue" in one.text]
        assert len(told) == 2, "a message of its own, and the round's"
        calls = [call for call in t.fake.calls[before:] if call.method != "response_url"]
        assert not any(
            bob.id in str(call.args) or "bob" in str(call.args).lower() for call in calls
        )
        assert "0 of 5" in t.posted.text
        await t.presses(t.ann, t.mine, "safety")
        player = t.players["Ann"]
        assert (await player.prompt()).step == "safety"
        (card,) = [one for one in t.ann.from_bot if "is everyone all right?" in one.text]
        assert card.ts == t.ann.from_bot[-1].ts, "it comes up anew, below the rest"
        await t.ann.clicks(card, is_to("answer", "none"))
        await t.passes()
        assert (await player.case()).answers["safety"] == "none"
        assert not (await t.round_of()).stale, "the fact is as it was"


# ------------------------------------------------------------------ time


async def test_whoever_has_not_answered_is_reminded_once_and_privately(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        post = await t.posts(who="named")
        *answered, fay = t.people
        for who, course in zip(answered, COURSES, strict=True):
            await t.answers(who, post, course=course, sure="fairly")
        await t.at.later(DAY - timedelta(minutes=2))
        assert fay.from_bot == []
        await t.at.later(timedelta(minutes=3))
        (reminder,) = fay.from_bot
        assert f"Still open: A second opinion on {await t.client()}" in reminder.text
        assert not any(who.from_bot for who in answered)
        assert len(t.fake.posts(t.room, post.ts)) == 0
        await t.at.later(timedelta(hours=1))
        assert fay.from_bot == [reminder]
        await t.answers(fay, reminder, course="RESET", sure="very")
        assert "Closed: 5 of 5 answered" in t.posted.text


async def test_too_few_answers_are_not_revealed_but_put_off_or_destroyed(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        post = await t.posts()
        await t.answers(t.people[0], post, course="RESET", sure="fairly", note="Only me.")
        await t.at.later(2 * DAY)
        await t.passes()
        assert "The time is over: 1 of 5 answered" in t.posted.text
        await t.fills(t.ann, t.mine, "extend", hours="24")
        assert "put off once" in t.posted.text
        assert "More time" in t.fake.posts(t.room, post.ts)[0].text
        await t.at.later(DAY)
        await t.passes()
        await t.presses(t.ann, t.mine, "without")
        await t.passes()
        shown = [one.text for one in (*t.fake.posts(t.room), *t.fake.posts(t.room, post.ts))]
        assert "Finished without enough answers" in " ".join(shown)
        assert "Only me." not in " ".join(shown)


async def test_a_round_is_closed_by_hand_after_one_more_question(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        post = await t.posts(who="named")
        for who in t.people[:3]:
            await t.answers(who, post, course="RESET", sure="fairly")
        await t.presses(t.ann, t.mine, "close")
        await t.presses(t.ann, t.ann.ephemerals[-1], "close_now")
        assert "Closed: 3 of 5 answered" in t.posted.text
        fay = t.people[-1]
        assert (await fay.clicks(post, does("answer"), stale=True)).acknowledged
        await t.at.idle()
        assert not fay.modals
        assert "This round is closed" in said(fay.ephemerals[-1])


@pytest.mark.parametrize(("granted", "there"), [(True, 1), (False, 2)])
async def test_what_was_posted_as_a_process_died_is_found_again_where_we_may_read(
    fake: FakeSlack, tmp_path: Path, granted: bool, there: int
) -> None:
    if granted:
        fake.team.scopes.add("groups:history")
    async with team(fake, tmp_path) as t:
        lost = Hang(after=True)
        fake.fail("chat.postMessage", lost, channel=t.room.id)
        draft = await t.drafts()
        assert (await t.ann.clicks(draft, does("post"))).acknowledged
        await fake.until(lost.reached.is_set)
    lost.release()
    flows = loaded(TROUBLED_CLIENT)
    async with scene(fake, tmp_path, flows=flows, flow=TROUBLED_CLIENT.name) as at:
        await at.idle()
        assert len(fake.posts(t.room)) == there
        t.at = at
        await t.answers(t.people[0], t.posted, course="RESET", sure="fairly")
        assert "1 of 5 answered" in t.posted.text
        assert len(fake.posts(t.room)) == there


# ------------------------------------------------------------------ a second round


async def test_two_rounds_stand_side_by_side(fake: FakeSlack, tmp_path: Path) -> None:
    async with team(fake, tmp_path, draw=draw_reveal) as t:
        post = await t.posts(who="named")
        for who, course in zip(t.people, (*COURSES, "KEEP"), strict=True):
            await t.answers(who, post, course=course, sure="fairly")
        await t.presses(t.ann, t.mine, "again")
        draft = t.ann.from_bot[-1]
        assert "whom" in acts(draft)
        await t.presses(t.ann, draft, "post")
        second = t.posted
        assert second.ts != post.ts
        assert f"{await t.client()}, round 2" in second.text
        for who in t.people:
            await t.answers(who, second, course="RESET", sure="very")
        reveal = t.fake.posts(t.room, second.ts)[0]
        assert "2 in the round before, 5 now" in reveal.text
        assert "2 in the round before, 0 now" in reveal.text
        first, last = t.fake.team.files.values()
        assert "round before" in last.alt.lower()
        assert "round before" not in first.alt.lower()


# ------------------------------------------------------------------ lists, Home, the workspace


async def test_home_and_list_show_what_was_asked_and_what_waits(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        post = await t.posts()
        bob, cleo = t.people[:2]
        await t.answers(cleo, post, course="RESET", sure="fairly")
        assert "Asked by you" in said(await t.orders(t.ann, "opinion"))
        assert "Waiting for your answer" in said(await t.orders(bob, "opinion"))
        assert "none waits for you" in said(await t.orders(cleo, "opinion"))
        for who in (t.ann, bob, cleo):
            await who.opens_home()
        await t.passes()
        assert t.ann.home
        assert bob.home
        assert cleo.home
        assert NICKNAME in said(t.ann.home)
        assert "1 of 5 answered" in said(t.ann.home)
        assert await t.client() in said(bob.home)
        assert NICKNAME not in said(bob.home)
        assert await t.client() not in said(cleo.home)
        await t.presses(bob, bob.home, "open")
        assert "A colleague asks what you would do" in said(bob.modal)
        await t.fills(bob, bob.modal, "answer", course="KEEP", sure="fairly")
        assert "It is saved" in said(bob.modal)


async def test_who_looks_after_the_workspace_says_whom_rounds_ask(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        chief, bob = fake.person("Chief", is_admin=1), t.people[0]
        refused = await t.orders(bob, "workspace")
        assert "Only those who look after this workspace" in said(refused)
        told = await t.orders(chief, "workspace")
        assert (await chief.clicks(told, pressing("workspace", "set"))).acknowledged
        await t.at.idle()
        board = fake.channel("board", chief, *t.people)
        await t.sends(chief, channel=board.id, widen=())
        await chief.closes()
        card = await t.decides()
        await t.asks(card)
        assert "#board" in t.mine.text
        await t.opens(t.ann, t.mine, "whom")
        await t.sends(t.ann, channel=t.room.id)
        assert "only #board is asked" in str(dict(t.ann.modal.errors))
