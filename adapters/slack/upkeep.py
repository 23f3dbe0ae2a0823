"""What is done without being asked: what nobody wants kept, and workspaces that left."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from adapters.slack.faults import SlackError
from adapters.slack.heard import Uninstalled
from adapters.slack.hub import PLATFORM, Hub
from adapters.slack.removals import card_removal, removals
from bot.chat.removals import Removal
from bot.chat.round_posts import round_posts
from bot.chat.upkeep import House
from bot.ports import Contact
from bot.rounds.workspace import let_lapse

_DEAD = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_revoked"})
"""What Slack says of a token whose installation has ended."""


def house(hub: Hub) -> House:
    """Give what is kept tidy in Slack."""
    return House(
        hub.service,
        hub.contacts,
        hub.courier,
        removals(hub),
        PLATFORM,
        hub.clock,
        partial(_installed, hub),
        partial(_posted, hub),
        round_posts(hub),
    )


async def leave(hub: Hub, gone: Uninstalled) -> None:
    """Purge the tokens of an installation that ended, and its cases after the grace period."""
    end = hub.clock() + timedelta(days=hub.grace_days)
    await hub.service.store.abandon(gone.installation, end)
    await let_lapse(hub.safe, gone.installation, hub.clock(), end)
    # At last: without its token a workspace is not listened to, should Slack have to say it again.
    await hub.grants.purge(gone.enterprise, gone.team, gone.wide)


async def _installed(hub: Hub, contact: Contact) -> bool:
    """Say whether the app is installed where somebody is; raises ``DeliveryError``.

    A fixed token may have come back with a restart, which nobody tells us.
    """
    address = contact.address
    wide = bool(address.get("wide"))
    try:
        grant = await hub.grants.token(address["enterprise"], address["team"], wide)
    except SlackError as error:
        if error.code in _DEAD:
            return False
        raise
    return grant is not None


async def _posted(hub: Hub, contact: Contact, owner: str, case_id: str) -> Removal | None:
    """Say where the card of a case is; where the app was removed there is no way to any."""
    return None if case_id == "all" else await card_removal(hub, contact, owner, case_id)
