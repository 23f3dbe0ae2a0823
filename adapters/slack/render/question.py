"""The open question: its text, how to answer it, and the things to press. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from adapters.slack.render.parts import Part, folded
from adapters.slack.render.shapes import (
    BUTTON,
    Json,
    actions,
    button,
    choice_options,
    context,
    field,
    line,
    menu,
    paragraphs,
    rich,
    words,
)
from bot.cards.actions import INPUT, VALUE, Action
from bot.cards.answers import numbered_labels, numbered_lines, old_places
from bot.cards.folds import QUESTION, Fold, question_card
from bot.cards.rows import one_line
from bot.cards.wording import days_text
from bot.engine.model import Choice, Prompt, View
from bot.engine.wording import range_text, ticks_text

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
VISIBLE = 30
"""Characters of a button's label that Slack is sure to show."""

MOST_BUTTONS = 5
MOST_BOXES = 10
MOST_QUESTION = 4000
"""Characters of a question that stand on the card; nicknames can make it longer than the flow's."""


MOST_OFFERED = 600
"""Characters of an earlier text that stand on the card; the form has all of it."""


def question_parts(view: View, prompt: Prompt, room: int = MOST_QUESTION) -> list[Part]:
    """Show the question (its beginning, if longer than ``room``), the answers, what can be kept."""
    return [_asked(view, prompt, room), _answers(view, prompt), _kept(view, prompt)]


def _asked(view: View, prompt: Prompt, room: int) -> Part:
    if len(prompt.text) <= room:
        return Part(tuple(paragraphs(prompt.text, bold=True)), prompt.text)
    long = folded(Fold(QUESTION, question_card(prompt)), view.case, view.turn)
    return Part(long.blocks, prompt.text)


# ------------------------------------------------------------------ hints


def typing_hint(prompt: Prompt) -> str:
    """Say how the question is answered, and what may be typed."""
    match prompt.input:
        case "choice":
            return _choosing(prompt)
        case "many":
            return f"{ticks_text(prompt)} and press “Done”, or write their numbers, such as “1, 3”."
        case "number":
            return f"A number{range_text(prompt.limits)}: press “Write…”, or write it here."
        case "date":
            return (
                f"A day{days_text(prompt.limits)}: choose it, or write it, such as “31 March 2026”."
            )
        case "text":
            return _writing(prompt)


def _choosing(prompt: Prompt) -> str:
    if not prompt.choices:
        return "There is nothing to choose from at the moment."
    how = "Press an answer" if len(prompt.choices) <= MOST_BUTTONS else "Choose an answer"
    if prompt.numbered:
        return f"{how}, or write the number in front of it."
    return f"{how}, or write its words or its number."


def _writing(prompt: Prompt) -> str:
    room = f"In your own words, up to {prompt.limits.max_length:,} characters"
    if not prompt.sensitive:
        return f"{room}: press “Write…”, or write it here."
    return (
        f"{room}. Press “Write…”: what you write in the form leaves nothing in this chat. "
        "Only write here what may stay in the chat."
    )


# ------------------------------------------------------------------ answers


def _answers(view: View, prompt: Prompt) -> Part:
    shown = _listed(prompt) if lists_options(prompt) else []
    numbered = numbered_lines(prompt.choices)
    hint = typing_hint(prompt)
    blocks = (*shown, context(hint), *_pressed(view, prompt))
    return Part(blocks, "\n".join([*numbered, hint]))


def lists_options(prompt: Prompt) -> bool:
    """Say whether the answers stand in the card's body: where a button would not show enough."""
    if not prompt.choices:
        return False
    boxes = prompt.input == "many" and len(prompt.choices) <= MOST_BOXES
    long = any(len(choice.label) > VISIBLE for choice in prompt.choices)
    return prompt.numbered or (long and not boxes)


def _listed(prompt: Prompt) -> list[Json]:
    rows = [line(words(choice.label)) for choice in prompt.choices]
    return [rich({"type": "rich_text_list", "style": "ordered", "elements": rows})]


def _pressed(view: View, prompt: Prompt) -> list[Json]:
    """Give the buttons, select, boxes, calendar or form that answer the question."""
    match prompt.input:
        case "choice":
            return _choice(view, prompt) if prompt.choices else []
        case "many":
            return _many(view, prompt) if prompt.choices else []
        case "date":
            picker = {"type": "datepicker", "action_id": str(_to("day", view))}
            return [actions({**picker, **initial_day(prompt)})]
        case _:
            return [actions(button("Write…", _to("write", view), "primary"))]


def _to(verb: str, view: View, arg: str = "") -> Action:
    return Action(verb, view.case, view.turn, arg)


def answer_buttons(view: View, choices: Sequence[Choice], labels: Sequence[str]) -> list[Json]:
    """Give a row of buttons that answer."""
    return [
        actions(
            *(
                button(label, _to("answer", view, choice.id))
                for label, choice in zip(labels, choices, strict=True)
            )
        )
    ]


def _choice(view: View, prompt: Prompt) -> list[Json]:
    numbered = lists_options(prompt)
    if len(prompt.choices) <= MOST_BUTTONS:
        labels = [choice.label for choice in prompt.choices]
        shown = numbered_labels(prompt.choices, BUTTON) if numbered else labels
        return answer_buttons(view, prompt.choices, shown)
    options = choice_options(prompt.choices, numbered=numbered)
    kept = [options[place] for place in old_places(prompt)]
    initial = {"initial_option": kept[0]} if kept else {}
    return [actions(menu("static_select", _to("pick", view), options, **initial))]


def _many(view: View, prompt: Prompt) -> list[Json]:
    options = choice_options(prompt.choices, numbered=lists_options(prompt))
    kept = [options[place] for place in old_places(prompt)]
    initial: Json = {"initial_options": kept} if kept else {}
    if len(options) <= MOST_BOXES:
        element = menu("checkboxes", VALUE, options, **initial)
    else:
        most = min(prompt.limits.max_ticks, len(options))
        initial = initial if len(kept) <= most else {}
        element = menu("multi_static_select", VALUE, options, max_selected_items=most, **initial)
    done = button("Done", _to("ticks", view), "primary")
    # Slack keeps the ticks of an input as long as its block keeps its id, also for other answers.
    block_id = f"{INPUT}:{view.turn}"
    return [field(ticks_text(prompt), element, block_id), actions(done)]


# ------------------------------------------------------------------ what was answered before


def _kept(view: View, prompt: Prompt) -> Part:
    if not prompt.offered.strip():
        return Part(())
    keep = _to("say", view, "keep")
    if prompt.sensitive:
        said = "You answered this before; “keep” keeps that answer."
        return Part((actions(button("Keep my earlier answer", keep)),), said)
    label = f"Keep: {one_line(prompt.offered)}"
    pressed = actions(button(label, keep))
    said = f"Your earlier answer (“keep” keeps it): {prompt.offered}"
    if len(label) <= VISIBLE:
        return Part((pressed,), said)
    whole = len(said) <= MOST_OFFERED or prompt.input in {"choice", "many"}
    shown = said if whole else f"{said[:MOST_OFFERED]} … (“Write…” shows all of it)"
    return Part((*paragraphs(shown), pressed), said)


def initial_day(prompt: Prompt) -> Json:
    """Give a calendar's first day, if an earlier answer is one."""
    if prompt.sensitive or not _DAY.fullmatch(prompt.offered):
        return {}
    return {"initial_date": prompt.offered}
