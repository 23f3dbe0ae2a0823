"""What is said when something was done, or could not be. Pure."""

from __future__ import annotations

from adapters.slack.render.parts import Part, message
from adapters.slack.render.shapes import (
    Json,
    Message,
    header,
    modal,
    paragraphs,
)
from bot.cards.wording import ASKED_AGAIN, COMMAND, NOT_EXPORTED, NOT_YOURS, forgotten_texts
from bot.ports import Forgotten


def _said(text: str) -> Message:
    return message([Part(tuple(paragraphs(text)), text)])


def not_yours() -> Message:
    """Say that there is no such case of theirs; whose it may be is not told."""
    return _said(NOT_YOURS)


def not_opened() -> Message:
    """Say that a form could not be opened, and what else works."""
    return _said(
        "Slack did not open the form in time. Please tap again, or write your answer here as a "
        "message."
    )


def asked_again() -> Message:
    """Say that a question that was answered is asked again."""
    return _said(ASKED_AGAIN)


def too_late() -> Message:
    """Say that a window could not be opened."""
    return _said("Slack did not open the window in time. Please do that once more.")


def exporting() -> Message:
    """Say where an export will be."""
    return _said("Your data is being put together. It comes to our direct messages as a file.")


def not_exported() -> Message:
    """Say that an export failed."""
    return _said(NOT_EXPORTED)


def told_modal(said: Message) -> Json:
    """Say in a window what would be a message in the chat; there is nothing to press in it."""
    blocks = [block for block in said.blocks if block["type"] != "actions"]
    return modal("Crossroads", blocks, "done", "done:", close="Close")


def forgotten_modal(forgotten: Forgotten) -> Json:
    """Say what was deleted."""
    texts = forgotten_texts(forgotten)
    blocks = [header("Done"), *(part for text in texts for part in paragraphs(text))]
    return modal("Deleted", blocks, "done", "done:", close="Close")


def one_moment() -> Message:
    """Say that it takes a while, and that it goes on by itself."""
    return _said("One moment, please: Slack is asked who is there. This window changes by itself.")


def settled() -> Message:
    """Say that something that took a while is done."""
    return _said("Done.")


def needs_command(word: str) -> Message:
    """Say how to get at what opens in a window, which a message cannot open."""
    return _said(f"That opens in a window. Type “{COMMAND} {word}”.")
