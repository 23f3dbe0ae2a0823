"""Where the master keys live: a file next to the database, or the setting CROSSROADS_KEY.

The file is JSON, ``{"masters": ["base64", …]}``, newest first. The setting is the same list
separated by commas. Without these keys nothing that was sealed can be read.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from adapters.store.sealing import KEY_BYTES, Masters, master_id, new_key
from bot.errors import KeyMissing, SetupError

_SETTING = "CROSSROADS_KEY"


@dataclass(frozen=True, slots=True)
class KeyHome:
    """Where to find the master keys: the setting wins over the file where there is one."""

    file: Path
    setting: str = ""

    def read(self) -> Masters | None:
        """Read the master keys; None if there is no file yet. Raises ``SetupError``."""
        if self.setting:
            return Masters([_decode(part, _SETTING) for part in self.setting.split(",")])
        try:
            return _parse(self.file.read_text("utf-8"), self.file)
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise _unreadable(self.file) from error

    def make(self) -> Masters:
        """Make the key file with a first key, or read the one another process just made."""
        masters = Masters([new_key()])
        content = _serialise(masters)
        temporary = _write_beside(self.file, content)
        try:
            os.link(temporary, self.file)  # unlike a rename, a link never replaces a file
        except FileExistsError:
            masters = self.read() or masters
        finally:
            temporary.unlink()
        _sync_folder(self.file.parent)
        return masters

    def add(self, in_use: bytes) -> Masters:
        """Put a newer master key in front of those at hand.

        ``in_use`` is the id of the key that the database names as its own. Raises ``SetupError``
        where the keys come from a setting that has no newer key in front.
        """
        masters = self.read()
        if masters is None:
            raise missing(self)
        if not self.setting:
            masters = Masters([new_key(), *masters.keys])
            self._replace(masters)
        elif masters.current == in_use:
            raise SetupError(
                f"The key comes from {_SETTING}, which Crossroads cannot change.",
                "Make a new one (openssl rand -base64 32), set it in front of the old one with a "
                "comma between them, and run “crossroads keys rotate” again.",
            )
        return masters

    def keep(self, masters: Masters) -> Masters:
        """Keep the newest of the keys only, once nothing needs the older ones."""
        newest = Masters(masters.keys[:1])
        if not self.setting:
            self._replace(newest)
        return newest

    def _replace(self, masters: Masters) -> None:
        _write_beside(self.file, _serialise(masters)).replace(self.file)
        _sync_folder(self.file.parent)

    def describe(self) -> tuple[str, tuple[str, ...]]:
        """Tell where the keys are kept and their ids, newest first; never the keys."""
        masters = self.read()
        ids = tuple(master_id(key).hex() for key in masters.keys) if masters else ()
        return (_SETTING if self.setting else str(self.file)), ids

    def loose_permissions(self) -> int | None:
        """Give the key file's mode if others than its owner may touch it, else None."""
        if self.setting or not self.file.exists():
            return None
        mode = self.file.stat().st_mode & 0o777
        return mode if mode & 0o077 else None


def missing(home: KeyHome) -> KeyMissing:
    """Make the error for a database whose key is nowhere to be found."""
    return KeyMissing(
        f"The key file {home.file} is missing, so what people wrote cannot be read.",
        f"Put it back from your backup, or set {_SETTING}. Without it only ids, states and times "
        "can be read. To begin anew, choose another folder with CROSSROADS_HOME.",
    )


def _parse(text: str, file: Path) -> Masters:
    try:
        masters = json.loads(text)["masters"]
        keys = [_decode(item, str(file)) for item in masters]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(file) from error
    if not keys:
        raise _unreadable(file)
    return Masters(keys)


def _unreadable(file: Path) -> KeyMissing:
    return KeyMissing(
        f"The key file {file} cannot be read.",
        "Put it back from your backup and see that you may read it (mode 0600).",
    )


def _decode(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SetupError(
            f"The key in {where} is not {KEY_BYTES} bytes in base64.",
            "Copy it again in full; a new one is made by: openssl rand -base64 32",
        )
    return key


def _serialise(masters: Masters) -> str:
    return json.dumps({"masters": [base64.b64encode(key).decode() for key in masters.keys]}) + "\n"


def _write_beside(file: Path, content: str) -> Path:
    """Write a complete file next to ``file``, readable by its owner alone, and on disk."""
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise SetupError(
            f"The key file {file} cannot be written: {error.strerror}.",
            "See that the folder exists, has room, and that you may write to it.",
        ) from error
    return temporary


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
