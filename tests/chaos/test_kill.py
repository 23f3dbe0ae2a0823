"""The process is killed while answers stream in: nothing acknowledged is lost, nothing is doubled.

The moments come from a seed: after a line that was read, with further answers under way, or as soon
as the database's journal has changed, which is in the middle of a turn.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from bot.commands.wiring import opened, person
from bot.config import read_settings
from bot.engine.model import Answered, Event
from tests.flows.talks import TROUBLED_CLIENT, read_talk
from tests.terminal.scene import COMMAND, SECONDS, Dialogue, Record, dialogue, environment

TALK = read_talk(TROUBLED_CLIENT / "talks" / "full_leave_explain.yaml")
DONE = [line for line in TALK.lines if line.pick is not None or line.type is not None]
STEPS = [line.bot for line in DONE]
VALUES = [line.type if line.pick is None else line.pick for line in DONE]
"""What is asked and answered at turn 1, 2, …"""

QUICK, LONG = 10, 200
SEEDS = [
    pytest.param(seed, marks=[] if seed < QUICK else pytest.mark.chaos)
    for seed in range(QUICK + LONG)
]
QUICK_STARTS, LONG_STARTS = 3, 30
START_SEEDS = [
    pytest.param(seed, marks=[] if seed < QUICK_STARTS else pytest.mark.chaos)
    for seed in range(QUICK_STARTS + LONG_STARTS)
]


@dataclass(frozen=True)
class Killed:
    """What was known of a case when its process was killed: the newest turn read, answers sent."""

    case: str
    acknowledged: int
    sent: int


@pytest.mark.parametrize("seed", SEEDS)
def test_every_acknowledged_answer_is_there_after_the_process_was_killed(seed: int) -> None:
    killed = stream_and_kill(Random(seed))
    with dialogue("resume", killed.case) as again:
        prompt = again.hear_prompt()
        turn = prompt["turn"]
        assert killed.acknowledged <= turn <= killed.sent + 1
        assert prompt["step"] == STEPS[turn - 1]
        for place in range(turn, len(VALUES) + 1):
            again.answer(place, VALUES[place - 1])
        rest = [json.loads(line) for line in again.stdout.read().splitlines()]
        assert rest[-1]["status"] == "finished"
        assert not [record for record in rest if record["type"] == "error"]
    answered = [event for event in history(killed.case) if isinstance(event, Answered)]
    assert [event.turn for event in answered] == list(range(1, len(VALUES) + 1))
    assert [event.value for event in answered] == VALUES


def stream_and_kill(random: Random) -> Killed:
    """Answer up to some turn, send a few answers more, and kill the process at some moment."""
    heard, more = random.randint(1, len(STEPS) - 1), random.randint(0, 4)
    sent = min(heard - 1 + more, len(VALUES) - 1)
    changes = random.randint(0, more)
    with dialogue("chat") as talk:
        prompt = talk.hear_prompt()
        for turn in range(1, heard):
            talk.answer(turn, VALUES[turn - 1])
            prompt = talk.hear_prompt()
        journal = Path(os.environ["CROSSROADS_HOME"]) / "crossroads.db-wal"
        before = signature(journal)
        for turn in range(heard, sent + 1):
            talk.answer(turn, VALUES[turn - 1])
        if sent >= heard:
            wait_for_changes(talk, journal, before, changes)
        talk.process.kill()
        return Killed(prompt["case"], newest(prompt, talk), sent)


def signature(journal: Path) -> tuple[int, int]:
    state = journal.stat()
    return state.st_size, state.st_mtime_ns


def wait_for_changes(talk: Dialogue, journal: Path, before: tuple[int, int], changes: int) -> None:
    """Watch the journal until it was written to this many times, or nothing more is written."""
    deadline = time.monotonic() + 2
    while changes and time.monotonic() < deadline:
        if (now := signature(journal)) != before:
            before = now
            changes -= 1


def newest(prompt: Record, talk: Dialogue) -> int:
    """Read what the process had still written; half a line acknowledges nothing."""
    lines = talk.stdout.read().split(b"\n")[:-1]
    turns: list[int] = [json.loads(line)["turn"] for line in lines]
    return max([int(prompt["turn"]), *turns])


def history(case: str) -> list[Event]:
    async def read() -> list[Event]:
        async with opened(read_settings(), lambda _: None) as service:
            return list(await service.store.history(service.owner(person()), case))

    return asyncio.run(read())


@pytest.mark.parametrize("seed", START_SEEDS)
def test_a_process_killed_while_it_set_everything_up_does_not_stand_in_the_way(seed: int) -> None:
    home = Path(os.environ["CROSSROADS_HOME"])
    files = Random(seed).randint(1, 4)
    process = subprocess.Popen(
        [*COMMAND, "chat", "--jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    deadline = time.monotonic() + SECONDS
    while not home.is_dir() or len(list(home.iterdir())) < files:
        assert time.monotonic() < deadline
    process.kill()
    process.communicate(timeout=SECONDS)
    with dialogue("chat") as again:
        assert again.hear_prompt()["step"] == STEPS[0]
