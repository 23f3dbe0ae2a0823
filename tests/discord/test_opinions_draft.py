"""A second opinion up to its posting on Discord, and what may stand in the way; lists, settings."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.discord.circle import NICKNAME, Circle, acts, asks, circle, does
from tests.discord.driver import Player
from tests.discord.surfaces import said
from tests.fakes.discord import FakeDiscord, Message, NoSuchElement, Person
from tests.fakes.discord.rights import HISTORY, SEND, VIEW
from tests.flows.talks import TROUBLED_CLIENT

pytestmark = pytest.mark.usefixtures("sound")

Json = dict[str, Any]


@pytest.fixture
async def here(fake: FakeDiscord, tmp_path: Path) -> AsyncIterator[Circle]:
    async with circle(fake, tmp_path) as there:
        yield there


def without_ids(node: Any) -> Any:
    """Give components as they look, whatever pressing them does."""
    if isinstance(node, dict):
        return {k: without_ids(v) for k, v in node.items() if k not in {"custom_id", "id"}}
    return [without_ids(one) for one in node] if isinstance(node, list | tuple) else node


# ------------------------------------------------------------------ the draft


async def test_a_draft_is_made_in_the_chat_and_in_the_server_and_posted_as_it_was_shown(
    here: Circle,
) -> None:
    draft = await here.drafts()
    assert acts(draft) == ["whom", "how", "note", "tick", "drop"]
    blocked = "Heron owes us €4,000, see https://heron.example"
    await here.fills(here.ann, here.mine, "note", note=blocked)
    assert "Your note cannot be posted as it is" in said(here.mine)
    in_server = await here.orders(here.ann, "opinion", here.room, case=NICKNAME)
    await here.fills(here.ann, in_server, "whom", channel=here.room)
    refused = await here.sees(here.ann, in_server, "post")
    assert "must not be in it" in said(refused)
    assert here.shown == []
    await here.fills(here.ann, here.mine, "note", note="They are kind on the phone.")
    await here.fills(here.ann, here.mine, "tick", ticked=("motive",))
    preview = await here.sees(here.ann, here.mine, "preview")
    assert "A fairness check" in said(preview)
    await here.presses(here.ann, here.mine, "post")
    assert without_ids(preview.components) == without_ids(here.posted.components)
    assert NICKNAME not in said(here.posted)
    assert here.people[0].ephemerals == []


async def test_the_team_can_be_asked_before_there_is_a_result(here: Circle) -> None:
    player = Player(here.at, here.ann, here.at.service.flows[TROUBLED_CLIENT.name])
    await player.begins("fast")
    await player.picks("none")
    await player.picks(NICKNAME)
    await here.orders(here.ann, "opinion", case=NICKNAME)
    assert "What is promised" not in said(here.mine), "nothing is shown that was not answered"
    assert "whom" in acts(here.mine)


async def test_in_the_direct_messages_a_channel_is_named_by_its_link(here: Circle) -> None:
    draft = await here.drafts()
    link = f"https://discord.com/channels/{here.guild.id}/{here.room.id}"
    await here.fills(here.ann, draft, "whom", channel=link)
    await here.presses(here.ann, here.mine, "post")
    (posted,) = here.people[0].reads(here.room)
    assert asks(posted)


async def test_a_draft_in_the_server_is_renewed_in_its_place(here: Circle) -> None:
    await here.drafts()
    draft = await here.orders(here.ann, "opinion", here.room, case=NICKNAME)
    shown = await here.fills(here.ann, draft, "whom", channel=here.room)
    assert shown
    assert shown.id == draft.id
    assert "Whom you ask: #cases" in said(shown)
    assert {"preview", "post"} <= {*acts(shown)}


async def test_a_channel_that_everybody_may_read_is_asked_about_once_more(here: Circle) -> None:
    await here.drafts()
    draft = await here.orders(here.ann, "opinion", here.room, case=NICKNAME)
    await here.fills(here.ann, draft, "whom", channel=here.hall)
    await here.presses(here.ann, draft, "post")
    assert here.ann.modal.title == "A public channel"
    assert here.shown == []
    here.ann.closes()
    await here.presses(here.ann, here.mine, "post")
    await here.sends(here.ann, sure=("yes",))
    assert here.posted in here.olga.reads(here.hall)


async def test_a_role_in_a_channel_lets_nobody_else_answer(here: Circle) -> None:
    bob, cleo, *_ = here.people
    role = here.fake.servers.role(here.guild, "Design", bob)
    posted = await here.posts(group=role)
    await here.answers(bob, "KEEP")
    told = await here.sees(cleo, posted, "answer")
    assert "a group that you are not in" in said(told)
    assert (await here.held()).answered == 1


async def test_named_people_are_asked_in_a_thread_of_their_own(here: Circle) -> None:
    bob, cleo, dan, eve, fay = here.people
    here.fake.servers.leaves(here.guild, fay)
    robot = here.fake.person("Robot", bot=True)
    whom = [bob, cleo, dan, fay, robot]
    await here.drafts()
    draft = await here.orders(here.ann, "opinion", here.room, case=NICKNAME)
    await here.fills(here.ann, draft, "how", who="named")
    await here.fills(here.ann, draft, "whom", channel=here.room, people=whom)
    assert "robot is a bot." in said(here.mine)
    assert "has left." in said(here.mine)
    await here.presses(here.ann, draft, "post")
    (thread,) = here.fake.servers.threads(here.room)
    assert {*thread.people} >= {bob.id, cleo.id, dan.id, here.ann.id}
    with pytest.raises(NoSuchElement):
        eve.reads(thread)
    assert "0 of 3 answered" in said(here.posted)
    assert "robot is a bot." in said(here.mine), "the asker is told still"
    await here.answers(bob, "KEEP", note="Kind people.")
    await here.answers(cleo, "KEEP")
    assert (await here.round()).record is None
    await here.answers(dan, "PAUSE")
    reveal = here.shown[-1]
    assert reveal.channel == thread.id
    assert reveal.reference == here.posted.id
    assert "Bob: “Kind people.”" in said(reveal)


async def test_where_somebody_may_be_in_danger_only_named_people_are_asked(here: Circle) -> None:
    await here.drafts(stakes="crisis")
    draft = await here.orders(here.ann, "opinion", here.room, case=NICKNAME)
    assert (await here.ann.clicks(draft, does("whom"))).acknowledged
    await here.at.idle()
    assert "only people you name are asked" in json.dumps(here.ann.modal.data)
    await here.sends(here.ann, channel=here.room)
    assert here.shown == [], "without people nobody is asked"
    await here.fills(here.ann, draft, "whom", channel=here.room, people=here.people[:3])
    await here.presses(here.ann, draft, "post")
    assert len(here.fake.servers.threads(here.room)) == 1


# ------------------------------------------------------------------ what stands in the way


async def test_the_asker_is_told_which_permissions_are_missing(here: Circle) -> None:
    await here.drafts()
    bot = here.fake.world.bot.id
    here.fake.servers.allow(here.room, bot, allow=VIEW, deny=SEND | HISTORY)
    draft = await here.orders(here.ann, "opinion", here.hall, case=NICKNAME)
    told = await here.fills(here.ann, draft, "whom", channel=here.room)
    assert told
    assert "I may not post in #cases" in said(told)
    assert "Send Messages" in said(told)
    assert "Read Message History" in said(told)


async def test_a_place_that_is_closed_after_the_posting_is_told_to_the_asker(here: Circle) -> None:
    await here.posts()
    here.fake.servers.allow(here.room, here.fake.world.bot.id, deny=VIEW)
    await here.answers(here.people[0], "KEEP")
    await here.passes()
    assert "It could not be posted to #cases." in said(here.mine)


async def test_with_closed_direct_messages_the_asker_works_in_the_server(here: Circle) -> None:
    await here.decides()
    here.ann.closes_dms()
    draft = await here.orders(here.ann, "opinion", here.room, case=NICKNAME)
    assert "whom" in acts(draft), "it begins there"
    await here.fills(here.ann, draft, "whom", channel=here.room)
    await here.presses(here.ann, draft, "post")
    for who in here.people[:3]:
        await here.answers(who, "KEEP")
    await here.presses(here.people[3], here.posted, "worry")
    await here.presses(here.people[3], here.people[3].ephemerals[-1], "worried")
    shown = await here.orders(here.ann, "opinion", here.room, case=NICKNAME)
    assert "3 answered" in said(shown)
    assert "A colleague sees a safety issue" in said(shown)
    sure = await here.sees(here.ann, shown, "close")
    await here.presses(here.ann, sure, "close_now")
    listed = await here.orders(here.ann, "opinion", here.room)
    whole = await here.sees(here.ann, listed, "show")
    assert "What the team would do" in said(whole)
    await here.fills(here.ann, whole, "decide", course="KEEP", share=("yes",))
    assert "Decided" in said(here.shown[-1])


# ------------------------------------------------------------------ lists and settings


async def test_the_command_lists_rounds_to_the_asker_and_to_who_is_asked(here: Circle) -> None:
    bob, cleo, dan, eve, _ = here.people
    await here.posts(people=[bob, cleo, dan])
    await here.answers(bob, "KEEP")
    assert "Asked by you" in said(await here.orders(here.ann, "opinion", here.room))
    waits = await here.orders(cleo, "opinion")
    assert "Waiting for your answer" in said(waits)
    assert NICKNAME not in said(waits)
    assert "none waits for you" in said(await here.orders(bob, "opinion", here.hall))
    assert "none waits for you" in said(await here.orders(eve, "opinion", here.room))
    brief = await here.sees(cleo, waits, "open")
    await here.answers(cleo, "RESET", where=brief)
    assert "none waits for you" in said(await here.orders(cleo, "opinion"))


async def sets_default(here: Circle, who: Person) -> Message | None:
    shown = await here.orders(who, "workspace", here.hall)
    assert (await who.clicks(shown, "Choose a default…")).acknowledged
    await here.at.idle()
    return await here.sends(who, channel=here.room, widen=())


async def test_who_manages_the_server_names_whom_rounds_ask(here: Circle) -> None:
    here.fake.servers.allow(here.room, here.olga.id, allow=VIEW | SEND)
    shown = await sets_default(here, here.olga)
    assert shown
    assert "#cases" in said(shown)
    told = await here.orders(here.ann, "workspace", here.hall)
    assert "Only those who look after" in said(told)
    with pytest.raises(NoSuchElement):
        here.ann.drafts.click(told, "Choose a default…")
    await here.decides()
    draft = await here.orders(here.ann, "opinion", here.room, case=NICKNAME)
    assert "Whom you ask: #cases" in said(draft)
    refused = await here.fills(here.ann, draft, "whom", channel=here.hall)
    assert refused
    assert "Here only #cases is asked" in said(refused)
    await here.presses(here.ann, draft, "post")
    assert len(here.people[0].reads(here.room)) == 1


async def test_what_a_server_allows_holds_in_the_direct_messages_as_well(here: Circle) -> None:
    here.fake.servers.allow(here.room, here.olga.id, allow=VIEW | SEND)
    await sets_default(here, here.olga)
    draft = await here.drafts()
    link = f"https://discord.com/channels/{here.guild.id}/"
    refused = await here.fills(here.ann, draft, "whom", channel=link + here.hall.id)
    assert refused
    assert "Here only #cases is asked" in said(refused)
    await here.fills(here.ann, here.mine, "whom", channel=link + here.room.id)
    await here.presses(here.ann, here.mine, "post")
    assert len(here.people[0].reads(here.room)) == 1
