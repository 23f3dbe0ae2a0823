"""Flows and their talks as the tests of flows find them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from bot.commands.wiring import KINDS
from bot.engine.load import load_flow
from bot.engine.model import Flow
from bot.engine.source import parse_document
from bot.engine.talk import Talk, parse_talk

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "data"
TROUBLED_CLIENT = ROOT / "flows" / "troubled_client"
FIRST_BOUNDARIES = ROOT / "flows" / "first_boundaries"
FOLDERS = (TROUBLED_CLIENT, FIRST_BOUNDARIES, DATA / "bike_repair", DATA / "intake")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@cache
def flow_in(folder: Path) -> Flow:
    """Load the flow of a folder."""
    files = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.yaml")
    }
    return load_flow(files, KINDS)


def talk_files(folder: Path) -> list[Path]:
    """List the talks of a flow's folder."""
    return sorted((folder / "talks").glob("*.yaml"))


def read_talk(path: Path) -> Talk:
    """Read one talk."""
    return parse_talk(parse_document(path.name, path.read_text(encoding="utf-8")))


def talks_of(folder: Path) -> Iterator[Talk]:
    """Read every talk of a flow's folder."""
    return map(read_talk, talk_files(folder))
