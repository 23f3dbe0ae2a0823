"""Say what a word on the command line may have meant, where there is nothing of that name; pure."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from bot.errors import WrongUse


def nearest(wanted: str, names: Sequence[str]) -> str:
    """Give the name most like the one that was written, or nothing."""
    folded = {name.casefold(): name for name in names}
    close = get_close_matches(wanted.casefold(), list(folded), n=1, cutoff=0.5)
    return folded[close[0]] if close else ""


def no_such(what: str, wanted: str, names: Sequence[str]) -> WrongUse:
    """Make the error for a name that is not among those there are."""
    close = nearest(wanted, names)
    remedy = f"Did you mean “{close}”?" if close else f"There are: {', '.join(names) or 'none'}."
    return WrongUse(f"There is no {what} “{wanted}”.", remedy)
