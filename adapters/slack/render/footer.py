"""Below the question, or instead of it: words that work, how a case rests or ended. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.slack.ids import Action
from adapters.slack.render.parts import Part
from adapters.slack.render.shapes import Json, actions, button, context, line, menu, option, rich
from adapters.slack.render.shapes import words as written
from bot.engine.model import Prompt, Status, View
from bot.engine.show import CANCEL, Margin

_ON_BUTTONS: Mapping[str, str] = {
    "why": "Why do you ask?",
    "back": "Back",
    "skip": "Skip",
    "review": "Review",
    "pause": "Pause",
}
_IN_MENU: Mapping[str, str] = {
    "undo": "Undo the last thing",
    "status": "Where am I?",
    "restart": "Begin again",
    "cancel": "Close this case",
    "help": "Help",
}
_ENDS: Mapping[Status, str] = {
    "open": "Everything you answered is saved.",
    "paused": "⏸ Paused. Everything is saved; go on whenever you like.",
    "sleeping": "🌙 Asleep until morning. Everything is saved; you can also go on without waiting.",
    "finished": "✅ Finished, and saved.",
    "cancelled": "Closed without a result. Your answers stay until you delete them.",
}
_AFTER: Mapping[Status, Mapping[str, str]] = {
    "open": {"review": "Review", "undo": "Undo", "help": "Help"},
    "paused": {"resume": "Resume", "review": "Review", "undo": "Undo", "help": "Help"},
    "sleeping": {"resume": "Resume now", "review": "Review", "undo": "Undo", "help": "Help"},
    "finished": {"review": "Review", "undo": "Undo", "help": "Help"},
    "cancelled": {"resume": "Resume", "undo": "Undo", "help": "Help"},
}
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
    left_out = set() if prompt.optional else {"skip"}
    if not margin.recap and not prompt.progress[0]:
        left_out.add("back")
    if not prompt.why.strip():
        left_out.add("why")
    shown = {word: label for word, label in _ON_BUTTONS.items() if word not in left_out}
    pressed = [_say(view, word, label) for word, label in shown.items()]
    more = [option(label, word) for word, label in _IN_MENU.items()]
    overflow = menu("overflow", Action("more", view.case, view.turn), more)
    text = f"You can also write: {', '.join([*shown, *_IN_MENU])}."
    return Part((actions(*pressed, overflow),), text)


def _rest(view: View) -> list[Part]:
    """Say how a case without an open question was left, and what can be done with it."""
    said, after = _ENDS[view.status], _AFTER[view.status]
    pressed = [
        _say(view, word, label, "primary" if word == "resume" else "")
        for word, label in after.items()
    ]
    if view.status in {"finished", "cancelled"}:
        pressed.append(button("Start another", Action("begin")))
    hint = f"You can also write: {', '.join(after)}."
    blocks = (rich(line(written(said, bold=True))), actions(*pressed), context(hint))
    return [Part(blocks, f"{said}\n{hint}")]
