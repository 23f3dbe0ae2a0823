"""Who is asked in Slack, and how often a posted message is edited, however many there are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from adapters.slack.desk import actor
from adapters.slack.heard import Speaker
from bot.chat import desk as chat_desk
from bot.sheets.acts import act
from tests.fakes.slack import Error, FakeSlack, Message, Person
from tests.fakes.slack.model import Call
from tests.slack.surfaces import said
from tests.slack.team import Team, team, text_of

COURSES = ("KEEP", "RESET", "PAUSE", "LEAVE_EXPLAIN")


# ------------------------------------------------------------------ each in a chat of their own


async def test_named_people_are_asked_one_by_one_and_who_cannot_be_is_told(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        await t.drafts(people=tuple(_crowd(t)))
        assert _told(t, t.mine)
        fake.fail("conversations.open", Error("user_disabled"), when=_about(t.people[3]))
        await t.presses(t.ann, t.mine, "post")
        await t.passes()
        assert [len(who.from_bot) for who in t.people] == [1, 1, 1, 0, 1]
        assert _told(t, t.mine)
        assert "Eve cannot be reached." in t.mine.text
        assert "0 of 4 answered" in t.mine.text
        for who in (*t.people[:3], t.people[4]):
            await t.answers(who, who.from_bot[0], course="RESET", sure="fairly")
        assert all("Closed: 4 of 4" in who.from_bot[0].text for who in t.people[:3])
        assert all("The answers:" in who.from_bot[1].text for who in t.people[:3])
        assert t.fake.posts(t.room) == []


def _crowd(t: Team) -> list[str]:
    robot = t.fake.person("Robot", is_bot=1)
    guest = t.fake.person("Guest", is_restricted=1)
    gone = t.fake.person("Gone", deleted=1)
    return [*(who.id for who in t.people), robot.id, guest.id, gone.id, t.ann.id]


def _told(t: Team, shown: Message) -> bool:
    troubles = ("Robot is a bot.", "Guest is a guest here.", "Gone has left.")
    return all(one in shown.text for one in troubles) and "Ann is" not in shown.text


def _about(who: Person) -> Callable[[Call], bool]:
    return lambda call: call.args.get("users") == who.id


async def test_each_in_a_user_group_is_asked_in_a_chat_of_their_own(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        group = fake.group("leads", t.ann, *t.people[:4])
        await t.drafts(group=group.id)
        assert "@leads" in t.mine.text
        await t.presses(t.ann, t.mine, "post")
        assert [len(who.from_bot) for who in t.people] == [1, 1, 1, 1, 0]
        await t.answers(t.people[0], t.people[0].from_bot[0], course="RESET", sure="fairly")
        # Where nobody counts along, nothing tells the others that somebody has answered.
        assert "0 of 4 answered" in t.people[1].from_bot[0].text
        assert "1 of 4 answered" in t.mine.text
        outsider = t.people[4]
        stolen = t.people[1].drafts.click(t.people[1].from_bot[0], _answering)
        stolen.payload["user"]["id"] = outsider.id
        await fake.deliver(stolen)
        await t.at.idle()
        assert not outsider.modals


def _answering(element: dict[str, object]) -> bool:
    return str(element["action_id"]).startswith("round:answer")


# ------------------------------------------------------------------ where nothing may be posted


async def test_a_channel_shared_with_another_organisation_is_not_posted_to(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        partners = fake.channel("partners", t.ann, *t.people, private=True, shared=True)
        await t.drafts(channel=partners.id)
        await t.presses(t.ann, t.mine, "post")
        assert "another organisation" in said(t.ann.ephemerals[-1])
        assert t.fake.posts(partners) == []


async def test_a_case_in_which_somebody_may_be_in_danger_is_shown_to_named_people_alone(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        await t.decides(safety="threat")
        await t.orders(t.ann, f"opinion {t.players['Ann'].case_id}")
        form = await t.opens(t.ann, t.mine, "whom")
        assert "only people you name are asked" in text_of(form)
        assert "conversations_select" not in json.dumps(form.body)
        await t.sends(t.ann, people=tuple(who.id for who in t.people))
        await t.presses(t.ann, t.mine, "post")
        assert [len(who.from_bot) for who in t.people] == [1, 1, 1, 1, 1]


# ------------------------------------------------------------------ however many there are


async def test_a_message_is_edited_at_most_once_in_two_seconds(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        post = await t.posts(who="named")
        await t.passes(2)
        before = len(_edits(t, post))
        for who, course in zip(t.people[:4], COURSES, strict=True):
            await t.opens(who, post, "answer")
            await who.submits({"course": course, "sure": "fairly"})
            await t.at.idle()
        assert len(_edits(t, post)) == before + 1
        assert "1 of 5 answered" in t.posted.text
        await t.passes(1.5)
        assert len(_edits(t, post)) == before + 1
        await t.passes(0.6)
        assert len(_edits(t, post)) == before + 2
        assert "4 of 5 answered" in t.posted.text


def _edits(t: Team, post: Message) -> list[int]:
    """Give when a message was edited, in whole seconds of the fake's clock."""
    calls = [one for one in t.fake.calls_of("chat.update") if one.args.get("ts") == post.ts]
    return [int(float(one.answer["message"]["edited"]["ts"])) for one in calls if one.answer]


async def test_with_a_thousand_people_the_message_is_edited_no_more_often(
    fake: FakeSlack, tmp_path: Path
) -> None:
    many = 1000
    names = tuple(f"P{number}" for number in range(many))
    async with team(fake, tmp_path, names=names) as t:
        known = len(fake.calls)
        post = await t.posts()
        assert f"0 of {many} answered" in post.text
        asked = [call.method for call in fake.calls[known:]]
        assert asked.count("users.list") <= 4, "two pages, as it is chosen and as it is posted"
        assert asked.count("users.info") <= 4, "the asker alone"
        assert asked.count("conversations.members") <= 4
        known = len(fake.calls)
        for start in range(0, many - 1, 111):
            await _all_answer(t, t.people[start : start + 111][: many - 1 - start])
            await t.passes(0.5)
        await t.passes(3)
        assert f"{many - 1} of {many} answered" in t.posted.text
        times = _edits(t, post)
        assert all(later - one >= 2 for one, later in pairwise(times))
        counted = {call.method for call in fake.calls[known:]}
        assert counted == {"chat.update"}, "nobody is looked up to answer"


async def _all_answer(t: Team, people: list[Person]) -> None:
    """Let many send their forms off at the same moment."""
    hub, round_ = t.at.slack.hub, await t.round_of()
    team_id = t.fake.team.id
    who = [await actor(hub, Speaker("", team_id, one.id, name=one.account.name)) for one in people]
    entered = [{"course": COURSES[number % 4], "sure": "very"} for number in range(len(who))]
    sent = [
        chat_desk.submit(hub, one, act("ballot", round_.id), values, f"key {one.user}")
        for one, values in zip(who, entered, strict=True)
    ]
    reactions = await asyncio.gather(*sent)
    assert all(one.sheet for one in reactions)
