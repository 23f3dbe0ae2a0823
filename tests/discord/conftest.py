"""Fixtures for tests of Discord.

``fake``: a ``FakeDiscord`` that listens on loopback; at the end it is closed, and the test fails if
the app sent anything that Discord (or we) would refuse. ``ann``, ``bob``: people.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.discord import FakeDiscord, Person


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
    return fake.person("Bob", locale="en-US")
