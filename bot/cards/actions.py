"""The ids on buttons, selects and forms: what was pressed, and of which prompt. Pure.

They say what somebody wants, never that they may: that is checked against the signed user.
"""

from __future__ import annotations

from dataclasses import dataclass

INPUT = "input"
"""The block id of the one input in a card or modal."""

VALUE = "value"
"""The action id of that input's element."""

_OF_A_CASE = frozenset(
    {"answer", "pick", "ticks", "day", "write", "say", "more", "whole", "page", "edit"}
)


@dataclass(frozen=True, slots=True)
class Action:
    """Something pressed: ``verb`` says what, ``case`` and ``turn`` of which prompt, if of one.

    ``arg`` is an option id, a word, a track, a case id or a page, as the verb needs it.
    """

    verb: str
    case: str = ""
    turn: int = -1
    arg: str = ""

    def __str__(self) -> str:
        """Write it as an id."""
        if self.verb in _OF_A_CASE:
            return f"{self.verb}:{self.case}:{self.turn}:{self.arg}"
        return f"{self.verb}:{self.arg}"


def parse_action(text: str) -> Action | None:
    """Read an id back; None if it is none of ours."""
    verb, _, rest = text.partition(":")
    if verb not in _OF_A_CASE:
        return Action(verb, arg=rest) if verb and _ else None
    case, turn, arg = [*rest.split(":", 2), "", ""][:3]
    if not case or not turn.isdecimal() or len(turn) > 9:
        return None
    return Action(verb, case, int(turn), arg)
