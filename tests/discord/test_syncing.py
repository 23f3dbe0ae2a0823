"""The command is registered when it changed, and not at every start."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.discord.commands import Json, payload
from adapters.discord.syncing import sync
from adapters.store.sqlite import open_store
from bot.errors import DeliveryError
from bot.ports import Safe
from tests.store.making import LATER, NOON, database_of, home_of

PAYLOAD = payload([("full", "All the questions"), ("fast", "A first look")])
OTHER = payload([("full", "All the questions")])
SOON = NOON + timedelta(hours=1)


@pytest.fixture
async def safe(tmp_path: Path) -> AsyncIterator[Safe]:
    store = await open_store(database_of(tmp_path), home_of(tmp_path), lambda: NOON)
    yield store.safe
    await store.close()


class Discord:
    """Takes commands, or refuses them."""

    def __init__(self) -> None:
        self.taken: list[list[Json]] = []
        self.refuses = False

    async def put(self, commands: list[Json]) -> None:
        if self.refuses:
            raise DeliveryError("Discord has no time.")
        self.taken.append(commands)


async def test_the_first_start_puts_the_command_and_the_next_does_not(safe: Safe) -> None:
    discord = Discord()
    assert await sync(discord.put, safe, "1", PAYLOAD, NOON)
    assert not await sync(discord.put, safe, "1", PAYLOAD, SOON)
    assert discord.taken == [PAYLOAD]


async def test_a_command_that_changed_is_put_again(safe: Safe) -> None:
    discord = Discord()
    await sync(discord.put, safe, "1", PAYLOAD, NOON)
    assert await sync(discord.put, safe, "1", OTHER, SOON)
    assert await sync(discord.put, safe, "1", PAYLOAD, SOON), "back is a change as well"
    assert discord.taken == [PAYLOAD, OTHER, PAYLOAD]


async def test_every_application_has_its_own(safe: Safe) -> None:
    discord = Discord()
    await sync(discord.put, safe, "1", PAYLOAD, NOON)
    assert await sync(discord.put, safe, "2", PAYLOAD, NOON)
    assert not await sync(discord.put, safe, "1", PAYLOAD, NOON)


async def test_what_was_refused_is_put_at_the_next_start(safe: Safe) -> None:
    discord = Discord()
    discord.refuses = True
    with pytest.raises(DeliveryError):
        await sync(discord.put, safe, "1", PAYLOAD, NOON)
    discord.refuses = False
    assert await sync(discord.put, safe, "1", PAYLOAD, NOON)


async def test_after_a_day_it_is_put_in_case_another_program_changed_it(safe: Safe) -> None:
    discord = Discord()
    await sync(discord.put, safe, "1", PAYLOAD, NOON)
    assert await sync(discord.put, safe, "1", PAYLOAD, LATER)
    assert discord.taken == [PAYLOAD, PAYLOAD]
