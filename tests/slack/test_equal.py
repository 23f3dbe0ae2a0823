"""Pressing alone and writing alone lead to the same answers and the same result.

Ann presses, Bob writes, in one workspace and line by line in turns.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.engine.answers import Unclear, read_typed
from bot.engine.model import Ask, Prompt
from bot.engine.survey import options_of
from bot.engine.talk import PACE, Talk, WrittenTalkLine
from bot.engine.words import parse_word
from tests.fakes.slack import FakeSlack, Person
from tests.flows.talks import MONDAY, read_talk
from tests.slack.driver import MANNERS, Player, Way
from tests.slack.scene import scene
from tests.slack.test_talks import TALKS, loaded, way_of


def _can_be_pressed(talk: Talk) -> bool:
    """Leave out talks with “edit”: which answer is to be changed can only be written."""
    words = [parse_word(line.type or "") for line in talk.lines]
    return not any(word and word[0] == "edit" for word in words)


EQUAL = [path for path in TALKS if _can_be_pressed(read_talk(path))]


@pytest.mark.parametrize("path", EQUAL, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
async def test_pressing_and_writing_lead_to_the_same_result(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path, path: Path
) -> None:
    fake.clock.set(MONDAY.timestamp())
    flows = loaded(path.parent.parent)
    (flow_id,) = flows
    flow, talk = flows[flow_id][0], read_talk(path)
    async with scene(fake, tmp_path, "http", flows=flows, flow=flow_id) as here:
        presser, writer = Player(here, ann, flow), Player(here, bob, flow)
        button: Way = "home" if way_of(1, flow, talk) == "welcome" else "command"
        for player, way in ((presser, button), (writer, "word")):
            await here.service.store.set_profile(player.owner, talk.presets)
            await player.begins(talk.track, way)
        for line in talk.lines:
            await _plays(presser, writer, line)
        assert (await presser.case()).status == talk.lines[-1].ends
        assert {one.from_bot for one in ann.messages} == {True}, "Ann wrote nothing"


async def _plays(presser: Player, writer: Player, line: WrittenTalkLine) -> None:
    presser.here.fake.clock.advance(PACE.total_seconds())
    if line.wakes:
        await presser.wakes()
        writer.tells = []
        await writer.looks()
    elif line.type is not None or line.pick is not None:
        await _presses(presser, line)
        await _writes(writer, line)
    one, other = await presser.case(), await writer.case()
    assert (one.status, one.answers, one.outcomes) == (other.status, other.answers, other.outcomes)


async def _presses(player: Player, line: WrittenTalkLine) -> None:
    """Do by buttons, selects, boxes, calendar and form what the line does."""
    if line.pick is not None:
        await player.picks(line.pick)
        return
    text, prompt = line.type or "", (await player.view()).prompt
    if word := parse_word(text):
        # What must be answered shows no button to skip it
        if word[0] != "skip" or (prompt and prompt.optional):
            await player.says(word[0])
    elif prompt is None:
        await player.says("resume")
    elif (value := await _meant(player, prompt, text)) is not None:
        await player.picks(value)


async def _meant(player: Player, prompt: Prompt, text: str) -> object:
    """Read what is written as what would be picked; None if it would not be taken."""
    step = player.flow.step(prompt.step)
    if not isinstance(step, Ask):
        return text
    options = options_of(step, (await player.case()).outcomes)
    reading = read_typed(step, options, text, player.here.now())
    return None if isinstance(reading, Unclear) else reading.value


async def _writes(player: Player, line: WrittenTalkLine) -> None:
    """Write what the line does, in the chat or in the thread: labels and numbers in turns."""
    text = line.type
    if text is None:
        text = _written(await player.prompt(), line.pick, player.writings)
    player.writings += 1
    await player.writes(text, MANNERS[player.writings % 2])


def _written(prompt: Prompt, value: object, place: int) -> str:
    numbers = {choice.id: str(number) for number, choice in enumerate(prompt.choices, 1)}
    labels = {choice.id: choice.label for choice in prompt.choices}
    if isinstance(value, tuple):
        return ", ".join(numbers[item] for item in value)
    if not prompt.choices:
        return str(value)
    return (labels if place % 3 else numbers)[str(value)]
