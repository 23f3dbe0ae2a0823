"""A process is killed while turns stream in: what it acknowledged is there, and nothing twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.ports import Person
from tests.store.making import Open, answer, answers, values

_PROGRAM = """
import asyncio, sys
from pathlib import Path
from tests.store.making import *
from adapters.store.sqlite import open_store
async def person(store, number):
    owner = store.owner(Person("terminal", f"{number}"))
    for turn in range(100_000):
        done = await store.turn(answer(owner, f"c{number}", f"{turn}", key=f"{turn}"))
        await store.sent(done.case.id, done.case.turn, NOON)
        print(number, turn, flush=True)
async def main(folder):
    store = await open_store(database_of(folder), home_of(folder), lambda: NOON)
    await asyncio.gather(*(person(store, number) for number in range(8)))
asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("seed", range(3))
async def test_a_killed_process_loses_no_acknowledged_turn(
    open_sqlite: Open, tmp_path: Path, seed: int
) -> None:
    acknowledged = run_and_kill(tmp_path, random.Random(seed).randrange(1, 400))
    store = await open_sqlite()
    for number, last in acknowledged.items():
        owner = store.owner(Person("terminal", f"{number}"))
        stored = values(list(await store.history(owner, f"c{number}")))
        assert stored == [f"{turn}" for turn in range(len(stored))]
        assert len(stored) > last
        assert answers(await store.case(owner, f"c{number}")) == stored
        # what was under way when it was killed comes once more, and is done once all the same
        for turn in (last, last + 1):
            await store.turn(answer(owner, f"c{number}", f"{turn}", key=f"{turn}"))
        assert len(await store.history(owner, f"c{number}")) == max(len(stored), last + 2)


def run_and_kill(folder: Path, lines: int) -> dict[int, int]:
    """Kill the program after so many acknowledgements; give each person's last turn."""
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(folder)], stdout=subprocess.PIPE, text=True
    )
    last: dict[int, int] = {}
    with process:
        assert process.stdout
        for count, line in enumerate(process.stdout):
            if line.endswith("\n"):  # the last line may have been cut
                number, turn = map(int, line.split())
                last[number] = turn
            if count == lines:
                process.send_signal(signal.SIGKILL)
    return last
