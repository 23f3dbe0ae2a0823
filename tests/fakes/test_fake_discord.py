"""The fake Discord, driven by the real SDK with a tiny bare client."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.discord import FakeDiscord, Person
from tests.fakes.discord.bare import Bare, serving


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as discord:
        yield discord
    discord.check()


@pytest.fixture
def ann(fake: FakeDiscord) -> Person:
    return fake.person("Ann")


@pytest.fixture
async def bot(fake: FakeDiscord) -> AsyncIterator[Bare]:
    async with serving(fake) as client:
        yield client


@pytest.mark.usefixtures("bot")
async def test_words_become_a_card_and_a_click_edits_it(fake: FakeDiscord, ann: Person) -> None:
    assert ann.dm == ""
    assert (await ann.writes("hello")).acknowledged
    await fake.called("post_message")
    (card,) = ann.from_bot
    assert (await ann.clicks(card, "Yes")).acknowledged
    (card,) = ann.from_bot
    assert card.components[0]["components"][0]["content"] == "Done"


@pytest.mark.usefixtures("bot")
async def test_a_modal(fake: FakeDiscord, ann: Person) -> None:
    await ann.writes("hello")
    await fake.called("post_message")
    await ann.clicks(ann.from_bot[0], "write")
    assert ann.modal.fields == {"value": ""}
    await ann.submits({"Say it": "me"})
    assert ann.modals == ()
    (card,) = ann.from_bot
    assert card.components[0]["components"][0]["content"] == "You said me"


@pytest.mark.usefixtures("bot")
async def test_slash(fake: FakeDiscord, ann: Person) -> None:
    assert (await ann.slash("start")).acknowledged
    assert [one.content for one in ann.ephemerals] == ["You said start"]
    await ann.slash("think")
    await fake.called("edit_original")
    assert ann.ephemerals[-1].content == "Thought."
    assert await ann.completes("resume", "case", "her") == [{"name": "Her case", "value": "1"}]
