"""Where lines end: at spaces, between Chinese and Japanese characters, else where it must; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from adapters.documents.scripts import EMOJI, clusters

_SPACES = frozenset(
    " \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u200b\u3000"
)
_CLOSELY_SET = re.compile(
    "[\u2e80-\u2fdf\u3001-\u30ff\u31c0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    f"\uff00-\uff60\U00020000-\U0003ffff]|{EMOJI.pattern}"
)
"""Written without spaces: a line may end behind any of them."""
_NEVER_FIRST = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー」』）】》〉］｝〕ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ)]},.;:!?%”’»"
)
_NEVER_LAST = frozenset("「『（【《〈［｛〔([{“‘«")


def pieces(text: str) -> Iterator[str]:
    """Split a line into what stays together, each with the spaces behind it."""
    piece, last = "", ""
    for cluster in clusters(text):
        if piece and _may_end(last, cluster):
            yield piece
            piece = ""
        piece += cluster
        last = cluster
    if piece:
        yield piece


def _may_end(last: str, following: str) -> bool:
    if following in _SPACES or following in _NEVER_FIRST or last in _NEVER_LAST:
        return False
    return last in _SPACES or bool(_CLOSELY_SET.match(last)) or bool(_CLOSELY_SET.match(following))


def lines(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Break a text into lines no wider than ``width``, in the unit that ``measure`` gives."""
    for paragraph in text.split("\n"):
        yield from _broken(paragraph, width, measure)


def _broken(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    line, used = "", 0.0
    for piece in pieces(text):
        for part in _fitting(piece, width, measure):
            if line and used + measure(part.rstrip()) > width:
                yield line.rstrip()
                line, used = "", 0.0
            line += part
            used += measure(part)
    yield line.rstrip()


def _fitting(piece: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Split what is wider than a line wherever one is full."""
    if measure(piece.rstrip()) <= width:
        yield piece
        return
    part = ""
    for cluster in clusters(piece):
        if part and measure((part + cluster).rstrip()) > width:
            yield part
            part = ""
        part += cluster
    yield part
