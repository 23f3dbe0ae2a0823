"""Two people in one dialogue each, line by line in turns: one presses, the other writes."""

from __future__ import annotations

from bot.engine.answers import Unclear, read_typed
from bot.engine.model import Ask, Prompt
from bot.engine.survey import options_of
from bot.engine.talk import PACE, Talk, WrittenTalkLine
from bot.engine.words import parse_word
from tests.flows.player import Player


async def play(presser: Player, writer: Player, talk: Talk, button: str) -> None:
    """Play a talk with both, who must come to the same; ``button`` is how the presser begins."""
    for player, way in ((presser, button), (writer, "word")):
        await player.stage.service.store.set_profile(player.owner, talk.presets)
        await player.begins(talk.track, way)
    for line, place in zip(talk.lines, talk.places, strict=True):
        try:
            await _plays(presser, writer, line)
        except AssertionError as error:
            error.add_note(f"{talk.id}, line {place}")
            raise
    assert (await presser.case()).status == talk.lines[-1].ends


async def _plays(presser: Player, writer: Player, line: WrittenTalkLine) -> None:
    presser.stage.clock.advance(PACE.total_seconds())
    if line.wakes:
        await presser.wakes()
        writer.tells = []
        await writer.looks()
    elif line.type is not None or line.pick is not None:
        await presses(presser, line)
        await _writes(writer, line)
    one, other = await presser.case(), await writer.case()
    assert (one.status, one.answers, one.outcomes) == (other.status, other.answers, other.outcomes)


async def presses(player: Player, line: WrittenTalkLine) -> None:
    """Do by whatever can be pressed, chosen, ticked or filled in what the line does."""
    if line.pick is not None:
        await player.picks(line.pick)
        return
    text, prompt = line.type or "", (await player.view()).prompt
    word = parse_word(text)
    if word and word[0] == "edit":
        await player.changes(word[1])
    elif word:
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
    reading = read_typed(step, options, text, player.stage.now())
    return None if isinstance(reading, Unclear) else reading.value


async def _writes(player: Player, line: WrittenTalkLine) -> None:
    """Write what the line does wherever one can, in turns: labels and numbers."""
    text = line.type
    if text is None:
        text = _written(await player.prompt(), line.pick, player.writings)
    player.writings += 1
    places = [manner for manner in player.manners if manner != "form"]
    await player.writes(text, places[player.writings % len(places)])


def _written(prompt: Prompt, value: object, place: int) -> str:
    numbers = {choice.id: str(number) for number, choice in enumerate(prompt.choices, 1)}
    labels = {choice.id: choice.label for choice in prompt.choices}
    if isinstance(value, tuple):
        return ", ".join(numbers[item] for item in value)
    if not prompt.choices:
        return str(value)
    return (labels if place % 3 else numbers)[str(value)]
