"""``crossroads run``: what it needs, where it listens, and how it ends."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from tests.fakes.discord import FakeDiscord
from tests.fakes.slack import FakeSlack


def of_slack(fake: FakeSlack) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": fake.team.bot_token,
        "SLACK_APP_TOKEN": fake.app_token,
        "SLACK_API_URL": fake.api_url,
    }


def of_discord(fake: FakeDiscord, token: str = "") -> dict[str, str]:
    return {"DISCORD_TOKEN": token or fake.token, "DISCORD_API_URL": fake.api_url}


def env_file(home: Path, *settings: Mapping[str, str]) -> Path:
    file = home / "some.env"
    lines = {"CROSSROADS_HOME": str(home / "data")}
    for some in settings:
        lines |= some
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


async def rest(process: asyncio.subprocess.Process) -> str:
    """Read what else it says, until it has ended."""
    assert process.stderr
    return (await process.stderr.read()).decode()


async def served(file: Path) -> tuple[asyncio.subprocess.Process, str]:
    """Start it with these settings, and give the address where it listens."""
    process = await running("--env-file", file, "--port", 0, cwd=file.parent)
    return process, (await said(process, "Listening")).split()[2].rstrip(".")


async def ends(process: asyncio.subprocess.Process) -> None:
    """Ask it to end, and see that it does so in peace."""
    process.send_signal(signal.SIGTERM)
    await said(process, "Stopped")
    assert await process.wait() == 0


async def test_it_serves_slack_from_a_file_of_settings_and_ends_when_asked(tmp_path: Path) -> None:
    async with FakeSlack() as fake, aiohttp.ClientSession() as web:
        process, url = await served(env_file(tmp_path, of_slack(fake)))
        await said(process, "Slack is connected")
        async with web.get(f"{url}/healthz") as alive, web.get(f"{url}/readyz") as ready:
            assert await alive.json() == {"status": "alive"}
            assert await ready.json() == {"database": "ok", "slack": "ok"}
        ann = fake.person("Ann")
        assert (await ann.slash("start")).acknowledged
        await fake.called("chat.postMessage")
        await ends(process)
        fake.check()


async def test_it_serves_discord_alone_and_registers_its_commands_once(tmp_path: Path) -> None:
    async with FakeDiscord() as fake, aiohttp.ClientSession() as web:
        file = env_file(tmp_path, of_discord(fake))
        process, url = await served(file)
        await said(process, "Discord is connected")
        async with web.get(f"{url}/readyz") as ready:
            assert await ready.json() == {"database": "ok", "discord": "ok"}
        ann = fake.person("Ann")
        assert (await ann.slash("start")).acknowledged
        assert len(ann.from_bot) == 1
        await ends(process)
        assert not fake.gateway.sessions, "it has taken its leave"

        process, _ = await served(file)
        await said(process, "Discord is connected")
        assert fake.command_puts == 1
        await ends(process)
        fake.check()


async def test_it_serves_slack_and_discord_in_one_process(tmp_path: Path) -> None:
    async with FakeSlack() as slack, FakeDiscord() as discord, aiohttp.ClientSession() as web:
        process, url = await served(env_file(tmp_path, of_slack(slack), of_discord(discord)))
        connected = await said(process, "is connected") + await said(process, "is connected")
        assert "Slack" in connected
        assert "Discord" in connected
        async with web.get(f"{url}/readyz") as ready:
            assert await ready.json() == {"database": "ok", "slack": "ok", "discord": "ok"}
        ann, bob = slack.person("Ann"), discord.person("Bob")
        assert (await ann.slash("start")).acknowledged
        assert (await bob.slash("start")).acknowledged
        await slack.called("chat.postMessage")
        assert len(bob.from_bot) == 1
        await ends(process)
        slack.check()
        discord.check()


async def test_a_token_that_discord_does_not_take_ends_it_with_a_remedy(tmp_path: Path) -> None:
    async with FakeSlack() as slack, FakeDiscord() as discord:
        other = discord.token.replace("fake", "other")
        file = env_file(tmp_path, of_slack(slack), of_discord(discord, other))
        process, _ = await served(file)
        refused = await said(process, "DISCORD_TOKEN") + await rest(process)
        assert "does not take" in refused
        assert "crossroads doctor" in refused
        assert other not in refused
        assert await process.wait() == 1


async def test_without_settings_of_a_platform_it_says_what_to_do(tmp_path: Path) -> None:
    process = await running(cwd=tmp_path)
    remedy = await said(process, "no platform")
    assert "crossroads setup slack" in remedy
    assert "crossroads setup discord" in remedy
    assert await process.wait() == 1


async def test_a_file_of_settings_that_is_not_there_is_named(tmp_path: Path) -> None:
    process = await running("--env-file", "nowhere.env", cwd=tmp_path)
    assert "nowhere.env" in await said(process, "no file")
    assert await process.wait() == 1
