"""What a text is made of: what is drawn as one, how it is written, in which language; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import bidirectional, category, normalize

_MARKS = "".join(
    chr(code)
    for first, last in ((0x300, 0x20FF), (0x2CEF, 0x30FF), (0xA66F, 0xABFF), (0xFB1E, 0xFE2F))
    for code in range(first, last + 1)
    if category(chr(code)) in {"Mn", "Mc", "Me"}
)
_PICTURE = "\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
_CHANGED = "[\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"

EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3"
    f"|(?:[{_PICTURE}]{_CHANGED}*|[\u00a9-\u3299]{_CHANGED}+)"
    f"(?:\u200d[\u2000-\u3299{_PICTURE}]{_CHANGED}*)*"
)
"""A flag, a key, or a picture with its colour and all that is joined to it."""

_CLUSTER = re.compile(f"{EMOJI.pattern}|.[{_MARKS}\u200c\u200d]*", re.DOTALL)

_SHAPED = re.compile(
    "[\u0300-\u036f\u0590-\u1dff\u200c\u200d\u20d0-\u20ff\ua840-\uabff"
    "\ufb1d-\ufdff\ufe00-\ufe0f\ufe20-\ufeff\U00010a00-\U00011fff\U0001f000-\U0010ffff]"
)
"""Marks, joiners, emoji, and the scripts from Hebrew to those of India and beyond."""


def clusters(text: str) -> Iterator[str]:
    """Yield what is drawn as one: a letter with its marks, an emoji with all its parts."""
    return (match.group() for match in _CLUSTER.finditer(text))


def cleaned(text: str) -> str:
    """Compose marks with their letters; take out control characters and hyphens nobody sees."""
    lines = normalize("NFC", text).replace("\t", "    ").splitlines()
    return "\n".join("".join(filter(_read, line)) for line in lines)


def _read(char: str) -> bool:
    # What XML cannot hold goes too: half a pair, and two code points that are no characters.
    return char not in "\u00ad\ufeff\ufffe\uffff" and category(char) not in {"Cc", "Cs"}


def shaped(text: str) -> bool:
    """Whether letters change or move beside one another; what does not is laid out faster."""
    return bool(_SHAPED.search(text))


def leftward(text: str) -> bool:
    """Whether a paragraph is written from right to left: its first letter says so."""
    strong = (bidirectional(char) for char in text)
    return next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"


# ------------------------------------------------------------------ languages


@dataclass(frozen=True, slots=True)
class Script:
    """A script as Word wants it marked: its language, font, and in which of its slots both go.

    ``slot`` is "ascii", "eastAsia" or "cs" (complex scripts), ``letters`` a class of characters.
    """

    language: str
    font: str
    slot: str
    letters: re.Pattern[str]
    rtl: bool = False


def _script(language: str, font: str, slot: str, letters: str, *, rtl: bool = False) -> Script:
    """Make one from a class of characters; spaces between them belong to it."""
    return Script(language, font, slot, re.compile(f"[{letters}]+(?: +[{letters}]+)*"), rtl)


_HAN = (
    "\u2e80-\u2fdf\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff60"
    "\U00020000-\U0003ffff"
)
_KANA = "\u3041-\u30ff\u31f0-\u31ff"
_CHINESE = _script("zh-CN", "Microsoft YaHei", "eastAsia", _HAN)
_JAPANESE = _script("ja-JP", "Yu Gothic", "eastAsia", _KANA + _HAN)
_OTHERS = (
    _script("ko-KR", "Malgun Gothic", "eastAsia", "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"),
    _script(
        "ar-SA",
        "Arial",
        "cs",
        "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
        rtl=True,
    ),
    _script("he-IL", "Arial", "cs", "\u0590-\u05ff\ufb1d-\ufb4f", rtl=True),
    _script("th-TH", "Leelawadee UI", "cs", "\u0e00-\u0e7f"),
    _script("hi-IN", "Nirmala UI", "cs", "\u0900-\u097f\u200c\u200d"),
    Script("", "Segoe UI Emoji", "ascii", re.compile(f"(?:{EMOJI.pattern})+")),
)


def by_script(text: str) -> Iterator[tuple[str, Script | None]]:
    """Split a text by what Word must be told about it; None is what it writes by itself.

    Ideographs are taken for Japanese where there are kana beside them, else for Chinese.
    """
    known = (*_OTHERS, _JAPANESE if re.search(f"[{_KANA}]", text) else _CHINESE)
    start = plain = 0
    while start < len(text):
        found = ((one, one.letters.match(text, start)) for one in known)
        script, match = next(((one, m) for one, m in found if m), (None, None))
        if match is None:
            start += 1
            continue
        if start > plain:
            yield text[plain:start], None
        yield match.group(), script
        start = plain = match.end()
    if start > plain:
        yield text[plain:], None
