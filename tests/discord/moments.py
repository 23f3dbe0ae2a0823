"""Somebody in the middle of the errands, in a Discord that is quick to give up."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from adapters.discord.client import Timing
from bot.cards.actions import parse_action
from bot.engine.model import Case
from tests.discord.driver import is_to, pressable, said_in
from tests.discord.scene import Scene
from tests.fakes.discord import Message, Person

Find = Callable[[dict[str, Any]], bool]


async def no_pause(seconds: float) -> None:
    """Let others go on, and wait for nothing."""
    await asyncio.sleep(0)


QUICK = Timing(servers=0.0, pause=no_pause, call=0.8, grace=0.3)
HASTY = 0.3
"""Seconds that the database is waited for, where it is locked."""


def option(value: str) -> Find:
    """Find the button of an answer."""
    return is_to("answer", value)


def card(who: Person) -> Message:
    """Give the one message of the bot in somebody's direct messages."""
    (one,) = who.from_bot
    return one


async def settled(here: Scene) -> None:
    """Wait until the app has received all that was sent to it, and is done with that."""
    await here.fake.gateway.received()
    await here.idle()


async def begun(here: Scene, who: Person) -> Message:
    """Begin a case; gives the card that asks whether everyone is safe."""
    assert (await who.slash("start")).acknowledged
    await here.idle()
    return card(who)


async def named(here: Scene, who: Person) -> Message:
    """Go on to the question for a nickname, which takes text."""
    assert (await who.clicks(await begun(here, who), option("fine"))).acknowledged
    await here.idle()
    return card(who)


async def advanced(here: Scene, who: Person) -> Message:
    """Go on to the question what was tried."""
    assert (await who.clicks(await named(here, who), is_to("say", "skip"))).acknowledged
    await here.idle()
    return card(who)


async def case_of(here: Scene, who: Person) -> Case:
    """Read somebody's only case."""
    (listed,) = await here.service.store.cases(here.owner(who))
    return await here.service.store.case(here.owner(who), listed.id)


async def events(here: Scene, who: Person) -> int:
    """Count what was logged of somebody's only case."""
    case = await case_of(here, who)
    return len(await here.service.store.history(case.owner, case.id))


async def asks(here: Scene, who: Person) -> str:
    """Tell which question of somebody's only case is open, as stored."""
    case = await case_of(here, who)
    view = await here.service.view(case.owner, case.id)
    return view.prompt.step if view.prompt else view.status


async def shown(here: Scene, who: Person, message: Message | None = None) -> str:
    """Tell which question is open; fails unless the one card (or this) shows that very state."""
    case = await case_of(here, who)
    actions = [parse_action(one["custom_id"]) for one in pressable(message or card(who))]
    turns = {action.turn for action in actions if action and action.case}
    assert turns == {case.turn}, "the card shows another turn than is stored"
    return await asks(here, who)


def says(message: Message, words: str) -> bool:
    """Say whether a message has these words."""
    return words in said_in(message)


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
