"""What is said when something was done, or could not be. Pure."""

from __future__ import annotations

from adapters.slack.render.parts import Part, message
from adapters.slack.render.shapes import Json, Message, header, modal, paragraphs
from bot.ports import Forgotten


def _said(text: str) -> Message:
    return message([Part(tuple(paragraphs(text)), text)])


def not_yours() -> Message:
    """Say that there is no such case of theirs; whose it may be is not told."""
    return _said(
        "This dialogue is not yours, or it was deleted. Write “cases” to me in our direct "
        "messages to see yours."
    )


def not_opened() -> Message:
    """Say that a form could not be opened, and what else works."""
    return _said(
        "Slack did not open the form in time. Please tap again, or write your answer here as a "
        "message."
    )


def forgotten_modal(forgotten: Forgotten) -> Json:
    """Say what was deleted."""
    cases = "1 case" if forgotten.cases == 1 else f"{forgotten.cases} cases"
    texts = (
        f"Deleted: {cases}, with answers, history and results.",
        "What I had posted of it here is being removed as well; that may take a minute.",
    )
    blocks = [header("Done"), *(part for text in texts for part in paragraphs(text))]
    return modal("Deleted", blocks, "done", "done:", close="Close")
