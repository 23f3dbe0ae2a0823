"""Look-ups that come in at the same moment are made in one question."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from adapters.store.together import Together
from bot.errors import StoreBusy


class Library:
    """Finds the length of words, once it is open; ``asked`` are the questions it was put."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.error: Exception | None = None
        self.desk = Together(self._look_up)

    async def _look_up(self, words: Sequence[str]) -> Mapping[str, int]:
        self.asked.append(words)
        await self.open.wait()
        if self.error:
            raise self.error
        return {word: len(word) for word in words if word != "nothing"}


async def test_what_is_asked_at_once_is_one_question() -> None:
    library = Library()
    found = await asyncio.gather(*map(library.desk.find, ("one", "three", "nothing", "one")))
    assert found == [3, 5, None, 3]
    assert library.asked == [["one", "three", "nothing"]]


async def test_what_is_asked_meanwhile_is_found_as_it_is_then() -> None:
    library = Library()
    library.open.clear()
    first = asyncio.create_task(library.desk.find("one"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    second = asyncio.create_task(library.desk.find("one"))
    library.open.set()
    assert (await first, await second) == (3, 3)
    assert library.asked == [["one"], ["one"]]


async def test_what_goes_wrong_is_told_to_all_who_asked_and_to_no_one_later() -> None:
    library = Library()
    library.error = StoreBusy("Busy.", "Wait.")
    asked = [asyncio.create_task(library.desk.find(word)) for word in ("one", "two")]
    await asyncio.wait(asked)
    assert [task.exception() for task in asked] == [library.error] * 2
    library.error = None
    assert await library.desk.find("one") == 3


async def test_who_goes_away_takes_nothing_from_the_others() -> None:
    library = Library()
    library.open.clear()
    leaving = asyncio.create_task(library.desk.find("one"))
    staying = asyncio.create_task(library.desk.find("one"))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    library.open.set()
    assert await staying == 3


async def test_very_many_are_asked_for_in_parts() -> None:
    library = Library()
    words = [f"{number:05}" for number in range(300)]
    assert await asyncio.gather(*map(library.desk.find, words)) == [5] * 300
    assert [len(asked) for asked in library.asked] == [128, 128, 44]
