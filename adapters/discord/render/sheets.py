"""Sheets: messages with buttons that are about no single step of a case. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.discord.render.body import markdown, pages, parted
from adapters.discord.render.body import whole as whole_card
from adapters.discord.render.shapes import (
    DANGER,
    PRIMARY,
    SECONDARY,
    Json,
    Message,
    button,
    fits,
    gallery,
    row,
    rows,
    said,
    section,
    small,
    text,
)
from bot.cards.actions import Action
from bot.cards.folds import GOES_ON, READ_ALL, Fold
from bot.cards.rows import beginning
from bot.cards.wording import NOTHING_THERE
from bot.sheets.model import Button, Picture, Sheet, Style, distinct

_STYLES: Mapping[Style, int] = {"": SECONDARY, "primary": PRIMARY, "danger": DANGER}
_ROOMS = (2600, 1300, 600)
"""Characters of a beginning, as they are; as they are sent they may become three times as many."""

_TOO_LONG = "There is more than there is room for here."


def sheet_message(sheet: Sheet, marker: int = 0, called: tuple[str, ...] = ()) -> Message:
    """Show a sheet in one message: whole, or its beginning beside what opens it.

    ``marker`` is the id of the first component, by which this very message can be told;
    ``called`` are the users whom its first line calls.
    """
    made = Message(())
    for body in _bodies(sheet):
        parts = [*_call(called), *body, *_below(sheet)]
        parts[0] = {**parts[0], "id": marker} if marker else parts[0]
        made = Message(tuple(parts), _pictures(sheet), called)
        if fits(made):
            break
    return made


def sheet_pages(sheet: Sheet, *, whole: bool = False) -> list[Message]:
    """Show a sheet to one person: in as many messages as it takes, with what is pressed below.

    One that can be opened whole is shown by its beginning, unless it was opened (``whole``).
    """
    shown = sheet_message(sheet)
    if (sheet.whole and not whole) or not _is_cut(sheet, shown):
        return [shown]
    *first, last = pages(sheet.card)
    below = (text(last), *_below(sheet))
    return [*(Message((text(content),), ()) for content in first), Message(below, _pictures(sheet))]


def _is_cut(sheet: Sheet, shown: Message) -> bool:
    body = _whole(sheet)
    return [*shown.components[: len(body)]] != body


def _bodies(sheet: Sheet) -> Iterator[list[Json]]:
    yield _whole(sheet)
    title, lines = parted(Fold("", sheet.card))
    for room in _ROOMS:
        start = "\n".join(filter(None, [title, markdown(beginning(lines, room))]))
        if sheet.whole:
            opens = button(READ_ALL, sheet.whole)
            yield [section(f"{start}\n{small(GOES_ON)}", opens)]
        else:
            yield [text(f"{start}\n{small(_TOO_LONG)}")]


def _whole(sheet: Sheet) -> list[Json]:
    return whole_card(Fold("", sheet.card)) or [said(NOTHING_THERE)]


def _call(called: tuple[str, ...]) -> list[Json]:
    return [text("-# For " + " ".join(f"<@{user}>" for user in called))] if called else []


def _pictures(sheet: Sheet) -> tuple[Picture, ...]:
    return (sheet.picture,) if sheet.picture else ()


def _below(sheet: Sheet) -> list[Json]:
    shown = [gallery(sheet.picture)] if sheet.picture else []
    return [*shown, *rows([_pressed(one) for one in distinct(sheet.buttons)])]


def _pressed(one: Button) -> Json:
    return button(one.label, one.action, _STYLES[one.style])


def marker_of(message: Mapping[str, Any]) -> int:
    """Read the marker of a message back; one that was given none has a small number."""
    parts = message.get("components") or ()
    return int(parts[0].get("id") or 0) if parts else 0


def button_to_form(said_so: str, label: str, form: str) -> Message:
    """Say something, with a button that opens a form that is at hand."""
    return Message((said(said_so), row(button(label, Action("form", arg=form), PRIMARY))), ())
