"""Pressing alone and writing alone lead to the same answers and the same result.

Ann presses, Bob writes, in one workspace and line by line in turns.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.slack import FakeSlack, Person
from tests.flows.equal import play
from tests.flows.talks import MONDAY, read_talk
from tests.slack.driver import Player
from tests.slack.scene import scene
from tests.slack.test_talks import TALKS, loaded, way_of


@pytest.mark.parametrize("path", TALKS, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
async def test_pressing_and_writing_lead_to_the_same_result(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path, path: Path
) -> None:
    fake.clock.set(MONDAY.timestamp())
    flows = loaded(path.parent.parent)
    (flow_id,) = flows
    flow, talk = flows[flow_id][0], read_talk(path)
    async with scene(fake, tmp_path, "http", flows=flows, flow=flow_id) as here:
        presser, writer = Player(here, ann, flow), Player(here, bob, flow)
        button = "home" if way_of(1, flow, talk) == "welcome" else "command"
        await play(presser, writer, talk, button)
        assert {one.from_bot for one in ann.messages} == {True}, "Ann wrote nothing"
