"""The App Home, and the listing of cases that the chat shows as well. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.slack.render.parts import Part
from adapters.slack.render.settings import privacy_parts, settings_parts
from adapters.slack.render.shapes import (
    Json,
    actions,
    button,
    context,
    header,
    home_view,
    line,
    paragraphs,
    rich,
    words,
)
from adapters.slack.render.sheets import sheet_blocks
from bot.cards.actions import Action
from bot.cards.rows import seen, short
from bot.cards.values import Entry, Tracks
from bot.cards.wording import (
    NO_NAME,
    START,
    WHAT_IS_PRIVATE,
    WHAT_IT_IS,
    dialogue_text,
    state_text,
)
from bot.sheets.model import Sheet


@dataclass(frozen=True, slots=True)
class Home:
    """What the App Home shows.

    ``entries`` are the cases of this page (at most ten), pages count from 1; ``tracks`` are the
    ways to begin, (track id, label), the usual one first. ``keep_days`` says how long finished
    cases are kept (0: until deleted), ``grace_days`` how long all is kept after uninstalling.
    ``opinions`` lists the second opinions that were asked for, or wait for an answer.
    """

    tracks: Tracks
    entries: tuple[Entry, ...] = ()
    page: int = 1
    pages: int = 1
    discreet: bool = True
    keep_days: int = 0
    grace_days: int = 30
    opinions: Sheet | None = None


def home(content: Home) -> Json:
    """Draw the App Home."""
    top = _cases(content) if content.entries or content.page > 1 else _newcomer(content)
    asked = sheet_blocks(content.opinions) if content.opinions else []
    low = [*settings_parts(content.discreet, content.keep_days), *privacy_parts(content.grace_days)]
    return home_view([*top, *asked, *(block for part in low for block in part.blocks)])


def _newcomer(content: Home) -> list[Json]:
    return [
        header("Welcome to Crossroads"),
        *paragraphs(WHAT_IT_IS),
        *paragraphs(WHAT_IS_PRIVATE),
        *begin_row(content.tracks),
    ]


def begin_row(tracks: Tracks) -> list[Json]:
    """Give a button for each way to begin; the first begins with the usual one."""
    if not tracks:
        return [actions(button(START, Action("begin"), "primary"))]
    first, *rest = tracks
    pressed = [
        button(f"Start: {first[1]}", Action("begin", arg=first[0]), "primary"),
        *(button(label, Action("begin", arg=track)) for track, label in rest[:20]),
    ]
    return [actions(*pressed)]


def begin_text(tracks: Tracks) -> str:
    """Say the same in words."""
    return "\n".join(f"Start: {label}" for _, label in tracks) or START


# ------------------------------------------------------------------ the list


def _cases(content: Home) -> list[Json]:
    open_ones = [entry for entry in content.entries if not entry.ended]
    ended = [entry for entry in content.entries if entry.ended]
    parts = [*entry_parts("Open cases", open_ones), *entry_parts("Finished cases", ended)]
    listed = [block for part in parts for block in part.blocks]
    return [*listed, *_turning(content.page, content.pages), *begin_row(content.tracks)]


def entry_parts(title: str, entries: Iterable[Entry]) -> list[Part]:
    """List cases below a heading; nothing where there are none."""
    rows = [_entry(entry) for entry in entries]
    return [Part((header(title),), title), *rows] if rows else []


def _entry(entry: Entry) -> Part:
    name = short(seen(entry.name, NO_NAME), 150)
    dialogue, state = dialogue_text(entry), state_text(entry)
    fallback = f"{entry.touched.day} {entry.touched:%B %Y}"
    touched: Json = {
        "type": "date",
        "timestamp": int(entry.touched.timestamp()),
        "format": "{date_short_pretty}",
        "fallback": fallback,
    }
    below = f"\n{dialogue}\n{state}" if dialogue else f"\n{state}"
    said = line(words(name, bold=True), words(f"{below}, last touched "), touched)
    go = "Open" if entry.ended else "Resume"
    pressed = actions(
        button(go, Action("go", arg=entry.id), "" if entry.ended else "primary"),
        button("Delete…", Action("forget", arg=entry.id)),
    )
    named = f"{name} ({dialogue})" if dialogue else name
    return Part((rich(said), pressed), f"{named}: {state}, last touched {fallback}.")


def _turning(page: int, of: int) -> list[Json]:
    if of <= 1:
        return []
    labelled = ((page - 1, "Previous page"), (page + 1, "Next page"))
    pressed = [
        button(label, Action("home", arg=str(number)))
        for number, label in labelled
        if 1 <= number <= of
    ]
    return [context(f"Page {page} of {of}"), *([actions(*pressed)] if pressed else [])]
