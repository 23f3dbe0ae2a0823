"""Second opinions on Discord: where rounds are posted, and who is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from adapters.discord.audiences import Audiences
from adapters.discord.calls import NONCE, Calls
from adapters.discord.faults import (
    CLOSED,
    GONE,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    NO_HISTORY,
    THREAD_ARCHIVED,
    UNKNOWN_CHANNEL,
    UNKNOWN_GUILD,
    UNKNOWN_MESSAGE,
    UNKNOWN_USER,
    DiscordError,
)
from adapters.discord.grounds import Grounds
from adapters.discord.heard import MANAGES
from adapters.discord.hub import PLATFORM
from adapters.discord.private_threads import PrivateThreads
from adapters.discord.render import Message, marker_of, sheet_message
from adapters.discord.rights import (
    ATTACH,
    HISTORY,
    PRIVATE_THREADS,
    SEND,
    SEND_IN_THREADS,
    VIEW,
    names,
)
from adapters.discord.servers import Servers
from bot.errors import DeliveryError
from bot.ports import Contact
from bot.rounds.ports import Actor, Audience, Letter, Target, Unreachable
from bot.sheets.model import FORM_ROOM, Entered, Field

_LATEST = 50
"""Messages looked through for one that may have been posted before."""

_MADE = "thread"
"""Ends the reference of the message for which a thread was made."""

_REFUSED = frozenset({MISSING_ACCESS, MISSING_PERMISSIONS, NO_HISTORY})


@dataclass(frozen=True, slots=True)
class _Ref:
    """A message in a channel; ``made``: the channel is a thread that was made for it."""

    channel: str
    message: str = ""
    made: bool = False

    def __str__(self) -> str:
        return "/".join([self.channel, self.message, *([_MADE] if self.made else [])])


def _ref(text: str) -> _Ref:
    channel, message, made = [*text.split("/", 2), "", ""][:3]
    return _Ref(channel, message, made == _MADE)


class DiscordForum:
    """Fulfils ``bot.rounds.ports.Forum``.

    A target is a channel or thread; a channel with the members of a private thread that is made in
    it; or a person's direct messages. ``owner`` gives the opaque id of an account.
    """

    def __init__(
        self, calls: Calls, owner: Callable[[str], str], new_id: Callable[[], str]
    ) -> None:
        self._calls = calls
        self._servers = Servers(calls)
        self._threads = PrivateThreads(calls)
        self._grounds = Grounds(calls)
        self._audiences = Audiences(self._grounds, owner, new_id)

    @property
    def form_room(self) -> int:
        """How many fields a form has room for."""
        return FORM_ROOM

    @property
    def writes_first(self) -> bool:
        """Nobody is written to privately who has not asked for it."""
        return False

    # ------------------------------------------------------------------ who is asked

    async def audience_fields(
        self, asker: Actor, *, people_only: bool = False
    ) -> tuple[Field, ...]:
        """Give the entries by which an audience is chosen: in a server more than outside of it.

        Raises ``WrongUse`` outside of a server if people are to be named.
        """
        return self._audiences.fields(asker, people_only=people_only)

    async def audience(self, asker: Actor, entered: Entered) -> Audience:
        """Find out who was chosen; raises ``WrongUse`` where that is none, or not one."""
        return await self._audiences.find(asker, entered)

    async def private(self, who: Actor) -> Target:
        """Give the way to somebody's direct messages; they are opened when something is put."""
        address = {"user": who.user, "channel": who.address.get("channel", "")}
        return Target(PLATFORM, address)

    async def zone(self, who: Actor) -> str:
        """Discord does not tell anybody's time zone."""
        return ""

    def workspace(self, contact: Contact) -> str:
        """Name the server by which somebody is reached."""
        return contact.tenant

    def reach(self, who: Actor) -> str:
        """Name the server, by which its people are reached too."""
        return who.tenant

    async def rules_here(self, who: Actor) -> bool:
        """Say whether somebody may manage the server that they are heard from."""
        return MANAGES in who.groups

    # ------------------------------------------------------------------ what is posted

    async def put(self, letter: Letter) -> str:
        """Post or edit a message; raises ``DeliveryError``, ``Unreachable``."""
        try:
            return str(await self._put(letter))
        except DiscordError as error:
            raise await self._meaning(letter, error) from None

    async def _put(self, letter: Letter) -> _Ref:
        made = sheet_message(letter.sheet, _marker(letter), _called(letter))
        before = _ref(letter.ref)
        lost = await self._edit(before, made) if before.message else UNKNOWN_CHANNEL
        if not lost:
            return before
        same_place = lost == UNKNOWN_MESSAGE
        there = replace(before, message="") if same_place else await self._there(letter)
        if found := await self._find(there.channel, _marker(letter)):
            await self._calls.edit(there.channel, found, made.payload, made.files)
            return replace(there, message=found)
        content = made.payload
        if letter.beneath:
            above = {"message_id": _ref(letter.beneath).message, "fail_if_not_exists": False}
            content = {**content, "message_reference": above}
        nonce = _digest(f"{letter.mark} {letter.ref}").hex()[:NONCE]
        posted = await self._calls.post(there.channel, content, nonce, made.files)
        return replace(there, message=posted)

    async def _edit(self, ref: _Ref, made: Message) -> int:
        """Edit a message; gives 0, or the code of what is gone: it, or the thread made for it."""

        async def edit() -> None:
            await self._calls.edit(ref.channel, ref.message, made.payload, made.files)

        try:
            await self._awake(ref.channel, edit)
        except DiscordError as error:
            if error.code != UNKNOWN_MESSAGE and not (error.code in GONE and ref.made):
                raise
            return error.code
        return 0

    async def _awake(self, channel: str, act: Callable[[], Awaitable[None]]) -> None:
        """Do something in a channel; a thread that was put away is taken out again for it."""
        try:
            await act()
        except DiscordError as error:
            if error.code != THREAD_ARCHIVED:
                raise
            await self._servers.archive(channel, archived=False)
            await act()

    async def _there(self, letter: Letter) -> _Ref:
        """Find the channel where a message goes; direct messages and threads are opened."""
        address = letter.target.address
        if letter.beneath:
            return _Ref(_ref(letter.beneath).channel)
        if "members" in address:
            return _Ref(await self._threads.find(address), made=True)
        if "user" in address:
            return _Ref(address.get("channel") or await self._calls.open_dm(address["user"]))
        return _Ref(address["channel"])

    async def _find(self, channel: str, marker: int) -> str:
        """Look for a message of ours that a process posted and died before it could note it."""
        for message in await self._calls.messages(channel, limit=_LATEST):
            ours = message.get("author", {}).get("id") == self._calls.bot
            if ours and marker_of(message) == marker:
                return str(message["id"])
        return ""

    # ------------------------------------------------------------------ what is taken away

    async def take_away(self, target: Target, ref: str) -> None:
        """Delete a message, and the thread that was made for it; raises ``DeliveryError``."""
        where = _ref(ref)
        try:
            await self._awake(
                where.channel, lambda: self._calls.delete(where.channel, where.message)
            )
        except DiscordError as error:
            # A place that is closed to us for good holds nothing that we could take away.
            if error.code not in {*GONE, *CLOSED, UNKNOWN_GUILD, MISSING_ACCESS}:
                raise
        if where.made:
            await self._threads.put_away(where.channel)

    # ------------------------------------------------------------------ what refusals mean

    async def _meaning(self, letter: Letter, error: DiscordError) -> DeliveryError:
        """Say what a refusal means for a message: never, or not now."""
        if error.code in {UNKNOWN_CHANNEL, UNKNOWN_GUILD}:
            return Unreachable("The channel is not there any more.")
        if error.code == UNKNOWN_USER:
            return Unreachable("There is no such account any more.")
        if error.code in CLOSED:
            return Unreachable("They let nobody write to them whom they have not allowed to.")
        if error.code not in _REFUSED:
            return error
        address, wanted = letter.target.address, VIEW | SEND | HISTORY
        wanted |= ATTACH if letter.sheet.picture else 0
        wanted |= PRIVATE_THREADS | SEND_IN_THREADS if "members" in address else 0
        lacking = ", ".join(await self._lacking(address.get("channel", ""), wanted))
        return Unreachable(f"I may not post in that channel; what I need there: {lacking}.")

    async def _lacking(self, channel: str, wanted: int) -> list[str]:
        try:
            ground = await self._grounds.of(channel)
        except DeliveryError:
            return names(wanted)  # that it cannot be looked at is one of the reasons
        if ground.is_thread:
            wanted = wanted & ~SEND | SEND_IN_THREADS
        return ground.lacks(wanted) or names(wanted)


def _called(letter: Letter) -> tuple[str, ...]:
    """Say who is called by a message: those for whom a private thread was made, by its first."""
    members = letter.target.address.get("members", "")
    first = letter.role == "audience" and not letter.beneath
    return tuple(members.split(",")) if members and first else ()


def _marker(letter: Letter) -> int:
    """Number a message: the same for every try to post it. Small ones Discord gives out itself."""
    return int.from_bytes(_digest(letter.mark)[:4], "big") % (1 << 30) + (1 << 10)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
