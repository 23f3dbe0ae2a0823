"""Take away what was posted of a case, or to a person, when it is deleted; until Slack lets us."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from adapters.slack.delivery import is_card
from adapters.slack.faults import SlackError
from adapters.slack.hub import PLATFORM, Hub, bot_token
from bot.errors import DeliveryError
from bot.ports import Contact

_DRAWER = "slack_removals"
_KEPT = timedelta(days=30)
"""How long a removal that Slack does not take is tried again."""

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)

_MOST_ROUNDS = 3

_ON_THE_WAY = timedelta(seconds=10)
"""How long a message may take that was being sent when everything was deleted."""

_GONE = frozenset({"message_not_found", "channel_not_found", "file_not_found", "file_deleted"})
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Removal:
    """Messages of ours to be taken away: those of one case, or all in these direct messages.

    ``ref`` is the card, where it is known; one that was just being posted is told by its blocks.
    ``before`` is a time in seconds since 1970: what was posted later stays, as of a case that was
    begun after everything was deleted. 0 sets no such limit. After ``tries`` that Slack refused it
    waits until ``not_before``, twice as long each time, and is given up at ``until``.
    """

    enterprise: str
    team: str
    wide: bool
    channel: str
    ref: str = ""
    case: str = ""
    before: float = 0.0
    until: float = 0.0
    tries: int = 0
    not_before: float = 0.0

    @property
    def key(self) -> str:
        """Tell one from another."""
        return f"{self.enterprise} {self.team} {self.channel} {self.ref} {self.case}"

    def covers(self, message: Mapping[str, Any]) -> bool:
        """Say whether a message of ours, as Slack tells it, is one of these."""
        if self.before and float(message["ts"]) > self.before:
            return False
        return not self.case or is_card(message, self.case)

    def put_off(self, now: datetime) -> Removal:
        """Give it as it is to be tried next."""
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(self.tries, 10))
        return replace(self, tries=self.tries + 1, not_before=(now + wait).timestamp())

    async def note(self, hub: Hub) -> None:
        """Keep it in mind before what it belongs to is erased."""
        until = self.until or (hub.clock() + _KEPT).timestamp()
        value = orjson.dumps(asdict(replace(self, until=until)))
        await hub.safe.keep(_DRAWER, self.key, value, datetime.fromtimestamp(until, UTC))


def whole_removal(contact: Contact, now: datetime) -> Removal | None:
    """Say where all our messages to somebody are, to now; None if there never were any."""
    address = contact.address
    if contact.platform != PLATFORM or not address.get("channel"):
        return None
    wide = bool(address.get("wide"))
    before = (now + _ON_THE_WAY).timestamp()
    return Removal(address["enterprise"], address["team"], wide, address["channel"], before=before)


async def card_removal(hub: Hub, contact: Contact, owner: str, case_id: str) -> Removal | None:
    """Say where the card of one case is; None if there never was any. Nothing more is sent of it.

    Raises ``NotFound`` where it is no case of theirs.
    """
    await hub.service.store.case(owner, case_id)
    await hub.courier.drop(owner, case_id)
    everything = whole_removal(contact, hub.clock())
    card = await hub.service.store.delivered(owner, case_id)
    ours = card is not None and card.platform == PLATFORM
    return everything and replace(everything, ref=card.ref if card and ours else "", case=case_id)


def remove(hub: Hub, removal: Removal) -> Callable[[], Awaitable[None]]:
    """Give what takes messages away; what Slack does not take now is tried again later."""

    async def take_away() -> None:
        token = await bot_token(hub.grants, removal.enterprise, removal.team, removal.wide)
        if removal.ref:
            await _delete(hub, token, removal.channel, removal.ref)
        if removal.case or not removal.ref:
            await _delete_all(hub, token, removal)
        await hub.safe.discard(_DRAWER, removal.key)

    return take_away


async def take_away_again(hub: Hub, now: datetime) -> None:
    """Try once more what Slack did not take, as far as its time has come."""
    for value in await hub.safe.drawer(_DRAWER, now):
        removal = Removal(**orjson.loads(value))
        if removal.not_before <= now.timestamp():
            await _try_again(hub, removal, now)


async def _try_again(hub: Hub, removal: Removal, now: datetime) -> None:
    try:
        await remove(hub, removal)()
    except DeliveryError as error:
        log.warning("Messages could not be taken away yet: %s", error)
        await removal.put_off(now).note(hub)


async def _delete(hub: Hub, token: str, channel: str, ts: str) -> None:
    await _gone(hub.calls.call(token, "chat.delete", channel=channel, ts=ts))


async def _gone(deletion: Awaitable[object]) -> None:
    """Delete something; that it is not there any more is as good."""
    try:
        await deletion
    except SlackError as error:
        if error.code not in _GONE:
            raise


async def _delete_all(hub: Hub, token: str, removal: Removal) -> None:
    """Delete every message and file of ours in somebody's direct messages, or a case's cards.

    Page by page, so that a try that Slack cuts short has done its part: it lets some apps read one
    page a minute. Deleting may shift what follows, so it ends with a round that finds nothing, or
    after a few: what is listed though it is gone must not keep us for ever.
    """
    for _ in range(_MOST_ROUNDS):
        if not await _delete_round(hub, token, removal):
            return


async def _delete_round(hub: Hub, token: str, removal: Removal) -> bool:
    """Go through all pages once; says whether anything was there to delete."""
    found, cursor = False, ""
    while True:
        page = await hub.calls.call(
            token, "conversations.history", channel=removal.channel, cursor=cursor, limit=200
        )
        for message in page.get("messages", ()):
            if message.get("bot_id") and removal.covers(message):
                found = True
                for file in message.get("files", ()):
                    await _gone(hub.calls.call(token, "files.delete", file=file["id"]))
                await _delete(hub, token, removal.channel, message["ts"])
        cursor = page.get("response_metadata", {}).get("next_cursor", "")
        if not cursor:
            return found
