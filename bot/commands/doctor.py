"""Look for trouble in an installation: each finding says what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta

import typer

from bot.checked import Checked
from bot.commands.asking import discord_findings, slack_findings
from bot.commands.options import count
from bot.commands.wiring import KINDS, key_home, now
from bot.config import Settings, read_settings
from bot.errors import CrossroadsError

LEAST_FREE = 100_000_000
"""Bytes of free disk below which the doctor worries."""

_SAVE = (
    "Keep a copy of the file, and put your newest backup in its place. What still opens can be "
    "saved first: crossroads export --all"
)
_SLACK = timedelta(minutes=5)  # two clocks of one person may differ by that much
_BUILT = datetime(2025, 1, 1).astimezone()  # no clock that is right shows less


def tell(findings: list[Checked]) -> None:
    """Print the findings; ends with exit code 1 if something is wrong."""
    for finding in findings:
        typer.echo(f"{'WRONG' if finding.remedy else 'fine '}  {finding.subject}: {finding.text}")
        if finding.remedy:
            typer.echo(f"       → {finding.remedy}")
    wrong = sum(1 for finding in findings if finding.remedy)
    if wrong:
        typer.echo(f"{wrong} of {len(findings)} need your attention.", err=True)
        raise typer.Exit(1)


async def examine() -> list[Checked]:
    """Look at everything."""
    try:
        settings = read_settings()
    except CrossroadsError as error:
        return [Checked.of("Settings", error)]
    return [
        Checked("Settings", "they can be read"),
        *home_findings(settings),
        *key_findings(settings),
        *(await database_findings(settings)),
        *flow_findings(settings),
        *(await slack_findings(settings)),
        *(await discord_findings(settings)),
    ]


# ------------------------------------------------------------------ the folder and the keys


def home_findings(settings: Settings) -> Iterator[Checked]:
    """Look whether we may write to the folder, whether others may, and whether there is room."""
    home = settings.home
    if not home.exists():
        yield Checked("Folder", f"{home} is not there yet; it is made with the first case")
        return
    if not home.is_dir() or not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        yield Checked(
            "Folder", f"{home} cannot be written to.", "Give yourself the right, or set another."
        )
        return
    yield Checked("Folder", f"{home} can be read and written")
    yield _modes(settings)
    free = shutil.disk_usage(home).free
    text = f"{free // 1_000_000} MB are free"
    yield Checked("Disk", text, "" if free >= LEAST_FREE else "Make room on this disk.")


def _modes(settings: Settings) -> Checked:
    """Find files that others may read or change."""
    private = [settings.home, settings.database, key_home(settings).file]
    loose = [path for path in private if path.exists() and path.stat().st_mode & 0o077]
    if not loose:
        return Checked("Permissions", "only you may read what is stored")
    listed = ", ".join(f"{path} (mode {path.stat().st_mode & 0o777:04o})" for path in loose)
    named = " ".join(str(path) for path in loose)
    return Checked("Permissions", f"Others may look into {listed}.", f"Run: chmod go= {named}")


def key_findings(settings: Settings) -> Iterator[Checked]:
    """Look whether there is a key where one is needed."""
    try:
        where, fingerprints = key_home(settings).describe()
    except CrossroadsError as error:
        yield Checked.of("Keys", error)
        return
    if fingerprints:
        yield Checked("Keys", f"{fingerprints[0]} is in use, from {where}")
    elif settings.database.exists():
        yield Checked(
            "Keys",
            f"{where} is missing, so what people wrote cannot be read.",
            "Put it back from your copy, or set CROSSROADS_KEY.",
        )
    else:
        yield Checked("Keys", "none yet; one is made with the first case")


# ------------------------------------------------------------------ the database and the clock


async def database_findings(settings: Settings) -> list[Checked]:
    """Look whether the database is sound and opens, and whether the clock agrees with it."""
    import asyncio

    file = settings.database
    if not file.exists():
        return [Checked("Database", f"{file} is not there yet; the first case makes it")]
    return await asyncio.to_thread(lambda: list(_database_findings(settings)))


def _database_findings(settings: Settings) -> Iterator[Checked]:
    from adapters.store.backup import check
    from adapters.store.newest import newest
    from adapters.store.schema import SCHEMA

    try:
        checked = check(settings.database, key_home(settings))
        if checked.revision != SCHEMA.head:
            yield _other_form(checked.problems, older=SCHEMA.knows(checked.revision))
            return
        for problem in checked.problems:
            yield Checked("Database", problem, _SAVE)
        if not checked.problems:
            counts = (count(checked.people, "person"), count(checked.cases, "case"))
            text = f"{settings.database} is sound: {counts[0]}, {counts[1]}, "
            yield Checked("Database", text + f"{count(checked.opened, 'case')} opened to try")
        yield _clock(newest(settings.database), now())
    except CrossroadsError as error:
        yield Checked.of("Database", error)


def _other_form(problems: tuple[str, ...], *, older: bool) -> Checked:
    remedy = "Run: crossroads db upgrade" if older else "Install the newer Crossroads again."
    return Checked("Database", " ".join(problems), remedy)


def _clock(last: datetime | None, at: datetime) -> Checked:
    """Compare the clock with what was written last."""
    shown = f"{at:%Y-%m-%d %H:%M}"
    if at < _BUILT:
        return Checked("Clock", f"It says {shown}, which is long ago.", "Set the clock.")
    if last and last > at + _SLACK:
        return Checked(
            "Clock",
            f"It says {shown}, but a case was touched on {last.astimezone():%Y-%m-%d %H:%M}.",
            "Set the clock, or wait: what sleeps until a time wakes by this clock.",
        )
    return Checked("Clock", f"{shown}, and nothing stored is later")


# ------------------------------------------------------------------ the dialogues


def flow_findings(settings: Settings) -> Iterator[Checked]:
    """Look whether every dialogue loads."""
    from adapters.library import own_flows, read_flow, shipped_flows
    from bot.engine.load import load_flow
    from bot.errors import FlowErrors

    try:
        folders = {**shipped_flows(), **own_flows(settings.flows)}
    except CrossroadsError as error:
        yield Checked.of("Flows", error)
        return
    for name, folder in folders.items():
        try:
            flow = load_flow(read_flow(folder), KINDS)
        except FlowErrors as errors:
            count = len(errors.errors)
            text = f"“{name}” does not load: {count} mistakes, the first: {errors.errors[0]}"
            yield Checked("Flow", text, f"Run: crossroads flows check {folder}")
        except CrossroadsError as error:
            yield Checked.of("Flow", error)
        else:
            yield Checked("Flow", f"“{name}” loads, version {flow.version}")
