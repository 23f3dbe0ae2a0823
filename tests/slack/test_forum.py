"""Where rounds are posted in Slack: once, edited in place, in their thread, with their picture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.slack.faults import SlackError, Unclear
from bot.errors import DeliveryError
from bot.rounds.ports import Letter, Unreachable
from tests.fakes.slack import Error, FakeSlack, Message, Person, Reset, Status
from tests.slack.forums import PNG, actor, chat, forum, letter, place
from tests.slack.render_checks import said

OUTSIDE = ("channels:history", "groups:history")


def posted(fake: FakeSlack, text: str = "What would you do?") -> list[Message]:
    """Give all messages of the app that say something."""
    there = [one for kept in fake.team.messages.values() for one in kept.values()]
    return [one for one in there if text in said(one.blocks)]


# ------------------------------------------------------------------ posting and editing


async def test_a_message_is_posted_then_edited_in_place(fake: FakeSlack, ann: Person) -> None:
    channel = fake.channel("cases", ann)
    async with forum(fake) as at:
        first = letter("r1-1", place(fake, channel))
        ref = await at.put(first)
        again = replace(letter("r1-1", place(fake, channel), "3 of 5 answered"), ref=ref)
        assert await at.put(again) == ref
    (message,) = fake.posts(channel)
    assert "3 of 5 answered" in message.text
    (call,) = fake.calls_of("chat.postMessage")
    assert (call.args["unfurl_links"], call.args["parse"]) == (False, "none")


async def test_a_private_message_opens_the_chat_first(fake: FakeSlack, ann: Person) -> None:
    async with forum(fake) as at:
        ref = await at.put(letter("r1-2", chat(fake, ann)))
        await at.put(replace(letter("r1-2", chat(fake, ann), "It is closed"), ref=ref))
    (message,) = ann.from_bot
    assert "It is closed" in message.text
    assert len(fake.calls_of("conversations.open")) == 1


async def test_a_chat_that_moved_is_opened_anew(fake: FakeSlack, ann: Person) -> None:
    async with forum(fake) as at:
        await at.put(letter("r1-2", chat(fake, ann, "D99999999")))
    assert len(ann.from_bot) == 1


async def test_what_was_deleted_is_posted_anew(fake: FakeSlack, ann: Person) -> None:
    async with forum(fake) as at:
        ref = await at.put(letter("r1-2", chat(fake, ann)))
        fake.remove(ann.from_bot[0])
        other = await at.put(letter("r1-2", chat(fake, ann), ref=ref))
        assert other != ref
        assert await at.put(letter("r1-2", chat(fake, ann), ref=other)) == other
    assert len(ann.from_bot) == 1


async def test_a_notification_says_only_what_it_may(fake: FakeSlack, ann: Person) -> None:
    async with forum(fake) as at:
        await at.put(letter("r1-3", chat(fake, ann), "All of it", notice="Asked & waiting"))
    (call,) = fake.calls_of("chat.postMessage")
    assert call.args["text"] == "Asked &amp; waiting"
    assert "All of it" in ann.from_bot[0].text, "for screen readers, once it is there"


async def test_where_only_the_full_text_fails_the_message_stands(
    fake: FakeSlack, ann: Person
) -> None:
    fake.fail("chat.update", Error("fatal_error"), times=None)
    async with forum(fake) as at:
        assert await at.put(letter("r1-3", chat(fake, ann), "All of it", notice="Asked"))
    assert "All of it" in said(ann.from_bot[0].blocks)


# ------------------------------------------------------------------ once, however often tried


@pytest.mark.parametrize("fault", [Reset(after=True), Status(502, after=True)], ids=str)
async def test_in_private_a_lost_answer_makes_no_second_message(
    fake: FakeSlack, ann: Person, fault: Reset | Status
) -> None:
    fake.fail("chat.postMessage", fault)
    async with forum(fake) as at:
        await at.put(letter("r1-4", chat(fake, ann)))
    assert len(posted(fake)) == 1


async def test_in_private_another_process_finds_what_the_dead_one_posted(
    fake: FakeSlack, ann: Person
) -> None:
    async with forum(fake) as at:
        ref = await at.put(letter("r1-4", chat(fake, ann)))
    async with forum(fake) as at:
        newer = letter("r1-4", chat(fake, ann), "3 of 5 answered", attempts=1)
        assert await at.put(newer) == ref
    (message,) = ann.from_bot
    assert "3 of 5 answered" in message.text, "it shows how things are now"


async def test_another_letter_is_another_message(fake: FakeSlack, ann: Person) -> None:
    async with forum(fake) as at:
        await at.put(letter("r1-4", chat(fake, ann)))
        await at.put(letter("r1-5", chat(fake, ann), attempts=1))
    assert len(posted(fake)) == 2


async def test_in_a_channel_it_is_found_where_reading_was_granted(
    fake: FakeSlack, ann: Person
) -> None:
    fake.team.scopes |= set(OUTSIDE)
    for channel in (fake.channel("cases", ann), fake.channel("own", ann, private=True)):
        async with forum(fake) as at:
            brief = await at.put(letter("r1-6", place(fake, channel)))
            reveal = letter("r1-7", place(fake, channel), "Outcome", "reveal", beneath=brief)
            ref = await at.put(reveal)
        async with forum(fake) as at:
            assert await at.put(letter("r1-6", place(fake, channel), attempts=1)) == brief
            assert await at.put(replace(reveal, attempts=1)) == ref
        assert len(fake.posts(channel)) == 2


async def test_in_a_channel_without_it_a_second_one_comes_rather_than_none(
    fake: FakeSlack, ann: Person
) -> None:
    channel = fake.channel("cases", ann)
    fake.fail("chat.postMessage", Reset(after=True))
    async with forum(fake) as at:
        ref = await at.put(letter("r1-6", place(fake, channel)))
        await at.put(letter("r1-6", place(fake, channel), "newer", ref=ref))
    assert len(fake.posts(channel)) == 2
    assert "newer" in fake.posts(channel)[-1].text


# ------------------------------------------------------------------ threads


async def test_a_reveal_stands_in_the_thread_and_in_the_channel(
    fake: FakeSlack, ann: Person
) -> None:
    channel = fake.channel("cases", ann)
    async with forum(fake) as at:
        brief = await at.put(letter("r1-1", place(fake, channel)))
        await at.put(letter("r1-2", place(fake, channel), "Outcome", "reveal", beneath=brief))
        await at.put(letter("r1-3", place(fake, channel), "Decided", "decision", beneath=brief))
    first, reveal = fake.posts(channel)
    assert "Outcome" in reveal.text
    assert [one.text.split()[-1] for one in fake.posts(channel, first.ts)] == ["Outcome", "Decided"]


async def test_in_a_thread_everything_stays_there(fake: FakeSlack, ann: Person) -> None:
    channel = fake.channel("cases", ann)
    await ann.writes("What about Alder?", channel=channel.id)
    (asked,) = fake.team.messages[channel.id].values()
    target = place(fake, channel, asked.ts)
    async with forum(fake) as at:
        brief = await at.put(letter("r1-1", target))
        await at.put(letter("r1-2", target, "Outcome", "reveal", beneath=brief))
    assert {one.thread_ts for one in fake.posts(channel, asked.ts)} == {asked.ts}
    assert len(fake.posts(channel, asked.ts)) == 2
    assert fake.posts(channel) == []


async def test_where_the_thread_is_gone_it_stands_in_the_channel(
    fake: FakeSlack, ann: Person
) -> None:
    channel = fake.channel("cases", ann)
    async with forum(fake) as at:
        brief = await at.put(letter("r1-1", place(fake, channel)))
        fake.remove(fake.posts(channel)[0])
        await at.put(letter("r1-2", place(fake, channel), "Outcome", "reveal", beneath=brief))
    (reveal,) = fake.posts(channel)
    assert not reveal.thread_ts


async def test_in_private_nothing_hides_in_a_thread(fake: FakeSlack, ann: Person) -> None:
    async with forum(fake) as at:
        brief = await at.put(letter("r1-1", chat(fake, ann)))
        await at.put(letter("r1-2", chat(fake, ann), "Outcome", "reveal", beneath=brief))
    assert [one.thread_ts for one in ann.from_bot] == ["", ""]


# ------------------------------------------------------------------ the picture


async def test_the_picture_stands_in_the_thread_with_its_words(
    fake: FakeSlack, ann: Person
) -> None:
    channel = fake.channel("cases", ann)
    async with forum(fake) as at:
        brief = await at.put(letter("r1-1", place(fake, channel)))
        shown = letter(
            "r1-2", place(fake, channel), "Outcome", "reveal", picture=True, beneath=brief
        )
        ref = await at.put(shown)
        await at.put(replace(shown, ref=ref))
    (file,) = fake.team.files.values()
    assert (file.content, file.alt) == (PNG, "Keep: 2 of 3.")
    thread = fake.posts(channel, fake.posts(channel)[0].ts)
    assert [one.files for one in thread] == [(), (file.id,)], "the text first"


async def test_in_private_it_is_not_shared_twice(fake: FakeSlack, ann: Person) -> None:
    shown = letter("r1-2", chat(fake, ann), "Outcome", "reveal", picture=True)
    async with forum(fake) as at:
        ref = await at.put(shown)
    async with forum(fake) as at:
        assert await at.put(replace(shown, attempts=1)) == ref
    assert len(ann.from_bot) == 2


@pytest.mark.parametrize(
    "method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"]
)
async def test_without_its_picture_the_text_stands_all_the_same(
    fake: FakeSlack, ann: Person, method: str
) -> None:
    fake.fail(method, Status(500), times=None)
    async with forum(fake) as at:
        ref = await at.put(letter("r1-2", chat(fake, ann), "Outcome", "reveal", picture=True))
        assert await at.put(letter("r1-2", chat(fake, ann), "Outcome", "reveal", ref=ref)) == ref
    assert len(posted(fake, "Outcome")) == 1


# ------------------------------------------------------------------ taken away


async def test_what_is_taken_away_is_gone_with_its_picture(fake: FakeSlack, ann: Person) -> None:
    channel = fake.channel("cases", ann)
    for target in (place(fake, channel), chat(fake, ann)):
        async with forum(fake) as at:
            ref = await at.put(letter("r1-2", target, "Outcome", "reveal", picture=True))
            await at.take_away(target, ref)
            await at.take_away(target, ref)
    assert not fake.team.files
    assert not posted(fake, "Outcome")


# ------------------------------------------------------------------ where nothing arrives


NEVER = (
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "user_not_found",
    "user_disabled",
    "cannot_dm_bot",
    "restricted_action",
)


@pytest.mark.parametrize("code", NEVER)
async def test_where_nothing_will_ever_arrive_it_is_given_up(
    fake: FakeSlack, ann: Person, code: str
) -> None:
    fake.fail("chat.postMessage", Error(code), times=None)
    async with forum(fake) as at:
        with pytest.raises(Unreachable) as caught:
            await at.put(letter("r1-2", chat(fake, ann)))
    assert code not in caught.value.message


async def test_a_channel_that_the_bot_is_not_in_says_how_to_invite_it(
    fake: FakeSlack, ann: Person
) -> None:
    hidden = fake.channel("y", ann, member=False, private=True)
    for channel in (fake.channel("x", ann, member=False), hidden):
        async with forum(fake) as at:
            with pytest.raises(Unreachable, match="/invite @Crossroads"):
                await at.put(letter("r1-1", place(fake, channel)))


async def test_nobody_is_written_to_who_left_or_is_a_bot(fake: FakeSlack) -> None:
    async with forum(fake) as at:
        for somebody in (fake.person("Left", deleted=1), fake.person("Bot", is_bot=1)):
            with pytest.raises(Unreachable):
                await at.put(letter("r1-1", chat(fake, somebody)))


@pytest.mark.parametrize("code", ["invalid_blocks", "fatal_error", "missing_scope"])
async def test_anything_else_may_be_tried_again(fake: FakeSlack, ann: Person, code: str) -> None:
    fake.fail("chat.postMessage", Error(code), times=None)
    async with forum(fake) as at:
        with pytest.raises((SlackError, Unclear)) as caught:
            await at.put(letter("r1-2", chat(fake, ann)))
    assert not isinstance(caught.value, Unreachable)


async def test_where_slack_wants_to_be_left_alone_it_is_put_off_by_as_long(
    fake: FakeSlack, ann: Person
) -> None:
    fake.fail("chat.postMessage", Status(429, 120), times=None)
    async with forum(fake) as at:
        with pytest.raises(DeliveryError) as caught:
            await at.put(letter("r1-2", chat(fake, ann)))
    assert caught.value.retry_after
    assert caught.value.retry_after.total_seconds() == 120


async def test_another_workspace_gets_nothing(fake: FakeSlack, ann: Person) -> None:
    other: Letter = letter("r1-1", chat(fake, ann))
    elsewhere = replace(other.target, address={**other.target.address, "team": "T99999999"})
    async with forum(fake) as at:
        with pytest.raises(DeliveryError, match="not installed"):
            await at.put(replace(other, target=elsewhere))


async def test_the_way_to_somebody_is_their_own_chat(fake: FakeSlack, ann: Person) -> None:
    async with forum(fake) as at:
        target = await at.private(actor(fake, ann))
        await at.put(letter("r1-9", target))
    assert len(ann.from_bot) == 1
