"""What a whole case costs on paper: ten sections, 150 answers, and what is kept beside it.

The floor writes the same text with the same library in one font, unshaped and not looked up: for
Latin, Greek and Cyrillic letters alone. For Word it is the same text in bare paragraphs.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from statistics import median

from docx import Document
from fpdf import FPDF

from adapters.documents.docx import print_docx
from adapters.documents.fonts import absent_packages, runs
from adapters.documents.pdf import print_pdf
from bot.dossier.documents import Dossier
from bot.dossier.history import history
from bot.dossier.pages import Page, case_page
from bot.engine.advance import advance
from bot.engine.model import Case, Event, Started, Typed
from tests.documents.scene import AT, SCRIPTS, desk
from tests.engine.scenes import NOON, flow_of

_SECTIONS, _EACH, _TIMES = 10, 15, 7
_LATIN = "Zwei Dinge sind geschehen – Größe, Ελλάδα, Москва; the agreed pages came four days late. "


def measure_documents() -> dict[str, float]:
    """Give the median seconds of each form, beside its floor."""
    latin, every = whole_case([_LATIN * 2]), whole_case([said * 4 for said in SCRIPTS.values()])
    first = _timed(partial(print_pdf, latin, AT), times=1)
    figures = {
        "first_pdf_s": first,
        "pdf_s": _timed(partial(print_pdf, latin, AT)),
        "pdf_floor_s": _timed(partial(_bare_pdf, _text(latin))),
        "docx_s": _timed(partial(print_docx, latin, AT)),
        "docx_floor_s": _timed(partial(_bare_docx, _text(latin))),
    }
    if not absent_packages():
        figures["every_script_pdf_s"] = _timed(partial(print_pdf, every, AT))
    figures["pdf_times_floor"] = figures["pdf_s"] / figures["pdf_floor_s"]
    figures["docx_times_floor"] = figures["docx_s"] / figures["docx_floor_s"]
    return figures


def whole_case(said: Sequence[str]) -> Page:
    """Make a case in which everything was answered with these words in turn, as one page."""
    flow = flow_of(_flow_text())
    case, at = Case("case-1", "ann", flow.id, flow.version), NOON
    events: list[Event] = [Started("ann", at, {}, "Client Heron", flow.version)]
    case = advance(flow, case, events[0]).case
    for number in range(_SECTIONS * _EACH):
        at += timedelta(minutes=1)
        events.append(Typed("ann", at, said[number % len(said)], case.turn))
        case = advance(flow, case, events[-1]).case
    assert len(case.answers) == _SECTIONS * _EACH
    papers = [card for card in desk().page("case").cards if card.kind in {"plan", "letter"}]
    return case_page(Dossier(flow, case, history({flow.version: flow}, case, events)), *papers)


def _flow_text() -> str:
    sections = "".join(f'  part_{n}: "Part {n}"\n' for n in range(_SECTIONS))
    steps = "".join(
        f"  - ask: point_{n}\n    section: part_{n // _EACH}\n    input: text\n"
        f'    text: "What is there to say of the point with the number {n}?"\n'
        '    why: "It is measured."\n'
        for n in range(_SECTIONS * _EACH)
    )
    head = 'flow: points\ntitle: "Many points"\nabout: "Measured."\n'
    return f"{head}sections:\n{sections}steps:\n{steps}"


def _text(page: Page) -> list[str]:
    lines = (line for card in page.shown for block in card.blocks for line in block.lines)
    return [line.replace("\t", "  ") for line in lines]


def _bare_pdf(lines: list[str]) -> bytes:
    pdf = FPDF(format="A4")
    pdf.add_page()
    pdf.add_font("one", "", runs("a")[0][1].path)
    pdf.set_font("one", size=10)
    for line in lines:
        pdf.multi_cell(0, 5, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def _bare_docx(lines: list[str]) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _timed(work: Callable[[], object], times: int = _TIMES) -> float:
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return median(took)
