"""The open question: its text, how to answer it, and the things to press. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.discord.render.body import folded
from adapters.discord.render.shapes import (
    BUTTON,
    OPTION,
    PRIMARY,
    Json,
    bold,
    button,
    escape,
    option,
    row,
    rows,
    said,
    select,
    small,
    text,
)
from bot.cards.actions import Action
from bot.cards.answers import numbered_labels, old_places
from bot.cards.folds import QUESTION, Fold, question_card
from bot.cards.rows import one_line
from bot.cards.wording import days_text
from bot.engine.model import Choice, Prompt, View
from bot.engine.wording import range_text, ticks_text

MOST_BUTTONS = 5
_MOST_OFFERED = 400
_TIGHT_OFFERED = 100
"""Characters of an earlier answer that stand on the card; the form has all of it."""


def question_parts(view: View, prompt: Prompt, room: int | None = None) -> list[Json]:
    """Show the question, how it is answered, and what can be kept.

    With ``room``, what is longer is shown by its beginning, beside a button that opens the rest.
    """
    hint = text(small(typing_hint(prompt)))
    kept = _kept(view, prompt, short_of_room=room is not None)
    return [*_asked(view, prompt, room), hint, *_pressed(view, prompt), *kept]


def _asked(view: View, prompt: Prompt, room: int | None) -> list[Json]:
    if room is not None:
        return folded(Fold(QUESTION, question_card(prompt)), view.case, view.turn, room)
    answers = [
        f"**{number}.** {escape(one_line(choice.label))}"
        for number, choice in enumerate(prompt.choices, 1)
    ]
    asked = [text(bold(prompt.text))] if prompt.text.strip() else []
    return [*asked, *([text("\n".join(answers))] if answers else [])]


# ------------------------------------------------------------------ hints


def typing_hint(prompt: Prompt) -> str:
    """Say how the question is answered, and what may be typed."""
    match prompt.input:
        case "choice":
            return _choosing(prompt)
        case "many":
            return _ticking(prompt)
        case "number":
            return f"A number{range_text(prompt.limits)}: press “Write…”, or write it here."
        case "date":
            days = days_text(prompt.limits)
            return f"A day{days}: press “Write…”, or write it here, such as “31 March 2026”."
        case "text":
            return writing_hint(prompt)


def _choosing(prompt: Prompt) -> str:
    if not prompt.choices:
        return "There is nothing to choose from at the moment."
    how = "Press an answer" if len(prompt.choices) <= MOST_BUTTONS else "Choose an answer"
    if prompt.numbered:
        return f"{how}, or write the number in front of it."
    return f"{how}, or write its words or its number."


def _ticking(prompt: Prompt) -> str:
    if not prompt.choices:
        return "There is nothing to choose from at the moment."
    none = " “Skip” if none applies." if prompt.optional else ""
    how = f"{ticks_text(prompt)} in the list; closing it sends your answer."
    return f"{how}{none} Or write their numbers, such as “1, 3”."


def writing_hint(prompt: Prompt) -> str:
    """Say how a text is written, and where what is written goes."""
    free = "You need not write anything: “Skip” goes on. " if prompt.optional else ""
    room = f"In your own words, up to {prompt.limits.max_length:,} characters."
    how = (
        "Press “Write…”: the form leaves nothing in this chat. Only write here what may stay here."
        if prompt.sensitive
        else "Press “Write…”: the form leaves nothing in this chat. Or write it here."
    )
    return f"{free}{room} {how} {WHERE_IT_GOES}"


WHERE_IT_GOES = (
    "Never give the client’s real name. What you write passes through Discord, and whoever runs "
    "Crossroads keeps it encrypted."
)


# ------------------------------------------------------------------ answers


def _to(verb: str, view: View, arg: str = "") -> Action:
    return Action(verb, view.case, view.turn, arg)


def _pressed(view: View, prompt: Prompt) -> list[Json]:
    """Give the buttons, select or form that answer the question."""
    match prompt.input:
        case "choice" | "many" if not prompt.choices:
            return []
        case "choice" if len(prompt.choices) <= MOST_BUTTONS:
            return answer_rows(view, prompt.choices, numbered_labels(prompt.choices, BUTTON))
        case "choice":
            return [select(_to("pick", view), _options(prompt, 1), "Choose an answer …")]
        case "many":
            most = min(prompt.limits.max_ticks, len(prompt.choices))
            options = _options(prompt, most)
            return [select(_to("ticks", view), options, f"{ticks_text(prompt)} …", most=most)]
        case _:
            return [row(button("Write…", _to("write", view), PRIMARY))]


def answer_rows(view: View, choices: Sequence[Choice], labels: Sequence[str]) -> list[Json]:
    """Give buttons that answer."""
    return rows(
        [
            button(label, _to("answer", view, choice.id), PRIMARY)
            for label, choice in zip(labels, choices, strict=True)
        ]
    )


def _options(prompt: Prompt, most: int) -> list[Json]:
    """Give the answers as options, those that were given before as chosen."""
    old = old_places(prompt)
    chosen = old if len(old) <= most else []
    labels = numbered_labels(prompt.choices, OPTION)
    return [
        option(label, choice.id, chosen=place in chosen)
        for place, (label, choice) in enumerate(zip(labels, prompt.choices, strict=True))
    ]


# ------------------------------------------------------------------ what was answered before


def _kept(view: View, prompt: Prompt, *, short_of_room: bool) -> list[Json]:
    if not prompt.offered.strip():
        return []
    keep = _to("say", view, "keep")
    if prompt.sensitive:
        return [row(button("Keep my earlier answer", keep))]
    label = f"Keep: {one_line(prompt.offered)}"
    if len(label) <= BUTTON // 2:
        return [row(button(label, keep))]
    offered = _offered(prompt, short_of_room=short_of_room)
    return [said(offered), row(button("Keep my earlier answer", keep))]


def _offered(prompt: Prompt, *, short_of_room: bool) -> str:
    told = "Your earlier answer (“keep” keeps it): "
    most = _TIGHT_OFFERED if short_of_room else _MOST_OFFERED
    chosen = prompt.input in {"choice", "many"}
    if len(prompt.offered) <= most or (chosen and not short_of_room):
        return f"{told}{prompt.offered}"
    rest = "“Read it all”" if chosen else "“Write…”"
    return f"{told}{prompt.offered[:most].rstrip()} … ({rest} shows all of it)"
