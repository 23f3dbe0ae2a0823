"""Small messages: welcome, help, lists, settings, what went wrong. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.slack.render.home import begin_row, begin_text, entry_parts
from adapters.slack.render.parts import Part, message
from adapters.slack.render.settings import own_data_row, settings_parts
from adapters.slack.render.shapes import (
    Json,
    Message,
    actions,
    bullets,
    button,
    header,
    line,
    paragraphs,
    rich,
    words,
)
from bot.cards.actions import Action
from bot.cards.values import Entry, Holdings, Tracks
from bot.cards.wording import (
    COMMANDS,
    HOW_TO_COMMAND,
    HOW_TO_WRITE,
    NO_CASES,
    NO_COMMAND,
    NOTHING_PRIVATE,
    OWN_KEY,
    START,
    WHAT_IS_PRIVATE,
    WHAT_IT_IS,
    command_rows,
    holdings_rows,
)
from bot.engine.words import WORDS
from bot.errors import CrossroadsError


def _said(*texts: str) -> list[Part]:
    return [Part(tuple(paragraphs(text)), text) for text in texts]


def _titled(title: str) -> Part:
    return Part((header(title),), title)


def _listed(rows: Sequence[tuple[str, str]]) -> Part:
    """List names with their meaning."""
    items = [line(_code(name), words(f"  {meaning}")) for name, meaning in rows]
    return Part((rich(bullets(items)),), "\n".join(f"{name}: {meaning}" for name, meaning in rows))


def _code(text: str) -> Json:
    return {"type": "text", "text": text, "style": {"code": True}}


# ------------------------------------------------------------------ coming in


def welcome(tracks: Tracks) -> Message:
    """Greet somebody new in the chat."""
    start = Part(tuple(begin_row(tracks)), begin_text(tracks))
    return message([_titled("Welcome to Crossroads"), *_said(WHAT_IT_IS, WHAT_IS_PRIVATE), start])


def help_message(
    tracks: Tracks, more: Mapping[str, str] | None = None, *, unknown: bool = False
) -> Message:
    """List the commands, the words that work, and buttons; ``unknown``: another was tried.

    ``more`` are commands beside those of every chat, each with what it does.
    """
    first = [NO_COMMAND] if unknown else []
    pressed = actions(
        button("My cases", Action("cases")),
        button("Settings", Action("settings")),
        button("What is stored", Action("mydata")),
    )
    return message(
        [
            _titled("Crossroads: help"),
            *_said(*first, HOW_TO_COMMAND),
            _listed(command_rows(tracks, {**(more or {}), **COMMANDS})),
            *_said(HOW_TO_WRITE),
            _listed(list(WORDS.items())),
            *_said(NOTHING_PRIVATE),
            Part((*begin_row(tracks), pressed), begin_text(tracks)),
        ]
    )


def started_message(permalink: str = "") -> Message:
    """Say where it goes on; ``permalink`` leads to the card."""
    said = "It goes on in our direct messages (Apps → Crossroads → Messages)."
    if not permalink:
        return message(_said(said))
    link: Json = {"type": "link", "url": permalink, "text": "Open it"}
    return message([Part((rich(line(words(f"{said} "), link)),), f"{said} {permalink}")])


def notification() -> Message:
    """Say discreetly that there is something to read."""
    return message(_said("Crossroads: there is something for you here."))


# ------------------------------------------------------------------ lists and settings


def cases_message(entries: Sequence[Entry], more: int = 0) -> Message:
    """List up to ten cases; ``more`` says how many there are besides."""
    if not entries:
        begin = Part((actions(button(START, Action("begin"), "primary")),), START)
        return message([*_said(NO_CASES), begin])
    open_ones = [entry for entry in entries if not entry.ended]
    ended = [entry for entry in entries if entry.ended]
    rest = _said(f"{more} more: the Home tab lists them all.") if more else []
    listed = [*entry_parts("Open cases", open_ones), *entry_parts("Finished cases", ended)]
    return message([*listed, *rest])


def settings_message(discreet: bool, keep_days: int) -> Message:
    """Show the settings with what changes them."""
    return message(settings_parts(discreet, keep_days))


def mydata_message(holdings: Holdings) -> Message:
    """Say what is stored of a person, without showing it."""
    rows = holdings_rows(holdings, "Slack")
    items = [line(words(f"{name}: ", bold=True), words(value)) for name, value in rows]
    text = "\n".join(f"{name}: {value}" for name, value in rows)
    listed = Part((rich(bullets(items)),), text)
    return message([_titled("What is stored about you"), listed, *_said(OWN_KEY), own_data_row()])


def handed_over(name: str) -> Message:
    """Say where a file is that somebody asked for."""
    return message(_said(f"{name} is in our direct messages."))


def not_handed_over(name: str) -> Message:
    """Say that a file could not be given."""
    return message(_said(f"{name} could not be uploaded.", "Nothing was lost: please try again."))


def error_message(error: CrossroadsError) -> Message:
    """Say what is wrong, and what to do about it."""
    said = [text for text in (f"❗ {error.message}", error.remedy) if text.strip()]
    return message(_said(*said))
