"""Look for trouble in an installation: each finding says what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import typer
from pydantic import SecretStr

from bot.commands.options import count
from bot.commands.wiring import KINDS, key_home, now
from bot.config import Settings, SlackModes, read_settings, slack_is_mentioned, slack_modes
from bot.errors import CrossroadsError

LEAST_FREE = 100_000_000
"""Bytes of free disk below which the doctor worries."""

_SAVE = (
    "Keep a copy of the file, and put your newest backup in its place. What still opens can be "
    "saved first: crossroads export --all"
)
_SLACK = timedelta(minutes=5)  # two clocks of one person may differ by that much
_BUILT = datetime(2025, 1, 1).astimezone()  # no clock that is right shows less


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; it is wrong if there is a remedy."""

    subject: str
    text: str
    remedy: str = ""

    @classmethod
    def of(cls, subject: str, error: CrossroadsError) -> Finding:
        """Make the finding of an error."""
        return cls(subject, error.message, error.remedy or "See docs/commands.md.")


def tell(findings: list[Finding]) -> None:
    """Print the findings; ends with exit code 1 if something is wrong."""
    for finding in findings:
        typer.echo(f"{'WRONG' if finding.remedy else 'fine '}  {finding.subject}: {finding.text}")
        if finding.remedy:
            typer.echo(f"       → {finding.remedy}")
    wrong = sum(1 for finding in findings if finding.remedy)
    if wrong:
        typer.echo(f"{wrong} of {len(findings)} need your attention.", err=True)
        raise typer.Exit(1)


async def examine() -> list[Finding]:
    """Look at everything."""
    try:
        settings = read_settings()
    except CrossroadsError as error:
        return [Finding.of("Settings", error)]
    return [
        Finding("Settings", "they can be read"),
        *home_findings(settings),
        *key_findings(settings),
        *(await database_findings(settings)),
        *flow_findings(settings),
        *(await slack_findings(settings)),
    ]


# ------------------------------------------------------------------ the folder and the keys


def home_findings(settings: Settings) -> Iterator[Finding]:
    """Look whether we may write to the folder, whether others may, and whether there is room."""
    home = settings.home
    if not home.exists():
        yield Finding("Folder", f"{home} is not there yet; it is made with the first case")
        return
    if not home.is_dir() or not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(
            "Folder", f"{home} cannot be written to.", "Give yourself the right, or set another."
        )
        return
    yield Finding("Folder", f"{home} can be read and written")
    yield _modes(settings)
    free = shutil.disk_usage(home).free
    text = f"{free // 1_000_000} MB are free"
    yield Finding("Disk", text, "" if free >= LEAST_FREE else "Make room on this disk.")


def _modes(settings: Settings) -> Finding:
    """Find files that others may read or change."""
    private = [settings.home, settings.database, key_home(settings).file]
    loose = [path for path in private if path.exists() and path.stat().st_mode & 0o077]
    if not loose:
        return Finding("Permissions", "only you may read what is stored")
    listed = ", ".join(f"{path} (mode {path.stat().st_mode & 0o777:04o})" for path in loose)
    named = " ".join(str(path) for path in loose)
    return Finding("Permissions", f"Others may look into {listed}.", f"Run: chmod go= {named}")


def key_findings(settings: Settings) -> Iterator[Finding]:
    """Look whether there is a key where one is needed."""
    try:
        where, fingerprints = key_home(settings).describe()
    except CrossroadsError as error:
        yield Finding.of("Keys", error)
        return
    if fingerprints:
        yield Finding("Keys", f"{fingerprints[0]} is in use, from {where}")
    elif settings.database.exists():
        yield Finding(
            "Keys",
            f"{where} is missing, so what people wrote cannot be read.",
            "Put it back from your copy, or set CROSSROADS_KEY.",
        )
    else:
        yield Finding("Keys", "none yet; one is made with the first case")


# ------------------------------------------------------------------ the database and the clock


async def database_findings(settings: Settings) -> list[Finding]:
    """Look whether the database is sound and opens, and whether the clock agrees with it."""
    import asyncio

    file = settings.database
    if not file.exists():
        return [Finding("Database", f"{file} is not there yet; the first case makes it")]
    return await asyncio.to_thread(lambda: list(_database_findings(settings)))


def _database_findings(settings: Settings) -> Iterator[Finding]:
    from adapters.store.backup import check
    from adapters.store.newest import newest
    from adapters.store.schema import SCHEMA

    try:
        checked = check(settings.database, key_home(settings))
        if checked.revision != SCHEMA.head:
            yield _other_form(checked.problems, older=SCHEMA.knows(checked.revision))
            return
        for problem in checked.problems:
            yield Finding("Database", problem, _SAVE)
        if not checked.problems:
            counts = (count(checked.people, "person"), count(checked.cases, "case"))
            text = f"{settings.database} is sound: {counts[0]}, {counts[1]}, "
            yield Finding("Database", text + f"{count(checked.opened, 'case')} opened to try")
        yield _clock(newest(settings.database), now())
    except CrossroadsError as error:
        yield Finding.of("Database", error)


def _other_form(problems: tuple[str, ...], *, older: bool) -> Finding:
    remedy = "Run: crossroads db upgrade" if older else "Install the newer Crossroads again."
    return Finding("Database", " ".join(problems), remedy)


def _clock(last: datetime | None, at: datetime) -> Finding:
    """Compare the clock with what was written last."""
    shown = f"{at:%Y-%m-%d %H:%M}"
    if at < _BUILT:
        return Finding("Clock", f"It says {shown}, which is long ago.", "Set the clock.")
    if last and last > at + _SLACK:
        return Finding(
            "Clock",
            f"It says {shown}, but a case was touched on {last.astimezone():%Y-%m-%d %H:%M}.",
            "Set the clock, or wait: what sleeps until a time wakes by this clock.",
        )
    return Finding("Clock", f"{shown}, and nothing stored is later")


# ------------------------------------------------------------------ the dialogues


def flow_findings(settings: Settings) -> Iterator[Finding]:
    """Look whether every dialogue loads."""
    from adapters.library import own_flows, read_flow, shipped_flows
    from bot.engine.load import load_flow
    from bot.errors import FlowErrors

    try:
        folders = {**shipped_flows(), **own_flows(settings.flows)}
    except CrossroadsError as error:
        yield Finding.of("Flows", error)
        return
    for name, folder in folders.items():
        try:
            flow = load_flow(read_flow(folder), KINDS)
        except FlowErrors as errors:
            count = len(errors.errors)
            text = f"“{name}” does not load: {count} mistakes, the first: {errors.errors[0]}"
            yield Finding("Flow", text, f"Run: crossroads flows check {folder}")
        except CrossroadsError as error:
            yield Finding.of("Flow", error)
        else:
            yield Finding("Flow", f"“{name}” loads, version {flow.version}")


# ------------------------------------------------------------------ Slack


async def slack_findings(settings: Settings) -> list[Finding]:
    """Look whether Slack's settings go together and whether Slack agrees; nothing if none is set.

    This is the one part of the doctor that uses the network.
    """
    from importlib.util import find_spec

    if not slack_is_mentioned(settings):
        return []
    try:
        modes = slack_modes(settings)
    except CrossroadsError as error:
        return [Finding.of("Slack settings", error)]
    said = Finding("Slack settings", _manner(modes, settings))
    if find_spec("slack_bolt") is None or find_spec("aiohttp") is None:
        remedy = "Install Crossroads with it: pip install 'crossroads[slack]'"
        return [said, Finding("Slack", "The packages that speak with Slack are missing.", remedy)]
    from adapters.slack.checks import examine as ask_slack

    checked = await ask_slack(
        settings.slack_api_url,
        bot_token=_plain(settings.slack_bot_token),
        app_token=_plain(settings.slack_app_token),
    )
    return [said, *(Finding(each.subject, each.text, each.remedy) for each in checked)]


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _manner(modes: SlackModes, settings: Settings) -> str:
    """Say in words how Slack is to be spoken with."""
    ways = []
    if modes.socket:
        ways.append("Socket Mode for one workspace")
    if modes.http:
        where = f"HTTP on {settings.http_host}:{settings.http_port}"
        whom = "every workspace that installs the app" if modes.oauth else "one workspace"
        ways.append(f"{where} for {whom}")
    return " and ".join(ways)
