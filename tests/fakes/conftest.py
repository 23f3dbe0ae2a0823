"""The fake and two people in it, for tests of the fake itself."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.slack import FakeSlack, Person


@pytest.fixture
async def fake() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        yield slack
    slack.check()


@pytest.fixture
def ann(fake: FakeSlack) -> Person:
    return fake.person("Ann")


@pytest.fixture
def bob(fake: FakeSlack) -> Person:
    return fake.person("Bob")
