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
from bot.chat.parts import Parts
from bot.errors import DeliveryError
from bot.ports import Contact, Done

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub(Parts):
    """What the parts of this face share."""

    calls: Calls
    grants: Grants
    homes: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def owner(self, speaker: Speaker) -> str:
        """Give the opaque id under which a speaker's things are stored."""
        return self.service.owner(speaker.person)

    async def meet(self, speaker: Speaker, channel: str = "") -> str:
        """Note where somebody is reached, if that is new; gives their opaque id.

        ``channel`` is that of their direct messages with the bot, if it is known.
        """
        owner = self.owner(speaker)
        address = await self.address(speaker, channel)
        await self.contacts.meet(owner, PLATFORM, speaker.installation, address)
        return owner

    async def address(self, speaker: Speaker, channel: str = "") -> dict[str, str]:
        """Say where somebody is reached, as far as that is known."""
        known = await self.contacts.of(self.owner(speaker), PLATFORM)
        return {
            "enterprise": speaker.enterprise,
            "team": speaker.team,
            "user": speaker.user,
            "wide": "yes" if speaker.wide else "",
            "channel": channel or (known.address.get("channel", "") if known else ""),
        }

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
