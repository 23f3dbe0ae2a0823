"""``crossroads run``: what it needs, where it listens, and how it ends."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import aiohttp

from tests.fakes.slack import FakeSlack


def env_file(fake: FakeSlack, home: Path) -> Path:
    file = home / "some.env"
    lines = {
        "CROSSROADS_HOME": home / "data",
        "SLACK_BOT_TOKEN": fake.team.bot_token,
        "SLACK_APP_TOKEN": fake.app_token,
        "SLACK_API_URL": fake.api_url,
    }
    file.write_text("".join(f"{name}={value}\n" for name, value in lines.items()), "utf-8")
    return file


async def running(*arguments: object, cwd: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from bot.main import main; main()",
        "run",
        *map(str, arguments),
        cwd=cwd,
        stderr=asyncio.subprocess.PIPE,
    )


async def said(process: asyncio.subprocess.Process, word: str) -> str:
    """Read what it says up to the line with this word."""
    assert process.stderr
    while line := (await process.stderr.readline()).decode():
        if word in line:
            return line
    raise AssertionError(f"it never said “{word}”")


async def test_it_serves_slack_from_a_file_of_settings_and_ends_when_asked(tmp_path: Path) -> None:
    async with FakeSlack() as fake, aiohttp.ClientSession() as web:
        process = await running("--env-file", env_file(fake, tmp_path), "--port", 0, cwd=tmp_path)
        url = (await said(process, "Listening")).split()[2].rstrip(".")
        await said(process, "Slack is connected")
        async with web.get(f"{url}/healthz") as alive, web.get(f"{url}/readyz") as ready:
            assert await alive.json() == {"status": "alive"}
            assert await ready.json() == {"database": "ok", "slack": "ok"}
        ann = fake.person("Ann")
        assert (await ann.slash("start")).acknowledged
        await fake.called("chat.postMessage")
        process.send_signal(signal.SIGTERM)
        await said(process, "Stopped")
        assert await process.wait() == 0
        fake.check()


async def test_without_settings_of_a_platform_it_says_what_to_do(tmp_path: Path) -> None:
    process = await running(cwd=tmp_path)
    assert "crossroads setup slack" in await said(process, "no platform")
    assert await process.wait() == 1


async def test_a_file_of_settings_that_is_not_there_is_named(tmp_path: Path) -> None:
    process = await running("--env-file", "nowhere.env", cwd=tmp_path)
    assert "nowhere.env" in await said(process, "no file")
    assert await process.wait() == 1
