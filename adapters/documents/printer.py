"""Print a page in the form that is wanted; the libraries for it are loaded with the first one."""

from __future__ import annotations

import asyncio
from datetime import datetime
from importlib.util import find_spec

from bot.dossier.markdown import to_markdown
from bot.dossier.pages import Page
from bot.errors import SetupError, WrongUse


async def print_page(page: Page, form: str, at: datetime) -> bytes:
    """Print a page as "md", "docx" or "pdf", beside the loop.

    Raises ``SetupError`` where a font or library is missing.
    """
    return await asyncio.to_thread(_printed, page, form, at)


def _printed(page: Page, form: str, at: datetime) -> bytes:
    match form:
        case "md":
            return to_markdown(page.shown).encode()
        case "docx":
            _need("docx")
            from adapters.documents.docx import print_docx

            return print_docx(page, at)
        case "pdf":
            _need("fpdf", "uharfbuzz")
            from adapters.documents.pdf import print_pdf

            return print_pdf(page, at)
        case _:
            raise WrongUse(f"“{form[:10]}” is no form of document.", "There are: md, docx, pdf.")


def _need(*libraries: str) -> None:
    if not all(map(find_spec, libraries)):
        raise SetupError(
            "What writes such documents is not installed.",
            "It comes with the extra “documents”; Markdown needs none.",
        )
