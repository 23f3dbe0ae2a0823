"""What is done without being asked: what nobody wants kept, and workspaces that left."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from adapters.slack.faults import SlackError
from adapters.slack.heard import Uninstalled
from adapters.slack.hub import Hub
from adapters.slack.removals import card_removal, take_away_again
from bot.errors import CrossroadsError, DeliveryError
from bot.ports import Contact

_DEAD = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_revoked"})
"""What Slack says of a token whose installation has ended."""

log = logging.getLogger(__name__)


async def leave(hub: Hub, gone: Uninstalled) -> None:
    """Purge the tokens of an installation that ended, and its cases after the grace period."""
    end = hub.clock() + timedelta(days=hub.grace_days)
    await hub.service.store.abandon(gone.installation, end)
    # At last: without its token a workspace is not listened to, should Slack have to say it again.
    await hub.grants.purge(gone.enterprise, gone.team, gone.wide)


async def _see_off(hub: Hub, owner: str) -> None:
    """Erase what is left of a person whose workspace went, if it really did.

    A fixed token may have come back with a restart, which nobody tells us.
    """
    contact = await hub.contacts.of(owner)
    try:
        back = contact is not None and await _installed(hub, contact)
    except DeliveryError as error:
        log.warning("Whether a workspace came back is not known yet: %s", error)
        return
    if contact is not None and back:
        await hub.service.store.reclaim(contact.tenant)
        return
    await hub.courier.drop(owner)
    await hub.service.store.forget(owner)
    hub.contacts.forget(owner)


async def _installed(hub: Hub, contact: Contact) -> bool:
    """Say whether the app is installed where somebody is; raises ``DeliveryError``."""
    address = contact.address
    wide = bool(address.get("wide"))
    try:
        grant = await hub.grants.token(address["enterprise"], address["team"], wide)
    except SlackError as error:
        if error.code in _DEAD:
            return False
        raise
    return grant is not None


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
        await _see_off(hub, owner)
    for owner, case_id in await store.expired(now):
        await _expire(hub, owner, case_id)
    await take_away_again(hub, now)


async def _expire(hub: Hub, owner: str, case_id: str) -> None:
    """Erase a case that its owner wanted kept no longer, and note its card for removal."""
    contact = await hub.contacts.of(owner)
    if contact and (removal := await card_removal(hub, contact, owner, case_id)):
        await removal.note(hub)
    await hub.service.store.forget(owner, case_id)
