"""What is done without being asked: taking away what was deleted, and what nobody wants kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

import orjson

from adapters.slack.faults import SlackError
from adapters.slack.heard import Uninstalled
from adapters.slack.hub import PLATFORM, Hub, bot_token
from bot.errors import CrossroadsError, DeliveryError
from bot.ports import Contact, Delivered

_DRAWER = "slack_removals"
_KEPT = timedelta(days=30)
"""How long a removal that Slack does not take is tried again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Removal:
    """Messages of ours to be taken away: one, or without ``ref`` all in these direct messages."""

    enterprise: str
    team: str
    wide: bool
    channel: str
    ref: str = ""

    @property
    def key(self) -> str:
        """Tell one from another."""
        return f"{self.enterprise} {self.team} {self.channel} {self.ref}"

    async def note(self, hub: Hub) -> None:
        """Keep it in mind before what it belongs to is erased."""
        value = orjson.dumps(asdict(self))
        await hub.safe.keep(_DRAWER, self.key, value, hub.clock() + _KEPT)


def whole_removal(contact: Contact) -> Removal | None:
    """Say where all our messages to somebody are; None if there never were any."""
    address = contact.address
    if contact.platform != PLATFORM or not address.get("channel"):
        return None
    wide = bool(address.get("wide"))
    return Removal(address["enterprise"], address["team"], wide, address["channel"])


def card_removal(contact: Contact, card: Delivered | None) -> Removal | None:
    """Say where the card of one case is; None if there is none."""
    everything = whole_removal(contact)
    if everything is None or card is None or card.platform != PLATFORM or not card.ref:
        return None
    return replace(everything, ref=card.ref)


def remove(hub: Hub, removal: Removal) -> Callable[[], Awaitable[None]]:
    """Give what takes messages away; what Slack does not take now is tried again later."""

    async def take_away() -> None:
        token = await bot_token(hub.grants, removal.enterprise, removal.team, removal.wide)
        if removal.ref:
            await _delete(hub, token, removal.channel, removal.ref)
        else:
            await _delete_all(hub, token, removal.channel)
        await hub.safe.discard(_DRAWER, removal.key)

    return take_away


async def _delete(hub: Hub, token: str, channel: str, ts: str) -> None:
    try:
        await hub.calls.call(token, "chat.delete", channel=channel, ts=ts)
    except SlackError as error:
        if error.code not in {"message_not_found", "channel_not_found"}:
            raise


async def _delete_all(hub: Hub, token: str, channel: str) -> None:
    """Delete every message and file of ours in somebody's direct messages with us."""
    cursor = ""
    while True:
        page = await hub.calls.call(
            token, "conversations.history", channel=channel, cursor=cursor, limit=200
        )
        for message in page.get("messages", ()):
            if message.get("bot_id"):
                for file in message.get("files", ()):
                    await hub.calls.call(token, "files.delete", file=file["id"])
                await _delete(hub, token, channel, message["ts"])
        cursor = page.get("response_metadata", {}).get("next_cursor", "")
        if not cursor:
            return


# ------------------------------------------------------------------ leaving


async def leave(hub: Hub, gone: Uninstalled) -> None:
    """Purge the tokens of an installation that ended, and its cases after the grace period."""
    await hub.grants.purge(gone.enterprise, gone.team, gone.wide)
    end = hub.clock() + timedelta(days=hub.grace_days)
    await hub.service.store.abandon(gone.installation, end)


# ------------------------------------------------------------------ from time to time


async def keep_house(hub: Hub, every: float = 60.0) -> None:
    """Tidy up again and again, ``every`` so many seconds, until cancelled."""
    while True:
        try:
            await tidy(hub)
        except CrossroadsError as error:
            log.warning("Tidying up failed and is repeated: %s", error)
        await asyncio.sleep(every)


async def tidy(hub: Hub) -> None:
    """Erase what is past its time, and take away messages that are still there."""
    now, store = hub.clock(), hub.service.store
    await hub.safe.sweep(now)
    for owner in await store.abandoned(now):
        await store.forget(owner)
        hub.contacts.forget(owner)
    for owner, case_id in await store.expired(now):
        await _expire(hub, owner, case_id)
    for value in await hub.safe.drawer(_DRAWER, now):
        removal = Removal(**orjson.loads(value))
        try:
            await remove(hub, removal)()
        except DeliveryError as error:
            log.warning("Messages could not be taken away yet: %s", error)


async def _expire(hub: Hub, owner: str, case_id: str) -> None:
    """Erase a case that its owner wanted kept no longer, and note its card for removal."""
    contact = await hub.contacts.of(owner)
    card = await hub.service.store.delivered(owner, case_id)
    if contact and (removal := card_removal(contact, card)):
        await removal.note(hub)
    await hub.service.store.forget(owner, case_id)
