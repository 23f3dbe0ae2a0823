"""Fixtures for tests of Slack.

``fake``: a ``FakeSlack`` that listens on loopback; at the end it is closed, and the test fails if
the app sent anything that Slack (or we) would refuse. It delivers over Socket Mode until
``fake.http_to(url)`` says where to post.
``ann``, ``bob``: people in its first workspace, each with a direct-message channel.
"""

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
    return fake.person("Bob", tz="America/New_York", tz_offset=-18000, locale="en-US")
