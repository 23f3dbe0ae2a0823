"""Pressing alone and writing alone lead to the same answers and the same result.

Ann presses, Bob writes, line by line in turns.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.discord.driver import Player
from tests.discord.scene import scene
from tests.discord.test_talks import TALKS, loaded
from tests.fakes.discord import FakeDiscord, Person
from tests.flows.equal import play
from tests.flows.talks import MONDAY, read_talk


@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize("path", TALKS, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
async def test_pressing_and_writing_lead_to_the_same_result(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path, path: Path
) -> None:
    fake.clock.set(MONDAY.timestamp())
    flows = loaded(path.parent.parent)
    (flow_id,) = flows
    flow, talk = flows[flow_id][0], read_talk(path)
    async with scene(fake, tmp_path, flows=flows, flow=flow_id) as here:
        presser, writer = Player(here, ann, flow), Player(here, bob, flow)
        await play(presser, writer, talk, "server")
        assert all(one.from_bot for one in ann.messages), "Ann wrote nothing"
