"""Forms: something to write, and what becomes of it when it was not taken. Pure."""

from __future__ import annotations

from adapters.discord.render.question import WHERE_IT_GOES
from adapters.discord.render.shapes import (
    MOST_TEXT,
    PRIMARY,
    Json,
    Message,
    bold,
    button,
    escape,
    field,
    length,
    message,
    modal,
    row,
    said,
    text,
    text_input,
)
from bot.cards.actions import VALUE, Action
from bot.cards.answers import is_written, old_text
from bot.cards.rows import pieces
from bot.cards.wording import day_text, days_text
from bot.engine.model import Prompt, View
from bot.engine.numerals import show_number
from bot.engine.wording import range_text

MOST_TYPED = 4000
"""Characters that Discord takes in a form."""

_LABEL = 45
_MOST_SHORT = 120
_MOST_NUMBER = 60
_MOST_QUESTION = 1000
_ON_THE_CARD = "The card shows the whole question."
_NOT_SAVED = "This was not saved. Please tap again."
_BACK = "So that nothing is lost, this is what you wrote:"
_MOST_REASON = 300
_OVERHEAD = 200
"""Characters around what is given back, besides the reason."""


# ------------------------------------------------------------------ something to write


def write_form(view: View, unique: str) -> Json:
    """Give the form for a text, number or date; raises ``ValueError`` if none is asked for.

    ``unique`` is different for each that is opened: discord.py tells open forms apart by their
    id alone, also those of two people.
    """
    prompt = view.prompt
    if not is_written(prompt):
        raise ValueError("no question of this view is answered in a form")
    long = len(prompt.text) > _LABEL or "\n" in prompt.text
    above = [text(_question(prompt.text))] if long else []
    label = "Your answer" if long else prompt.text
    asked = field(label, _hint(prompt), _input(prompt))
    action = Action("write", view.case, view.turn, unique)
    return modal("Your answer", action, [*above, asked, said(_promise(prompt))])


def _question(asked: str) -> str:
    if len(asked) <= _MOST_QUESTION:
        return bold(asked)
    return f"{bold(pieces(asked, _MOST_QUESTION)[0])} …\n{escape(_ON_THE_CARD)}"


def _input(prompt: Prompt) -> Json:
    required = not prompt.optional
    match prompt.input:
        case "number":
            more = _beginning(_number(old_text(prompt)), _MOST_NUMBER)
            return text_input(VALUE, _MOST_NUMBER, lines=False, required=required, **more)
        case "date":
            more = _beginning(_day(old_text(prompt)), _MOST_NUMBER)
            more["placeholder"] = "31 March 2026"
            return text_input(VALUE, _MOST_NUMBER, lines=False, required=required, **more)
        case _:
            most = min(prompt.limits.max_length, MOST_TYPED)
            more = _beginning(old_text(prompt), most)
            return text_input(VALUE, most, lines=most > _MOST_SHORT, required=required, **more)


def _beginning(old: str, most: int) -> dict[str, str]:
    return {"value": old} if 0 < len(old) <= most else {}


def _number(old: str) -> str:
    try:
        return show_number(float(old))
    except ValueError:
        return ""


def _day(old: str) -> str:
    """Write an earlier day as it may be typed; "" if it is none."""
    try:
        return day_text(old)
    except ValueError:
        return ""


def _hint(prompt: Prompt) -> str:
    free = " You may leave it empty." if prompt.optional else ""
    match prompt.input:
        case "number":
            return f"A number{range_text(prompt.limits)}.{free}"
        case "date":
            return f"A day{days_text(prompt.limits)}.{free}"
        case _:
            return f"Up to {min(prompt.limits.max_length, MOST_TYPED):,} characters.{free}"


def _promise(prompt: Prompt) -> str:
    if prompt.input == "text":
        return f"The form leaves nothing in the chat. {WHERE_IT_GOES}"
    return "The form leaves nothing in the chat. Crossroads keeps your answer encrypted."


# ------------------------------------------------------------------ what was not taken


def refused(mistake: str, text: str, case_id: str, turn: int) -> Message:
    """Say why a form's answer was not taken, and give back what was written in it."""
    again = row(button("Write again", Action("write", case_id, turn), PRIMARY))
    reason = pieces(mistake, _MOST_REASON)[0] if mistake.strip() else "That was not taken."
    first, *_ = given_back(f"❗ {reason}", text)
    return message([*first, again])


def not_saved(text: str = "") -> Message:
    """Say that something could not be stored, and give back what was written, as far as it fits."""
    return not_saved_pages(text)[0]


def not_saved_pages(text: str) -> list[Message]:
    """Say the same in as many messages as what was written needs."""
    return [message(page) for page in given_back(f"❗ {_NOT_SAVED}", text)]


def given_back(reason: str, written: str) -> list[list[Json]]:
    """Give the reason and what was written, in pages; where it fits, as it reads best."""
    if not written.strip():
        return [[said(reason)]]
    whole = [said(f"{reason}\n{_BACK}"), text(f"> {escape(written)}".replace("\n", "\n> "))]
    if length(whole) <= MOST_TEXT:
        return [whole]
    room = MOST_TEXT - len(escape(reason)) - _OVERHEAD
    found = _fenced(written, room)
    return [
        [said(f"{reason}\n{_BACK}{_part(number, len(found))}"), text(content)]
        for number, content in enumerate(found, 1)
    ]


def _part(number: int, of: int) -> str:
    return f" ({number} of {of})" if of > 1 else ""


def _fenced(written: str, room: int) -> list[str]:
    """Put a text in frames of code: there nothing has to be escaped but what ends the frame."""
    # A space of no width between two backticks: three in a row would end the frame.
    whole = written.replace("``", "`\u200b`").replace("``", "`\u200b`")
    return [f"```\n{piece}\n```" for piece in pieces(whole, room)]
