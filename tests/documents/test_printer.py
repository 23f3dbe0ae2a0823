"""Pages printed: the same bytes for the same page, readable back, nothing private beside it."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from docx import Document

from adapters.documents.fonts import needed
from adapters.documents.printer import print_page
from bot.dossier.pages import Page
from bot.engine.model import Block, Card
from bot.errors import SetupError

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LINES = ("Grüße", "Καλημέρα", "Привет", "مرحبا بالعالم")
CARD = Card("a", "a", "Result", (Block("text", LINES), Block("facts", ("Why\tBecause",))))
PAGE = Page("Decision record: Heron", (CARD,), (("Case", "abc"),), signed=True)


@pytest.mark.parametrize("form", ["md", "pdf"])
async def test_the_same_page_gives_the_same_bytes(form: str) -> None:
    assert await print_page(PAGE, form, AT) == await print_page(PAGE, form, AT)


async def test_a_docx_reads_back_whole_and_names_nobody() -> None:
    document = Document(io.BytesIO(await print_page(PAGE, "docx", AT)))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert [text for text in texts if text in LINES] == list(LINES)
    cells = [cell.text for table in document.tables for cell in table._cells]
    assert "Because" in cells
    assert "Signature" in cells
    known = document.core_properties
    assert (known.title, known.author, known.last_modified_by) == (PAGE.title, "", "")


async def test_arabic_is_marked_as_written_from_right_to_left() -> None:
    document = Document(io.BytesIO(await print_page(PAGE, "docx", AT)))
    (arabic,) = [p for p in document.paragraphs if p.text == LINES[3]]
    (greek,) = [p for p in document.paragraphs if p.text == LINES[1]]
    assert "w:bidi" in arabic._p.xml
    assert "w:bidi" not in greek._p.xml


def test_what_no_font_has_is_named_and_never_drawn() -> None:
    with pytest.raises(SetupError, match=r"U\+10FFFD"):
        needed("a\U0010fffd")
