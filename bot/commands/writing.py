"""Write what was exported: readable by its owner alone, whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from bot.errors import SetupError, WrongUse


def is_folder(out: str) -> bool:
    """Say whether a folder is meant: it is one already, or is written with a slash at the end."""
    return bool(out) and (out.endswith(("/", os.sep)) or os.path.isdir(out))  # noqa: PTH112 - no name is too long for it


def exists(path: Path) -> bool:
    """Say whether there is a file; under a name that is none, there is not."""
    return os.path.exists(path)  # noqa: PTH110 - Path's raises where the name is too long


def write_documents(out: str, documents: Mapping[str, str], *, force: bool) -> list[Path]:
    """Write file name → text into a folder, or the only text to a file; gives the paths.

    Raises ``WrongUse`` where a file exists already, before anything is written, and ``SetupError``
    where it cannot be written.
    """
    folder = is_folder(out)
    if folder:
        texts = {Path(out) / name: text for name, text in documents.items()}
    else:
        (text,) = documents.values()
        texts = {Path(out): text}
    existing = [path for path in texts if exists(path)]
    if existing and not force:
        raise WrongUse(f"{existing[0]} exists already.", "Choose another name, or add --force.")
    try:
        if folder:
            Path(out).mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, text in texts.items():
            _write(path, text.encode())
    except OSError as error:
        raise SetupError(
            f"{out} cannot be written: {error.strerror}.", "Choose another place with --out."
        ) from error
    return list(texts)


def write_bytes(out: str, data: bytes, *, force: bool) -> Path:
    """Write a file; raises ``WrongUse`` where there is one, ``SetupError`` where it cannot be."""
    path = Path(out)
    if exists(path) and not force:
        raise WrongUse(f"{path} exists already.", "Choose another name, or add --force.")
    try:
        _write(path, data)
    except OSError as error:
        raise SetupError(
            f"{out} cannot be written: {error.strerror}.", "Choose another place with --out."
        ) from error
    return path


def _write(path: Path, data: bytes) -> None:
    path = path.resolve()  # of a link what it leads to is written, not the link replaced
    if exists(path) and not path.is_file():  # as /dev/stdout: nothing can take its place
        path.write_bytes(data)
        return
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
