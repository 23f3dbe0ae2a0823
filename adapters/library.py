"""Find flows on disk: those shipped with the program, and folders of one's own."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from bot.errors import FlowError, WrongUse

MAX_FILE = 1_000_000
"""Bytes; a larger file is refused before it is read."""

_TEXT = (".yaml", ".yml", ".md", ".txt")


def shipped_flows() -> dict[str, Traversable]:
    """List the folders of the flows that ship with the program, by id."""
    return _flows_in(files("flows"))


def own_flows(folder: Path | None) -> dict[str, Traversable]:
    """List the folders of a person's own flows, by id; none where no folder is set."""
    if folder is None:
        return {}
    if not folder.is_dir():
        raise WrongUse(
            f"The folder for your own flows, {folder}, does not exist.",
            "Make it, or unset CROSSROADS_FLOWS.",
        )
    return _flows_in(folder)


def _flows_in(folder: Traversable) -> dict[str, Traversable]:
    return {
        entry.name: entry
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.is_dir() and (entry / "flow.yaml").is_file()
    }


def read_flow(folder: Traversable) -> dict[str, str]:
    """Read the text files of a flow's folder: relative name → text.

    Raises ``FlowError`` for a file that is too large or not UTF-8.
    """
    found: dict[str, str] = {}
    _collect(folder, "", found)
    return found


def _collect(folder: Traversable, prefix: str, found: dict[str, str]) -> None:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = prefix + entry.name
        if entry.is_dir() and not entry.name.startswith((".", "__")):
            _collect(entry, name + "/", found)
        elif entry.is_file() and entry.name.endswith(_TEXT):
            found[name] = _text(entry, name)


def _text(entry: Traversable, name: str) -> str:
    with entry.open("rb") as file:
        data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise FlowError(name, 1, "The file is larger than 1 MB.", "Split or shorten it.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FlowError(name, line, "This is not UTF-8 text.", "Save the file as UTF-8.") from None
