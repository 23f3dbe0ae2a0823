"""The settings of a whole workspace, as they are shown and asked; pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.actions import Action
from bot.engine.model import Card, Choice
from bot.sheets.model import Button, Field, Form, Sheet
from bot.sheets.shown import rows, text

_SET = Action("workspace", arg="set")
_CLEAR = Action("workspace", arg="clear")


def workspace_sheet(label: str, widen: bool, *, changes: bool) -> Sheet:
    """Show the settings; ``changes``: this person may change them."""
    pairs = [("Second opinions ask by default", label or "whom the asker chooses")]
    if label:
        pairs.append(("Askers may choose others", "yes" if widen else "no"))
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
    return Sheet(card, tuple(buttons))


def workspace_form(fields: Sequence[Field], *, widen: bool) -> Form:
    """Ask for the default audience, of what the platform can name."""
    may = Field(
        "widen", "Askers", "many", (Choice("yes", "may choose others"),), ("yes",) if widen else ()
    )
    return Form(_SET, "Whom rounds ask", (*fields, may))
