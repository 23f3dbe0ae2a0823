"""Messages, channels, the bot itself and planned faults, by the REST API alone."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

import aiohttp
import pytest

import discord
from tests.fakes.discord import (
    Error,
    FakeDiscord,
    Hang,
    Person,
    Reset,
    Status,
)
from tests.fakes.discord.bare import Bare, opened, pointed, refused
from tests.fakes.discord.components import words as said
from tests.fakes.discord.model import V2, Json
from tests.fakes.discord.parts import (
    COMMAND,
    HELLO,
    QUIET,
    button,
    card,
    row,
    words,
)

# ------------------------------------------------------------------ messages


async def test_a_message_is_posted_edited_read_back_and_deleted(
    fake: FakeDiscord, rest: Bare, ann: Person
) -> None:
    path = await opened(rest, ann)
    posted = await rest.ask("POST", path, card("Shall we?", row(button("yes"))))
    parts = posted["components"]
    assert (parts[0]["id"], [one["id"] for one in parts[0]["components"]]) == (1, [2, 3])
    await rest.ask("PATCH", f"{path}/{posted['id']}", {"components": [words("Done")]})
    (there,) = ann.from_bot
    assert (said(there.components), there.v2, bool(there.edited)) == ("Done", True, True)
    read = await rest.ask("GET", f"{path}/{posted['id']}")
    assert read["edited_timestamp"] == there.edited
    await rest.ask("DELETE", f"{path}/{posted['id']}")
    assert ann.messages == ()
    assert await refused(rest.ask("PATCH", f"{path}/{posted['id']}", HELLO)) == 10008
    assert [call.operation for call in fake.calls] == [
        "open_dm",
        "post_message",
        "edit_message",
        "get_message",
        "delete_message",
        "edit_message",
    ]
    assert {call.user for call in fake.calls} == {ann.id}


async def test_history_is_newest_first_and_holds_both_sides(rest: Bare, ann: Person) -> None:
    path = await opened(rest, ann)
    for number in range(3):
        ann.drafts.message(f"words {number}")
        await rest.ask("POST", path, QUIET | {"content": f"answer {number}"})

    async def page(**query: Any) -> list[str]:
        return [one["content"] for one in await rest.ask("GET", path, params=query)]

    every = ["answer 2", "words 2", "answer 1", "words 1", "answer 0", "words 0"]
    ids = [one.id for one in ann.messages]
    assert await page() == every
    assert await page(limit=2) == every[:2]
    assert await page(before=ids[2], limit=1) == every[4:5]
    assert await page(after=ids[2], limit=2) == every[1:3]
    assert await page(around=ids[2], limit=3) == every[2:5]
    assert await refused(page(limit=101)) == 50035


async def test_the_same_nonce_makes_one_message_for_five_minutes(
    fake: FakeDiscord, rest: Bare, ann: Person
) -> None:
    path = await opened(rest, ann)
    once = HELLO | {"nonce": "n1", "enforce_nonce": True}
    first, second = [await rest.ask("POST", path, once) for _ in range(2)]
    assert (first["id"], first["nonce"]) == (second["id"], "n1")
    fake.clock.advance(301)
    await rest.ask("POST", path, once)
    assert len(ann.from_bot) == 2


async def test_a_file_is_sent_fetched_and_taken_off(
    fake: FakeDiscord, rest: Bare, ann: Person
) -> None:
    path = await opened(rest, ann)
    where = rest.get_partial_messageable(int(ann.dm))
    sent = await where.send(
        "Here",
        file=discord.File(BytesIO(b"all of it"), "case.txt", description="Your case"),
        allowed_mentions=discord.AllowedMentions.none(),
    )
    (file,) = ann.from_bot[0].attachments
    assert (file.name, file.content, file.description) == ("case.txt", b"all of it", "Your case")
    assert await sent.attachments[0].read() == b"all of it"
    await rest.ask("PATCH", f"{path}/{sent.id}", {"attachments": []})
    assert ann.from_bot[0].attachments == ()
    box = {"type": 13, "file": {"url": "attachment://case.txt"}}
    form: list[Json] = [
        {"name": "payload_json", "value": _json(QUIET | {"flags": V2, "components": [box]})},
        {"name": "files[0]", "value": b"again", "filename": "case.txt"},
    ]
    shown = await rest.http.request(discord.http.Route("POST", path), form=form)
    assert shown["components"][0]["file"]["url"].startswith(fake.world.base)
    assert (shown["components"][0]["name"], shown["components"][0]["size"]) == ("case.txt", 5)


def _json(body: Json) -> str:
    return str(discord.utils._to_json(body))


async def test_other_parts_of_a_message_are_given_back_whole(
    rest: Bare, ann: Person, bob: Person
) -> None:
    path = await opened(rest, ann)
    picture = {"media": {"url": "https://example.org/x.png"}}
    parts: list[Json] = [
        {"type": 9, "components": [words("x")], "accessory": button("beside")},
        {"type": 9, "components": [words("y")], "accessory": {"type": 11} | picture},
        {"type": 12, "items": [picture]},
        {"type": 14},
        row({"type": 5, "custom_id": "who"}),
    ]
    await rest.ask("POST", path, QUIET | {"flags": V2, "components": parts})
    (shown,) = ann.from_bot
    assert ann.drafts.click(shown, "beside").payload["data"]["custom_id"] == "beside"
    chosen = ann.drafts.selection(shown, "who", bob.id).payload["data"]
    assert (chosen["values"], list(chosen["resolved"]["users"])) == ([bob.id], [bob.id])
    told = {"title": "T", "fields": [{"name": "a", "value": "b"}]}
    await rest.ask("POST", path, QUIET | {"embeds": [told]})
    assert ann.from_bot[1].embeds[0]["fields"][0]["inline"] is False


async def test_a_reply_points_at_a_message_that_is_there(rest: Bare, ann: Person) -> None:
    path = await opened(rest, ann)
    first = await rest.ask("POST", path, HELLO)
    there = {"message_reference": {"message_id": int(first["id"])}}
    reply = await rest.ask("POST", path, HELLO | there)
    assert (reply["type"], reply["message_reference"]["message_id"]) == (19, first["id"])
    gone: Json = {"message_id": "1"}
    assert await refused(rest.ask("POST", path, HELLO | {"message_reference": gone})) == 50035
    gone |= {"fail_if_not_exists": False}
    assert (await rest.ask("POST", path, HELLO | {"message_reference": gone}))["type"] == 0


async def test_only_what_the_bot_may_reach_is_reached(
    fake: FakeDiscord, rest: Bare, ann: Person, bob: Person
) -> None:
    path = await opened(rest, ann)
    ann.drafts.message("mine")
    mine = f"{path}/{ann.messages[0].id}"
    assert await refused(rest.ask("PATCH", mine, HELLO)) == 50005
    assert await refused(rest.ask("DELETE", mine)) == 50003
    assert await refused(rest.ask("GET", "/channels/1")) == 10003
    assert await refused(rest.ask("GET", "/nonsense")) == 0
    away = fake.guild("Away", bot=False)
    theirs = fake.private_channel(ann, bob)
    for channel in (away.channel, theirs):
        assert await refused(rest.ask("GET", f"/channels/{channel.id}")) == 50001
    here = fake.guild("Here")
    assert (await rest.ask("GET", f"/channels/{here.channel.id}"))["guild_id"] == here.id
    assert [one["name"] for one in await rest.ask("GET", "/users/@me/guilds")] == ["Here"]
    await rest.ask("DELETE", f"/users/@me/guilds/{here.id}")
    assert await rest.ask("GET", "/users/@me/guilds") == []
    assert await refused(rest.ask("POST", "/users/@me/channels", {"recipient_id": "1"})) == 10013


@pytest.mark.parametrize("code", [50007, 50278, 40003])
async def test_closed_direct_messages_refuse_the_bot(rest: Bare, ann: Person, code: int) -> None:
    path = await opened(rest, ann)
    ann.closes_dms(code)
    assert await refused(rest.ask("POST", path, HELLO)) == code
    assert ann.messages == ()
    ann.opens_dms()
    await rest.ask("POST", path, HELLO)


async def test_opening_too_many_direct_messages_is_refused(rest: Bare, ann: Person) -> None:
    ann.closes_dms(40003)
    assert await refused(opened(rest, ann)) == 40003
    assert ann.dm == ""


async def test_a_wrong_token_is_refused(fake: FakeDiscord) -> None:
    with pytest.raises(discord.LoginFailure):
        async with pointed(fake, token="wrong"):
            pass


async def test_the_bot_learns_who_it_is(fake: FakeDiscord, rest: Bare) -> None:
    info = await rest.application_info()
    assert (str(info.id), info.verify_key) == (fake.application_id, fake.verify_key)
    assert (await rest.ask("GET", "/gateway"))["url"] == fake.gateway_url
    assert rest.user is not None
    assert str(rest.user.id) == fake.world.bot.id


async def test_commands_are_registered_and_counted(fake: FakeDiscord, rest: Bare) -> None:
    first = fake.commands[0]["id"]
    path = f"/applications/{fake.application_id}/commands"
    again = await rest.ask("PUT", path, [COMMAND, COMMAND | {"name": "other"}])
    assert [one["id"] == first for one in again] == [True, False]
    assert (await rest.ask("GET", path), fake.command_puts) == (again, 2)


def test_ids_sort_by_time_even_when_the_clock_goes_back() -> None:
    fake = FakeDiscord()
    ids = []
    for seconds in (0, 5, -60, 0, 3600):
        fake.clock.advance(seconds)
        ids.append(int(fake.world.snowflake()))
    assert ids == sorted(set(ids))


# ------------------------------------------------------------------ faults


async def test_a_limit_says_when_to_come_back_or_looks_like_a_ban(
    fake: FakeDiscord, rest: Bare, ann: Person
) -> None:
    path = await opened(rest, ann)
    planned = fake.fail("post_message", Status(429, retry_after=0.01), channel=ann.dm)
    await rest.ask("POST", path, HELLO)
    assert (planned.hits, len(ann.from_bot)) == (1, 1)
    assert [call.status for call in fake.calls_of("post_message")] == [429, 200]
    fake.fail("post_message", Status(429, retry_after=0.01, via=False))
    with pytest.raises(discord.HTTPException) as caught:
        await rest.ask("POST", path, HELLO)
    assert caught.value.status == 429
    assert len(ann.from_bot) == 1


async def test_a_page_or_a_code_in_place_of_an_answer(
    fake: FakeDiscord, rest: Bare, ann: Person
) -> None:
    path = await opened(rest, ann)
    url = f"{fake.api_url}v10{path}"
    token = {"Authorization": f"Bot {fake.token}"}
    fake.fail("*", Status(502, after=True))
    async with fake.session.post(url, json=HELLO, headers=token) as bad:
        assert (bad.status, bad.content_type) == (502, "text/html")
    assert len(ann.from_bot) == 1
    fake.fail("post_message", Status(503))
    with pytest.raises(discord.DiscordServerError):
        await rest.ask("POST", path, HELLO)
    fake.fail("post_message", Error(50007))
    assert await refused(rest.ask("POST", path, HELLO)) == 50007
    fake.fail("post_message", Error(20028, 429), when=lambda call: call.channel == "1")
    await rest.ask("POST", path, HELLO)
    assert len(ann.from_bot) == 2


@pytest.mark.parametrize("after", [False, True])
async def test_a_connection_breaks_before_or_after_the_write(
    fake: FakeDiscord, rest: Bare, ann: Person, after: bool
) -> None:
    path = await opened(rest, ann)
    fake.fail("post_message", Reset(after=after))
    with pytest.raises((aiohttp.ClientError, OSError)):
        await rest.ask("POST", path, HELLO)
    assert len(ann.from_bot) == int(after)


async def test_a_request_hangs_until_it_is_released(
    fake: FakeDiscord, rest: Bare, ann: Person
) -> None:
    path = await opened(rest, ann)
    hang = Hang()
    fake.fail("post_message", hang)
    posting = asyncio.create_task(rest.ask("POST", path, HELLO))
    await hang.reached.wait()
    assert ann.from_bot == ()
    hang.release()
    await posting
    assert len(ann.from_bot) == 1
