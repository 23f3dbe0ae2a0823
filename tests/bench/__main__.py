"""Measure everything, print a table beside the targets, and write ``.bench/results.json``.

``make bench`` runs it; ``make bench ARGS="--cases 100000"`` stores fewer cases.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.answers import measure_answers
from tests.bench.dialogue import measure_advance
from tests.bench.discord import measure_discord
from tests.bench.documents import measure_documents
from tests.bench.insights import measure_insights
from tests.bench.letters import measure_letters
from tests.bench.opinion import measure_opinion
from tests.bench.program import measure_decide, measure_first_prompt
from tests.bench.reminders import measure_reminders
from tests.bench.slack import measure_slack
from tests.bench.turns import measure_many

RESULTS = Path(".bench/results.json")

TARGETS: dict[str, tuple[str, float]] = {
    "advance median_us": ("at most", 60.0),
    "answers one_of_floor": ("at most", 0.8),
    "answers together_times_floor": ("at least", 4.0),
    "stored p99_ratio": ("at most", 1.3),
    "stored more_resident_mb": ("at most", 20.0),
    "prompt median_s": ("at most", 0.7),
    "decide results_per_s": ("at least", 1000.0),
    "slack cpu_times_floor": ("at most", 2.0),
    "slack share_of_floor": ("at least", 0.5),
    "slack alone_ms": ("at most", 1.5),
    "slack crowd_longest_s": ("at most", 3.0),
    "slack card_ms": ("at most", 50.0),
    "slack more_resident_mb": ("at most", 10.0),
    "discord cpu_times_floor": ("at most", 1.6),
    "discord alone_ms": ("at most", 25.0),
    "discord more_resident_mb": ("at most", 10.0),
    "insights longest_wait_ms": ("at most", 100.0),
    "letters first_ms": ("at most", 5.0),
    "letters p99_ms": ("at most", 5.0),
    "documents pdf_s": ("at most", 1.0),
    "documents every_script_pdf_s": ("at most", 1.0),
    "documents docx_s": ("at most", 1.0),
    "opinion ballot_times_floor": ("at most", 1.5),
    "opinion reveal_s": ("at most", 1.0),
    "reminders longest_turn_ms": ("at most", 100.0),
    "reminders limited_longest_turn_ms": ("at most", 100.0),
}


def main() -> None:
    """Measure one thing after the other, telling what is under way."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000, help="stored cases, at most")
    parser.add_argument("--presses", type=int, default=100_000, help="presses on Discord, in all")
    parser.add_argument("--only", default="", help="the one part to measure, such as slack")
    asked = parser.parse_args()
    cases, only, presses = asked.cases, asked.only, asked.presses
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as name:
        folder = Path(name)
        parts: dict[str, Callable[[], dict[str, float]]] = {
            "advance": measure_advance,
            "decide": measure_decide,
            "prompt": measure_first_prompt,
            "answers": lambda: asyncio.run(measure_answers(folder)),
            "stored": lambda: measure_many(folder, many=cases),
            "slack": lambda: asyncio.run(measure_slack(folder)),
            "discord": lambda: asyncio.run(measure_discord(folder, presses)),
            "insights": lambda: asyncio.run(measure_insights(folder)),
            "letters": measure_letters,
            "documents": measure_documents,
            "opinion": lambda: asyncio.run(measure_opinion(folder)),
            "reminders": lambda: asyncio.run(measure_reminders(folder)),
        }
        figures: dict[str, float] = {}
        for part, measure in parts.items():
            if only not in {"", part}:
                continue
            print(f"measuring {part} …", file=sys.stderr, flush=True)
            figures |= {f"{part} {key}": value for key, value in measure().items()}
    _print(figures)
    RESULTS.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    RESULTS.write_text(json.dumps({"figures": figures, "on": machine}, indent=1), "utf-8")
    print(f"\nWritten to {RESULTS}.")


def _print(figures: dict[str, float]) -> None:
    print(f"{'what':38} {'measured':>14}   target")
    for name, value in figures.items():
        bound, target = TARGETS.get(name, ("", 0.0))
        held = not bound or (value <= target if bound == "at most" else value >= target)
        told = f"{bound} {target:g}{'' if held else '   MISSED'}" if bound else ""
        print(f"{name:38} {value:14,.2f}   {told}")


if __name__ == "__main__":
    main()
