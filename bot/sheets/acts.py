"""The buttons and forms of a round: what they do, in their ids."""

from __future__ import annotations

from bot.cards.actions import Action

VERB = "round"


def act(what: str, round_id: str, more: str = "") -> Action:
    """Make the action of a button or form: ``what`` is done to a round."""
    return Action(VERB, arg="|".join([what, round_id, more] if more else [what, round_id]))


def read(action: Action) -> tuple[str, str, str]:
    """Read (what, round id, more) back."""
    what, round_id, more = [*action.arg.split("|", 2), "", ""][:3]
    return what, round_id, more
