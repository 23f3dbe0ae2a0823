"""Below the question, or instead of it: words that work, how a case rests or ended. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.slack.render.parts import Part
from adapters.slack.render.shapes import Json, actions, button, context, line, menu, option, rich
from adapters.slack.render.shapes import words as written
from bot.cards.actions import Action
from bot.cards.wording import AFTER, ENDS, IN_MENU, words_that_work
from bot.engine.model import Prompt, View
from bot.engine.show import CANCEL, Margin

_ROW = 25


def footer_parts(view: View, margin: Margin) -> list[Part]:
    """Show the step's own words, and what else can be pressed."""
    if view.prompt and view.prompt.step == CANCEL:
        return []  # any other word would mean “no” here
    own = margin.words
    below = [_words(view, view.prompt, margin)] if view.prompt else _rest(view)
    return [_own(view, own), *below]


def _say(view: View, word: str, label: str, style: str = "") -> Json:
    return button(label, Action("say", view.case, view.turn, word), style)


def _own(view: View, own: Mapping[str, str]) -> Part:
    pressed = [_say(view, word, label[:1].upper() + label[1:]) for word, label in own.items()]
    text = "\n".join(f"{word}: {label}" for word, label in own.items())
    return Part(tuple(_rows(pressed)), text)


def _rows(pressed: Sequence[Json]) -> list[Json]:
    return [actions(*pressed[at : at + _ROW]) for at in range(0, len(pressed), _ROW)]


def _words(view: View, prompt: Prompt, margin: Margin) -> Part:
    """Give the universal words as a row of buttons with a menu."""
    shown = words_that_work(prompt, margin)
    pressed = [_say(view, word, label) for word, label in shown.items()]
    more = [option(label, word) for word, label in IN_MENU.items()]
    overflow = menu("overflow", Action("more", view.case, view.turn), more)
    text = f"You can also write: {', '.join([*shown, *IN_MENU])}."
    return Part((actions(*pressed, overflow),), text)


def _rest(view: View) -> list[Part]:
    """Say how a case without an open question was left, and what can be done with it."""
    said, after = ENDS[view.status], AFTER[view.status]
    pressed = [
        _say(view, word, label, "primary" if word == "resume" else "")
        for word, label in after.items()
    ]
    if view.status in {"finished", "cancelled"}:
        pressed.append(button("Start another", Action("another", arg=view.case)))
    hint = f"You can also write: {', '.join(after)}."
    blocks = (rich(line(written(said, bold=True))), actions(*pressed), context(hint))
    return [Part(blocks, f"{said}\n{hint}")]
