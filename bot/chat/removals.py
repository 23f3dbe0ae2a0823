"""What was posted of a case, or to a person, and is to be taken away when it is deleted."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from bot.errors import DeliveryError
from bot.ports import Safe

_KEPT = timedelta(days=30)
"""How long a removal that a platform does not take is tried again."""

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)

ON_THE_WAY = timedelta(seconds=10)
"""How long a message may take that was being sent when everything was deleted."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Removal:
    """Messages of ours to be taken away: those of one case, or all in these direct messages.

    ``address`` says where, as the platform's contacts do; ``ref`` is the card, where it is known.
    ``before`` is a time in seconds since 1970: what was posted later stays, as of a case that was
    begun after everything was deleted. 0 sets no such limit. After ``tries`` that were refused it
    waits until ``not_before``, twice as long each time, and is given up at ``until``.
    """

    address: Mapping[str, str] = field(default_factory=dict)
    ref: str = ""
    case: str = ""
    before: float = 0.0
    until: float = 0.0
    tries: int = 0
    not_before: float = 0.0

    @property
    def channel(self) -> str:
        """Where the messages are."""
        return self.address.get("channel", "")

    @property
    def key(self) -> str:
        """Tell one from another."""
        where = " ".join(self.address[name] for name in sorted(self.address))
        return f"{where} {self.ref} {self.case}"

    def put_off(self, now: datetime) -> Removal:
        """Give it as it is to be tried next."""
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(self.tries, 10))
        return replace(self, tries=self.tries + 1, not_before=(now + wait).timestamp())


def drawer_of(platform: str) -> str:
    """Name the drawer of a platform's removals in the safe."""
    return f"{platform}_removals"


Take = Callable[[Removal], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Removals:
    """The removals of one platform: kept in a ``drawer`` of the safe until they are done."""

    safe: Safe
    drawer: str
    take: Take

    @classmethod
    def elsewhere(cls, safe: Safe, platform: str) -> Removals:
        """Give those of a platform that can only be kept in mind here: it carries them out."""
        return cls(safe, drawer_of(platform), _nothing)

    async def note(self, removal: Removal, now: datetime) -> None:
        """Keep it in mind before what it belongs to is erased."""
        until = removal.until or (now + _KEPT).timestamp()
        value = orjson.dumps(asdict(replace(removal, until=until)))
        await self.safe.keep(self.drawer, removal.key, value, datetime.fromtimestamp(until, UTC))

    async def carry_out(self, removal: Removal) -> None:
        """Take the messages away; raises ``DeliveryError`` where the platform does not take it."""
        await self.take(removal)
        await self.safe.discard(self.drawer, removal.key)

    async def again(self, now: datetime) -> None:
        """Try once more what was not taken, as far as its time has come."""
        for value in await self.safe.drawer(self.drawer, now):
            removal = _read(orjson.loads(value))
            if removal.not_before <= now.timestamp():
                await self._try_again(removal, now)

    async def _try_again(self, removal: Removal, now: datetime) -> None:
        try:
            await self.carry_out(removal)
        except DeliveryError as error:
            log.warning("Messages could not be taken away yet: %s", error)
            await self.note(removal.put_off(now), now)


async def _nothing(removal: Removal) -> None:
    """Take nothing away: there is no way to that platform."""


def _read(kept: dict[str, Any]) -> Removal:
    """Read what was kept; before there was more than one platform the address lay open in it."""
    known = {name: kept.pop(name) for name in Removal.__dataclass_fields__ if name in kept}
    flat = {name: str(value or "") for name, value in kept.items()}
    return Removal(**{**known, "address": known.get("address") or flat})
