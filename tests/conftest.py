"""What holds for every test: a home of its own, no real host, examples that can be found again."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.fakes import loopback, shapes

# Machines are slow at times, so no example has a deadline. In continuous integration the examples
# are the same in every run: a red run is then the fault of the change it tests.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_configure() -> None:
    """Stay on this machine, and in continuous integration insist on the official shapes."""
    if os.environ.get("CI") and shapes.missing():
        raise pytest.UsageError(f"CI is set, so payloads must be checked: {shapes.missing()}")
    loopback.shut()


def pytest_unconfigure() -> None:
    """Open the way out again, for whoever runs pytest within a program."""
    loopback.reopen()


def pytest_report_header() -> list[str]:
    """Say what cannot be checked on this machine."""
    absent = shapes.missing()
    return [f"shapes: not checked, lengths and counts are: {absent}"] if absent else []


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings and the data of whoever runs the tests out of them."""
    ours = ("CROSSROADS_", "SLACK_", "DISCORD_")
    for name in [name for name in os.environ if name.startswith(ours)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CROSSROADS_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _nothing_left_loopback() -> Iterator[None]:
    """Fail a test that reached for a real host, even if it swallowed the error."""
    loopback.attempts.clear()
    yield
    assert not loopback.attempts, f"reached for real hosts: {loopback.attempts}"
