"""The program that is killed: the real ``crossroads run``, and a look at what it has stored."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.store.keys import KeyHome
from adapters.store.sqlite import SqliteStore, open_store

SECONDS = 15.0


@dataclass
class Program:
    """``crossroads run`` on one folder, as often as it is started.

    ``ready`` is what it says when it counts as started; ``gone`` waits until the platform has
    noticed that it is dead.
    """

    folder: Path
    settings: Mapping[str, str]
    ready: str
    gone: Callable[[], Awaitable[object]]
    port: int = 0
    process: asyncio.subprocess.Process | None = None

    @property
    def home(self) -> Path:
        return Path(os.environ["CROSSROADS_HOME"])

    async def start(self) -> None:
        """Start it; returns when it is ready."""
        file = self.folder / "some.env"
        lines = (f"{name}={value}\n" for name, value in self.settings.items())
        file.write_text("".join(lines), "utf-8")
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            "from bot.main import main; main()",
            *("run", "--env-file", str(file), "--port", str(self.port)),
            cwd=self.folder,
            stderr=asyncio.subprocess.PIPE,
        )
        assert self.process.stderr
        heard = ""
        while self.ready not in heard:
            line = await self.process.stderr.readline()
            assert line, f"it did not start: {heard}"
            heard += line.decode()
        assert "Traceback" not in heard

    def freeze(self) -> None:
        """Let it hear and do nothing from now on."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    async def kill(self) -> None:
        """Kill it, and see that it found no fault in itself before."""
        assert self.process
        assert self.process.stderr
        self.process.kill()
        heard = (await self.process.stderr.read()).decode()
        await self.process.wait()
        self.process = None
        await self.gone()
        assert "Traceback" not in heard, heard
        assert "fault of ours" not in heard, heard

    def written(self) -> tuple[int, int]:
        """Tell the state of the database's journal, which every commit changes."""
        state = (self.home / "crossroads.db-wal").stat()
        return state.st_size, state.st_mtime_ns

    async def writes_after(self, before: tuple[int, int], seconds: float) -> None:
        """Wait until it has written to its database, at most so many seconds."""
        never = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(seconds):
            while self.written() == before:
                await asyncio.wait([never], timeout=0)

    @asynccontextmanager
    async def left(self) -> AsyncIterator[SqliteStore]:
        """Open a copy of what it left behind; the original it has to mend itself."""
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.home, copy)
        async with stored(copy) as store:
            yield store


@asynccontextmanager
async def ended(running: Program, release: Callable[[], None]) -> AsyncIterator[Program]:
    """Run the program, and leave nothing of it running; ``release`` lets go of what hangs."""
    try:
        await running.start()
        yield running
    finally:
        release()
        if running.process is not None:
            await running.kill()


@asynccontextmanager
async def stored(home: Path) -> AsyncIterator[SqliteStore]:
    """Open the database of a folder, with its key."""
    key = KeyHome(home / "crossroads.key", "")
    store = await open_store(home / "crossroads.db", key, lambda: datetime.now(UTC))
    try:
        yield store
    finally:
        await store.close()
