"""What is ordered, pressed or sent off beside the dialogue: sheets and forms, on every face.

A face turns what it hears into an ``Actor`` and calls ``order``, ``press`` or ``submit``; it shows
what comes back. What has to be durable is so before that.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.cards.actions import Action
from bot.chat import (
    documents,
    insights,
    letters,
    linking,
    log,
    opinions,
    plans,
    reminders,
    workspace,
)
from bot.chat.parts import Parts
from bot.chat.reaction import Reaction
from bot.errors import NoCase, NotFound, WrongUse
from bot.rounds.ports import Actor
from bot.sheets.model import Entered

VERBS = frozenset(
    {"round", "draft", "plan", "due", "outcome", "log", "document", "insights", "link", "workspace"}
)
"""The verbs of buttons and forms that are answered here."""

WORDS: Mapping[str, str] = {
    "opinion": "ask your team for a second opinion, or answer when you are asked",
    "draft": "a letter or a script for what you decided",
    "plan": "a plan with dates of what to do next, and reminders",
    "outcome": "say what came of a decision",
    "log": "keep what happened, as facts",
    "insights": "what came of decisions, counted",
    "document": "a decision record, letter, log or plan as a file",
    "link": "use one account's cases from another platform as well",
    "unlink": "end that",
    "workspace": "settings for everybody here",
}
"""The commands that are answered here."""


def _gone() -> NotFound:
    """Say of a case that a button or form names by its id that nothing can be done with it."""
    return NotFound("That case was deleted, or is not yours.", "/crossroads cases lists yours.")


async def order(parts: Parts, actor: Actor, word: str, rest: str = "") -> Reaction:
    """Answer a command of ``WORDS`` with what was written after it.

    Raises ``NotFound`` or ``WrongUse`` for what cannot be done, ``StoreError`` where nothing could.
    """
    match word:
        case "opinion":
            return await opinions.order(parts, actor, rest)
        case "draft":
            return await letters.order(parts, actor, rest)
        case "plan":
            return await plans.order(parts, actor, rest)
        case "log":
            return await log.order(parts, actor, rest)
        case "document":
            return await documents.order(parts, actor, rest)
        case "insights":
            return await insights.order(parts, actor)
        case "outcome":
            return await reminders.order_outcome(parts, actor, rest)
        case "workspace":
            return await workspace.order(parts, actor)
        case "link":
            return await linking.order_link(parts, actor, rest)
        case "unlink":
            return await linking.order_unlink(parts, actor)
        case _:
            raise WrongUse(f"“{word}” is not a command of mine.", "/crossroads help lists them.")


async def press(parts: Parts, actor: Actor, action: Action, key: str, value: str = "") -> Reaction:
    """Answer a button whose verb is one of ``VERBS``; ``key`` is the platform's delivery id.

    ``value`` is what was selected, if it is a select.
    """
    try:
        return await _pressed(parts, actor, action, key)
    except NoCase:
        raise _gone() from None


async def _pressed(parts: Parts, actor: Actor, action: Action, key: str) -> Reaction:
    match action.verb:
        case "round":
            return await opinions.press(parts, actor, action, key)
        case "draft":
            return await letters.press(parts, actor, action, key)
        case "plan":
            return await plans.press(parts, actor, action, key)
        case "log":
            return await log.press(parts, actor, action, key)
        case "document":
            return await documents.press(parts, actor, action)
        case "due":
            return await reminders.press(parts, actor, action, key)
        case "outcome":
            return await reminders.press_outcome(parts, actor, action)
        case "insights":
            return await insights.press(parts, actor, action)
        case "workspace":
            return await workspace.press(parts, actor, action)
        case "link":
            return await linking.press_link(parts, actor, action, key)
        case _:
            raise WrongUse("That button is of an older version.", "Write “help” here.")


async def submit(parts: Parts, actor: Actor, form: Action, entered: Entered, key: str) -> Reaction:
    """Answer a form that was sent off, by its action; what was entered is not trusted."""
    try:
        return await _submitted(parts, actor, form, entered, key)
    except NoCase:
        raise _gone() from None


async def _submitted(
    parts: Parts, actor: Actor, form: Action, entered: Entered, key: str
) -> Reaction:
    match form.verb:
        case "round":
            return await opinions.submit(parts, actor, form, entered, key)
        case "draft":
            return await letters.submit(parts, actor, form, entered, key)
        case "plan":
            return await plans.submit(parts, actor, form, entered, key)
        case "log":
            return await log.submit(parts, actor, form, entered, key)
        case "document":
            return await documents.submit(parts, actor, form, entered)
        case "due":
            return await reminders.submit(parts, actor, entered, key)
        case "outcome":
            return await reminders.submit_outcome(parts, actor, form, entered)
        case "workspace":
            return await workspace.submit(parts, actor, entered)
        case "link":
            return await linking.submit_link(parts, actor, form, entered, key)
        case _:
            raise WrongUse("That form is of an older version.", "Open it again.")


__all__ = ["VERBS", "WORDS", "Reaction", "order", "press", "submit"]
