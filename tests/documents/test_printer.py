"""Pages printed: the same bytes for the same page, readable back, nothing private beside it."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document

from adapters.documents.fonts import FACES, absent_packages, check, runs
from adapters.documents.printer import print_page
from bot.dossier.pages import Page
from bot.engine.model import Block, Card
from bot.errors import SetupError
from tests.documents.reading import need_fonts, pdf_properties

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LINES = ("Grüße", "Καλημέρα", "Привет", "مرحبا بالعالم")
CARD = Card("a", "a", "Result", (Block("text", LINES), Block("facts", ("Why\tBecause",))))
PAGE = Page(
    "Decision record: Heron", (CARD,), (("Case", "abc"),), signed=True, called="Decision record"
)


@pytest.mark.parametrize("form", ["md", "pdf"])
async def test_the_same_page_gives_the_same_bytes(form: str) -> None:
    assert await print_page(PAGE, form, AT) == await print_page(PAGE, form, AT)


async def test_the_properties_say_what_it_is_and_not_whom_it_is_about() -> None:
    known = Document(io.BytesIO(await print_page(PAGE, "docx", AT))).core_properties
    assert (known.title, known.author, known.last_modified_by) == ("Decision record", "", "")
    outside = pdf_properties(await print_page(PAGE, "pdf", AT))
    assert outside["Title"] == "Decision record"
    assert "Heron" not in "".join(outside.values())


async def test_arabic_is_marked_as_written_from_right_to_left() -> None:
    document = Document(io.BytesIO(await print_page(PAGE, "docx", AT)))
    (arabic,) = [p for p in document.paragraphs if p.text == LINES[3]]
    (greek,) = [p for p in document.paragraphs if p.text == LINES[1]]
    assert "w:bidi" in arabic._p.xml
    assert "w:bidi" not in greek._p.xml


def test_what_no_font_has_is_named_and_never_drawn() -> None:
    with pytest.raises(SetupError, match=r"U\+10FFFD") as told:
        check("a\U0010fffd")
    assert all(package in told.value.remedy for package in absent_packages())


def test_bold_and_regular_letters_come_from_fonts_that_have_them() -> None:
    """The bold face has fewer letters than the regular one: what it lacks is drawn from that."""
    (first, bold), (second, regular) = runs("a𝖠", bold=True)
    assert (first, bold.key, second, regular.key) == ("a", "dejavuB", "𝖠", "dejavu")


def test_an_emoji_is_written_whole_by_the_font_of_emoji() -> None:
    need_fonts()
    parts = [(text, font.family) for text, font in runs("ok 👩\u200d⚖\ufe0f👍🏽 ⚖ 3")]
    assert parts == [("ok ", "dejavu"), ("👩\u200d⚖\ufe0f👍🏽", "emoji"), (" ⚖ 3", "dejavu")]


async def test_more_emoji_than_a_pdf_can_number_are_refused() -> None:
    need_fonts()
    many = "".join(chr(code) for code in range(0x1F400, 0x1F4FE))
    many += "".join(chr(code) for code in range(0x1F600, 0x1F640))
    page = Page("", (Card("a", "a", "", (Block("text", (many,)),)),))
    with pytest.raises(SetupError, match="250 different emoji"):
        await print_page(page, "pdf", AT)


@pytest.mark.parametrize("file", [".ci/run", "deploy/Dockerfile", "docs/documents.md"])
def test_every_font_is_installed_where_one_reads_of_it(file: str) -> None:
    text = (Path(__file__).parents[2] / file).read_text("utf-8")
    comes_with_pictures = "fonts-dejavu-core"
    wanted = {face.package for face in FACES} - {comes_with_pictures}
    assert set(re.findall(r"fonts-[a-z-]+", text)) - {comes_with_pictures} == wanted
