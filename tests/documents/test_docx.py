"""What Word is told of a document: headings, tables, languages, directions, in valid order."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import cache

import pytest
from docx import Document
from docx.document import Document as Written
from docx.oxml.ns import qn

from adapters.documents.docx import print_docx
from bot.dossier.pages import Page
from bot.engine.model import Block, Card
from tests.documents.scene import SCRIPTS, desk

AT = datetime(2026, 3, 12, 9, tzinfo=UTC)


@cache
def record() -> Written:
    return Document(io.BytesIO(print_docx(desk().page("record"), AT)))


def runs_of(script: str) -> list[str]:
    """Give the XML of the runs in which a script's words stand."""
    page = Page("", (Card("a", "a", "", (Block("text", (SCRIPTS[script],)),)),))
    document = Document(io.BytesIO(print_docx(page, AT)))
    return [run._r.xml for paragraph in document.paragraphs for run in paragraph.runs]


def test_what_no_document_can_hold_is_left_out() -> None:
    lines = ("He\x00 call\x1bed\ufffe.\uffff", "term\tdefi\ufffeni\x08tion")
    blocks = (Block("text", lines), Block("facts", lines))
    cards = tuple(Card(kind, kind, "He\ufffe", blocks) for kind in ("a", "page", "entry"))
    document = Document(io.BytesIO(print_docx(Page("He\ufffe", cards), AT)))
    assert "He called." in [paragraph.text for paragraph in document.paragraphs]


def test_headings_are_real_ones() -> None:
    styled = [(p.style.name, p.text) for p in record().paragraphs if p.style and p.text]
    assert ("Heading 1", "Decision record: Alder") in styled
    assert ("Heading 2", "Annex 1: What follows") in styled
    assert ("Heading 3", "Strongest reasons") in styled


def test_the_annexes_begin_on_a_page_of_their_own() -> None:
    breaks = [p.text for p in record().paragraphs if p.paragraph_format.page_break_before]
    assert breaks == ["Annex 1: What follows"]


def test_what_stands_above_a_table_is_repeated_on_every_page_and_no_row_is_parted() -> None:
    tables = record().tables
    heads = [t.rows[0].cells[0].text for t in tables if "w:tblHeader" in t.rows[0]._tr.xml]
    assert heads == ["Day", "Question"]
    assert all("w:cantSplit" in row._tr.xml for table in tables for row in table.rows)


def test_the_language_is_set() -> None:
    (language,) = record().styles.element.iterfind(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert language.get(qn("w:val")) == "en-GB"
    assert language.get(qn("w:eastAsia")) == "zh-CN"


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("Chinese", ('w:eastAsia="zh-CN"', 'w:hint="eastAsia"')),
        ("Japanese", ('w:eastAsia="ja-JP"', 'w:eastAsia="Yu Gothic"')),
        ("Korean", ('w:eastAsia="ko-KR"', 'w:eastAsia="Malgun Gothic"')),
        ("Arabic", ('w:bidi="ar-SA"', "<w:rtl/>")),
        ("Hebrew", ('w:bidi="he-IL"', "<w:rtl/>")),
        ("Hindi", ('w:bidi="hi-IN"', "<w:cs/>")),
        ("emoji", ('w:ascii="Segoe UI Emoji"',)),
    ],
)
def test_every_script_is_marked_for_word(script: str, told: tuple[str, ...]) -> None:
    assert all(any(mark in xml for xml in runs_of(script)) for mark in told)


def test_latin_greek_and_cyrillic_need_no_mark() -> None:
    for script in ("Latin", "Greek", "Cyrillic"):
        (xml,) = runs_of(script)
        assert "w:lang" not in xml


def test_a_direction_stands_before_the_spacing_as_word_insists() -> None:
    card = Card("a", "a", "", (Block("facts", (f"Said\t{SCRIPTS['Arabic']}",)),))
    xml = Document(io.BytesIO(print_docx(Page("", (card,)), AT))).element.xml
    assert 0 < xml.index("<w:bidi/>") < xml.index("<w:spacing", xml.index("<w:bidi/>"))
