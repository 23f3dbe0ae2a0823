"""``crossroads document``: written for its owner alone, and never over another file."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.commands.scene import ANN, Crossroads, troubled

ME = ("--as", ANN)


def test_a_record_is_written_privately_and_not_over_another(
    crossroads: Crossroads, tmp_path: Path
) -> None:
    troubled("full_reset")
    out = tmp_path / "record.pdf"
    written = crossroads("document", "record", "Alder", "--out", str(out), *ME)
    assert written.code == 0, written.err
    assert out.read_bytes().startswith(b"%PDF")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    again = crossroads("document", "record", "Alder", "--out", str(out), *ME)
    assert (again.code, "exists already" in again.err) == (2, True)
    into = crossroads("document", "record", "Alder", "--out", str(tmp_path), "--force", *ME)
    assert (into.code, str(out) in into.err) == (0, True), "a folder gets the usual name"
    printed = crossroads("document", "case", "Alder", "--format", "md", "--out", "-", *ME)
    assert printed.out.startswith("# Alder\n")
    refused = crossroads("document", "recipe", "Alder", "--format", "md", "--out", "-", *ME)
    assert refused.code == 2
    assert "There are: record" in refused.err
