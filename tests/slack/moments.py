"""Somebody in the middle of the errands, in a Slack that is quick to give up."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.face import Timing
from bot.cards.actions import parse_action
from bot.engine.model import Case
from tests.fakes.slack import Message, Person
from tests.slack.scene import Mode, Scene

BOTH_MODES = pytest.mark.parametrize("mode", ["http", "socket"])
MODES: tuple[Mode, ...] = ("http", "socket")


async def no_pause(seconds: float) -> None:
    """Let others go on, and wait for nothing."""
    await asyncio.sleep(0)


QUICK = Timing(pause=no_pause, turn=0.3, call=0.3, ping=0.1, grace=0.3)
UNHURRIED = replace(QUICK, turn=3.0, call=3.0)
"""Where nothing is waited for in vain: what happens must not depend on a busy machine."""


def option(value: str) -> Callable[[dict[str, Any]], bool]:
    """Find the button of an answer."""
    return pressing("answer", value)


def pressing(verb: str, arg: str) -> Callable[[dict[str, Any]], bool]:
    """Find what does something."""

    def is_it(element: dict[str, Any]) -> bool:
        action = parse_action(element["action_id"])
        return action is not None and (action.verb, action.arg) == (verb, arg)

    return is_it


def card(who: Person) -> Message:
    """Give the one message of the bot that somebody sees."""
    (one,) = who.from_bot
    return one


async def begun(here: Scene, who: Person) -> Message:
    """Begin a case; gives the card that asks whether everyone is safe."""
    assert (await who.slash("start")).acknowledged
    await here.idle()
    return card(who)


async def advanced(here: Scene, who: Person) -> Message:
    """Go on to the question what was tried."""
    message = await begun(here, who)
    await who.clicks(message, option("fine"))
    await here.idle()
    await who.clicks(message, pressing("say", "skip"))
    await here.idle()
    return card(who)


async def case_of(here: Scene, who: Person) -> Case:
    """Read somebody's only case."""
    (listed,) = await here.service.store.cases(here.owner(who))
    return await here.service.store.case(here.owner(who), listed.id)


async def asks(here: Scene, who: Person) -> str:
    """Tell which question of somebody's only case is open, as stored."""
    case = await case_of(here, who)
    view = await here.service.view(case.owner, case.id)
    return view.prompt.step if view.prompt else view.status


async def shown(here: Scene, who: Person) -> str:
    """Tell which question is open; fails unless the one card shows that very state."""
    case = await case_of(here, who)
    turns = {
        action.turn
        for block in card(who).blocks
        for element in [*block.get("elements", ()), block.get("accessory", {})]
        if isinstance(element, dict)
        and (action := parse_action(str(element.get("action_id", "")))) is not None
        and action.turn >= 0
    }
    assert turns == {case.turn}, "the card shows another turn than is stored"
    return await asks(here, who)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the database's write lock, as another program would."""
    other = sqlite3.connect(folder / "test.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()
