"""Documents looked at as pages: nothing blank, cut off or lost, in any script."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.documents.printer import print_page
from bot.chat.pages import Desk
from bot.dossier.documents import Dossier
from bot.dossier.pages import Page, record_page
from bot.engine.model import Block, Card, Case
from bot.errors import NotFound
from tests.documents.reading import docx_text, inked, need_fonts, pdf_texts, said, squeezed
from tests.documents.scene import SCRIPTS, desk
from tests.flows.talks import FIRST_BOUNDARIES, TROUBLED_CLIENT, flow_in

AT = datetime(2026, 3, 12, 9, tzinfo=UTC)
WHAT = ["letter", "plan", "log", "record", "case"]
EVERY = Page("Scripts", (Card("a", "a", "", (Block("text", tuple(SCRIPTS.values())),)),))


@pytest.mark.parametrize("what", WHAT)
async def test_a_page_holds_all_that_its_markdown_says_within_its_margins(what: str) -> None:
    need_fonts()
    page = desk().page(what)
    data = await print_page(page, "pdf", AT)
    read = "".join(pdf_texts(data, page.title))
    assert [piece for piece in said(page) if piece not in read] == []
    foot = 287 if page.title else 276
    for left, top, right, bottom in inked(data, what):
        assert left > 21
        assert top > 21
        assert right < 189
        assert bottom < foot


@pytest.mark.parametrize("what", WHAT)
async def test_a_docx_holds_all_that_its_markdown_says(what: str) -> None:
    page = desk().page(what)
    read = docx_text(await print_page(page, "docx", AT))
    assert [piece for piece in said(page) if piece not in read] == []


async def test_every_script_comes_out_as_it_went_in() -> None:
    need_fonts()
    (pdf,) = pdf_texts(await print_page(EVERY, "pdf", AT), "Scripts")
    docx = docx_text(await print_page(EVERY, "docx", AT))
    assert [script for script, words in SCRIPTS.items() if squeezed(words) not in pdf] == []
    assert [script for script, words in SCRIPTS.items() if squeezed(words) not in docx] == []


async def test_no_heading_stands_alone_at_the_end_of_a_page() -> None:
    need_fonts()
    page = desk().page("case")
    headings = {card.title for card in page.shown} | {
        line
        for card in page.shown
        for block in card.blocks
        if block.kind == "heading"
        for line in block.lines
    }
    for text in pdf_texts(await print_page(page, "pdf", AT), page.title):
        assert not text.endswith(tuple(map(squeezed, headings - {""})))


async def test_a_decision_record_is_signed_on_its_first_page_with_the_annexes_behind_it() -> None:
    page = desk().page("record")
    first, second, *_ = pdf_texts(await print_page(page, "pdf", AT), page.title)
    assert first.startswith("Decisionrecord:AlderCase")
    assert first.endswith("NameDateSignature")
    assert second.startswith("Annex1:WhatfollowsDayWhat")
    assert "Yourgut" not in first


async def test_a_table_that_goes_on_says_again_what_its_columns_are() -> None:
    rows = tuple(f"Is this question number {n} of a long list?\tYes" for n in range(60))
    card = Card("c", "considered", "What was considered", (Block("facts", rows),))
    first, second = pdf_texts(await print_page(Page("Long", (card,)), "pdf", AT), "Long")
    assert "QuestionAnswerIsthisquestionnumber0" in first
    assert second.startswith("QuestionAnswerIsthis")


async def test_a_value_longer_than_a_page_goes_on_over_the_next_ones() -> None:
    long = "A line that is to be read whole. " * 300
    card = Card("c", "c", "Much", (Block("facts", (f"Why\t{long}",)), Block("text", (long,))))
    data = await print_page(Page("Much", (card,)), "pdf", AT)
    read = "".join(pdf_texts(data, "Much"))
    assert read.count("Alinethatistobereadwhole.") == 600
    assert all(bottom < 287 for *_, bottom in inked(data, "much"))


async def test_no_text_is_taken_for_a_command_of_the_printer() -> None:
    text = "{nb} **not bold** __plain__ [link](1) \\ ( ) %"
    page = Page("Plain", (Card("a", "a", "", (Block("text", (text,)),)),))
    assert pdf_texts(await print_page(page, "pdf", AT), "Plain") == [squeezed("Plain" + text)]


def test_where_nothing_is_decided_there_is_no_record() -> None:
    flow = flow_in(FIRST_BOUNDARIES)
    case = Case("case-1", "ann", flow.id, flow.version)
    undecided = Desk(Dossier(flow, case, ()), {}, None)
    assert list(undecided.there) == ["case"]
    with pytest.raises(NotFound, match="Nothing is decided"):
        undecided.page("record")


def test_before_there_is_a_result_a_record_says_so_and_is_not_signed() -> None:
    flow = flow_in(TROUBLED_CLIENT)
    page = record_page(Dossier(flow, Case("case-1", "ann", flow.id, flow.version), ()))
    assert (page.title, page.signed) == ("Not decided yet: A troubled client", False)
    assert page.cards[0].blocks[0].lines == ("There is no result yet.",)
