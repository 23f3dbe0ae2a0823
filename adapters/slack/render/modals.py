"""Forms and windows: a long card to read, something to write, a question before deleting. Pure."""

from __future__ import annotations

from adapters.slack.render.body import pages
from adapters.slack.render.question import initial_day, typing_hint
from adapters.slack.render.shapes import (
    BUTTON,
    Json,
    actions,
    button,
    context,
    field,
    header,
    menu,
    modal,
    option,
    paragraphs,
    plain,
)
from bot.cards.actions import INPUT, VALUE, Action
from bot.cards.answers import is_written, old_text
from bot.cards.rows import short, title_of
from bot.cards.values import Tracks
from bot.cards.wording import (
    DELETE_QUESTION,
    NOTHING_THERE,
    SINGLE_CASE,
    beyond_reach,
    forget_text,
)
from bot.engine.model import Card, Prompt, View
from bot.engine.numerals import show_number

MOST_TYPED = 3000
"""Characters that Slack takes in a form."""

_LONG_LABEL = 300
_MOST_OPTIONS = 100
_TITLE = 24
_ALONE = "Only you see what you answer. Nobody is told that you started."


# ------------------------------------------------------------------ a card to read


def card_modal(case_id: str, turn: int, what: str, card: Card, page: int = 1) -> Json:
    """Show a whole card, page by page; ``what`` names it and ``page`` counts from 1."""
    found = pages(card)
    page = min(max(page, 1), len(found))
    title = title_of(card).strip()
    short_title = title if title and len(title) <= _TITLE else "The whole text"
    named = paragraphs(title, bold=True) if title and short_title != title else []
    blocks = [*(named if page == 1 else []), *found[page - 1]]
    metadata = Action("whole", case_id, turn, _page(what, page))
    turning = _turning(case_id, turn, what, page, len(found))
    shown = [*blocks, *_changing(case_id, turn, card), *turning] or paragraphs(NOTHING_THERE)
    return modal(short_title, shown, "whole", metadata, close="Close")


def _changing(case_id: str, turn: int, card: Card) -> list[Json]:
    """Give the choice of an answer to change, where a card lists them; all may also be typed."""
    given = (card.data or {}).get("answers", ())
    if card.kind != "review" or not 0 < len(given) <= _MOST_OPTIONS:
        return []
    options = [
        option(short(f"{one['number']}. {one['question']}", BUTTON), str(one["number"]))
        for one in given
    ]
    place = plain("Change an answer …")
    action = Action("edit", case_id, turn)
    return [actions(menu("static_select", action, options, placeholder=place))]


def _page(what: str, page: int) -> str:
    return f"{what}|{page}"


def _turning(case_id: str, turn: int, what: str, page: int, of: int) -> list[Json]:
    if of == 1:
        return []
    labelled = ((page - 1, "Previous page"), (page + 1, "Next page"))
    pressed = [
        button(label, Action("page", case_id, turn, _page(what, number)))
        for number, label in labelled
        if 1 <= number <= of
    ]
    return [context(f"Page {page} of {of}"), actions(*pressed)]


# ------------------------------------------------------------------ something to write


def write_modal(view: View) -> Json:
    """Give the form for a text, number or date; raises ``ValueError`` if none is asked for."""
    prompt = view.prompt
    if not is_written(prompt):
        raise ValueError("no question of this view is answered in a form")
    long = len(prompt.text) > _LONG_LABEL or "\n" in prompt.text
    label = "Your answer" if long else prompt.text
    above = paragraphs(prompt.text, bold=True) if long else []
    blocks = [*above, field(label, _element(prompt), INPUT, _hint(prompt)), *_promise(prompt)]
    action = Action("write", view.case, view.turn)
    return modal("Your answer", blocks, "write", action, submit="Save", close="Back")


def _element(prompt: Prompt) -> Json:
    match prompt.input:
        case "number":
            return _number(prompt)
        case "date":
            return {"type": "datepicker", "action_id": VALUE, **initial_day(prompt)}
        case _:
            return _text(prompt)


def _text(prompt: Prompt) -> Json:
    most = min(prompt.limits.max_length, MOST_TYPED)
    made: Json = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "multiline": most > 120,
        "max_length": most,
    }
    old = old_text(prompt)
    return {**made, "initial_value": old} if 0 < len(old) <= most else made


def _number(prompt: Prompt) -> Json:
    limits = prompt.limits
    made: Json = {"type": "number_input", "action_id": VALUE, "is_decimal_allowed": True}
    if limits.least is not None:
        made["min_value"] = show_number(limits.least)
    if limits.most is not None:
        made["max_value"] = show_number(limits.most)
    return {**made, "initial_value": old} if (old := _number_in(prompt)) else made


def _number_in(prompt: Prompt) -> str:
    """Give the earlier number as the form takes it; "" if there is none within the range."""
    limits = prompt.limits
    try:
        old = float(old_text(prompt))
    except ValueError:
        return ""
    low = limits.least is None or old >= limits.least
    return show_number(old) if low and (limits.most is None or old <= limits.most) else ""


def _hint(prompt: Prompt) -> str:
    limits = prompt.limits
    match prompt.input:
        case "text" if limits.max_length > MOST_TYPED:
            return (
                f"The form has room for {MOST_TYPED:,} characters. "
                f"In the chat you can write up to {limits.max_length:,}."
            )
        case "text":
            return f"Up to {limits.max_length:,} characters."
        case _:
            return typing_hint(prompt).partition(":")[0] + "."


def _promise(prompt: Prompt) -> list[Json]:
    kept = "Crossroads keeps what you write here encrypted, and shows it to you alone."
    chat = " It leaves nothing in the chat." if prompt.sensitive else ""
    return [context(kept + chat)]


# ------------------------------------------------------------------ before something happens


def forget_modal(what: str, name: str = "") -> Json:
    """Ask before deleting: ``what`` is a case id or "all", ``name`` the case's nickname."""
    blocks = [
        header(DELETE_QUESTION),
        *paragraphs(forget_text(what, name)),
        *(paragraphs(SINGLE_CASE) if what == "all" else []),
        *paragraphs(beyond_reach("Slack")),
    ]
    return modal(
        "Delete", blocks, "forget", Action("forget", arg=what), submit="Delete", close="Keep"
    )


def start_modal(tracks: Tracks, *, about_message: bool = False) -> Json:
    """Ask how to begin; from a message, say that nothing of it is taken over."""
    said = "Crossroads asks you about a client who troubles you, in your direct messages with it."
    note = (
        " Nothing of the message you started from is stored or taken over: you tell it in your "
        "own words, as far as you like."
    )
    options = [option(label, track) for track, label in tracks]
    ways = menu("radio_buttons", VALUE, options, initial_option=options[0]) if options else None
    asked = [field("How would you like to begin?", ways, INPUT)] if ways else []
    blocks = [*paragraphs(said + (note if about_message else "")), *asked, context(_ALONE)]
    return modal("A new case", blocks, "start", Action("start"), submit="Start", close="Not now")
