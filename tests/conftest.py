"""What holds for every test: a home of its own, and examples that can be found again."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Machines are slow at times, so no example has a deadline. In continuous integration the examples
# are the same in every run: a red run is then the fault of the change it tests.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings and the data of whoever runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith("CROSSROADS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CROSSROADS_HOME", str(tmp_path / "home"))
