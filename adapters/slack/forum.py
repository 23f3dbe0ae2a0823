"""Where rounds are posted in Slack, and where people are asked: fulfils ``bot.rounds.ports.Forum``.

In channels Crossroads may post, but not read. So a message whose answer was lost, in the moment
that a process died, is posted there once more; in direct messages it is found again.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from adapters.slack.audiences import audience, audience_fields
from adapters.slack.calls import Calls
from adapters.slack.delivery import AS_IT_STANDS, GONE, if_it_works, marked
from adapters.slack.directory import Directory
from adapters.slack.faults import SlackError
from adapters.slack.heard import tenant
from adapters.slack.hub import PLATFORM
from adapters.slack.render.shapes import Message, escape
from adapters.slack.render.sheets import sheet_message
from bot.errors import DeliveryError, WrongUse
from bot.ports import Contact, Person
from bot.rounds.ports import Actor, Audience, Letter, Target, Unreachable
from bot.sheets.model import Entered, Field, Picture

log = logging.getLogger(__name__)

_ROOM = 40
"""Fields of a form: each takes up to two of a modal's hundred blocks."""

_NO_THREAD = frozenset({"thread_not_found", "invalid_thread_ts", "cannot_reply_to_message"})
_TAKEN_AWAY = frozenset({"message_not_found", "file_not_found", "file_deleted"})

_NOT_THERE = "Crossroads is not in that channel (any more): write “/invite @Crossroads” there."
_NOT_ALLOWED = "Crossroads may not write in that channel."
_NOBODY = "This person is not there any more."
_NO_CHAT = "This person takes no messages from apps."
_UNREACHABLE: Mapping[str, str] = {
    "channel_not_found": _NOT_THERE,
    "not_in_channel": _NOT_THERE,
    "is_archived": "That channel is archived.",
    "restricted_action": _NOT_ALLOWED,
    "restricted_action_read_only_channel": _NOT_ALLOWED,
    "restricted_action_thread_only_channel": _NOT_ALLOWED,
    "restricted_action_non_threadable_channel": _NOT_ALLOWED,
    "restricted_action_thread_locked": _NOT_ALLOWED,
    "user_not_found": _NOBODY,
    "users_not_found": _NOBODY,
    "user_disabled": _NOBODY,
    "user_not_visible": _NOBODY,
    "cannot_dm_bot": _NO_CHAT,
    "messages_tab_disabled": _NO_CHAT,
    "ekm_access_denied": _NOT_ALLOWED,
}
"""What Slack says where nothing will ever arrive, and what that means."""


@dataclass(frozen=True, slots=True)
class _Ref:
    """Where a message is: its channel, its time stamp, and the file that belongs to it."""

    channel: str
    ts: str
    file: str = ""

    def __str__(self) -> str:
        return ":".join(filter(None, (self.channel, self.ts, self.file)))


def _read(ref: str) -> _Ref:
    channel, ts, file = [*ref.split(":", 2), "", ""][:3]
    return _Ref(channel, ts, file)


class SlackForum:
    """Posts rounds and finds out who can be asked; ``owner`` gives a person's opaque id."""

    def __init__(self, calls: Calls, directory: Directory, owner: Callable[[Person], str]) -> None:
        self._calls = calls
        self._directory = directory
        self._owner = owner

    @property
    def form_room(self) -> int:
        """How many fields a form has room for."""
        return _ROOM

    @property
    def writes_first(self) -> bool:
        """Whether people may be written to privately who have not asked for it."""
        return True

    # -------------------------------------------------------------- who is asked

    async def audience_fields(
        self, asker: Actor, *, people_only: bool = False
    ) -> tuple[Field, ...]:
        """Give the entries by which an audience is chosen here."""
        fields = await audience_fields(self._directory, asker)
        return tuple(field for field in fields if field.kind == "people" or not people_only)

    async def audience(self, asker: Actor, entered: Entered) -> Audience:
        """Find out who was chosen; raises ``WrongUse`` where that is none, or not one."""
        return await audience(self._directory, self._owner, asker, entered)

    async def private(self, who: Actor) -> Target:
        """Give the way to somebody's own chat with the bot."""
        return Target(PLATFORM, who.address)

    async def zone(self, who: Actor) -> str:
        """Give somebody's IANA time zone; "" where Slack does not tell."""
        try:
            user = await self._directory.user(who.address, who.user)
        except WrongUse:
            return ""
        return (user and user.tz) or ""

    def workspace(self, contact: Contact) -> str:
        """Name the workspace in which somebody is reached."""
        return tenant(contact.address["enterprise"], contact.address["team"])

    def reach(self, who: Actor) -> str:
        """Name what the app was installed in: the workspace, or the whole organisation."""
        wide = bool(who.address.get("wide"))
        return tenant(who.address["enterprise"], "" if wide else who.address["team"])

    async def rules_here(self, who: Actor) -> bool:
        """Say whether somebody is an admin or owner of the workspace."""
        user = await self._directory.user(who.address, who.user)
        return user is not None and (user.is_admin or user.is_owner)

    # -------------------------------------------------------------- messages

    async def put(self, letter: Letter) -> str:
        """Post or edit a message; raises ``DeliveryError``, ``Unreachable``."""
        token = (await self._directory.grant(letter.target.address)).token
        made = marked(sheet_message(letter.sheet), _marker(letter))
        try:
            if letter.ref and await self._edited(token, _read(letter.ref), made):
                return letter.ref
            ref = await self._posted(token, letter, made)
        except SlackError as error:
            raise _meant(error) from None
        if letter.sheet.picture:
            ref = await self._illustrated(token, letter, letter.sheet.picture, ref)
        return str(ref)

    async def take_away(self, target: Target, ref: str) -> None:
        """Delete a message of ours with its file; raises ``DeliveryError``, ``Unreachable``."""
        token = (await self._directory.grant(target.address)).token
        where = _read(ref)
        if where.file:
            await self._gone(token, "files.delete", file=where.file)
        await self._gone(token, "chat.delete", channel=where.channel, ts=where.ts)

    async def _gone(self, token: str, method: str, **arguments: Any) -> None:
        try:
            await self._calls.call(token, method, **arguments)
        except SlackError as error:
            if error.code not in _TAKEN_AWAY:
                raise _meant(error) from None

    async def _edited(self, token: str, ref: _Ref, made: Message) -> bool:
        """Edit a message; False where it is not there any more."""
        try:
            await self._calls.call(
                token, "chat.update", channel=ref.channel, ts=ref.ts, **made.payload
            )
        except SlackError as error:
            if error.code not in GONE:
                raise
            return False
        return True

    async def _posted(self, token: str, letter: Letter, made: Message) -> _Ref:
        """Post a message; tried again, what a try before has posted is brought up to date.

        Where a notification says less than the message, its full text follows by an edit.
        """
        address, again = letter.target.address, letter.attempts > 0
        channel = address.get("channel", "")
        notice = letter.sheet.notice
        text = escape(notice) if notice.strip() else made.text
        first = Message(text, made.blocks)
        try:
            ref = await self._post(token, channel or await self._chat(letter), letter, first)
        except SlackError as error:
            if error.code != "channel_not_found" or not (channel and _in_private(letter)):
                raise
            ref = await self._post(token, await self._chat(letter), letter, first)
        if again:
            await self._edited(token, ref, made)
        elif text != made.text:
            await if_it_works(self._edited(token, ref, made))
        return ref

    async def _chat(self, letter: Letter) -> str:
        address = letter.target.address
        return await self._directory.direct(address, address.get("user", ""))

    async def _post(self, token: str, channel: str, letter: Letter, made: Message) -> _Ref:
        """Post in the thread it belongs to; where that is gone, in the channel."""
        post = partial(
            self._calls.post,
            token,
            channel,
            _marker(letter),
            made.text,
            made.blocks,
            again=letter.attempts > 0,
            **AS_IT_STANDS,
        )
        threaded = _threaded(letter)
        try:
            return _Ref(channel, await post(**threaded))
        except SlackError as error:
            if error.code not in _NO_THREAD or not threaded:
                raise
            return _Ref(channel, await post())

    # -------------------------------------------------------------- the picture

    async def _illustrated(self, token: str, letter: Letter, picture: Picture, ref: _Ref) -> _Ref:
        """Share the picture beside its text, which stands without it as well."""
        name = f"{_digest(letter)[:8]}-{picture.name}"
        thread = str(_threaded(letter).get("thread_ts", ""))
        try:
            file = ""
            if letter.attempts:
                file = await self._shared_already(token, ref.channel, thread, name)
            file = file or await self._calls.upload(
                token,
                ref.channel,
                name,
                picture.png,
                letter.sheet.card.title or name,
                thread=thread,
                alt=picture.alt,
            )
        except DeliveryError as error:
            log.warning("A message was posted, but its picture was not: %s", error)
            return ref
        return _Ref(ref.channel, ref.ts, file)

    async def _shared_already(self, token: str, channel: str, thread: str, name: str) -> str:
        """Find the file that a try before has shared, where we may read; "" if there is none."""
        try:
            there = await self._calls.latest(token, channel, thread)
        except SlackError as error:
            if error.code != "missing_scope":
                raise
            return ""
        files = [file for message in there for file in message.get("files") or ()]
        return next((str(file.get("id", "")) for file in files if file.get("name") == name), "")


def _digest(letter: Letter) -> str:
    return hashlib.sha256(letter.mark.encode()).hexdigest()


def _marker(letter: Letter) -> str:
    return f"letter-{_digest(letter)[:32]}"


def _in_private(letter: Letter) -> bool:
    return bool(letter.target.address.get("user"))


def _threaded(letter: Letter) -> Mapping[str, Any]:
    """Say in which thread a message belongs; a reveal is shown in the asked channel as well."""
    asked, beneath = letter.target.address.get("thread", ""), _read(letter.beneath).ts
    if _in_private(letter) or not (asked or beneath):
        return {}
    broadcast = letter.role == "reveal" and not asked
    return {"thread_ts": asked or beneath, **({"reply_broadcast": True} if broadcast else {})}


def _meant(error: SlackError) -> DeliveryError:
    said = _UNREACHABLE.get(error.code)
    return Unreachable(said) if said else error
