"""Lines are read whole from whatever the input is, and never more than fits."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from adapters.terminal.lines import Lines
from adapters.terminal.sent import TOO_LONG, Left, Sent, Wrote


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        with suppress(OSError):  # the test may have closed it
            os.close(end)


@contextmanager
def opened(path: Path) -> Iterator[int]:
    source = os.open(path, os.O_RDONLY)
    try:
        yield source
    finally:
        os.close(source)


async def all_of(lines: Lines) -> list[Sent]:
    read: list[Sent] = []
    while not isinstance(sent := await lines.read(), Left):
        read.append(sent)
    return read


async def test_lines_come_one_by_one_and_the_last_needs_no_line_break(
    pipe: tuple[int, int],
) -> None:
    os.write(pipe[1], b"one\ntwo\r\n\nlast")
    os.close(pipe[1])
    assert await all_of(Lines(pipe[0])) == [Wrote("one"), Wrote("two"), Wrote(""), Wrote("last")]


async def test_reading_waits_without_holding_up_the_loop(pipe: tuple[int, int]) -> None:
    lines = Lines(pipe[0])
    waiting = asyncio.ensure_future(lines.read())
    await asyncio.sleep(0)
    assert not waiting.done()
    os.write(pipe[1], b"there\n")
    assert await waiting == Wrote("there")


async def test_an_ordinary_file_and_the_null_device_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "answers.txt"
    file.write_bytes(b"1\n2\n")
    with opened(file) as answers, opened(Path(os.devnull)) as nothing:
        assert await all_of(Lines(answers)) == [Wrote("1"), Wrote("2")]
        assert await all_of(Lines(nothing)) == []


async def test_no_input_at_all_is_an_input_that_has_ended(pipe: tuple[int, int]) -> None:
    os.close(pipe[0])
    assert await Lines(pipe[0]).read() == Left()


async def test_broken_utf8_nul_and_a_byte_order_mark_do_no_harm(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"\xef\xbb\xbfyes\n\xff\xfe\x00caf\xc3\xa9\n")
    os.close(pipe[1])
    assert await all_of(Lines(pipe[0])) == [Wrote("yes"), Wrote("\ufffd\ufffd\x00café")]


@pytest.mark.parametrize("ending", [b"\nafter\n", b""])
async def test_an_overlong_line_is_refused_once_and_what_follows_is_read(
    tmp_path: Path, ending: bytes
) -> None:
    file = tmp_path / "long.txt"
    file.write_bytes(b"x" * 200_000 + ending)
    with opened(file) as answers:
        read = await all_of(Lines(answers, most=1000))
    assert read == ([TOO_LONG, Wrote("after")] if ending else [TOO_LONG])


async def test_no_more_than_the_limit_is_kept_of_an_endless_line() -> None:
    with opened(Path("/dev/zero")) as endless:
        lines = Lines(endless, most=100_000)
        reading = asyncio.ensure_future(lines.read())
        for _ in range(200):
            await asyncio.sleep(0)
            assert len(lines._waiting) <= 200_000
        reading.cancel()
