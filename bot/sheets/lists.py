"""The rounds somebody asked for, and those that wait for them; pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.rows import short
from bot.engine.model import Block, Card
from bot.opinion.model import Stage
from bot.sheets.acts import act
from bot.sheets.model import LABEL, MOST_BUTTONS, Button, Sheet
from bot.sheets.shown import Shown, heading, rows, text, when

STAGES: dict[Stage, str] = {
    "draft": "draft",
    "open": "open",
    "short": "too few answers: it waits for you",
    "closed": "closed",
    "dropped": "given up",
}
_MOST = MOST_BUTTONS // 2

NOTHING = (
    "You have asked for no second opinion, and none waits for you. On the card of a case you can "
    "ask your team; so does “/crossroads opinion” with the name of a case."
)


def overview(asked: Sequence[tuple[Shown, str]], waiting: Sequence[Shown]) -> Sheet | None:
    """List rounds asked for (with the case's nickname) and rounds waiting; None for none at all."""
    if not asked and not waiting:
        return None
    blocks: list[Block] = []
    buttons: list[Button] = []
    if waiting:
        blocks.append(heading("Waiting for your answer"))
        blocks.append(rows(*((one.title, _closes(one)) for one in waiting[:_MOST])))
        buttons += [
            Button(act("open", one.round.id), short(f"Answer: {one.round.brief.code_name}", LABEL))
            for one in waiting[:_MOST]
        ]
    if asked:
        blocks.append(heading("Asked by you"))
        blocks.append(rows(*((_named(one, name), _state(one)) for one, name in asked[:_MOST])))
        buttons += [
            Button(
                act("show", one.round.id),
                short(f"Show: {name or one.round.brief.code_name}", LABEL),
            )
            for one, name in asked[:_MOST]
        ]
    rest = max(0, len(asked) - _MOST) + max(0, len(waiting) - _MOST)
    if rest:
        blocks.append(text(f"And {rest} more; “/crossroads opinion” with a case's name shows it."))
    card = Card("opinions", "opinions", "Second opinions", tuple(blocks))
    return Sheet(card, tuple(buttons), notice="Second opinions")


def _closes(one: Shown) -> str:
    return f"closes {when(one.round, one.round.terms.close)}"


def _named(one: Shown, name: str) -> str:
    return f"{name} ({one.title})" if name else one.title


def _state(one: Shown) -> str:
    stage = one.round.stage
    if stage == "draft":
        return STAGES[stage]
    more = f", {_closes(one)}" if stage == "open" else ""
    return f"{STAGES[stage]}, {one.progress}{more}"
