"""How fast the program is for whoever starts it: the first prompt, and results a second."""

from __future__ import annotations

import json
import os
import pty
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.engine.model import Ask
from tests.bench.dialogue import shipped

PROGRAM = str(Path(sys.executable).with_name("crossroads"))
FIRST = b"is everyone all right"


def _environment(home: str) -> dict[str, str]:
    return {**os.environ, "CROSSROADS_HOME": home, "TERM": "xterm-256color", "COLUMNS": "80"}


def _until_first_prompt(home: str) -> float:
    """Start the dialogue in a terminal and wait until the first question stands there."""
    screen, terminal = pty.openpty()
    before = time.perf_counter()
    with subprocess.Popen(
        [PROGRAM, "chat"], stdin=terminal, stdout=terminal, stderr=terminal, env=_environment(home)
    ) as process:
        os.close(terminal)
        seen = b""
        while FIRST not in seen:
            seen += os.read(screen, 65536)
        taken = time.perf_counter() - before
        process.terminate()
        os.close(screen)
    return taken


def measure_first_prompt(rounds: int = 7) -> dict[str, float]:
    """Give the seconds to the first prompt: in a new home, and the median in a used one."""
    with tempfile.TemporaryDirectory() as home:
        _until_first_prompt(home)  # warms the caches
    with tempfile.TemporaryDirectory() as home:
        fresh = _until_first_prompt(home)
        used = [_until_first_prompt(home) for _ in range(rounds)]
    return {"new_home_s": fresh, "median_s": statistics.median(used), "worst_s": max(used)}


def measure_decide(results: int = 5000) -> dict[str, float]:
    """Give the results a second of ``decide --jsonl`` on full answer sets, start-up included."""
    draw = random.Random(1)
    flow = shipped()
    asks = [s for s in flow.steps if isinstance(s, Ask) and s.counted and s.options]
    asks = asks[: [ask.id for ask in asks].index("holding") + 1]
    lines = []
    for _ in range(results):
        answers = {ask.id: draw.choice(ask.options).id for ask in asks if ask.id != "main_trouble"}
        lines.append(json.dumps(answers))
    with tempfile.TemporaryDirectory() as home:
        before = time.perf_counter()
        done = subprocess.run(
            [PROGRAM, "decide", "--jsonl"],
            input="\n".join(lines) + "\n",
            capture_output=True,
            text=True,
            check=True,
            env=_environment(home),
        )
        taken = time.perf_counter() - before
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == results
    assert all("changes" in result for result in found)
    return {"results": results, "seconds": taken, "results_per_s": results / taken}
