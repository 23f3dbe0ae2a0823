"""Take away what was posted of a case, or to a person, when it is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from adapters.discord.doors import ALONE
from adapters.discord.faults import CLOSED, GONE, MISSING_ACCESS, DiscordError
from adapters.discord.hub import PLATFORM, Hub
from adapters.discord.parse import sent_at
from adapters.discord.render import card_of
from bot.chat.removals import ON_THE_WAY, Removal, Removals, drawer_of
from bot.chat.upkeep import posted_of_case
from bot.ports import Contact

_PAGE = 100


def removals(hub: Hub) -> Removals:
    """Give what is to be taken away in Discord."""
    return Removals(hub.safe, drawer_of(PLATFORM), partial(_take_away, hub))


async def posted(hub: Hub, contact: Contact, owner: str, case_id: str) -> Removal | None:
    """Say where the card of one case is, or all our messages ("all"); None if there are none.

    Nothing more is sent of it. Raises ``NotFound`` where it is no case of theirs.
    """
    if case_id == "all":
        await hub.courier.drop(owner)
        for listed in await hub.service.store.cases(owner):
            known = await hub.service.store.delivered(owner, listed.id)
            _withdraw(hub, known.ref if known else "")
        card = Removal(contact.address)
    else:
        card = await posted_of_case(hub.courier, hub.service, contact, owner, case_id)
        _withdraw(hub, card.ref)
        # There may be one in the direct messages from before they were closed.
        card = replace(card, ref="") if card.ref.startswith(ALONE) else card
    before = (hub.clock() + ON_THE_WAY).timestamp()
    return replace(card, before=before) if card.channel else None


def _withdraw(hub: Hub, ref: str) -> None:
    """Take away a card that one person sees, if it can be; Discord does so when they reload."""
    if door := hub.doors.reaching(ref):
        hub.doors.forget(ref)
        hub.background.after([lambda: hub.calls.withdraw(door.spot.token)])


async def _take_away(hub: Hub, removal: Removal) -> None:
    try:
        if removal.ref and not removal.ref.startswith(ALONE):
            await _delete(hub, removal.channel, removal.ref)
        await _delete_all(hub, removal)
    except DiscordError as error:
        # A chat that is closed to us for good holds nothing that we could take away.
        if error.code not in {*GONE, *CLOSED, MISSING_ACCESS}:
            raise


async def _delete(hub: Hub, channel: str, message: str) -> None:
    """Delete a message; that it is not there any more is as good."""
    try:
        await hub.calls.delete(channel, message)
    except DiscordError as error:
        if error.code not in GONE:
            raise


async def _delete_all(hub: Hub, removal: Removal) -> None:
    """Delete every message of ours in somebody's direct messages, or a case's cards.

    Page by page from the newest back, so that a try that is cut short has done its part.
    """
    before = ""
    while page := await hub.calls.messages(removal.channel, limit=_PAGE, before=before):
        for message in page:
            if _covers(hub, removal, message):
                await _delete(hub, removal.channel, str(message["id"]))
        before = str(page[-1]["id"])
        if len(page) < _PAGE:
            return


def _covers(hub: Hub, removal: Removal, message: Mapping[str, Any]) -> bool:
    """Say whether a message, as Discord tells it, is one of these."""
    if message.get("author", {}).get("id") != hub.calls.bot:
        return False
    if removal.before and sent_at(str(message["id"])).timestamp() > removal.before:
        return False
    return not removal.case or (card_of(message) or ("", 0))[0] == removal.case
