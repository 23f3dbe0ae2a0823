"""Which sheet a message of a round shows, by its role; pure."""

from __future__ import annotations

from bot.sheets.asker import asker_sheet
from bot.sheets.audience import audience_sheet, extended_sheet, reminder_sheet
from bot.sheets.model import Picture, Sheet
from bot.sheets.reveal import decision_sheet, notice_sheet, reveal_sheet
from bot.sheets.shown import Shown


def sheet_of(
    shown: Shown,
    role: str,
    what: str,
    *,
    name: str = "",
    remind: bool = False,
    picture: Picture | None = None,
) -> Sheet | None:
    """Make what a message shows now; None where there is nothing to be shown any more.

    ``name`` is the asker's nickname for the client: it goes into their own message alone.
    """
    round_ = shown.round
    match role:
        case "owner":
            return asker_sheet(shown, name)
        case "audience":
            return audience_sheet(shown, remind=remind)
        case "reveal" if round_.record:
            return reveal_sheet(shown, picture)
        case "decision" if round_.decision and round_.decision.shared:
            return decision_sheet(shown)
        case "reminder" if round_.stage == "open":
            return reminder_sheet(shown, alone=what == "you")
        case "notice" if what == "extended":
            return extended_sheet(shown) if round_.stage == "open" else None
        case "notice":
            return notice_sheet(shown, what)
        case _:
            return None
