"""Every talk of every flow is played through the whole app, by somebody who only sees Discord."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from adapters.library import read_flow
from bot.chat.beginning import track_labels
from bot.engine.model import Flow
from bot.engine.talk import Talk
from tests.discord.driver import WAYS, Player, Way
from tests.discord.scene import scene
from tests.fakes.discord import FakeDiscord, Person
from tests.flows.talks import FOLDERS, MONDAY, flow_in, read_talk, talk_files

TALKS = [path for folder in FOLDERS for path in talk_files(folder)]


@cache
def loaded(folder: Path) -> Mapping[str, tuple[Flow, Mapping[str, str]]]:
    """Load a folder's flow as the scene takes it."""
    flow = flow_in(folder)
    return {flow.id: (flow, read_flow(folder))}


def way_of(place: int, flow: Flow, talk: Talk) -> Way:
    """Take the ways to begin in turns; a track that has no button is begun by the command."""
    tracks = {track for track, _ in track_labels(flow)}
    return WAYS[place % len(WAYS)] if not talk.track or talk.track in tracks else "command"


@pytest.mark.parametrize("path", TALKS, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
async def test_the_talk_goes_on_discord_as_its_script_says(
    fake: FakeDiscord, ann: Person, tmp_path: Path, path: Path
) -> None:
    fake.clock.set(MONDAY.timestamp())
    flows = loaded(path.parent.parent)
    (flow_id,) = flows
    flow, talk = flows[flow_id][0], read_talk(path)
    place = TALKS.index(path)
    async with scene(fake, tmp_path, flows=flows, flow=flow_id) as here:
        player = Player(here, ann, flow, writings=place)
        await player.plays(talk, way_of(place, flow, talk))
        assert len(await here.service.store.cases(player.owner)) == 1
        assert len(ann.from_bot) == 1
