"""Lines from a file descriptor, whatever it is: a terminal, a pipe or a file."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.terminal.sent import TOO_LONG, Left, Unreadable, Wrote

MOST_BYTES = 1_100_000
"""A longer line is not kept in memory. What fits is for the dialogue to judge, in its words."""

_CHUNK = 65_536


class Lines:
    """Reads lines without ever blocking the loop, so that Ctrl-C is heard at once."""

    def __init__(self, source: int, most: int = MOST_BYTES) -> None:
        self._source = source
        self._most = most
        self._waiting = bytearray()
        self._searched = 0
        self._overlong = False
        self._ended = False
        self._interrupted = asyncio.Event()

    async def read(self) -> Wrote | Unreadable | Left:
        """Read the next line; ``Left`` at the end and after Ctrl-C."""
        while not self._interrupted.is_set():
            end = self._waiting.find(b"\n", self._searched)
            if end >= 0:
                return self._take(end)
            self._searched = len(self._waiting)
            if self._ended:
                return self._take_rest()
            if len(self._waiting) > self._most:
                self._overlong = True
                self._drop(len(self._waiting))
            await self._fill()
        return Left()

    @contextmanager
    def heeding_interrupts(self) -> Iterator[None]:
        """Take Ctrl-C as leaving, for as long as the block runs."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupted.set)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGINT)

    def _take(self, end: int) -> Wrote | Unreadable:
        line = bytes(self._waiting[:end])
        self._drop(end + 1)
        if self._overlong or end > self._most:
            self._overlong = False
            return TOO_LONG
        return Wrote(_text(line))

    def _take_rest(self) -> Wrote | Unreadable | Left:
        if not self._waiting and not self._overlong:
            return Left()
        return self._take(len(self._waiting))

    def _drop(self, count: int) -> None:
        del self._waiting[:count]
        self._searched = 0

    async def _fill(self) -> None:
        await self._something_to_read()
        if self._interrupted.is_set():
            return
        try:
            chunk = os.read(self._source, _CHUNK)
        except OSError:  # the terminal went away, or there never was an input
            chunk = b""
        self._waiting += chunk
        self._ended = not chunk

    async def _something_to_read(self) -> None:
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        try:
            loop.add_reader(self._source, ready.set)
        except OSError:  # an ordinary file cannot be waited for, and need not be
            await asyncio.sleep(0)
            return
        try:
            await _first_of(ready, self._interrupted)
        finally:
            loop.remove_reader(self._source)


async def _first_of(*events: asyncio.Event) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").removeprefix("\ufeff").removesuffix("\r")
