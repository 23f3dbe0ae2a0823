"""Windows that one person sees: a long card page by page, a question before deleting. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.discord.render.body import pages
from adapters.discord.render.shapes import (
    DANGER,
    MOST_OPTIONS,
    Json,
    Message,
    button,
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
from bot.cards.wording import (
    DELETE_QUESTION,
    NOTHING_THERE,
    SINGLE_CASE,
    beyond_reach,
    forget_text,
    forgotten_texts,
)
from bot.engine.model import Card
from bot.ports import Forgotten

_MOST_SELECTS = 8


# ------------------------------------------------------------------ a card to read


def window(case_id: str, turn: int, what: str, shown: Card, page: int = 1) -> Message:
    """Show a whole card, page by page; ``what`` names it and ``page`` counts from 1.

    There is no frame around it: only a case's card has one.
    """
    found = pages(shown)
    page = min(max(page, 1), len(found))
    content = found[page - 1]
    read = text(content) if content.strip() else said(NOTHING_THERE)
    changing = _changing(case_id, turn, shown)
    return message([read, *changing, *_turning(case_id, turn, what, page, len(found))])


def _changing(case_id: str, turn: int, card: Card) -> list[Json]:
    """Give the choice of an answer to change, where a card lists them; all may also be typed."""
    given = (card.data or {}).get("answers", ()) if card.kind == "review" else ()
    if len(given) > _MOST_SELECTS * MOST_OPTIONS:
        return []
    parts = [given[at : at + MOST_OPTIONS] for at in range(0, len(given), MOST_OPTIONS)]
    return [
        _change(Action("edit", case_id, turn, str(number)), part, of=len(parts))
        for number, part in enumerate(parts, 1)
    ]


def _change(action: Action, given: Sequence[Mapping[str, Any]], of: int) -> Json:
    options = [option(f"{one['number']}. {one['question']}", str(one["number"])) for one in given]
    which = f" ({given[0]['number']} to {given[-1]['number']})" if of > 1 else ""
    return select(action, options, f"Change an answer{which} …")


def _turning(case_id: str, turn: int, what: str, page: int, of: int) -> list[Json]:
    if of == 1:
        return []
    labelled = ((page - 1, "Previous page"), (page + 1, "Next page"))
    pressed = [
        button(label, Action("page", case_id, turn, f"{what}|{number}"))
        for number, label in labelled
        if 1 <= number <= of
    ]
    return [text(small(f"Page {page} of {of}")), row(*pressed)]


# ------------------------------------------------------------------ deleting


def forget_question(what: str, name: str = "") -> Message:
    """Ask before deleting: ``what`` is a case id or "all", ``name`` the case's nickname."""
    erase = Action("erase", arg=what)
    single = [said(SINGLE_CASE)] if what == "all" else []
    return message(
        [
            text(heading(DELETE_QUESTION)),
            said(forget_text(what, name)),
            *single,
            said(beyond_reach("Discord")),
            row(button("Delete", erase, DANGER), button("Keep", Action("keep_it"))),
        ]
    )


def forgotten(forgotten: Forgotten) -> Message:
    """Say what was deleted."""
    return message([text(heading("Done")), *(said(part) for part in forgotten_texts(forgotten))])
