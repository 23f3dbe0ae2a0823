"""Bring a case's card to its owner: one message in their direct messages, edited in place.

Where an interaction waits for the card, its answer carries it. Where direct messages are closed,
the card is a message that its owner alone sees, where they began.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from adapters.discord.calls import NONCE, Calls
from adapters.discord.doors import ALONE, Door, Doors
from adapters.discord.faults import CLOSED, EXPIRED, GONE, DiscordError
from adapters.discord.hub import PLATFORM
from adapters.discord.render import (
    DM_CLOSED,
    Message,
    card,
    card_of,
    moved_on,
    started,
    turn_shown,
)
from bot.chat.contacts import Contacts
from bot.errors import DeliveryError
from bot.ports import Contact, Parcel

Act = Callable[[], Awaitable[None]]

log = logging.getLogger(__name__)

_LATEST = 15
"""Messages looked through for a card that may have been posted before."""


class Cards:
    """Fulfils ``bot.ports.Platform``: a card's reference is its message's id.

    A mark before it says that the card is seen by its owner alone. ``after`` does something for
    which nobody waits.
    """

    def __init__(
        self, calls: Calls, contacts: Contacts, doors: Doors, after: Callable[[Act], None]
    ) -> None:
        self._calls = calls
        self._contacts = contacts
        self._doors = doors
        self._after = after

    async def deliver(self, parcel: Parcel) -> str:
        """Show the card through the newest door, by an edit, or anew; raises ``DeliveryError``."""
        contact = await self._contacts.of(parcel.owner, PLATFORM)
        if contact is None:
            raise DeliveryError("It is not known where this person is reached.")
        doors = self._doors.take(parcel.case_id)
        older, door = doors[:-1], doors[-1] if doors else None
        alone = parcel.ref.startswith(ALONE) and not parcel.anew
        ref = await (self._alone if alone else self._openly)(contact, parcel, door)
        for one in older:  # only now is it known whether what was pressed there is the card
            self._settle(one, contact.address["channel"], ref)
        return ref

    # ------------------------------------------------------------------ in the direct messages

    async def _openly(self, contact: Contact, parcel: Parcel, door: Door | None) -> str:
        if door and _is_card(door, parcel):
            try:
                return await door.update(card(parcel, edited(parcel)))
            except DeliveryError as error:
                log.warning("A card goes another way: %s", error)
        channel = contact.address["channel"]
        again = parcel.attempts > 0 or (not parcel.ref and (parcel.turn > 1 or parcel.anew))
        if channel and parcel.ref and not await self._is_to_be_replaced(channel, parcel):
            try:
                await self._calls.edit(channel, parcel.ref, card(parcel, edited(parcel)).payload)
            except DiscordError as error:
                if error.code not in GONE:
                    raise
                again = True  # another may be there in its place, and the note of it lost
            else:
                self._settle(door, channel, parcel.ref)
                return parcel.ref
        return await self._anew(contact, parcel, door, again=again)

    async def _is_to_be_replaced(self, channel: str, parcel: Parcel) -> bool:
        """Say whether a new card takes the place of the one there is.

        Tried again it may have been posted already, by a process that died before it took the old
        one away.
        """
        if parcel.anew or not parcel.attempts:
            return parcel.anew
        return await self._find(channel, parcel.case_id, replacing(parcel)) is not None

    async def _anew(
        self, contact: Contact, parcel: Parcel, door: Door | None, *, again: bool
    ) -> str:
        """Post the card; ``again``: edit it if a try before has posted it."""
        try:
            channel = contact.address["channel"] or await self._open(parcel.owner, contact)
            ref = await self._post(channel, parcel, door, again=again)
        except DiscordError as error:
            if error.code not in CLOSED or door is None:
                raise
            ref = await self._show_alone(parcel, door)
            channel = ""
        if parcel.ref not in {"", ref}:
            await self._retire(channel, parcel, ref)
        return ref

    async def _post(self, channel: str, parcel: Parcel, door: Door | None, *, again: bool) -> str:
        made = card(parcel, replacing(parcel))
        if again and (found := await self._find(channel, parcel.case_id, replacing(parcel))):
            ref = str(found["id"])
            # It keeps its number: should we die before this is noted, it must be found once more.
            # One of the same turn stays as it is: what was told on it may stand nowhere else.
            if parcel.tells or turn_shown(found) != parcel.turn:
                await self._calls.edit(channel, ref, made.payload)
            self._settle(door, channel, ref)
            return ref
        if door and (answered := await _answer(door, made)):
            return answered
        ref = await self._calls.post(channel, made.payload, nonce(parcel))
        if again:  # within minutes Discord gives back what an earlier try had posted
            await self._calls.edit(channel, ref, made.payload)
        if door and door.state != "shut":
            self._lead(door, channel, ref)
        return ref

    async def _find(
        self, channel: str, case_id: str, mark: int, but: str = ""
    ) -> Mapping[str, Any] | None:
        """Look for our card with this marker; None if it is not there."""
        for message in await self._calls.messages(channel, limit=_LATEST):
            ours = message.get("author", {}).get("id") == self._calls.bot
            if ours and message.get("id") != but and card_of(message) == (case_id, mark):
                return message
        return None

    async def _retire(self, channel: str, parcel: Parcel, ref: str) -> None:
        """Take away the card that ``ref`` replaces; if that fails, the new one is there still.

        If it is gone, a process may have replaced it before and died before it could note that:
        then what it posted is deleted.
        """
        try:
            if parcel.ref.startswith(ALONE):
                await self._withdraw(parcel.ref)
            elif channel:
                await self._calls.delete(channel, parcel.ref)
        except DeliveryError as error:
            gone = isinstance(error, DiscordError) and error.code in GONE
            if gone and channel:
                await self._retire_other(channel, parcel, ref)
            elif not gone:
                log.warning("An old card could not be taken away: %s", error)

    async def _retire_other(self, channel: str, parcel: Parcel, ref: str) -> None:
        try:
            other = await self._find(channel, parcel.case_id, replacing(parcel), but=ref)
            if other:
                await self._calls.delete(channel, str(other["id"]))
        except DeliveryError as error:
            log.warning("A second card could not be taken away: %s", error)

    async def _open(self, owner: str, contact: Contact) -> str:
        """Find the channel of somebody's direct messages, and note it."""
        channel = await self._calls.open_dm(contact.address["user"])
        newest = await self._contacts.of(owner, PLATFORM) or contact  # it may be another meanwhile
        address = {**newest.address, "channel": channel}
        await self._contacts.meet(owner, PLATFORM, newest.tenant, address)
        return channel

    # ------------------------------------------------------------------ seen by one alone

    async def _alone(self, contact: Contact, parcel: Parcel, door: Door | None) -> str:
        """Change the card that they alone see, through whatever reaches it."""
        if door and door.spot.alone and parcel.ref == ALONE + door.spot.message:
            return await self._show_alone(parcel, door)
        if known := self._doors.reaching(parcel.ref):
            made = card(parcel, edited(parcel), note=DM_CLOSED)
            try:
                await self._calls.change(known.spot.token, made.payload)
            except DiscordError as error:
                if error.code not in EXPIRED:
                    raise
                self._doors.forget(parcel.ref)
            else:
                self._settle(door, "", parcel.ref)
                return parcel.ref
        if door:
            return await self._show_alone(parcel, door)
        return await self._anew(contact, parcel, door, again=False)

    async def _show_alone(self, parcel: Parcel, door: Door) -> str:
        made = card(parcel, replacing(parcel), note=DM_CLOSED)
        shown = await (door.update(made) if door.spot.alone else door.reply(made))
        ref = f"{ALONE}{_known(shown)}"
        self._doors.note(ref, door)
        return ref

    async def _withdraw(self, ref: str) -> None:
        if known := self._doors.reaching(ref):
            self._doors.forget(ref)
            await self._calls.withdraw(known.spot.token)

    # ------------------------------------------------------------------ what else waits

    def _settle(self, door: Door | None, channel: str, ref: str) -> None:
        """Let go of a door that the card did not go through; what was pressed there is outdated."""
        if door is None:
            return
        spot = door.spot
        if spot.alone and ref != ALONE + spot.message:
            self._after(door.dismiss)
        elif not door.pressed:
            self._lead(door, channel, ref)
        else:
            self._after(door.wait)
            if spot.private and spot.message not in {"", ref} and not spot.alone:
                self._after(lambda: self._clear(spot.channel, spot.message))

    async def _clear(self, channel: str, message: str) -> None:
        try:
            await self._calls.delete(channel, message)
        except DiscordError as error:
            if error.code not in GONE:
                raise

    def _lead(self, door: Door, channel: str, ref: str) -> None:
        """Tell through a door where the card is now."""
        there = f"https://discord.com/channels/@me/{channel}/{ref}"
        said = started(there) if channel and not ref.startswith(ALONE) else moved_on()

        async def tell() -> None:
            await (door.update(said) if door.spot.alone else door.reply(said))

        self._after(tell)


# ------------------------------------------------------------------ telling cards apart


async def _answer(door: Door, made: Message) -> str:
    """Answer with the card where that puts it into the direct messages; "" where it does not.

    A message with a button that begins or opens a case turns into its card.
    """
    if door.state != "open" or door.spot.alone or not door.spot.private:
        return ""
    try:
        return await (door.update(made) if door.pressed else door.say(made))
    except DiscordError as error:
        if error.code not in EXPIRED:
            raise
        return ""


def _known(ref: str) -> str:
    """Give the message's id; raises ``DeliveryError`` where Discord did not say it."""
    if not ref:
        raise DeliveryError("It is not known which message the card is.")
    return ref


def _is_card(door: Door, parcel: Parcel) -> bool:
    """Say whether what was pressed is the card as we know it, in the direct messages."""
    spot = door.spot
    return door.pressed and spot.message == parcel.ref and not (spot.alone or parcel.anew)


def replacing(parcel: Parcel) -> int:
    """Number a card: the same for every try to post it in the place of the one before, no other.

    Small numbers are given out by Discord itself.
    """
    return _mark(parcel.case_id, parcel.ref)


def edited(parcel: Parcel) -> int:
    """Number a card that was edited: it replaces none any more."""
    return _mark(parcel.case_id, "edited")


def nonce(parcel: Parcel) -> str:
    """Give the word by which Discord knows a message that it has taken already."""
    return _digest(parcel.case_id, parcel.ref).hex()[:NONCE]


def _mark(case_id: str, replaced: str) -> int:
    return int.from_bytes(_digest(case_id, replaced)[:4], "big") % (1 << 30) + (1 << 10)


def _digest(case_id: str, replaced: str) -> bytes:
    return hashlib.blake2b(f"{case_id} {replaced}".encode(), digest_size=16).digest()
