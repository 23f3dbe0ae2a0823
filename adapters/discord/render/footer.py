"""Below the question, or instead of it: words that work, how a case rests or ended. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.discord.render.shapes import (
    MOST_OPTIONS,
    PRIMARY,
    SECONDARY,
    Json,
    bold,
    button,
    option,
    row,
    rows,
    select,
    small,
    text,
)
from bot.cards.actions import Action
from bot.cards.wording import AFTER, ENDS, IN_MENU, words_that_work
from bot.engine.model import View
from bot.engine.show import CANCEL, Margin


def footer_parts(view: View, margin: Margin, *, tight: bool = False) -> list[Json]:
    """Show the step's own words, and what else can be pressed; ``tight``: all of it in a list."""
    if view.prompt and view.prompt.step == CANCEL:
        return []  # any other word would mean “no” here
    own = {word: label[:1].upper() + label[1:] for word, label in margin.words.items()}
    if view.prompt is None:
        return [*([_menu(view, own)] if tight and own else _buttons(view, own)), *_rest(view)]
    shown = words_that_work(view.prompt, margin)
    if tight:
        return [_menu(view, {**shown, **IN_MENU, **own})]
    return [*_buttons(view, own), *_buttons(view, shown), _menu(view, IN_MENU)]


def _say(view: View, word: str, label: str, style: int = SECONDARY) -> Json:
    return button(label, Action("say", view.case, view.turn, word), style)


def _buttons(view: View, words: Mapping[str, str]) -> list[Json]:
    return rows([_say(view, word, label) for word, label in words.items()])


def _menu(view: View, words: Mapping[str, str]) -> Json:
    options = [option(label, word) for word, label in words.items()][:MOST_OPTIONS]
    return select(Action("more", view.case, view.turn), options, "More …")


def _rest(view: View) -> list[Json]:
    """Say how a case without an open question was left, and what can be done with it."""
    after = AFTER[view.status]
    pressed = [
        _say(view, word, label, PRIMARY if word == "resume" else SECONDARY)
        for word, label in after.items()
    ]
    if view.status in {"finished", "cancelled"}:
        pressed.append(button("Start another", Action("another", arg=view.case)))
    hint = small(f"You can also write: {', '.join(after)}.")
    return [text(bold(ENDS[view.status])), row(*pressed), text(hint)]
