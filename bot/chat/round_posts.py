"""What was posted of rounds, and is to be taken away when their case or asker is deleted."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.chat.parts import Parts
from bot.chat.removals import Removal, Removals, drawer_of
from bot.errors import DeliveryError
from bot.ports import Safe
from bot.rounds.ports import Rounds, Target

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RoundPosts:
    """What keeps tidy what was posted of rounds on a platform.

    ``note`` (of an owner, and a case or "all") comes before something is erased, ``removals`` take
    it away then.
    """

    note: Callable[[str, str], Awaitable[object]]
    removals: Removals


def round_posts(parts: Parts) -> RoundPosts:
    """Give what keeps tidy what was posted of rounds here."""
    return RoundPosts(partial(note, parts), removals(parts))


def removals(parts: Parts) -> Removals:
    """Give the removals of what was posted of rounds on one platform."""
    platform = parts.postman.platform

    async def take(removal: Removal) -> None:
        await parts.forum.take_away(Target(platform, removal.address), removal.ref)

    return Removals(parts.safe, drawer_of(_shelf(platform)), take)


def _shelf(platform: str) -> str:
    """Name what is kept apart from the removals of cards: an older program knows nothing of it."""
    return f"{platform}_rounds"


async def note(parts: Parts, owner: str, case_id: str = "all") -> Sequence[Removal]:
    """Keep in mind what was posted of somebody's rounds, before they are erased with their case.

    Gives what is here; other platforms take theirs away within a minute.
    """
    rounds, here = parts.postman.council.rounds, parts.postman.platform
    found = await note_everywhere(rounds, parts.safe, owner, case_id, parts.clock())
    return [removal for platform, removal in found if platform == here]


async def note_everywhere(
    rounds: Rounds, safe: Safe, owner: str, case_id: str, now: datetime
) -> Sequence[tuple[str, Removal]]:
    """Do so for all platforms, served here or not; gives what was posted with its platform."""
    found: list[tuple[str, Removal]] = []
    for held in await rounds.asked_by(owner, "" if case_id == "all" else case_id):
        for post in await rounds.posts(held.round.id) if held.round else ():
            there = post.target.platform
            removal = Removal(post.target.address, post.ref, post.round_id)
            await Removals.elsewhere(safe, _shelf(there)).note(removal, now)
            found.append((there, removal))
    return found


def carry_out(parts: Parts, found: Sequence[Removal]) -> Callable[[], Awaitable[None]]:
    """Give what takes these messages away; what is not taken now is tried again."""

    async def take_all() -> None:
        for removal in found:
            try:
                await removals(parts).carry_out(removal)
            except DeliveryError as error:
                log.warning("What was posted of a round could not be taken away yet: %s", error)

    return take_all
