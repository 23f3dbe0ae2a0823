"""Which fonts there are, what they cover, and which of them writes which part of a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from unicodedata import category

from adapters.documents.scripts import EMOJI, clusters
from bot.errors import SetupError

_SYSTEM = (Path("/usr/share/fonts"), Path("/usr/share/fonts-droid-fallback"))


@dataclass(frozen=True, slots=True)
class Face:
    """A font file with its bold one ("": it has none), what it is for, and its Debian package."""

    family: str
    regular: str
    bold: str
    package: str
    what: str


FACES = (
    Face(
        "dejavu",
        "DejaVuSans.ttf",
        "DejaVuSans-Bold.ttf",
        "fonts-dejavu-core",
        "Latin, Greek, Cyrillic, Arabic, Hebrew",
    ),
    Face("droid", "DroidSansFallback.ttf", "", "fonts-droid-fallback", "Chinese, Japanese, Korean"),
    Face("rare", "DroidSansFallbackFull.ttf", "", "fonts-droid-fallback", "rare Chinese"),
    Face("loma", "Loma.ttf", "Loma-Bold.ttf", "fonts-tlwg-loma-ttf", "Thai"),
    Face("lohit", "Lohit-Devanagari.ttf", "", "fonts-lohit-deva", "Hindi and Marathi"),
    Face("emoji", "NotoColorEmoji.ttf", "", "fonts-noto-color-emoji", "emoji"),
)
"""In the order in which they are asked for a character; only for emoji the last one is first."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font file of this machine."""

    family: str
    bold: bool
    path: Path

    @property
    def key(self) -> str:
        """The name under which a document knows it."""
        return self.family + ("B" if self.bold else "")


def absent_packages() -> list[str]:
    """List the Debian packages whose fonts are not on this machine."""
    there = _files()
    return list(dict.fromkeys(face.package for face in FACES if face.regular not in there))


def runs(text: str, *, bold: bool = False) -> list[tuple[str, Font]]:
    """Split a text into what one font writes each; raises ``SetupError`` for what none can."""
    found: list[tuple[str, Font]] = []
    missing: set[str] = set()
    for cluster in clusters(text):
        font = _font_of(cluster, bold, found[-1][1] if found else None)
        if font is None:
            missing |= {char for char in cluster if _drawn(char)}
        elif found and found[-1][1] is font:
            found[-1] = (found[-1][0] + cluster, font)
        else:
            found.append((cluster, font))
    if missing:
        raise _missing(missing)
    return found


def check(text: str) -> None:
    """See that there is a font for every character; raises ``SetupError`` naming them all."""
    runs("".join(dict.fromkeys(clusters(text))))


def _font_of(cluster: str, bold: bool, before: Font | None) -> Font | None:
    """Find the first font that has the whole of it; where nothing is drawn, stay with the last."""
    shapes = frozenset(filter(_drawn, cluster))
    fonts = _fonts(bold)
    if not shapes and before:
        return before
    for font in reversed(fonts) if EMOJI.fullmatch(cluster) else fonts:
        if shapes <= _covered(font.path):
            return font
    return None


@cache
def _fonts(bold: bool) -> tuple[Font, ...]:
    """List the fonts of this machine; a bold one stands before the regular one of its face."""
    return tuple(font for face in FACES for font in _files_of(face, bold))


def _files_of(face: Face, bold: bool) -> Iterator[Font]:
    there = _files()
    if bold and face.bold in there:
        yield Font(face.family, True, there[face.bold])
    if face.regular in there:
        yield Font(face.family, False, there[face.regular])


@cache
def _files() -> dict[str, Path]:
    spec = find_spec("matplotlib")
    bundled = [Path(spec.origin).parent / "mpl-data" / "fonts"] if spec and spec.origin else []
    folders = [folder for folder in (*_SYSTEM, *bundled) if folder.is_dir()]
    return {path.name: path for folder in folders for path in sorted(folder.rglob("*.ttf"))}


def _drawn(char: str) -> bool:
    """Whether a character has a shape of its own: not so joiners and variation selectors."""
    return category(char) not in {"Cc", "Cf", "Zl", "Zp"} and not "\ufe00" <= char <= "\ufe0f"


@cache
def _covered(path: Path) -> frozenset[str]:
    from uharfbuzz import Blob  # type: ignore[import-untyped]
    from uharfbuzz import Face as Shapes

    return frozenset(map(chr, Shapes(Blob.from_file_path(str(path))).unicodes))


def _missing(left: Iterable[str]) -> SetupError:
    shown = " ".join(f"{char} (U+{ord(char):04X})" for char in sorted(left)[:10])
    packages = ", ".join(absent_packages())
    remedy = f"Install Debian's {packages}, or choose" if packages else "Choose"
    return SetupError(f"No font here can write {shown}.", f"{remedy} Markdown or Word (DOCX).")
