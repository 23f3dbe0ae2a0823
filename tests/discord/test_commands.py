"""The slash command, wherever it is used: what a person sees, and that nobody else does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.discord.scene import scene
from tests.discord.surfaces import (
    TO_THE_END,
    Where,
    asks,
    begins,
    in_the_files,
    links,
    on,
    rows,
    said,
)
from tests.fakes.discord import FakeDiscord, Person, Sending

CANARY = "Zanzibar"
PLACES = ("direct messages", "server", "server without the bot", "between two", "group")
EVERYWHERE = pytest.mark.parametrize("place", PLACES)
ELSEWHERE = pytest.mark.parametrize("place", PLACES[1:])

pytestmark = pytest.mark.usefixtures("still", "sound")


def at_place(fake: FakeDiscord, place: str, ann: Person, bob: Person) -> Where:
    """Give somewhere to use the command; where the bot is not, Ann has it in her own account."""
    match place:
        case "server":
            return fake.guild("Acme")
        case "server without the bot":
            return fake.guild("Acme", bot=False)
        case "between two":
            return fake.private_channel(ann, bob)
        case "group":
            return fake.private_channel(ann, bob, fake.person("Cleo"))
    return None


def public(fake: FakeDiscord, where: Where, *others: Person) -> list[object]:
    """Give all of ours that somebody else could read."""
    seen = [one for other in others for one in (*other.messages, *other.ephemerals)]
    return [*seen, *(fake.messages_in(where) if where else ())]


def reworded(sending: Sending, options: list[dict[str, Any]], name: str = "crossroads") -> Sending:
    """Make another command of it than any client offers."""
    data = {**sending.payload["data"], "options": options, "name": name}
    return replace(sending, payload={**sending.payload, "data": data})


# ------------------------------------------------------------------ beginning


@ELSEWHERE
@pytest.mark.parametrize("word", ["start", "short"])
async def test_beginning_anywhere_leads_to_the_direct_messages(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path, place: str, word: str
) -> None:
    async with scene(fake, tmp_path) as at:
        where = at_place(fake, place, ann, bob)
        assert await asks(at, ann, word, where) == "It goes on in our direct messages."
        (card,) = ann.from_bot
        assert "Is everyone safe?" in said(card)
        assert links(ann.ephemerals[-1]) == [f"https://discord.com/channels/@me/{ann.dm}/{card.id}"]
        assert public(fake, where, bob) == []
        (listed,) = await at.store.cases(at.owner(ann))
        case = await at.store.case(at.owner(ann), listed.id)
        assert case.answers["length"] == {"start": "long", "short": "short"}[word]


@pytest.mark.parametrize("word", ["start", "short"])
async def test_in_the_direct_messages_the_answer_is_the_card(
    fake: FakeDiscord, ann: Person, tmp_path: Path, word: str
) -> None:
    async with scene(fake, tmp_path) as at:
        assert await asks(at, ann, word) == ""
        (card,) = ann.from_bot
        assert "Is everyone safe?" in said(card)
        assert fake.calls_of("post_message") == []


async def test_the_same_command_heard_twice_begins_one_case(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        sending = ann.drafts.command("start", {}, fake.guild("Acme"))
        await fake.deliver(sending)
        await fake.redeliver(sending)
        await asks(at, ann, "help")
        assert len(await at.store.cases(at.owner(ann))) == 1
        assert len(ann.from_bot) == 1


# ------------------------------------------------------------------ what only tells something


@EVERYWHERE
@pytest.mark.parametrize("began", [False, True])
async def test_every_other_subcommand_is_answered_to_its_sender_alone(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path, place: str, began: bool
) -> None:
    answers = {
        "cases": "0 of 5 questions answered" if began else "You have no cases.",
        "settings": "Finished cases:",
        "mydata": f"Cases: {int(began)}",
        "export": "This is all that is stored about you.",
        "forget": "Delete everything Crossroads keeps about you?",
        "help": "Crossroads: help",
    }
    async with scene(fake, tmp_path) as at:
        if began:
            await begins(at, ann)
        before, where = ann.from_bot, at_place(fake, place, ann, bob)
        for word, answer in answers.items():
            assert answer in await asks(at, ann, word, where)
        assert len(ann.ephemerals) == len(answers)
        assert ann.from_bot == before
        assert public(fake, where, bob) == []
        assert rows(tmp_path, "people") == {"people": int(began)}, "nothing was noted"


async def test_help_lists_every_subcommand_there_is(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        told = await asks(at, ann, "help", fake.guild("Acme"))
        command, _ = fake.commands
        for one in command["options"]:
            assert f"/crossroads {one['name']} " in told
        assert on(ann.ephemerals[-1]) == [
            "Start: The long way",
            "The short way",
            "My cases",
            "Settings",
            "What is stored",
        ]


@EVERYWHERE
async def test_a_subcommand_of_another_version_is_answered_with_the_help(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path, place: str
) -> None:
    async with scene(fake, tmp_path) as at:
        where = at_place(fake, place, ann, bob)
        asked = ann.drafts.command("help", {}, where)
        for options in (
            [{"type": 1, "name": CANARY.lower(), "options": []}],
            [{"type": 2, "name": "old", "options": [{"type": 1, "name": CANARY, "options": []}]}],
            [{"type": 3, "name": "case", "value": CANARY}],
        ):
            fresh = reworded(ann.drafts.command("help", {}, where), options)
            assert (await fake.deliver(fresh)).acknowledged
            await at.idle()
            told = said(ann.ephemerals[-1])
            assert "That is not a command of mine." in told
            assert "/crossroads cases " in told
            assert CANARY.lower() not in told.lower()
        assert (await fake.deliver(reworded(asked, []))).acknowledged
        assert "not a command" not in said(ann.ephemerals[-1])
        assert ann.from_bot == ()
        assert public(fake, where, bob) == []
        assert rows(tmp_path, "people", "cases") == {"people": 0, "cases": 0}
        assert not in_the_files(tmp_path, CANARY)


# ------------------------------------------------------------------ going on


@EVERYWHERE
async def test_resume_posts_the_card_of_a_case_anew_and_takes_the_old_one_away(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path, place: str
) -> None:
    async with scene(fake, tmp_path) as at:
        first = await begins(at, ann, "fine", "Alder")
        await begins(at, ann, "fine", "Heron")
        where, (old, other) = at_place(fake, place, ann, bob), ann.from_bot
        for number, name in enumerate((first, "alder", "ALDER", "Alder ")):
            told = await asks(at, ann, "resume", where, case=name)
            assert told == ("It goes on in our direct messages." if where else ""), number
            kept, card = ann.from_bot
            assert kept == other
            assert card.id != old.id
            assert "What was tried with Alder?" in said(card)
            old = card
        assert public(fake, where, bob) == []


async def test_resume_used_again_and_again_at_once_leaves_one_card_and_says_each_time_where(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    server = fake.guild("Acme")
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", "Alder")
        orders = (ann.slash("resume", where=server) for _ in range(3))
        assert all(one.acknowledged for one in await asyncio.gather(*orders))
        await at.idle()
        assert len(ann.from_bot) == 1
        for told in ann.ephemerals:
            assert said(told) == "It goes on in our direct messages."
        assert len(ann.ephemerals) == 3


async def test_resume_without_a_name_goes_on_with_the_open_case_touched_last(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", "Alder")
        await begins(at, ann, *TO_THE_END)
        await asks(at, ann, "resume", fake.guild("Acme"))
        assert len(ann.from_bot) == 2
        assert "What was tried with Alder?" in said(ann.from_bot[-1])


async def test_a_case_that_is_not_there_is_told_with_what_to_do(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    server = fake.guild("Acme")
    async with scene(fake, tmp_path) as at:
        assert "You have no cases." in await asks(at, ann, "resume", server)
        foreign = await begins(at, bob, "fine", "Finch")
        await begins(at, ann)
        for name in (CANARY, "Finch", foreign, "*", "x" * 6000):
            for word in ("resume", "forget"):
                told = await asks(at, ann, word, server, case=name)
                assert told == "❗ There is no such case of yours. /crossroads cases lists them."


async def test_a_name_of_several_cases_is_not_guessed(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        for name in ("Blue Heron", "Grey Heron"):
            await begins(at, ann, "fine", name)
        assert "Several cases of yours are called so." in await asks(
            at, ann, "forget", case="heron"
        )


# ------------------------------------------------------------------ what is offered while typing


async def offered(
    ann: Person, typed: str, where: Where = None, word: str = "resume"
) -> dict[str, str]:
    """Type as the case, and give what is offered: id → words."""
    choices = await ann.completes(word, "case", typed, where=where)
    return {one["value"]: one["name"] for one in choices}


@EVERYWHERE
@pytest.mark.parametrize("word", ["resume", "forget"])
async def test_ones_own_cases_are_offered_while_typing_and_nobody_elses(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path, place: str, word: str
) -> None:
    async with scene(fake, tmp_path) as at:
        where = at_place(fake, place, ann, bob)
        await begins(at, bob, "fine", "Heron of Bob's")
        assert await offered(ann, "", where, word) == {}
        alder = await begins(at, ann, "fine", "Alder")
        heron = await begins(at, ann, *TO_THE_END)
        names = {alder: "Alder (open)", heron: "Heron (finished)"}
        assert await offered(ann, "", where, word) == names
        for typed in ("al", "ALD", " alder ", alder, alder[:5].lower()):
            assert await offered(ann, typed, where, word) == {alder: names[alder]}
        assert await offered(ann, "hero", where, word) == {heron: names[heron]}
        for typed in ("bob", CANARY, "*", "%", "\\", "x" * 6000):
            assert await offered(ann, typed, where, word) == {}


async def test_at_most_twenty_five_are_offered_and_every_case_can_be_found(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        first = await begins(at, ann, "fine", "Firstling")
        for _ in range(40):
            await begins(at, ann)
        assert len(await offered(ann, "")) == 25
        assert await offered(ann, "firstl") == {first: "Firstling (open)"}
        assert list(await offered(ann, first)) == [first]
