"""Texts as they can be drawn: what the font has no letter for, and where lines break. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container

LOST = "…"
"""What stands for letters that the font does not have."""


def legible(text: str, known: Container[int], instead: str) -> str:
    """Give a text in letters of the font, whose code points are ``known``.

    Signs that it does not have are left out, letters become “…”; ``instead`` is what stands there
    if no letter is left. What steers the direction of text or cannot be seen goes.
    """
    drawn = "".join(_legible(char, known) for char in unicodedata.normalize("NFC", text))
    drawn = re.sub(f"{LOST}+", LOST, " ".join(drawn.split()))
    return drawn if any(char.isalnum() for char in drawn) else instead


def _legible(char: str, known: Container[int]) -> str:
    if char.isspace():
        return " "
    if unicodedata.category(char)[0] == "C":
        return ""
    if ord(char) in known:
        return char
    plain = unicodedata.normalize("NFKD", char)
    if plain != char:
        return "".join(_legible(part, known) for part in plain)
    return LOST if char.isalpha() else ""


def broken(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Break a text into lines that fit, between words, and within one that is too long alone."""
    lines = [""]
    for word in text.split():
        whole = f"{lines[-1]} {word}".lstrip()
        if fits(whole):
            lines[-1] = whole
        elif fits(word):
            lines.append(word)
        else:
            lines += _pieces(word, fits)
    return [line for line in lines if line]


def _pieces(word: str, fits: Callable[[str], bool]) -> list[str]:
    pieces = [""]
    for char in word:
        if pieces[-1] and not fits(pieces[-1] + char):
            pieces.append("")
        pieces[-1] += char
    return pieces
