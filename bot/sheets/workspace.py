"""The settings of a whole workspace, as they are shown and asked; pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.actions import Action
from bot.engine.model import Card, Choice
from bot.sheets.counting import counted_row, counting_sheet
from bot.sheets.model import Button, Field, Form, Sheet
from bot.sheets.shown import rows, text

_SET = Action("workspace", arg="set")
_CLEAR = Action("workspace", arg="clear")
_COUNT = Action("workspace", arg="count")
_COUNT_NOW = Action("workspace", arg="count_now")
_COUNT_NO_MORE = Action("workspace", arg="count_no_more")


def workspace_sheet(label: str, widen: bool, counted: str, *, changes: bool) -> Sheet:
    """Show the settings; ``counted`` is since when decisions are (ISO 8601), "" if not.

    ``changes``: this person may change them.
    """
    pairs = [("Second opinions ask by default", label or "whom the asker chooses")]
    if label:
        pairs.append(("Askers may choose others", "yes" if widen else "no"))
    pairs.append(counted_row(counted))
    who = (
        "They hold for everybody here."
        if changes
        else "Only those who look after this workspace can change them."
    )
    card = Card("workspace", "workspace", "Settings of this workspace", (rows(*pairs), text(who)))
    if not changes:
        return Sheet(card)
    buttons = [Button(_SET, "Choose a default…")]
    if label:
        buttons.append(Button(_CLEAR, "No default"))
    if counted:
        buttons.append(Button(_COUNT_NO_MORE, "Count decisions no more"))
    else:
        buttons.append(Button(_COUNT, "Count decisions…"))
    return Sheet(card, tuple(buttons))


def before_counting() -> Sheet:
    """Say what counting decisions means, before it begins."""
    return counting_sheet(_COUNT_NOW)


def workspace_form(fields: Sequence[Field], *, widen: bool) -> Form:
    """Ask for the default audience, of what the platform can name."""
    may = Field(
        "widen", "Askers", "many", (Choice("yes", "may choose others"),), ("yes",) if widen else ()
    )
    return Form(_SET, "Whom rounds ask", (*fields, may))
