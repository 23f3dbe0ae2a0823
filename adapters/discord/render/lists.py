"""What is about a person: their cases, settings, and what is stored of them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.discord.render.shapes import (
    DANGER,
    PRIMARY,
    SECONDARY,
    Json,
    Message,
    bold,
    button,
    escape,
    fits,
    heading,
    message,
    option,
    row,
    said,
    select,
    small,
    text,
)
from bot.cards.actions import Action
from bot.cards.rows import seen, short
from bot.cards.values import Entry, Holdings
from bot.cards.wording import (
    COMMAND,
    ENGLISH,
    KEPT,
    NO_CASES,
    NO_NAME,
    OWN_KEY,
    START,
    dialogue_text,
    holdings_rows,
    kept_labels,
    state_text,
)

_NAME = 100
_KEPT = {**KEPT, 7: "Delete them after 7 days"}


# ------------------------------------------------------------------ cases


def cases_message(entries: Sequence[Entry], more: int = 0) -> Message:
    """List as many cases as there is room for; ``more`` says how many there are besides."""
    if not entries:
        begin = row(button(START, Action("begin"), PRIMARY))
        return message([said(NO_CASES), begin])
    found = _cases(entries, more)
    while not fits(found) and len(entries) > 1:
        entries, more = entries[:-1], more + 1
        found = _cases(entries, more)
    return found


def _cases(entries: Sequence[Entry], more: int) -> Message:
    open_ones = [entry for entry in entries if not entry.ended]
    ended = [entry for entry in entries if entry.ended]
    rest = f"{more} more: {COMMAND} resume and {COMMAND} forget offer them all while you write."
    return message(
        [
            *_listed("Open cases", open_ones),
            *_listed("Finished cases", ended),
            *([said(rest)] if more else []),
        ]
    )


def _listed(title: str, entries: Sequence[Entry]) -> list[Json]:
    """List cases below a heading; nothing where there are none."""
    titles = [f"{heading(title)}\n", *("" for _ in entries)]
    return [
        part
        for above, entry in zip(titles, entries, strict=False)
        for part in (text(above + _about(entry)), _doors(entry))
    ]


def _about(entry: Entry) -> str:
    name = short(seen(entry.name, NO_NAME), _NAME)
    touched = f"<t:{int(entry.touched.timestamp())}:D>"  # Discord writes it as each reader does
    dialogue = dialogue_text(entry)
    below = f"{small(dialogue)}\n" if dialogue else ""
    return f"{bold(name)}\n{below}{escape(state_text(entry))}, last touched {touched}"


def _doors(entry: Entry) -> Json:
    go, style = ("Open", SECONDARY) if entry.ended else ("Resume", PRIMARY)
    return row(
        button(go, Action("go", arg=entry.id), style),
        button("Delete…", Action("forget", arg=entry.id)),
    )


# ------------------------------------------------------------------ settings


def settings_message(keep_days: int) -> Message:
    """Show the settings with what changes them."""
    labels = kept_labels(keep_days, _KEPT)
    options = [option(label, str(days), chosen=days == keep_days) for days, label in labels.items()]
    return message(
        [
            text(heading("Settings")),
            said(ENGLISH),
            said("Finished cases:"),
            select(Action("keep"), options, "Finished cases …"),
        ]
    )


# ------------------------------------------------------------------ data


def mydata_message(holdings: Holdings) -> Message:
    """Say what is stored of a person, without showing it."""
    listed = [
        f"- {bold(name)}: {escape(value)}" for name, value in holdings_rows(holdings, "Discord")
    ]
    return message(
        [
            text(heading("What is stored about you")),
            text("\n".join(listed)),
            said(OWN_KEY),
            row(
                button("Export", Action("export")),
                button("Delete everything…", Action("forget", arg="all"), DANGER),
            ),
        ]
    )
