"""What the parts of this face share: the service, the way to Slack, whom it knows, the clock."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from adapters.slack.calls import Calls
from adapters.slack.grants import Grants
from adapters.slack.heard import Speaker
from bot.engine.model import Ask, Flow
from bot.engine.show import label
from bot.errors import CrossroadsError, DeliveryError
from bot.outbox import Courier
from bot.ports import Contact, Done, Safe
from bot.service import Clock, Service

PLATFORM = "slack"

View = dict[str, Any]

log = logging.getLogger(__name__)


async def bot_token(grants: Grants, enterprise: str, team: str, wide: bool) -> str:
    """Give the bot's token for a workspace; raises ``DeliveryError`` where there is none."""
    grant = await grants.token(enterprise, team, wide)
    if grant is None:
        raise DeliveryError("Crossroads is not installed in this workspace any more.")
    return grant.token


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered at once, and what is done after that.

    ``body`` goes with the acknowledgement: an ephemeral message, or what becomes of a modal.
    """

    body: Mapping[str, Any] | None = None
    later: tuple[Callable[[], Awaitable[None]], ...] = ()


NOTHING = Answer()


class Contacts:
    """Where people are reached: as stored, the ones met last at hand."""

    def __init__(self, service: Service, remember: int = 2048) -> None:
        self._service = service
        self._remember = remember
        self._met: OrderedDict[str, Contact] = OrderedDict()

    async def of(self, owner: str) -> Contact | None:
        """Find where somebody is reached; None if they are not known here."""
        contact = self._met.get(owner)
        if contact is None:
            contact = await self._service.store.contact(owner)
            if contact is not None:
                self._note(owner, contact)
        return contact

    async def token(self, grants: Grants, contact: Contact) -> str:
        """Give the bot's token where somebody is reached; raises ``DeliveryError``."""
        address = contact.address
        wide = bool(address.get("wide"))
        return await bot_token(grants, address["enterprise"], address["team"], wide)

    async def meet(self, speaker: Speaker, channel: str = "") -> str:
        """Note where somebody is reached, if that is new; gives their opaque id.

        ``channel`` is that of their direct messages with the bot, if it is known.
        """
        owner = self._service.owner(speaker.person)
        known = await self.of(owner)
        address = {
            "enterprise": speaker.enterprise,
            "team": speaker.team,
            "user": speaker.user,
            "wide": "yes" if speaker.wide else "",
            "channel": channel or (known.address.get("channel", "") if known else ""),
        }
        if known is None:
            await self.change(owner, Contact(PLATFORM, speaker.installation, address))
        elif (known.tenant, known.address) != (speaker.installation, address):
            await self.change(owner, replace(known, tenant=speaker.installation, address=address))
        return owner

    async def change(self, owner: str, contact: Contact) -> None:
        """Store where and how somebody is reached."""
        await self._service.store.set_contact(owner, contact)
        self._note(owner, contact)

    def forget(self, owner: str) -> None:
        """Keep nothing of somebody in memory."""
        self._met.pop(owner, None)

    def _note(self, owner: str, contact: Contact) -> None:
        self._met[owner] = contact
        self._met.move_to_end(owner)
        if len(self._met) > self._remember:
            self._met.popitem(last=False)


class DoubleClicks:
    """Takes presses of one button that follow one another within seconds for a single press."""

    def __init__(self, within: timedelta = timedelta(seconds=3)) -> None:
        self._within = within
        self._first: dict[str, tuple[str, datetime]] = {}

    def key(self, button: str, key: str, now: datetime) -> str:
        """Give the delivery key of the first press of this button, which may be this one."""
        recent = {
            name: first for name, first in self._first.items() if now - first[1] < self._within
        }
        self._first = recent
        return recent.setdefault(button, (key, now))[0]


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
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    double_clicks: DoubleClicks = field(default_factory=DoubleClicks)
    homes: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    @property
    def tracks(self) -> list[tuple[str, str]]:
        """Name the ways to begin: (track id, label), the usual one first."""
        return track_labels(self.service.flow(self.flow))

    def track(self, word: str) -> str | None:
        """Give the track that a word begins, "" for the usual one; None if it begins none."""
        if word in self.service.flow(self.flow).tracks:
            return word
        return "" if word == "start" else None

    def owner(self, speaker: Speaker) -> str:
        """Give the opaque id under which a speaker's things are stored."""
        return self.service.owner(speaker.person)

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

    def after(self, later: Sequence[Callable[[], Awaitable[None]]]) -> None:
        """Do things beside one another, without waiting for them."""
        for act in later:
            task = asyncio.create_task(_minded(act))
            self.tasks.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):  # asyncio would log all of it
            log.error("Something failed for a fault of ours: %s.", type(error).__name__)

    async def idle(self) -> None:
        """Wait until everything that was begun is done, deliveries included."""
        while self.tasks:
            await asyncio.wait(self.tasks)
        await self.courier.idle()

    async def stop(self) -> None:
        """Give up what is under way; what was to be delivered stays due."""
        for task in (tasks := [*self.tasks]):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.courier.stop()


async def _minded(act: Callable[[], Awaitable[None]]) -> None:
    """Do something for which nobody waits; that Slack refused it is noted, not what it was."""
    try:
        await act()
    except DeliveryError as error:
        log.warning("Slack did not take something: %s", error)
    except CrossroadsError as error:
        log.warning("Something could not be done afterwards: %s", error)


def track_labels(flow: Flow) -> list[tuple[str, str]]:
    """Name the ways to begin as the flow's own options do; of two with one name, the first."""
    named: dict[str, str] = {}
    for track, presets in flow.tracks.items():
        for step_id, value in presets.items():
            step = flow.step(step_id)
            name = label(step, value) if isinstance(step, Ask) else track
            if name not in named.values():
                named[track] = name
            break
    return list(named.items())
