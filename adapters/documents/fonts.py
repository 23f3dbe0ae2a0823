"""Which fonts there are, what they cover, and which of them a text needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from unicodedata import category

from bot.errors import SetupError

_SYSTEM = Path("/usr/share/fonts")


@dataclass(frozen=True, slots=True)
class Face:
    """A font file with its bold one ("": it has none), and what brings it on Debian."""

    family: str
    regular: str
    bold: str
    package: str


FACES = (
    Face("DejaVuSans", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "fonts-dejavu-core"),
    Face("Droid", "DroidSansFallbackFull.ttf", "", "fonts-droid-fallback"),
    Face("Symbola", "Symbola_hint.ttf", "", "fonts-symbola"),
)
"""In the order in which they are asked for a character."""


@dataclass(frozen=True, slots=True)
class Found:
    """A face that is on this machine."""

    face: Face
    regular: Path
    bold: Path | None


@cache
def found_faces() -> tuple[Found, ...]:
    """Find the faces of this machine."""
    files = {path.name: path for folder in _folders() for path in folder.rglob("*.ttf")}
    return tuple(
        Found(face, files[face.regular], files.get(face.bold))
        for face in FACES
        if face.regular in files
    )


def _folders() -> list[Path]:
    spec = find_spec("matplotlib")
    bundled = [Path(spec.origin).parent / "mpl-data" / "fonts"] if spec and spec.origin else []
    return [folder for folder in (*bundled, _SYSTEM) if folder.is_dir()]


def needed(text: str) -> tuple[Found, ...]:
    """Give the faces that a text needs; raises ``SetupError`` for what none of them has."""
    left = {char for char in text if _drawn(char)}
    used: list[Found] = []
    for one in found_faces():
        covered = left & _covered(one.regular)
        if covered or not used:
            used.append(one)
            left -= covered
    if left or not used:
        raise _missing(left)
    return tuple(used)


def _drawn(char: str) -> bool:
    """Whether a character has a shape of its own: not so joiners and variation selectors."""
    return category(char) not in {"Cc", "Cf", "Zl", "Zp"} and not "\ufe00" <= char <= "\ufe0f"


@cache
def _covered(path: Path) -> frozenset[str]:
    from uharfbuzz import Blob  # type: ignore[import-untyped]
    from uharfbuzz import Face as Shapes

    return frozenset(map(chr, Shapes(Blob.from_file_path(str(path))).unicodes))


def _missing(left: set[str]) -> SetupError:
    shown = " ".join(f"{char} (U+{ord(char):04X})" for char in sorted(left)[:10])
    packages = ", ".join(face.package for face in FACES)
    return SetupError(
        f"No font here can write {shown or 'anything'}.",
        f"Install Debian's {packages}, or choose Markdown or DOCX.",
    )
