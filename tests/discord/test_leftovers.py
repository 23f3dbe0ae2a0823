"""What a program finds that was started again after another died in the middle of a delivery."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.discord.client import Timing
from tests.discord.driver import said_in
from tests.discord.moments import begun, card, case_of
from tests.discord.scene import no_pause, scene
from tests.fakes.discord import FakeDiscord, Hang, Person

pytestmark = pytest.mark.usefixtures("still", "sound")

SUDDEN = Timing(servers=0.0, pause=no_pause, grace=0.0)
"""What hangs when the app stops is given up at once, as if it had died."""

SECONDS = 3.0
"""After so long another process takes up what was not delivered."""


async def test_a_card_that_was_found_again_is_found_as_often_as_it_takes(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    posted, found = Hang(after=True), Hang(after=True)
    fake.fail("callback", posted)
    async with scene(fake, tmp_path, timing=SUDDEN):
        command = asyncio.create_task(ann.slash("start"))
        await fake.until(posted.reached.is_set)
    assert (await command).acknowledged
    (card,) = ann.from_bot

    fake.fail("get_messages", found)
    async with scene(fake, tmp_path, timing=SUDDEN) as again:
        fake.clock.advance(SECONDS)
        await again.discord.hub.courier.round()
        await fake.until(found.reached.is_set)

    async with scene(fake, tmp_path) as again:
        await again.later(timedelta(seconds=SECONDS))
        assert [message.id for message in ann.from_bot] == [card.id]
        assert fake.calls_of("edit_message") == [], "it shows what is due, and maybe more"


async def test_what_was_written_below_a_card_that_nobody_noted_is_not_lost(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    posted = Hang(after=True)
    fake.fail("callback", posted)
    async with scene(fake, tmp_path, timing=SUDDEN):
        command = asyncio.create_task(ann.slash("start"))
        await fake.until(posted.reached.is_set)
    assert (await command).acknowledged
    await ann.writes("1")

    async with scene(fake, tmp_path) as again:
        await again.later(timedelta(seconds=SECONDS))
        assert "belonged to an earlier question" in said_in(card(ann))


async def test_what_was_written_while_it_was_down_counts_before_what_is_written_now(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as here:
        await begun(here, ann)
    await ann.writes("1")

    async def goes_on() -> None:
        await fake.connected(2)
        await ann.writes("Heron")

    writing = asyncio.create_task(goes_on())
    async with scene(fake, tmp_path, timing=Timing(servers=0.3, pause=no_pause)) as again:
        await writing
        await again.idle()
        case = await case_of(again, ann)
        assert case.answers["safe"] == "fine"


async def test_what_was_written_between_two_sessions_counts_before_what_is_written_now(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=Timing(servers=0.3, pause=no_pause)) as here:
        await begun(here, ann)
        await fake.gateway.close(4009)
        await fake.until(lambda: not fake.gateway.open)
        assert not (await ann.writes("1")).acknowledged
        await fake.connected(2)
        await ann.writes("Heron")
        await fake.until(lambda: "A nickname?" in said_in(ann.from_bot[-1]))
        assert (await case_of(here, ann)).answers["safe"] == "fine"
