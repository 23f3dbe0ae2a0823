"""What is written to the bot and is no answer, and what can be pressed on what is no card."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.discord.driver import begins_with, is_to
from tests.discord.scene import Scene, scene
from tests.discord.surfaces import (
    TO_THE_END,
    asks,
    begins,
    links,
    on,
    options,
    rows,
    said,
    took,
    writes,
)
from tests.fakes.discord import FakeDiscord, Message, Person, Sending

pytestmark = pytest.mark.usefixtures("still", "sound")


async def hears(at: Scene, somebody: Person, sending: Sending) -> list[Message]:
    """Let the app hear something it may leave alone; gives what it said to that."""
    before = {message.id for message in somebody.from_bot}
    await at.fake.deliver(sending)
    await asks(at, somebody, "help")  # what came before it was heard before it
    return [message for message in somebody.from_bot if message.id not in before]


# ------------------------------------------------------------------ the first hello


async def test_a_first_hello_is_answered_with_the_welcome_and_nothing_is_stored(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await writes(at, ann, "Hello there")
        (welcome,) = ann.from_bot
        for words in ("Welcome to Crossroads", "Only you see your answers.", "real name"):
            assert words in said(welcome)
        assert on(welcome) == ["Start: The long way", "The short way"]
        assert rows(tmp_path) == {"people": 0, "cases": 0, "events": 0, "outbox": 0}
        await took(at, await ann.clicks(welcome, "The short way"))
        (card,) = ann.from_bot
        assert card.id == welcome.id, "the welcome turns into the card"
        assert "Is everyone safe?" in said(card)


async def test_a_double_press_on_the_welcome_begins_one_case(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await writes(at, ann, "Hello there")
        (welcome,) = ann.from_bot
        press = [ann.clicks(welcome, "The short way", stale=True) for _ in range(3)]
        for reaction in await asyncio.gather(*press):
            await took(at, reaction)
        assert len(await at.store.cases(at.owner(ann))) == 1
        (card,) = ann.from_bot
        assert "Is everyone safe?" in said(card)


async def test_the_welcome_pressed_again_later_begins_another_case(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await writes(at, ann, "Hello there", "Hello again")
        first, second = ann.from_bot
        for welcome in (first, second):
            await took(at, await ann.clicks(welcome, begins_with("")))
            fake.clock.advance(10)
        assert len(await at.store.cases(at.owner(ann))) == 2
        assert len(ann.from_bot) == 2


# ------------------------------------------------------------------ words


@pytest.mark.parametrize("began", [False, True])
async def test_words_of_commands_work_in_the_direct_messages(
    fake: FakeDiscord, ann: Person, tmp_path: Path, began: bool
) -> None:
    async with scene(fake, tmp_path) as at:
        if began:
            await begins(at, ann)
        before = ann.from_bot
        for word, answer in (
            ("Cases", "0 of 5 questions answered" if began else "You have no cases."),
            ("settings", "Finished cases:"),
            ("  mydata ", "What is stored about you"),
            ("FORGET", "What is stored about you"),
            ("export", "What is stored about you"),
        ):
            await writes(at, ann, word)
            assert answer in said(ann.from_bot[-1])
        assert on(ann.from_bot[-1]) == ["Export", "Delete everything…"]
        assert ann.from_bot[: len(before)] == before, "the card stays where it was"
        assert ann.ephemerals == []


@pytest.mark.parametrize(("word", "length"), [(" START ", "long"), ("short", "short")])
async def test_a_word_begins_a_case(
    fake: FakeDiscord, ann: Person, tmp_path: Path, word: str, length: str
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        await writes(at, ann, word)
        newest, _ = await at.store.cases(at.owner(ann))
        assert (await at.store.case(at.owner(ann), newest.id)).answers["length"] == length
        assert len(ann.from_bot) == 2


async def test_help_lists_the_commands_or_what_works_in_a_case_that_is_open(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await writes(at, ann, "help")
        assert "/crossroads export " in said(ann.from_bot[-1])
        await begins(at, ann)
        await writes(at, ann, "help")
        assert "why this question is asked" in said(ann.from_bot[-1])
        assert "Is everyone safe?" in said(ann.from_bot[-1])


@pytest.mark.parametrize("word", ["start", "cases", "forget", "export", "mydata", "short"])
async def test_a_word_is_the_answer_where_a_text_is_asked_for(
    fake: FakeDiscord, ann: Person, tmp_path: Path, word: str
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", word)
        (listed,) = await at.store.cases(at.owner(ann))
        assert listed.name == word
        assert len(ann.from_bot) == 1


async def test_anything_else_after_the_end_is_answered_with_the_ways_to_begin(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, *TO_THE_END)
        await writes(at, ann, "Thank you!")
        assert on(ann.from_bot[-1]) == ["Start: The long way", "The short way"]
        await writes(at, ann, "undo")
        assert "Sleep on it?" in said(ann.from_bot[-1])


# ------------------------------------------------------------------ what is no word at all


def without_words(sending: Sending) -> Sending:
    payload = {**sending.payload, "content": ""}
    file = {"id": "5", "filename": "a.png", "size": 9, "url": "http://127.0.0.1/", "proxy_url": ""}
    return replace(sending, payload={**payload, "attachments": [file]})


def only_blanks(sending: Sending) -> Sending:
    return replace(sending, payload={**sending.payload, "content": " \u200b\n "})


Change = Callable[[Sending], Sending]


@pytest.mark.parametrize("change", [without_words, only_blanks])
async def test_a_message_without_words_is_answered_kindly_and_is_no_answer(
    fake: FakeDiscord, ann: Person, tmp_path: Path, change: Change
) -> None:
    async with scene(fake, tmp_path) as at:
        (welcome,) = await hears(at, ann, change(ann.drafts.message("x")))
        assert "Welcome to Crossroads" in said(welcome)
        await begins(at, ann, "fine")
        (told,) = await hears(at, ann, change(ann.drafts.message("x")))
        assert "I can read words alone" in said(told) or "Not taken" in said(told)
        (listed,) = await at.store.cases(at.owner(ann))
        case = await at.store.case(at.owner(ann), listed.id)
        assert case.answers == {"length": "long", "safe": "fine"}


def by_a_bot(sending: Sending) -> dict[str, Any]:
    author = {**sending.payload["author"], "bot": True}
    return {**sending.payload, "author": author}


def by_the_bot_itself(sending: Sending) -> dict[str, Any]:
    author = {**sending.payload["author"], "id": "1", "username": "crossroads", "bot": True}
    return {**sending.payload, "author": author}


def in_a_server(sending: Sending) -> dict[str, Any]:
    return {**sending.payload, "guild_id": "5", "channel_id": "6", "channel_type": 0}


def a_notice(sending: Sending) -> dict[str, Any]:
    return {**sending.payload, "type": 6}


def a_webhook(sending: Sending) -> dict[str, Any]:
    return {**by_a_bot(sending), "webhook_id": "7"}


@pytest.mark.parametrize("change", [by_a_bot, by_the_bot_itself, in_a_server, a_notice, a_webhook])
async def test_what_is_not_written_by_a_person_to_the_bot_is_not_heard(
    fake: FakeDiscord, ann: Person, tmp_path: Path, change: Callable[[Sending], dict[str, Any]]
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        for word in ("fine", "cases", "start"):
            sending = ann.drafts.message(word)
            assert await hears(at, ann, replace(sending, payload=change(sending))) == []
        (listed,) = await at.store.cases(at.owner(ann))
        assert listed.turn == 1


async def test_what_members_write_in_a_server_does_not_even_arrive(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        assert not (await ann.writes("start", fake.guild("Acme"))).acknowledged
        await at.idle()
        assert rows(tmp_path, "people", "cases") == {"people": 0, "cases": 0}


async def test_an_edited_or_deleted_message_changes_nothing(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine")
        (written,) = [one for one in ann.messages if not one.from_bot]
        await ann.edits(written, "danger")
        await ann.deletes(written)
        await asks(at, ann, "help")
        (listed,) = await at.store.cases(at.owner(ann))
        assert (await at.store.case(at.owner(ann), listed.id)).answers["safe"] == "fine"


# ------------------------------------------------------------------ what can be pressed elsewhere


@pytest.mark.parametrize("served", [False, True])
async def test_buttons_of_the_help_work_everywhere(
    fake: FakeDiscord, ann: Person, tmp_path: Path, served: bool
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        where = fake.guild("Acme") if served else None
        await asks(at, ann, "help", where)
        (offer,) = ann.ephemerals
        for button, answer in (
            ("My cases", "0 of 5 questions answered"),
            ("Settings", "Finished cases:"),
            ("What is stored", "Cases: 1"),
        ):
            await took(at, await ann.clicks(offer, button))
            assert answer in said(ann.ephemerals[-1])
        await took(at, await ann.clicks(offer, "The short way"))
        assert len(await at.store.cases(at.owner(ann))) == 2
        assert len(ann.from_bot) == 2
        told = next(one for one in ann.ephemerals if one.id == offer.id)
        assert said(told) == "It goes on in our direct messages."
        assert links(told)[0].endswith(f"/{ann.dm}/{ann.from_bot[-1].id}")


@pytest.mark.parametrize("written", [False, True])
async def test_the_list_resumes_opens_and_deletes(
    fake: FakeDiscord, ann: Person, tmp_path: Path, written: bool
) -> None:
    async def lists() -> Message:
        if written:
            await writes(at, ann, "cases")
            return ann.from_bot[-1]
        await asks(at, ann, "cases")
        return ann.ephemerals[-1]

    async with scene(fake, tmp_path) as at:
        await begins(at, ann, *TO_THE_END)
        await begins(at, ann, "fine", "Alder")
        await writes(at, ann, "pause")
        for name, button in (("Alder", "Resume"), ("Heron", "Open")):
            listed = await lists()
            assert "Alder paused" in said(listed) or name == "Heron"
            assert on(listed) == ["Resume", "Delete…", "Open", "Delete…"]
            await took(at, await ann.clicks(listed, button))
            assert name in said(ann.from_bot[-1])
            assert len(ann.from_bot) == 2, "the old card is gone, and the list is no second one"
        await took(at, await ann.clicks(await lists(), "Delete…"))
        assert "Delete “Alder”?" in said(ann.ephemerals[-1])
        await took(at, await ann.clicks(ann.ephemerals[-1], "Delete"))
        assert "Deleted: 1 case" in said(ann.ephemerals[-1])
        assert [one.name for one in await at.store.cases(at.owner(ann))] == ["Heron"]
        assert not any("Alder" in said(one) and "Back" in on(one) for one in ann.from_bot)


async def test_more_than_ten_cases_are_counted(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        for _ in range(12):
            await begins(at, ann)
        told = await asks(at, ann, "cases")
        shown = told.count("last touched")
        assert 5 <= shown <= 10
        assert f"{12 - shown} more: /crossroads resume and /crossroads forget offer" in told


async def test_start_another_leaves_the_card_of_the_case_that_ended(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        ended = await begins(at, ann, *TO_THE_END)
        (old,) = ann.from_bot
        await took(at, await ann.clicks(old, "Start another"))
        kept, card = ann.from_bot
        assert kept == old
        assert "Is everyone safe?" in said(card)
        await asks(at, ann, "forget", case=ended)
        await took(at, await ann.clicks(ann.ephemerals[-1], "Delete"))
        assert ann.from_bot == (card,)


async def test_a_double_press_on_start_another_begins_one_case(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, *TO_THE_END)
        (old,) = ann.from_bot
        for reaction in await asyncio.gather(*(ann.clicks(old, "Start another") for _ in "123")):
            await took(at, reaction)
        assert len(await at.store.cases(at.owner(ann))) == 2
        assert ann.from_bot[0] == old
        assert len(ann.from_bot) == 2


async def test_buttons_of_an_older_version_say_so(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        press = ann.drafts.click(ann.from_bot[-1], is_to("answer", "fine"))
        for custom_id, answer in (
            ("home:2", "That button is of an older version."),
            ("keep:30", "That button is of an older version."),
            ("nonsense", "This step has moved on."),
        ):
            fresh = ann.drafts.click(ann.from_bot[-1], is_to("answer", "fine"))
            data = {**press.payload["data"], "custom_id": custom_id}
            await took(
                at, await fake.deliver(replace(fresh, payload={**fresh.payload, "data": data}))
            )
            assert answer in said(ann.ephemerals[-1])
        assert options(ann.from_bot[-1])
