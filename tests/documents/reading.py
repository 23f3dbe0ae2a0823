"""What a printed document says and shows, read back from its file."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from docx import Document
from docx.oxml.ns import qn

from adapters.documents.fonts import absent_packages
from adapters.documents.scripts import cleaned
from bot.dossier.markdown import to_markdown
from bot.dossier.pages import Page

ARTEFACTS = Path(__file__).parents[2] / ".artefacts" / "documents"
"""Where the pages of the last run can be looked at."""

_DPM = 4
"""Pixels of a millimetre in a picture of a page."""


def need_fonts() -> None:
    """Skip a test where Debian's fonts are not installed; in CI they must be."""
    if absent := absent_packages():
        told = f"fonts are missing here: apt-get install {' '.join(absent)}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(told)


def squeezed(text: str) -> str:
    """Leave out what line breaks and directions change: spaces, and marks around words."""
    return re.sub(r"[\s\u200e\u200f\ufffe\ufeff“”]", "", cleaned(text))


def said(page: Page) -> list[str]:
    """List what a page's Markdown says, piece by piece, without its markup."""
    pieces = re.split(r"(?<!\\)\*\*|\n", to_markdown(page.shown))
    plain = (re.sub(r"^(?:#+|-|>) ", "", piece.strip()) for piece in pieces)
    whole = (re.sub(r"\\(.)", r"\1", piece.removesuffix("\\")) for piece in plain)
    return [squeezed(piece) for piece in whole if piece.strip(" .-")]


def pdf_texts(data: bytes, title: str = "") -> list[str]:
    """Read each page of a PDF, squeezed, without the line at its foot, which must be right."""
    pdf = pypdfium2.PdfDocument(data)
    texts = [squeezed(page.get_textpage().get_text_range()) for page in pdf]
    feet = [squeezed(f"{title} Page {n} of {len(pdf)}") for n in range(1, len(pdf) + 1)]
    if title:
        assert all(text.endswith(foot) for text, foot in zip(texts, feet, strict=True)), texts
        return [text.removesuffix(foot) for text, foot in zip(texts, feet, strict=True)]
    return texts


def pdf_properties(data: bytes) -> dict[str, str]:
    """Read what a PDF says of itself from outside."""
    return dict(pypdfium2.PdfDocument(data).get_metadata_dict())


def docx_text(data: bytes) -> str:
    """Read a DOCX from top to end, squeezed; without what stands at the foot of its pages."""
    body = Document(io.BytesIO(data)).element.body
    return squeezed("".join(found.text or "" for found in body.iter(qn("w:t"))))


def inked(data: bytes, name: str) -> Iterator[tuple[float, float, float, float]]:
    """Draw each page into the artefacts; gives what is not white: left, top, right, bottom (mm)."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pypdfium2.PdfDocument(data), 1):
        picture: Any = page.render(scale=_DPM * 25.4 / 72).to_pil()
        picture.save(ARTEFACTS / f"{name}-{number}.png")
        box = picture.convert("L").point(lambda grey: 255 * (grey < 250)).getbbox()
        assert box, f"page {number} of {name} is blank"
        left, top, right, bottom = (edge / _DPM for edge in box)
        yield left, top, right, bottom
