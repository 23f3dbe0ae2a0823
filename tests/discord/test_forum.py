"""Rounds posted on Discord: once, edited in place, and with the reason where they cannot be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import DeliveryError
from bot.rounds.ports import Target, Unreachable
from bot.sheets.model import FORM_ROOM
from tests.discord.surfaces import said
from tests.discord.team import PICTURE, Team, team
from tests.fakes.discord import Channel, Error, FakeDiscord, NoSuchElement, Reset, Status
from tests.fakes.discord.model import ANNOUNCEMENT, PUBLIC
from tests.fakes.discord.rights import (
    ATTACH,
    HISTORY,
    MAKE_PRIVATE,
    MANAGE_THREADS,
    SEND,
    VIEW,
)

pytestmark = pytest.mark.usefixtures("still", "sound")


@pytest.fixture
async def here(fake: FakeDiscord, tmp_path: Path) -> AsyncIterator[Team]:
    async with team(fake, tmp_path) as there:
        yield there


def thread_of(here: Team, *members: str) -> Target:
    address = {
        "guild": here.guild.id,
        "channel": here.room.id,
        "members": ",".join(members or (here.bob.id, here.cleo.id)),
        "asker": here.ann.id,
        "thread_name": "Second opinion 7KQ2",
    }
    return Target("discord", address)


def only_thread(here: Team) -> Channel:
    (thread,) = here.fake.servers.threads(here.room)
    return thread


# ------------------------------------------------------------------ posted and edited


async def test_it_is_posted_once_and_then_edited(here: Team) -> None:
    ref = await here.forum.put(here.letter("First."))
    (posted,) = here.bob.reads(here.room)
    assert said(posted) == "Client Alder First."
    assert await here.forum.put(here.letter("Second.", ref=ref)) == ref
    (edited,) = here.bob.reads(here.room)
    assert (edited.id, said(edited)) == (posted.id, "Client Alder Second.")


@pytest.mark.parametrize("kind", [ANNOUNCEMENT, PUBLIC])
async def test_it_is_posted_in_threads_and_channels_for_announcements(
    here: Team, kind: int
) -> None:
    servers = here.fake.servers
    if kind == PUBLIC:
        place = servers.thread(here.room, "design", here.bob, kind=PUBLIC)
    else:
        place = servers.channel(here.guild, "news", kind)
    await here.forum.put(here.letter(target=here.target(place)))
    assert len(here.bob.reads(place)) == 1


async def test_tried_again_before_it_was_noted_it_is_there_once(here: Team) -> None:
    first = await here.forum.put(here.letter("First."))
    assert await here.forum.put(here.letter("Second.")) == first
    here.fake.clock.advance(3600)  # Discord forgets by then what it has taken
    assert await here.forum.put(here.letter("Third.")) == first
    (posted,) = here.bob.reads(here.room)
    assert said(posted) == "Client Alder Third."


async def test_two_messages_of_one_round_are_two(here: Team) -> None:
    refs = {await here.forum.put(here.letter(mark=mark)) for mark in ("m1", "m2")}
    assert len(refs) == 2
    assert len(here.bob.reads(here.room)) == 2


async def test_a_call_that_broke_after_discord_took_it_posts_nothing_twice(here: Team) -> None:
    here.fake.fail("post_message", Reset(after=True))
    with pytest.raises(DeliveryError):
        await here.forum.put(here.letter())
    await here.forum.put(here.letter())
    assert len(here.bob.reads(here.room)) == 1


async def test_deleted_by_somebody_it_is_posted_anew(here: Team) -> None:
    ref = await here.forum.put(here.letter())
    here.fake.remove(here.bob.reads(here.room)[0])
    anew = await here.forum.put(here.letter("Anew.", ref=ref))
    assert anew != ref
    (posted,) = here.bob.reads(here.room)
    assert said(posted) == "Client Alder Anew."
    here.fake.remove(posted)
    await here.forum.put(here.letter("Once more.", ref=anew))
    assert len(here.bob.reads(here.room)) == 1


async def test_what_belongs_to_it_answers_it_below(here: Team) -> None:
    above = await here.forum.put(here.letter())
    await here.forum.put(here.letter(mark="m2", role="reveal", beneath=above))
    first, second = here.bob.reads(here.room)
    assert second.reference == first.id


async def test_what_belongs_to_a_deleted_message_is_posted_all_the_same(here: Team) -> None:
    above = await here.forum.put(here.letter())
    here.fake.remove(here.bob.reads(here.room)[0])
    await here.forum.put(here.letter(mark="m2", role="reveal", beneath=above))
    (posted,) = here.bob.reads(here.room)
    assert not posted.reference


async def test_a_picture_comes_in_the_same_message_and_goes_with_an_edit(here: Team) -> None:
    ref = await here.forum.put(here.letter(picture=True))
    (posted,) = here.bob.reads(here.room)
    (file,) = posted.attachments
    assert (file.content, file.kind, file.description) == (PICTURE.png, "image/png", PICTURE.alt)
    await here.forum.put(here.letter(picture=True, ref=ref))
    assert len(here.bob.reads(here.room)[0].attachments) == 1
    await here.forum.put(here.letter(ref=ref))
    assert here.bob.reads(here.room)[0].attachments == ()


async def test_without_the_right_to_read_the_history_it_is_still_posted_once(here: Team) -> None:
    here.fake.servers.allow(here.room, here.fake.world.bot.id, deny=HISTORY)
    first = await here.forum.put(here.letter())
    assert await here.forum.put(here.letter()) == first
    assert len(here.bob.reads(here.room)) == 1


# ------------------------------------------------------------------ private threads


async def test_named_people_are_asked_in_a_private_thread_and_called_there(here: Team) -> None:
    outsider = here.fake.person("Dora")
    ref = await here.forum.put(here.letter(target=thread_of(here)))
    thread = only_thread(here)
    assert {here.ann.id, here.bob.id, here.cleo.id} < {*thread.people}
    (posted,) = here.bob.reads(thread)
    assert f"<@{here.bob.id}> <@{here.cleo.id}>" in posted.components[0]["content"]
    assert len(here.ann.reads(thread)) == 1
    with pytest.raises(NoSuchElement):
        outsider.reads(thread)
    assert here.bob.reads(here.room) == (), "nothing is to be seen in the channel"
    made = here.fake.calls_of("begin_thread")[0].body
    assert (made["type"], made["invitable"]) == (12, False)
    assert ref.startswith(f"{thread.id}/")


async def test_a_thread_is_made_once_whatever_breaks_on_the_way(here: Team) -> None:
    here.fake.fail("begin_thread", Reset(after=True))
    for operation in ("add_to_thread", "post_message"):
        here.fake.fail(operation, Status(503))
    tries = 0
    while True:
        try:
            await here.forum.put(here.letter(target=thread_of(here)))
            break
        except DeliveryError:
            tries += 1
    assert tries == 3
    assert len(here.cleo.reads(only_thread(here))) == 1


async def test_somebody_who_left_meanwhile_keeps_nobody_else_out(here: Team) -> None:
    here.fake.servers.leaves(here.guild, here.bob)
    await here.forum.put(here.letter(target=thread_of(here)))
    assert len(here.cleo.reads(only_thread(here))) == 1


async def test_what_belongs_to_it_is_said_in_the_thread_and_calls_nobody(here: Team) -> None:
    target = thread_of(here)
    above = await here.forum.put(here.letter(target=target))
    await here.forum.put(
        here.letter(mark="m2", role="reveal", beneath=above, target=target, picture=True)
    )
    _, second = here.bob.reads(only_thread(here))
    assert "<@" not in str(second.components)
    call = here.fake.calls_of("post_message")[-1]
    assert call.body["allowed_mentions"] == {"parse": []}


async def test_put_away_for_silence_the_thread_is_taken_out_again(here: Team) -> None:
    target = thread_of(here)
    ref = await here.forum.put(here.letter(target=target))
    here.fake.servers.archives(only_thread(here))
    assert await here.forum.put(here.letter("Later.", target=target, ref=ref)) == ref
    assert "Later." in said(here.bob.reads(only_thread(here))[0])
    assert not only_thread(here).archived


async def test_deleted_by_somebody_it_is_posted_anew_in_the_same_thread(here: Team) -> None:
    target = thread_of(here)
    ref = await here.forum.put(here.letter(target=target))
    here.fake.remove(here.bob.reads(only_thread(here))[0])
    here.fake.servers.archives(only_thread(here))
    anew = await here.forum.put(here.letter("Anew.", target=target, ref=ref))
    assert "Anew." in said(here.bob.reads(only_thread(here))[0])
    assert anew.endswith("/thread"), "it is still the message for which the thread was made"


async def test_a_thread_that_somebody_deleted_is_made_anew(here: Team) -> None:
    target = thread_of(here)
    ref = await here.forum.put(here.letter(target=target))
    here.fake.servers.deletes(only_thread(here))
    await here.forum.put(here.letter(target=target, ref=ref))
    assert len(here.bob.reads(only_thread(here))) == 1


# ------------------------------------------------------------------ direct messages


async def test_a_persons_chat_is_opened_when_something_is_put_there(here: Team) -> None:
    target = await here.forum.private(await here.asker())
    assert target.address == {"user": here.ann.id, "channel": ""}
    ref = await here.forum.put(here.letter(target=target, role="owner"))
    (shown,) = here.ann.from_bot
    assert ref == f"{here.ann.dm}/{shown.id}"


@pytest.mark.parametrize("code", [50007, 50278, 40003])
async def test_who_has_closed_their_messages_can_never_be_reached(here: Team, code: int) -> None:
    here.ann.closes_dms(code)
    target = await here.forum.private(await here.asker())
    with pytest.raises(Unreachable):
        await here.forum.put(here.letter(target=target, role="reminder"))


async def test_an_account_that_is_gone_can_never_be_reached(here: Team) -> None:
    target = Target("discord", {"user": "1", "channel": ""})
    with pytest.raises(Unreachable):
        await here.forum.put(here.letter(target=target, role="reminder"))


# ------------------------------------------------------------------ where it cannot be


@pytest.mark.parametrize(
    ("denied", "named"),
    [
        (SEND, "Send Messages"),
        (ATTACH, "Attach Files"),
        (VIEW, "View Channel"),
    ],
)
async def test_a_right_that_is_missing_is_named(here: Team, denied: int, named: str) -> None:
    here.fake.servers.allow(here.room, here.fake.world.bot.id, deny=denied)
    with pytest.raises(Unreachable, match=named) as caught:
        await here.forum.put(here.letter(picture=True))
    assert "Create Private Threads" not in caught.value.message


async def test_the_rights_for_private_threads_are_named_for_them(here: Team) -> None:
    here.fake.servers.allow(here.room, here.fake.world.bot.id, deny=MAKE_PRIVATE)
    with pytest.raises(Unreachable, match="Create Private Threads"):
        await here.forum.put(here.letter(target=thread_of(here)))


async def test_without_the_history_what_answers_a_message_cannot_be_posted(here: Team) -> None:
    above = await here.forum.put(here.letter())
    here.fake.servers.allow(here.room, here.fake.world.bot.id, deny=HISTORY)
    with pytest.raises(Unreachable, match="Read Message History"):
        await here.forum.put(here.letter(mark="m2", beneath=above))


async def test_a_channel_that_is_gone_can_never_be_posted_in(here: Team) -> None:
    ref = await here.forum.put(here.letter())
    here.fake.servers.deletes(here.room)
    for letter in (here.letter(mark="m2"), here.letter(ref=ref)):
        with pytest.raises(Unreachable, match="not there any more"):
            await here.forum.put(letter)


async def test_a_server_that_removed_the_bot_can_never_be_posted_in(here: Team) -> None:
    here.fake.removes_bot(here.guild)
    with pytest.raises(Unreachable, match="View Channel"):
        await here.forum.put(here.letter())


@pytest.mark.parametrize("fault", [Status(503), Reset(), Error(0, status=404)])
async def test_what_may_pass_is_tried_again(here: Team, fault: Status | Reset | Error) -> None:
    here.fake.fail("post_message", fault)
    with pytest.raises(DeliveryError) as caught:
        await here.forum.put(here.letter())
    assert not isinstance(caught.value, Unreachable)
    await here.forum.put(here.letter())
    assert len(here.bob.reads(here.room)) == 1


# ------------------------------------------------------------------ taken away


async def test_what_was_posted_is_taken_away_once_or_twice(here: Team) -> None:
    ref = await here.forum.put(here.letter())
    for _ in range(2):
        await here.forum.take_away(here.target(), ref)
    assert here.bob.reads(here.room) == ()


async def test_the_thread_that_was_made_is_taken_away_with_its_message(here: Team) -> None:
    here.fake.servers.allow(here.room, here.fake.world.bot.id, allow=MANAGE_THREADS)
    target = thread_of(here)
    ref = await here.forum.put(here.letter(target=target))
    below = await here.forum.put(here.letter(mark="m2", beneath=ref, target=target))
    for one in (ref, below, ref):
        await here.forum.take_away(target, one)
    assert here.fake.servers.threads(here.room) == []


async def test_a_reminder_in_the_thread_is_taken_away_alone(here: Team) -> None:
    target = thread_of(here)
    ref = await here.forum.put(here.letter(target=target))
    below = await here.forum.put(here.letter(mark="m2", beneath=ref, target=target))
    await here.forum.take_away(target, below)
    assert len(here.bob.reads(only_thread(here))) == 1


async def test_without_the_right_to_delete_it_the_thread_is_put_away_empty(here: Team) -> None:
    target = thread_of(here)
    ref = await here.forum.put(here.letter(target=target))
    below = await here.forum.put(here.letter(mark="m2", beneath=ref, target=target))
    for one in (ref, below, ref):
        await here.forum.take_away(target, one)
    thread = only_thread(here)
    assert thread.archived
    assert here.bob.reads(thread) == ()


async def test_a_place_that_is_closed_holds_nothing_to_take_away(here: Team) -> None:
    ref = await here.forum.put(here.letter())
    here.fake.servers.allow(here.room, here.fake.world.bot.id, deny=VIEW)
    await here.forum.take_away(here.target(), ref)
    here.fake.servers.deletes(here.room)
    await here.forum.take_away(here.target(), ref)


async def test_a_failure_on_the_way_is_told_so_that_it_is_tried_again(here: Team) -> None:
    ref = await here.forum.put(here.letter())
    here.fake.fail("delete_message", Status(503))
    with pytest.raises(DeliveryError):
        await here.forum.take_away(here.target(), ref)


# ------------------------------------------------------------------ what is known of people


async def test_discord_tells_no_time_zone_and_forms_have_room_for_five(here: Team) -> None:
    assert await here.forum.zone(await here.asker()) == ""
    assert here.forum.form_room == FORM_ROOM == 5
    assert not here.forum.writes_first


async def test_who_may_manage_the_server_may_set_what_holds_for_everybody(here: Team) -> None:
    assert await here.forum.rules_here(await here.asker("manage"))
    assert not await here.forum.rules_here(await here.asker("1"))
    stranger = replace(await here.asker(), groups=frozenset())
    assert not await here.forum.rules_here(stranger)
