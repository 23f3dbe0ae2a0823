"""Every talk of every flow is played through the whole app, by somebody who only sees Slack."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from adapters.library import read_flow
from bot.chat.beginning import track_labels
from bot.engine.model import Flow
from bot.engine.talk import Talk
from tests.engine.scenes import ERRANDS, flow_of
from tests.fakes.slack import FakeSlack, Person
from tests.flows.talks import FOLDERS, MONDAY, flow_in, read_talk, talk_files
from tests.slack.driver import Player, Way
from tests.slack.scene import Mode, scene

TALKS = [path for folder in FOLDERS for path in talk_files(folder)]
MODES: tuple[Mode, ...] = ("http", "socket")
_WAYS: tuple[Way, ...] = ("command", "welcome", "command", "home")


@cache
def loaded(folder: Path) -> Mapping[str, tuple[Flow, Mapping[str, str]]]:
    """Load a folder's flow as the scene takes it."""
    flow = flow_in(folder)
    return {flow.id: (flow, read_flow(folder))}


def way_of(place: int, flow: Flow, talk: Talk) -> Way:
    """Take the ways to begin in turns; a track that has no button is begun by the command."""
    way = _WAYS[place % len(_WAYS)]
    tracks = {track for track, _ in track_labels(flow)}
    return way if not talk.track or talk.track in tracks else "command"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", TALKS, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
async def test_the_talk_goes_in_slack_as_its_script_says(
    fake: FakeSlack, ann: Person, tmp_path: Path, path: Path, mode: Mode
) -> None:
    fake.clock.set(MONDAY.timestamp())
    flows = loaded(path.parent.parent)
    (flow_id,) = flows
    flow, talk = flows[flow_id][0], read_talk(path)
    # In the other mode it begins in the other way
    place = TALKS.index(path) + MODES.index(mode)
    async with scene(fake, tmp_path, mode, flows=flows, flow=flow_id) as here:
        player = Player(here, ann, flow, writings=place)
        await player.plays(talk, way_of(place, flow, talk))
        assert len(await here.service.store.cases(player.owner)) == 1
        assert len(ann.from_bot) == 1


@pytest.mark.parametrize("number", [8, 40])
async def test_cards_too_long_for_the_chat_are_read_whole_in_windows(
    fake: FakeSlack, ann: Person, tmp_path: Path, number: int
) -> None:
    cards = [_long_card(place) for place in range(number)]
    text = ERRANDS.replace("  - say: warning\n", "".join(cards) + "  - say: warning\n")
    flow = flow_of(text)
    flows = {flow.id: (flow, {"flow.yaml": text})}
    async with scene(fake, tmp_path, flows=flows) as here:
        player = Player(here, ann, flow)
        await player.begins("short")
        await player.picks("danger")
        view = await player.view()
        assert len(view.cards) == len(cards) + 1
        for place in (0, number // 2, number):
            await player.reads(view.cards[place], str(place), "all")
        assert player.windows, "some of it stands in windows alone"


def _long_card(number: int) -> str:
    text = " ".join(f"Take care of thing {number}.{item}." for item in range(70))
    return f'  - say: long_{number}\n    title: "Part {number}"\n    text: "{text}"\n'
