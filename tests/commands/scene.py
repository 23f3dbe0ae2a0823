"""Running the real commands in a home of their own, on cases made through the service."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.commands.wiring import new_case_id, now, opened, person
from bot.config import read_settings
from bot.engine.model import Answered, Case, Event, Typed, Woken
from bot.engine.talk import Talk
from bot.main import main
from tests.flows.talks import DATA, TROUBLED_CLIENT, read_talk

ANN = "ann"
CANARY = "Quokka-7381"
BIKES = DATA / "bike_repair"


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Crossroads:
    """Runs ``crossroads …`` as the console script does, in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *words: str | Path, typed: str | None = None) -> Ran:
        """Run it; ``typed`` is what a person at a terminal answers (None: there is no terminal)."""
        stdin = io.StringIO() if typed is None else _Terminal(typed)
        self._capsys.readouterr()
        with self._monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["crossroads", *map(str, words)])
            patch.setattr(sys, "stdin", stdin)
            try:
                main()
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(bool(end.code))
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)


def play(
    flow: str,
    talk: Talk,
    stop_before: int | None = None,
    as_name: str = ANN,
    ago: timedelta = timedelta(),
) -> Case:
    """Hold a talk's conversation through the service, so long ago; gives the case it left."""
    return asyncio.run(_play(flow, talk, stop_before, as_name, now() - ago))


async def _play(flow: str, talk: Talk, stop_before: int | None, as_name: str, at: datetime) -> Case:
    async with opened(read_settings(), lambda _: None) as service:
        owner, case_id = service.owner(person(as_name)), new_case_id()
        case = (await service.start(owner, flow, case_id, at, track=talk.track)).case
        for line in talk.lines[:stop_before]:
            event: Event
            if line.type is not None:
                event = Typed(owner, at, line.type, case.turn)
            elif line.pick is not None:
                event = Answered(owner, case.turn, at, line.pick)
            else:
                continue
            case = (await service.handle(owner, case_id, event)).case
        return case


def say(case: Case, *texts: str, as_name: str = ANN) -> Case:
    """Type messages into a case."""

    async def run() -> Case:
        async with opened(read_settings(), lambda _: None) as service:
            owner = service.owner(person(as_name))
            for text in texts:
                done = await service.handle(owner, case.id, Typed(owner, now(), text))
            return done.case

    return asyncio.run(run())


def wake(case: Case, days: int, as_name: str = ANN) -> Case:
    """Let a sleeping case's time come."""

    async def run() -> Case:
        async with opened(read_settings(), lambda _: None) as service:
            owner = service.owner(person(as_name))
            event = Woken(owner, now() + timedelta(days=days))
            return (await service.handle(owner, case.id, event)).case

    return asyncio.run(run())


def troubled(
    name: str,
    stop_before: int | None = None,
    as_name: str = ANN,
    ago: timedelta = timedelta(),
) -> Case:
    """Hold one of the shipped flow's talks."""
    talk = read_talk(TROUBLED_CLIENT / "talks" / f"{name}.yaml")
    return play("troubled_client", talk, stop_before, as_name, ago)


def bicycle(stop_before: int | None = None, as_name: str = ANN) -> Case:
    """Hold a talk of a flow of one's own (``CROSSROADS_FLOWS`` must lead there)."""
    return play("bike_repair", read_talk(BIKES / "talks" / "mended.yaml"), stop_before, as_name)
