"""Any form as a modal. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.slack.render.modals import MOST_TYPED
from adapters.slack.render.question import MOST_BOXES
from adapters.slack.render.shapes import (
    BUTTON,
    RICH,
    Json,
    choice_options,
    context,
    field,
    line,
    menu,
    modal,
    paragraphs,
    rich,
    words,
)
from bot.cards.actions import VALUE
from bot.cards.rows import one_line, pieces
from bot.engine.model import Choice
from bot.sheets.model import Field, Form

_NONE_THERE = "There is nothing to choose from here."


def form_modal(form: Form) -> Json:
    """Give a form as a modal."""
    shown = [block for one in form.fields for block in _field(one)]
    blocks = [*paragraphs(form.intro), *shown] or paragraphs(form.title)
    return modal(form.title, blocks, "form", form.action, submit=form.submit, close="Cancel")


def _field(one: Field) -> list[Json]:
    """Give an entry; choices that are longer than Slack shows stand above it in full."""
    if one.kind in {"choice", "many", "group"} and not one.choices:
        return [context(f"{one.label}: {_NONE_THERE}")]
    made = field(one.label, _element(one), one.id, one.hint)
    return [*_in_full(one), made if one.required else {**made, "optional": True}]


def _in_full(one: Field) -> list[Json]:
    if not _long(one.choices):
        return []
    rows = [
        line(words(piece))
        for number, choice in enumerate(one.choices, 1)
        for piece in pieces(f"{number}. {choice.label}", RICH)
    ]
    return [rich(row) for row in rows]


def _long(choices: Sequence[Choice]) -> bool:
    return any(len(one_line(choice.label)) > BUTTON for choice in choices)


def _element(one: Field) -> Json:
    match one.kind:
        case "choice":
            return _choice(one)
        case "many":
            return _many(one)
        case "group":
            return _selects(one, "static_select") if one.most < 2 else _several(one)
        case "text" | "paragraph":
            return _text(one)
        case "channel":
            return _channel(one)
        case "people":
            return _people(one)


# ------------------------------------------------------------------ one of several, some of several


def _choice(one: Field) -> Json:
    return _selects(one, "radio_buttons" if len(one.choices) <= MOST_BOXES else "static_select")


def _selects(one: Field, kind: str) -> Json:
    options = _options(one)
    kept = [option for option in options if option["value"] in _values(one)]
    initial = {"initial_option": kept[0]} if kept else {}
    return menu(kind, VALUE, options, **initial)


def _many(one: Field) -> Json:
    limited = 0 < one.most < len(one.choices)
    if limited or len(one.choices) > MOST_BOXES:
        return _several(one)
    return menu("checkboxes", VALUE, _options(one), **_ticked(one))


def _several(one: Field) -> Json:
    most = min(one.most or len(one.choices), len(one.choices))
    return menu(
        "multi_static_select", VALUE, _options(one), max_selected_items=most, **_ticked(one)
    )


def _ticked(one: Field) -> Json:
    kept = [option for option in _options(one) if option["value"] in _values(one)]
    fits = 0 < len(kept) <= (one.most or len(kept))
    return {"initial_options": kept} if fits else {}


def _options(one: Field) -> list[Json]:
    """Give the choices; where some are listed above in full, by their numbers."""
    if not _long(one.choices):
        return choice_options(one.choices)
    numbered = [
        Choice(choice.id, f"{number}. {choice.label}")
        for number, choice in enumerate(one.choices, 1)
    ]
    return choice_options(numbered)


def _values(one: Field) -> tuple[str, ...]:
    return (one.value,) if isinstance(one.value, str) else tuple(one.value)


# ------------------------------------------------------------------ words, channels, people


def _text(one: Field) -> Json:
    most = min(one.most or MOST_TYPED, MOST_TYPED)
    made: Json = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "multiline": one.kind == "paragraph",
        "max_length": most,
    }
    old = "".join(_values(one))
    return {**made, "initial_value": old} if 0 < len(old) <= most else made


def _channel(one: Field) -> Json:
    made: Json = {
        "type": "conversations_select",
        "action_id": VALUE,
        "filter": {"include": ["public", "private"]},
    }
    kept = [value for value in _values(one) if value]
    return {**made, "initial_conversation": kept[0]} if kept else made


def _people(one: Field) -> Json:
    made: Json = {"type": "multi_users_select", "action_id": VALUE}
    kept = [value for value in _values(one) if value]
    most = {"max_selected_items": one.most} if one.most > 0 else {}
    return {**made, **most, **({"initial_users": kept} if kept else {})}
