"""What the parts of this face share: the service, the way to Slack, whom it knows, the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from adapters.slack.calls import Calls
from adapters.slack.grants import Grants
from adapters.slack.heard import Speaker
from bot.chat.background import Background
from bot.chat.beginning import Beginning
from bot.chat.clicks import DoubleClicks
from bot.chat.contacts import Contacts
from bot.errors import DeliveryError
from bot.outbox import Courier
from bot.ports import Contact, Done, Safe
from bot.service import Clock, Service

PLATFORM = "slack"

View = dict[str, Any]


async def bot_token(grants: Grants, enterprise: str, team: str, wide: bool) -> str:
    """Give the bot's token for a workspace; raises ``DeliveryError`` where there is none."""
    grant = await grants.token(enterprise, team, wide)
    if grant is None:
        raise DeliveryError("Crossroads is not installed in this workspace any more.")
    return grant.token


async def token_for(grants: Grants, contact: Contact) -> str:
    """Give the bot's token where somebody is reached; raises ``DeliveryError``."""
    address = contact.address
    wide = bool(address.get("wide"))
    return await bot_token(grants, address["enterprise"], address["team"], wide)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered at once, and what is done after that.

    ``body`` goes with the acknowledgement: an ephemeral message, or what becomes of a modal.
    """

    body: Mapping[str, Any] | None = None
    later: tuple[Callable[[], Awaitable[None]], ...] = ()


NOTHING = Answer()


@dataclass(frozen=True, slots=True)
class Hub:
    """What the parts of this face share.

    ``flow`` is the id of the dialogue that is begun, ``grace_days`` how long cases are kept after
    the app was removed. ``new_id`` draws a case's id.
    """

    service: Service
    safe: Safe
    courier: Courier
    calls: Calls
    grants: Grants
    contacts: Contacts
    clock: Clock
    new_id: Callable[[], str]
    flow: str
    grace_days: int = 30
    background: Background = field(default_factory=Background)
    double_clicks: DoubleClicks = field(default_factory=DoubleClicks)
    homes: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    @property
    def beginning(self) -> Beginning:
        """The ways to begin."""
        return Beginning(self.service, self.flow)

    def owner(self, speaker: Speaker) -> str:
        """Give the opaque id under which a speaker's things are stored."""
        return self.service.owner(speaker.person)

    async def meet(self, speaker: Speaker, channel: str = "") -> str:
        """Note where somebody is reached, if that is new; gives their opaque id.

        ``channel`` is that of their direct messages with the bot, if it is known.
        """
        owner = self.owner(speaker)
        known = await self.contacts.of(owner)
        address = {
            "enterprise": speaker.enterprise,
            "team": speaker.team,
            "user": speaker.user,
            "wide": "yes" if speaker.wide else "",
            "channel": channel or (known.address.get("channel", "") if known else ""),
        }
        await self.contacts.meet(owner, PLATFORM, speaker.installation, address)
        return owner

    def show(self, done: Done, *, anew: bool = False) -> Callable[[], Awaitable[None]]:
        """Give what delivers the outcome of a turn."""
        return partial(self.courier.take, done, anew=anew)

    def tell(
        self, speaker: Speaker, channel: str, message: Mapping[str, Any]
    ) -> Callable[[], Awaitable[None]]:
        """Give what says something to somebody alone, in a channel; gone when they reload."""

        async def say() -> None:
            await self.call(
                speaker, "chat.postEphemeral", channel=channel, user=speaker.user, **message
            )

        return say

    def answer(
        self, reply: str, message: Mapping[str, Any], *, instead: bool = False
    ) -> Callable[[], Awaitable[None]]:
        """Give what answers beside what was pressed, to that person alone, in any channel.

        ``reply`` is the address that came with it; ``instead`` puts the answer in its place.
        """
        alone = {"response_type": "ephemeral", "replace_original": instead}
        return partial(self.calls.respond, reply, {**alone, **message})

    async def call(
        self, speaker: Speaker, method: str, /, *, channel: str = "", **arguments: object
    ) -> Mapping[str, Any]:
        """Call Slack for the workspace a speaker is in; raises ``DeliveryError``."""
        token = await self.token(speaker)
        return await self.calls.call(token, method, channel=channel, **arguments)

    async def token(self, speaker: Speaker) -> str:
        """Give the bot's token where a speaker is; raises ``DeliveryError``."""
        return await bot_token(self.grants, speaker.enterprise, speaker.team, speaker.wide)

    async def idle(self) -> None:
        """Wait until everything that was begun is done, deliveries included."""
        await self.background.idle()
        await self.courier.idle()

    async def stop(self) -> None:
        """Give up what is under way; what was to be delivered stays due."""
        await self.background.stop()
        await self.courier.stop()
