"""Let a person change a text in their own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.errors import SetupError


def edited(text: str) -> str:
    """Open a text in the editor that VISUAL or EDITOR names, and give what is saved.

    It lies in a folder that only its owner can open, and is gone afterwards. Raises ``SetupError``
    where the editor does not start or says that it failed.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with TemporaryDirectory(prefix="crossroads-") as folder:
        path = Path(folder) / "letter.txt"
        path.write_text(text + "\n", "utf-8")
        try:
            words = [*shlex.split(editor), str(path)]
            failed = subprocess.run(words, check=False).returncode != 0  # noqa: S603 - their own
            saved = path.read_text("utf-8").rstrip("\n")
        except (OSError, ValueError):  # no such program or file; quotes unclosed, or not UTF-8
            failed = True
        if failed:
            raise SetupError(f"The editor “{editor}” failed.", "Set EDITOR to one you have.")
        return saved
