"""Fixtures for tests of Discord.

``fake``: a ``FakeDiscord`` that listens on loopback; at the end it is closed, and the test fails if
the app sent anything that Discord (or we) would refuse. ``ann``, ``bob``: people. ``still``: its
clock stands still, so that nothing depends on how long a test takes. ``sound``: the app reports no
fault of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

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


@pytest.fixture
def still(fake: FakeDiscord) -> None:
    fake.clock.set(fake.clock.now() + 1)


@pytest.fixture
def sound(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    records = (one.getMessage() for one in caplog.get_records("call"))
    told = [one for one in records if "fault of ours" in one]
    assert not told, told
