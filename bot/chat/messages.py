"""What somebody means who writes to the bot: a word about their cases, or an answer to one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.engine.model import Typed
from bot.engine.show import margin
from bot.engine.words import parse_word
from bot.ports import Delivered, Done, Listed
from bot.reading import read_case
from bot.service import Service

_GOES_ON = frozenset({"open", "paused", "sleeping"})

_SKEW = timedelta(seconds=1)
"""How far a platform's clock and ours may differ before a message counts as sent too early."""


def going_on(cases: Sequence[Listed]) -> Listed | None:
    """Find the case touched last that has not ended."""
    return next((case for case in cases if case.status in _GOES_ON), None)


async def takes(service: Service, owner: str, case: Listed | None, text: str) -> bool:
    """Say whether a case that goes on takes even a command's word.

    So it does where any words may answer, or just this one; and “help” is its own: it says what
    works there.
    """
    if case is None:
        return False
    if parse_word(text):
        return True
    prompt = (await service.view(owner, case.id)).prompt
    if prompt is None:
        return False
    said = word_of(text)
    answers = (word for choice in prompt.choices for word in (choice.id, choice.label))
    return prompt.input == "text" or any(said == word.casefold() for word in answers)


async def still_meant(
    service: Service, owner: str, cases: Sequence[Listed], text: str
) -> Listed | None:
    """A word that works in a case still goes to the one touched last, though that has ended."""
    if not cases:
        return None
    if parse_word(text):
        return cases[0]
    case, flow = await read_case(service, owner, cases[0].id)
    words = margin(flow, case).words if flow else {}
    return cases[0] if word_of(text) in words else None


def word_of(text: str) -> str:
    """Read a whole message as one command's word."""
    return " ".join(text.split()).casefold()


async def write(
    service: Service,
    owner: str,
    case: Listed,
    text: str,
    *,
    sent: datetime,
    below: Callable[[Delivered], bool],
    now: datetime,
    key: str,
    platform: str,
) -> Done:
    """Take what was written as said to a case.

    Text carries no turn. It belongs to what was shown when it was ``sent``; so if the current
    question came later, it is asked again instead of guessing. ``below`` says whether a message
    stands below a card, by the platform's own order: when a card was posted, the platform's clock
    tells; when it was edited, only ours does.
    """
    delivered = await service.store.delivered(owner, case.id)
    seen = (
        delivered is not None
        and delivered.platform == platform  # a card on another one stands beside no message here
        and delivered.turn >= case.turn
        and below(delivered)
        and sent + _SKEW >= delivered.at
    )
    event = Typed(owner, now, text, case.turn if seen else case.turn - 1)
    moves = delivered is not None and delivered.platform != platform
    return await service.handle(owner, case.id, event, key=key, platform=platform, moves=moves)
