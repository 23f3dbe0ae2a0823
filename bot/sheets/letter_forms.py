"""The forms that fill in, edit and look through a letter; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.cards.rows import short
from bot.drafting.model import Slot
from bot.drafting.slots import LONGEST
from bot.engine.model import Choice
from bot.sheets.letters import Spot
from bot.sheets.model import FIELD_HINT, FIELD_LABEL, Field, Form

TEXT = 3000
"""Characters of a text that can be edited in a form: Slack's limit."""

FIELDS = 5
"""Entries of one form; what is more comes in the next."""


def fill_form(spot: Spot, slots: Sequence[Slot], values: Mapping[str, str], more: str) -> Form:
    """Ask for what the text needs, at most five at once; ``more`` says where the next go on."""
    fields = tuple(
        Field(
            slot.id,
            short(slot.gap[:1].upper() + slot.gap[1:], FIELD_LABEL),
            "text",
            value=values.get(slot.id, ""),
            hint=short(slot.ask, FIELD_HINT),
            most=LONGEST,
        )
        for slot in slots[:FIELDS]
    )
    submit = "Save, then the rest" if more else "Save"
    return Form(spot.act("fill", more), "Fill in", fields, submit=submit)


def edit_form(spot: Spot, said: str) -> Form:
    """Give the text to be changed by hand; it is kept as a version."""
    field = Field("text", "The text", "paragraph", value=said, required=True, most=TEXT)
    return Form(spot.act("edit"), "Edit", (field,), submit="Save as a version")


def lint_form(spot: Spot) -> Form:
    """Ask for a text that is to be looked through; it is not kept."""
    hint = "It is looked through and not kept."
    field = Field("text", "A text of yours", "paragraph", hint=hint, required=True, most=TEXT)
    return Form(spot.act("lint"), "Look through a text", (field,), submit="Look through")


def course_form(spot: Spot, courses: Mapping[str, str]) -> Form:
    """Ask for which course a letter is to be."""
    choices = tuple(Choice(course, label) for course, label in courses.items())
    field = Field("course", "For which course?", "choice", choices, spot.course, required=True)
    return Form(spot.act("course"), "Another course", (field,), submit="Show it")
