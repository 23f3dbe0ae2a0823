"""What is said of decisions that are counted in a workspace: asked, told, and chosen; pure."""

from __future__ import annotations

from datetime import datetime

from bot.cards.actions import Action
from bot.engine.model import Card
from bot.records.insights import FEWEST, SMALLEST
from bot.sheets.acts import act
from bot.sheets.model import Button, Sheet
from bot.sheets.shown import text

VERB = "insights"

WHAT = (
    "What is counted: the course that a case ended with, whether it was the recommended one, and "
    "what its owner says came of it. Not who, not which client, not a word that anybody wrote."
)
HOW = (
    f"What is shown, to everybody here alike: numbers of at least {SMALLEST} cases of at least "
    f"{FEWEST} people. Cases, and answers about them, are added {SMALLEST} at a time."
)


def does(what: str, more: str = "") -> Action:
    """Make the action of a button about what is counted."""
    return act(what, "", more, verb=VERB)


def counted_row(since: str) -> tuple[str, str]:
    """Say in the workspace's settings whether decisions are counted."""
    if not since:
        return "Decisions are counted", "no"
    day = datetime.fromisoformat(since)
    return "Decisions are counted", f"yes, those since {day.day} {day:%B %Y}"


def counting_sheet(begin: Action) -> Sheet:
    """Ask those who look after a workspace whether decisions are to be counted."""
    lines = text(
        "Count what people here decide about their clients, to learn from what came of it?",
        WHAT,
        HOW,
        "I tell everybody here who uses Crossroads, in a message to each. Nothing is counted that "
        "was decided before, or by somebody who stays out. You can end it at any time.",
    )
    card = Card(VERB, VERB, "Count decisions", (lines,))
    return Sheet(card, (Button(begin, "Count, and tell everybody", "primary"),))


def news_sheet() -> Sheet:
    """Tell somebody that decisions are counted from now on."""
    lines = text(
        "Those who look after this workspace have decisions counted from now on, to learn from "
        "what came of them.",
        WHAT,
        HOW,
        "You can stay out, now or later, and nobody is told. “/crossroads insights” shows what is "
        "counted.",
    )
    buttons = (Button(does("out"), "Stay out"), Button(does("show"), "Show what is counted"))
    card = Card(VERB, VERB, "Decisions are counted here", (lines,))
    return Sheet(card, buttons, notice="A setting has changed here")
