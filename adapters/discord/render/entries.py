"""Forms with several entries, and what becomes of one that was not taken. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adapters.discord.render.forms import MOST_TYPED, given_back
from adapters.discord.render.shapes import (
    MOST_OPTIONS,
    PRIMARY,
    Json,
    Message,
    button,
    field,
    modal,
    option,
    row,
    said,
    text_input,
)
from bot.cards.actions import Action
from bot.cards.rows import pieces
from bot.sheets.model import Entered, Field, Form

APART = "~"
"""Stands between a form's action and what tells this opened form from any other."""

ONE = "one:"
"""Stands before a field's id where a select takes one option: what is sent does not say so."""

_CUSTOM_ID = 100
_SELECT, _USERS, _ROLES, _CHANNELS, _RADIO, _CHECKBOXES = 3, 5, 6, 8, 21, 22
_TICKS = 10
"""Options that can be seen at once, as buttons to tick; more are in a list."""

_MOST_PEOPLE = 25
_POSTED_IN = (0, 5, 10, 11, 12)
"""Kinds of channels: of text, for announcements, and threads."""

_MOST_REASON = 1500
_AGAIN = "Open the form again"
_IN_THE_FORM = "What you chose and wrote stands in the form when you open it again."
_BY_BUTTON = "Press the button again that opened the form."


# ------------------------------------------------------------------ a form


def form_modal(form: Form, unique: str) -> Json:
    """Show a form; ``unique`` is different for each that is opened, as discord.py needs it.

    Raises ``ValueError`` where its action has no room beside that.
    """
    action = f"{form.action}{APART}{unique}"
    if len(action) > _CUSTOM_ID:
        raise ValueError("the action of this form is too long for Discord")
    intro = [said(form.intro)] if form.intro.strip() else []
    entries = [field(one.label, one.hint, _entry(one)) for one in form.fields]
    return modal(form.title, action, [*intro, *entries])


def _entry(one: Field) -> Json:
    match one.kind:
        case "text" | "paragraph":
            return _text(one)
        case "choice":
            return _choice(one)
        case "many":
            return _many(one)
        case "channel":
            more: Json = {"channel_types": [*_POSTED_IN]}
            return _named(one, _CHANNELS, "channel", 1) | more
        case "people":
            most = min(one.most or _MOST_PEOPLE, _MOST_PEOPLE)
            return _named(one, _USERS, "user", most)
        case "group":
            return _named(one, _ROLES, "role", 1)


def _text(one: Field) -> Json:
    old = str(one.value)[:MOST_TYPED] if isinstance(one.value, str) else ""
    # What is to be mended may be longer than what is taken.
    most = min(max(one.most, len(old)) if one.most else MOST_TYPED, MOST_TYPED)
    more = {"value": old} if old else {}
    lines = one.kind == "paragraph"
    return text_input(one.id, most, lines=lines, required=one.required, **more)


def _choice(one: Field) -> Json:
    if 2 <= len(one.choices) <= _TICKS:
        return _ticked(one, _RADIO, one.id)
    return _ticked(one, _SELECT, ONE + one.id, _amount(one, 1))


def _many(one: Field) -> Json:
    most = min(one.most or len(one.choices), len(one.choices), MOST_OPTIONS)
    kind = _CHECKBOXES if len(one.choices) <= _TICKS else _SELECT
    return _ticked(one, kind, one.id, _amount(one, most))


def _ticked(one: Field, kind: int, name: str, amount: Json | None = None) -> Json:
    chosen = _values(one.value)
    options = [
        option(choice.label, choice.id, chosen=choice.id in chosen) for choice in one.choices
    ]
    return {"type": kind, "custom_id": name, "required": one.required, "options": options} | (
        amount or {}
    )


def _named(one: Field, kind: int, what: str, most: int) -> Json:
    """Give a select of what the platform knows by its id."""
    made: Json = {"type": kind, "custom_id": one.id, "required": one.required, **_amount(one, most)}
    there = [{"id": value, "type": what} for value in _values(one.value)][:most]
    return {**made, "default_values": there} if there else made


def _amount(one: Field, most: int) -> Json:
    return {"min_values": 1 if one.required else 0, "max_values": most}


def _values(value: str | tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return value


# ------------------------------------------------------------------ what was not taken


def with_entered(form: Form, entered: Entered) -> Form:
    """Put what was entered into a form that is to be opened again."""
    fields = [replace(one, value=entered.get(one.id, one.value)) for one in form.fields]
    return replace(form, fields=tuple(fields))


def not_taken(
    errors: Mapping[str, str], form: Form | None, written: str, again: str
) -> list[Message]:
    """Say what is wrong, give back what was written, and how the form is opened again.

    ``again`` names the form where it is at hand, as ``form``; else its button has to be pressed.
    """
    labels = {one.id: one.label for one in form.fields} if form else {}
    wrong = [_named_error(labels.get(name, ""), what) for name, what in errors.items()]
    reason = pieces("❗ " + "\n".join(wrong), _MOST_REASON)[0]
    back = given_back(f"{reason}\n\n{_IN_THE_FORM if form else _BY_BUTTON}", written)
    if form:
        back[-1] = [*back[-1], row(button(_AGAIN, Action("form", arg=again), PRIMARY))]
    return [Message(tuple(page), ()) for page in back]


def _named_error(label: str, what: str) -> str:
    return f"{label}: {what}" if label else what
