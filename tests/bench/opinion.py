"""What a second opinion costs: one ballot among few and among a thousand, and a large reveal.

The floor is the same ballot in a round with five voters, measured in turns with the large one.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from statistics import median

from adapters.pictures import load
from adapters.pictures.reveal import draw_reveal
from bot.sheets.model import Entered
from bot.sheets.reveal import reveal_sheet
from bot.sheets.shown import Shown
from tests.rounds.table import Table, table

_FEW, _MANY, _ROUNDS = 5, 1000, 400
_COURSES = ("RESET", "KEEP", "LEAVE_EXPLAIN", "HANDOVER", "ESCALATE")
_NOTE = "They have been asked twice and slipped both times; a date in writing is missing still."


async def measure_opinion(folder: Path) -> dict[str, float]:
    """Give a ballot's median in microseconds and its ratio, and the reveal in seconds."""
    async with AsyncExitStack() as stack:
        few = await stack.enter_async_context(table(_made(folder / "few"), _people(_FEW)))
        many = await stack.enter_async_context(table(_made(folder / "many"), _people(_MANY)))
        for one in (few, many):
            await one.opens("p0", quorum="3")
        small, large = [], []
        for number in range(_ROUNDS):
            small.append(await _ballot(few, f"p{1 + number % (_FEW - 1)}", number))
            large.append(await _ballot(many, f"p{1 + number % (_MANY - 1)}", number))
        for number in range(_ROUNDS, _MANY - 1):
            await _ballot(many, f"p{1 + number}", number)
        floor, ballot = median(small), median(large)
        return {
            "ballot_of_5_us": floor * 1e6,
            "ballot_of_1000_us": ballot * 1e6,
            "ballot_times_floor": ballot / floor,
            **await _reveal(many),
        }


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _people(count: int) -> list[str]:
    return [f"p{number}" for number in range(count)]


async def _ballot(at: Table, name: str, number: int) -> float:
    """Hand in a ballot, the first or a changed one; gives the seconds of its turn."""
    round_ = await at.round_of("p0")
    entered: Entered = {
        "course": _COURSES[number % len(_COURSES)],
        "sure": "very",
        "differently": ("scope",),
        "missed": ("contract",),
        "note": _NOTE,
        "takeover": "",
    }
    council, actor = at.parts.postman.council, at.actor(name)
    began = time.perf_counter()
    wrong = await council.answer(actor, round_.id, entered)
    took = time.perf_counter() - began
    assert not wrong
    return took


async def _reveal(at: Table) -> dict[str, float]:
    await asyncio.to_thread(load)  # the program does so when it starts
    round_ = await at.round_of("p0")
    at.clock.advance(timedelta(days=7))
    began = time.perf_counter()
    done = await at.parts.postman.council.close(round_.id)
    closed = time.perf_counter()
    held = done.held
    assert held.round is not None
    assert held.round.record is not None
    assert held.round.record.revealed
    sheet = reveal_sheet(Shown(held.round, held.asked, held.answered))
    written = time.perf_counter()
    picture = await draw_reveal(held.round)
    drawn = time.perf_counter()
    assert picture is not None
    assert sheet.card.blocks
    return {
        "close_s": closed - began,
        "text_s": written - closed,
        "picture_s": drawn - written,
        "reveal_s": drawn - began,
    }
