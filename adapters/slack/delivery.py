"""Bring a case's card to its owner's direct messages: one message, edited in place."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Mapping
from typing import Any

from adapters.slack.calls import Calls
from adapters.slack.faults import SlackError
from adapters.slack.grants import Grants
from adapters.slack.hub import PLATFORM, token_for
from adapters.slack.render.card import card
from adapters.slack.render.notices import notification
from adapters.slack.render.shapes import Message
from bot.chat.contacts import Contacts
from bot.errors import DeliveryError
from bot.ports import Contact, Parcel

AS_IT_STANDS = {"parse": "none", "unfurl_links": False, "unfurl_media": False}
"""Nothing in a message is to be read as a link or a mention."""

log = logging.getLogger(__name__)

GONE = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"}
)
"""What Slack says when there is no message any more that could be edited."""

_TOO_LONG = frozenset({"msg_too_long", "msg_blocks_too_long"})


def is_card(message: Mapping[str, Any], case_id: str) -> bool:
    """Say whether a message, as Slack tells it, was posted as the card of a case."""
    first = [*(message.get("blocks") or []), {}][0]
    return str(first.get("block_id", "")).startswith(_marker(case_id))


def _marker(case_id: str) -> str:
    return f"card-{case_id}-"


def marked(message: Message, marker: str) -> Message:
    """Name the first block, so that the message can be found again."""
    first, *rest = message.blocks
    return Message(message.text, ({**first, "block_id": marker}, *rest))


class Cards:
    """Fulfils ``bot.ports.Platform``: a card's reference is its message's time stamp."""

    def __init__(self, calls: Calls, grants: Grants, contacts: Contacts) -> None:
        self._calls = calls
        self._grants = grants
        self._contacts = contacts

    async def deliver(self, parcel: Parcel) -> str:
        """Edit the card, or post it where there is none; raises ``DeliveryError``."""
        contact = await self._contacts.of(parcel.owner, PLATFORM)
        if contact is None:
            raise DeliveryError("It is not known where this person is reached.")
        token = await token_for(self._grants, contact)
        try:
            return await self._put(token, contact, parcel, card(parcel))
        except SlackError as error:
            if error.code not in _TOO_LONG:
                raise
            return await self._put(token, contact, parcel, card(parcel, compact=True))

    async def _put(self, token: str, contact: Contact, parcel: Parcel, message: Message) -> str:
        channel = contact.address["channel"]
        unsure = parcel.attempts > 0 or (not parcel.ref and (parcel.turn > 1 or parcel.anew))
        if channel and parcel.ref and not await self._is_to_be_replaced(token, channel, parcel):
            try:
                edited = marked(message, f"{_marker(parcel.case_id)}edited")
                await self._edit(token, channel, parcel.ref, edited)
            except SlackError as error:
                if error.code not in GONE:
                    raise
                unsure = True  # another may be there in its place, and the note of it lost
            else:
                return parcel.ref
        ref = await self._post(token, contact, parcel, message, again=unsure)
        if channel and parcel.ref not in {"", ref}:
            await if_it_works(self._take_away(token, channel, parcel, ref))
        return ref

    async def _take_away(self, token: str, channel: str, parcel: Parcel, ref: str) -> None:
        """Delete the card that ``ref`` replaces.

        If that is gone, a process may have replaced it before and died before it could note that:
        then what it posted is deleted.
        """
        try:
            await self._calls.call(token, "chat.delete", channel=channel, ts=parcel.ref)
        except SlackError as error:
            if error.code != "message_not_found":
                raise
            marker = f"{_marker(parcel.case_id)}{parcel.ref}"
            other = await self._calls.posted_already(token, channel, marker, but=ref)
            if other:
                await self._calls.call(token, "chat.delete", channel=channel, ts=other)

    async def _is_to_be_replaced(self, token: str, channel: str, parcel: Parcel) -> bool:
        """Say whether a new card takes the place of the one there is.

        Tried again it may have been posted already, by a process that died before it took the old
        one away.
        """
        if parcel.anew or not parcel.attempts:
            return parcel.anew
        marker = f"{_marker(parcel.case_id)}{parcel.ref}"
        return bool(await self._calls.posted_already(token, channel, marker))

    async def _edit(self, token: str, channel: str, ref: str, message: Message) -> None:
        await self._calls.call(
            token,
            "chat.update",
            channel=channel,
            ts=ref,
            text=message.text,
            blocks=list(message.blocks),
        )

    async def _post(
        self, token: str, contact: Contact, parcel: Parcel, message: Message, *, again: bool
    ) -> str:
        """Post a card; ``again``: edit it if a try before has posted it.

        A discreet notification says nothing of the card, so its text follows later.
        """
        channel = contact.address["channel"] or await self._open(token, parcel.owner, contact)
        # The same for every try to post this card, and for no other: told by the one before it.
        marker = f"{_marker(parcel.case_id)}{parcel.ref}"
        whole = marked(message, marker)
        blocks = whole.blocks
        text = notification().text if contact.discreet else message.text
        try:
            ref = await self._calls.post(
                token, channel, marker, text, blocks, again=again, **AS_IT_STANDS
            )
        except SlackError as error:
            if error.code != "channel_not_found":
                raise
            channel = await self._open(token, parcel.owner, contact)
            ref = await self._calls.post(
                token, channel, marker, text, blocks, again=again, **AS_IT_STANDS
            )
        if again:  # what was found may show an older turn
            await self._edit(token, channel, ref, whole)
        elif contact.discreet:
            await if_it_works(self._edit(token, channel, ref, whole))
        return ref

    async def _open(self, token: str, owner: str, contact: Contact) -> str:
        """Find the channel of somebody's direct messages, and note it."""
        opened = await self._calls.call(token, "conversations.open", users=contact.address["user"])
        channel = str(opened["channel"]["id"])
        newest = await self._contacts.of(owner, PLATFORM) or contact  # it may be another meanwhile
        address = {**newest.address, "channel": channel}
        await self._contacts.meet(owner, PLATFORM, newest.tenant, address)
        return channel


async def if_it_works(call: Awaitable[object]) -> None:
    """Do what comes after a message was posted: if that fails, it is there all the same."""
    try:
        await call
    except DeliveryError as error:
        log.warning("A message was posted, but not all that belongs to it was done: %s", error)
