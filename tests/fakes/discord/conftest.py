"""The fake and two people in it, for tests of the fake itself."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.discord import FakeDiscord, Person
from tests.fakes.discord.bare import Bare, pointed
from tests.fakes.discord.parts import COMMAND


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as discord:
        yield discord
    discord.check()


@pytest.fixture
def ann(fake: FakeDiscord) -> Person:
    return fake.person("Ann")


@pytest.fixture
def bob(fake: FakeDiscord) -> Person:
    return fake.person("Bob", locale="en-US", installed=False)


@pytest.fixture
async def rest(fake: FakeDiscord) -> AsyncIterator[Bare]:
    """A client that makes requests, but hears nothing. Its command is registered."""
    async with pointed(fake) as client:
        await client.ask("PUT", f"/applications/{fake.application_id}/commands", [COMMAND])
        fake.calls.clear()
        yield client
