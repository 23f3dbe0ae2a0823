"""What the tests of commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.scene import Crossroads
from tests.flows.talks import DATA


@pytest.fixture
def crossroads(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Crossroads:
    return Crossroads(monkeypatch, capsys)


@pytest.fixture
def own_flows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSROADS_FLOWS", str(DATA))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"
