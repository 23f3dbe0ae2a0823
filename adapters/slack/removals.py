"""Take away what was posted of a case, or to a person, when it is deleted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from adapters.slack.delivery import is_card
from adapters.slack.faults import SlackError
from adapters.slack.hub import PLATFORM, Hub, bot_token
from bot.chat.removals import ON_THE_WAY, Removal, Removals, drawer_of
from bot.chat.upkeep import posted_of_case
from bot.ports import Contact

_MOST_ROUNDS = 3

_GONE = frozenset({"message_not_found", "channel_not_found", "file_not_found", "file_deleted"})


def removals(hub: Hub) -> Removals:
    """Give what is to be taken away in Slack."""
    return Removals(hub.safe, drawer_of(PLATFORM), partial(_take_away, hub))


def whole_removal(contact: Contact, now: datetime) -> Removal | None:
    """Say where all our messages to somebody are, to now; None if there never were any."""
    if contact.platform != PLATFORM or not contact.address.get("channel"):
        return None
    return Removal(contact.address, before=(now + ON_THE_WAY).timestamp())


async def card_removal(hub: Hub, contact: Contact, owner: str, case_id: str) -> Removal | None:
    """Say where the card of one case is; None if there never was any. Nothing more is sent of it.

    Raises ``NotFound`` where it is no case of theirs.
    """
    card = await posted_of_case(hub.courier, hub.service, contact, owner, case_id)
    everything = whole_removal(contact, hub.clock())
    return everything and replace(everything, ref=card.ref, case=case_id)


def remove(hub: Hub, removal: Removal) -> Callable[[], Awaitable[None]]:
    """Give what takes messages away; what Slack does not take now is tried again later."""
    return partial(removals(hub).carry_out, removal)


async def _take_away(hub: Hub, removal: Removal) -> None:
    address = removal.address
    wide = bool(address.get("wide"))
    token = await bot_token(hub.grants, address["enterprise"], address["team"], wide)
    if removal.ref:
        await _delete(hub, token, removal.channel, removal.ref)
    if removal.case or not removal.ref:
        await _delete_all(hub, token, removal)


def _covers(removal: Removal, message: Mapping[str, Any]) -> bool:
    """Say whether a message of ours, as Slack tells it, is one of these."""
    if removal.before and float(message["ts"]) > removal.before:
        return False
    return not removal.case or is_card(message, removal.case)


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
            if message.get("bot_id") and _covers(removal, message):
                found = True
                for file in message.get("files", ()):
                    await _gone(hub.calls.call(token, "files.delete", file=file["id"]))
                await _delete(hub, token, removal.channel, message["ts"])
        cursor = page.get("response_metadata", {}).get("next_cursor", "")
        if not cursor:
            return found
