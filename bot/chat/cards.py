"""Cards that open beside the dialogue: what is too long for its place, or was told once."""

from __future__ import annotations

from bot.cards.actions import Action
from bot.cards.folds import whole_card
from bot.cards.rows import text_blocks
from bot.engine.model import Card, Commanded, Tell, View
from bot.engine.show import margin
from bot.ports import Done
from bot.service import Clock, Service

_ASIDES = frozenset({"why", "status", "review", "help"})
"""The words that change nothing."""


def tells(done: Done) -> list[Tell]:
    """Give what a turn tells once."""
    return [effect for effect in done.effects if isinstance(effect, Tell)]


def page_of(action: Action) -> tuple[str, int]:
    """Read which card an action is to open, and which of its pages, from 1."""
    if action.verb != "page":
        return action.arg, 1
    what, _, page = action.arg.rpartition("|")
    return what, int(page) if page.isdecimal() and len(page) < 5 else 1


async def card_meant(
    service: Service, owner: str, view: View, what: str, clock: Clock, platform: str
) -> Card | None:
    """Find the card that is meant, as the case now stands; what was told is told again."""
    word = what.removeprefix("tell:")
    if word == what:
        return whole_card(view, what)
    case = await service.store.case(owner, view.case)
    words = margin(await service.flow_of(case), case).words
    if word not in {*_ASIDES, *words}:
        return None
    event = Commanded(owner, view.turn, clock(), word)
    told = tells(await service.handle(owner, view.case, event, platform=platform))
    if not told:
        return None
    return told[0].card or Card(word, "tell", "", text_blocks(told[0].text))
