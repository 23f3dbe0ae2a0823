"""Any sheet as a message, a modal or a part of App Home: whole, its beginning, or its pages. Pure.

A picture is no part of them: what it shows stands in the card's words as well.
"""

from __future__ import annotations

from adapters.slack.render.body import pages, rich_blocks
from adapters.slack.render.card import MOST_BLOCKS, MOST_CHARACTERS, MOST_TEXT
from adapters.slack.render.parts import Part, message, whole
from adapters.slack.render.shapes import (
    HEADER,
    RICH,
    Json,
    Message,
    actions,
    button,
    context,
    header,
    line,
    modal,
    paragraphs,
    rich,
    weight,
    words,
)
from bot.cards.actions import Action, parse_action
from bot.cards.folds import GOES_ON, READ_ALL, Fold
from bot.cards.rows import beginning, paged, rows_of, title_of
from bot.cards.wording import NOTHING_THERE
from bot.sheets.model import Sheet, distinct

PAGE = "sheet"
"""The verb of what opens a sheet whole, or turns its pages."""

_ROW = 25
_TITLE = 24
_BEGINNING = 3000
"""Characters shown of a sheet that is too long."""

_MESSAGE = 8000
"""Characters in each message of a sheet that needs several."""

_CUT_OFF = "There is more, but Slack has no room for it here."


# ------------------------------------------------------------------ messages


def sheet_message(sheet: Sheet) -> Message:
    """Show a sheet, or its beginning with a button that opens the whole."""
    full = message([whole(Fold("", sheet.card)), _buttons(sheet)])
    if _fits(full):
        return full
    less = message(folded_parts(sheet))
    return Message(full.text if len(full.text) <= MOST_TEXT else less.text, less.blocks)


def sheet_messages(sheet: Sheet) -> list[Message]:
    """Show a whole sheet that nothing opens, in as many messages as it takes."""
    full = message([whole(Fold("", sheet.card)), _buttons(sheet)])
    if sheet.whole or _fits(full):
        return [sheet_message(sheet)]
    rows = paged(rows_of(sheet.card, RICH), _MESSAGE)
    titles = [title_of(sheet.card), *[""] * (len(rows) - 1)]
    parts = [
        Part(
            (*_title(title), *rich_blocks(page)),
            "\n".join(filter(None, [title, *(row.name + row.text for row in page)])),
        )
        for title, page in zip(titles, rows, strict=True)
    ]
    return [*(message([part]) for part in parts[:-1]), message([parts[-1], _buttons(sheet)])]


def _fits(made: Message) -> bool:
    blocks = made.blocks
    fits = len(blocks) <= MOST_BLOCKS and weight(blocks) <= MOST_CHARACTERS
    return fits and len(made.text) <= MOST_TEXT


def folded_parts(sheet: Sheet) -> list[Part]:
    """Show a sheet's beginning, with what opens the rest."""
    rows = rows_of(sheet.card, RICH)
    first = beginning(rows, _BEGINNING)
    title = title_of(sheet.card)
    goes_on = "" if first == rows else GOES_ON if sheet.whole else _CUT_OFF
    more = [rich(line(words(goes_on)))] if goes_on else []
    if goes_on and sheet.whole:
        more.append(actions(button(READ_ALL, page_action(sheet.whole))))
    said = [title, *(row.name + row.text for row in first), goes_on]
    shown = Part((*_title(title), *rich_blocks(first), *more), "\n".join(filter(None, said)))
    return [shown, _buttons(sheet)]


def _title(title: str) -> list[Json]:
    if not title.strip():
        return []
    return [header(title)] if len(title) <= HEADER else paragraphs(title, bold=True)


def _buttons(sheet: Sheet) -> Part:
    """Give the buttons, in rows."""
    shown = distinct(sheet.buttons)
    pressed = [button(one.label, one.action, one.style) for one in shown]
    rows = [actions(*pressed[at : at + _ROW]) for at in range(0, len(pressed), _ROW)]
    return Part(tuple(rows), "\n".join(one.label for one in shown))


# ------------------------------------------------------------------ windows


def page_action(action: Action, page: int = 1) -> Action:
    """Name a page of the sheet that an action gives, from 1."""
    return Action(PAGE, arg=f"{page}|{action}")


def page_meant(arg: str) -> tuple[Action | None, int]:
    """Read which sheet is to be opened at which page; None if it is none of ours."""
    page, _, action = arg.partition("|")
    counted = page.isascii() and page.isdecimal() and len(page) < 6
    return (parse_action(action), int(page)) if counted else (None, 1)


def sheet_modal(sheet: Sheet, action: Action | None = None, page: int = 1) -> Json:
    """Show a sheet in a modal: whole, or page by page if ``action`` is what gives it.

    Without one, a sheet of several pages is shown by its beginning.
    """
    title = title_of(sheet.card).strip()
    short_title = title if title and len(title) <= _TITLE else "Crossroads"
    found = pages(sheet.card)
    page = min(max(page, 1), len(found))
    named = _title(title) if short_title != title and page == 1 else []
    if len(found) == 1 or action:
        shown = [*named, *found[page - 1]]
    else:
        shown = list(folded_parts(sheet)[0].blocks)
    turning = _turning(action, page, len(found)) if action else []
    blocks = [*shown, *_buttons(sheet).blocks, *turning] or paragraphs(NOTHING_THERE)
    return modal(short_title, blocks, "sheet", Action(PAGE), close="Close")


def _turning(action: Action, page: int, of: int) -> list[Json]:
    if of == 1:
        return []
    labelled = ((page - 1, "Previous page"), (page + 1, "Next page"))
    pressed = [
        button(label, page_action(action, number))
        for number, label in labelled
        if 1 <= number <= of
    ]
    return [context(f"Page {page} of {of}"), actions(*pressed)]


# ------------------------------------------------------------------ App Home


def sheet_blocks(sheet: Sheet) -> list[Json]:
    """Show a sheet among other things; its beginning, if it is long."""
    return [block for part in folded_parts(sheet) for block in part.blocks]
