"""Conversations with the real program in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from tests.flows.talks import DATA, ROOT

Record = dict[str, Any]

PROGRAM = "import sys; sys.argv[0] = 'crossroads'; from bot.main import main; main()"
COMMAND = (sys.executable, "-c", PROGRAM)
SECONDS = 60


def environment(**changes: str) -> dict[str, str]:
    """The environment of this test, with the flows of the tests beside those shipped."""
    paths = {"PYTHONPATH": str(ROOT), "CROSSROADS_FLOWS": str(DATA), "COLUMNS": "80"}
    return {**os.environ, **paths, **changes}


def crossroads(*words: str, typed: str | bytes = "", code: int = 0) -> str:
    """Run a command with this input; gives what it wrote, and checks how it ended."""
    ran = subprocess.run(
        [*COMMAND, *words],
        input=typed.encode() if isinstance(typed, str) else typed,
        capture_output=True,
        check=False,
        timeout=SECONDS,
        env=environment(),
    )
    error = ran.stderr.decode()
    assert ran.returncode == code, error
    assert "Traceback" not in error
    return ran.stdout.decode() if code == 0 else error


def records(out: str) -> list[Record]:
    """Read JSON lines."""
    return [json.loads(line) for line in out.splitlines()]


def kinds(lines: list[Record]) -> list[str]:
    return [line["type"] for line in lines]


def prompts(lines: list[Record]) -> list[str]:
    return [line["step"] for line in lines if line["type"] == "prompt"]


def last(lines: list[Record], kind: str) -> Record:
    return [line for line in lines if line["type"] == kind][-1]


def sent(*values: object) -> str:
    """Answers for the turns from the first one on, as JSON lines; a text is typed."""
    lines = []
    for turn, value in enumerate(values, 1):
        lines.append(json.dumps({"turn": turn, "value": value}))
    return "".join(f"{line}\n" for line in lines)


class Dialogue:
    """A program that talks to ``--jsonl`` line by line."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        assert process.stdin is not None
        assert process.stdout is not None
        self.stdin: IO[bytes] = process.stdin
        self.stdout: IO[bytes] = process.stdout

    def hear(self) -> Record | None:
        """Read the next object; None at the end, or where a killed process left half a line."""
        line = self.stdout.readline()
        return json.loads(line) if line.endswith(b"\n") else None

    def hear_prompt(self) -> Record:
        """Read on to the next prompt."""
        while record := self.hear():
            if record["type"] == "prompt":
                return record
        raise AssertionError("there was no further prompt")

    def say(self, line: str) -> None:
        self.stdin.write(line.encode() + b"\n")
        self.stdin.flush()

    def answer(self, turn: int, value: object) -> None:
        self.say(json.dumps({"turn": turn, "value": value}))


@contextmanager
def dialogue(*words: str) -> Iterator[Dialogue]:
    """Start ``crossroads … --jsonl``; it is killed at the end if it still runs."""
    process = subprocess.Popen(
        [*COMMAND, *words, "--jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    try:
        yield Dialogue(process)
    finally:
        process.kill()
        process.wait(SECONDS)
        for pipe in (process.stdin, process.stdout):
            if pipe and not pipe.closed:
                with suppress(BrokenPipeError):  # what was not read is of no interest
                    pipe.close()
