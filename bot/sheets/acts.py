"""What buttons and forms do, in their ids: to a round, or to what is kept beside a case."""

from __future__ import annotations

from bot.cards.actions import Action

VERB = "round"
"""The verb of all that is done to a round."""


def act(what: str, round_id: str, more: str = "", *, verb: str = VERB) -> Action:
    """Make the action of a button or form: ``what`` is done to a round (or to a case's papers)."""
    return Action(verb, arg="|".join([what, round_id, more] if more else [what, round_id]))


def read(action: Action) -> tuple[str, str, str]:
    """Read (what, round or case id, more) back."""
    what, round_id, more = [*action.arg.split("|", 2), "", ""][:3]
    return what, round_id, more
