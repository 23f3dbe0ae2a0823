"""Interactions that wait for their one answer, and may be followed up for a quarter of an hour."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.discord.calls import Calls, File, Json
from adapters.discord.faults import ALREADY_ANSWERED, EXPIRED, DiscordError, Unclear
from adapters.discord.heard import Spot
from adapters.discord.render.shapes import EPHEMERAL, V2, Message
from bot.errors import DeliveryError

_REPLY, _THINKING, _RECEIVED, _UPDATE, _CHOICES, _FORM = 4, 5, 6, 7, 8, 9
_TAKEN = {
    _REPLY: "thinking",
    _THINKING: "thinking",
    _RECEIVED: "received",
    _UPDATE: "updated",
    _CHOICES: "shut",
    _FORM: "asked",
}
"""What follows from an answer that was taken, though we were not told: it may be filled in."""

ALONE = "~"
"""Stands before the id of a card that its owner alone sees, in no channel that the bot can read."""


@dataclass(slots=True)
class Door:
    """One interaction, to be answered once; what comes after that changes or follows the answer.

    ``state`` is "open", then how it was answered: "replied" (a message of its own), "updated" (the
    message that was pressed), "asked" (a form), "received" or "thinking" (nothing shown yet), or
    "shut" for good. ``tried`` is the first answer of which it is not known whether it was taken.
    ``waiting`` will say that it was received, if nothing is answered by then.
    """

    calls: Calls
    spot: Spot
    state: str = "open"
    tried: int = 0
    answer: str = ""
    waiting: asyncio.TimerHandle | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def pressed(self) -> bool:
        """Whether there is a message that was pressed, or from which a form was opened."""
        return bool(self.spot.message)

    def beside(self) -> Door:
        """Leave the message that was pressed as it is: the answer is a message of its own."""
        self.spot = replace(self.spot, message="", alone=False)
        return self

    async def update(self, message: Message) -> str:
        """Put this into the message that was pressed, and give its id; raises ``DeliveryError``."""
        async with self.lock:
            content, files = message.payload, message.files
            if self.state == "open" and await self._first(_UPDATE, content, files):
                self.state = "updated"
            else:
                await self._follow_up(self.calls.change(self.spot.token, _edited(content), files))
                self.state = "updated"
            return self.spot.message

    async def say(self, message: Message) -> str:
        """Say this into the chat, and give the new message's id; raises ``DeliveryError``.

        Gives "" once they were told that it was received: they alone would see what follows that.
        """
        async with self.lock:
            if self.state != "open" or self.tried == _THINKING:
                return ""
            if not await self._first(_REPLY, message.payload):
                told = self.calls.change(self.spot.token, _edited(message.payload))
                self.answer = await self._follow_up(told)
            self.state = "replied"
            if not self.answer:
                raise Unclear("Discord did not tell which message an answer is.")
            return self.answer

    async def reply(self, message: Message, *, files: Sequence[File] = ()) -> str:
        """Say this to them alone, and give the new message's id; raises ``DeliveryError``."""
        content, files = message.to_one(), [*files, *message.files]
        async with self.lock:
            if self.state == "open" and await self._first(_REPLY, content, files):
                self.state = "replied"
            elif self.state == "thinking":
                told = self.calls.change(self.spot.token, _edited(content), files)
                self.answer = await self._follow_up(told)
                self.state = "replied"
            else:
                self.answer = await self._follow_up(
                    self.calls.follow(self.spot.token, content, files)
                )
            return self.answer

    async def ask(self, form: Json) -> bool:
        """Open a form; False where it is too late for one."""
        async with self.lock:
            if self.state != "open":
                return False
            if await self._first(_FORM, form):
                self.state = "asked"
            return self.state == "asked"

    async def offer(self, choices: Sequence[Json]) -> None:
        """Offer what the words that are being typed may become."""
        async with self.lock:
            await self._first(_CHOICES, {"choices": list(choices)})
            self.state = "shut"

    async def wait(self) -> None:
        """Say that it was received, if nothing was said yet; what it came to follows."""
        async with self.lock:
            if self.state != "open":
                return
            if not self.pressed:
                await self._first(_THINKING, {"flags": EPHEMERAL})
                self.state = "thinking"
            elif await self._first(_RECEIVED, None):
                self.state = "received"

    async def dismiss(self) -> None:
        """Take away the message that was pressed, which they alone see."""
        await self.wait()
        await self._follow_up(self.calls.withdraw(self.spot.token))

    async def _first(self, kind: int, data: Json | None, files: Sequence[File] = ()) -> bool:
        """Answer; False if a try before (the SDK's too) had been taken, and we were not told.

        Raises ``DeliveryError``, too late included.
        """
        spot = self.spot
        try:
            self.answer = await self.calls.respond(spot.id, spot.token, kind, data, files)
        except DiscordError as error:
            if error.code == ALREADY_ANSWERED:
                self.state = _TAKEN[self.tried or kind]
                return False
            if error.code in EXPIRED:
                self.state = "shut"
            raise
        except Unclear:
            self.tried = self.tried or kind
            raise
        if self.waiting:  # it would hold on to this door for as long as it may take
            self.waiting.cancel()
        return True

    async def _follow_up(self, call: Coroutine[Any, Any, str | None]) -> str:
        if self.state == "shut":
            call.close()
            raise DeliveryError("This can be answered no more.")
        try:
            return await call or ""
        except DiscordError as error:
            if error.code in EXPIRED:
                self.state = "shut"
            raise


def _edited(content: Json) -> Json:
    """Leave out what an edit may not set: who sees a message was settled when it was made."""
    return {**content, "flags": V2}


class Doors:
    """The interactions that wait for a case's card; and those that reach a card seen by one alone.

    At most ``remember`` of these are kept; Discord lets one through for a quarter of an hour. As
    many ids are kept of those that came last.
    """

    def __init__(self, remember: int = 1024) -> None:
        self._remember = remember
        self._waiting: dict[str, list[Door]] = {}
        self._alone: OrderedDict[str, Door] = OrderedDict()
        self._told: OrderedDict[str, None] = OrderedDict()

    def is_new(self, interaction: str) -> bool:
        """Say whether an interaction is told for the first time; told again it has its answer."""
        if interaction in self._told:
            return False
        self._told[interaction] = None
        if len(self._told) > self._remember:
            self._told.popitem(last=False)
        return True

    def expect(self, case_id: str, door: Door) -> None:
        """Let the next delivery of this case answer here."""
        self._waiting.setdefault(case_id, []).append(door)

    def take(self, case_id: str) -> list[Door]:
        """Give those that wait for this case, oldest first, and let them wait no more."""
        return self._waiting.pop(case_id, [])

    def note(self, ref: str, door: Door) -> None:
        """Keep in mind how a card is reached that its owner alone sees."""
        self._alone[ref] = door
        self._alone.move_to_end(ref)
        if len(self._alone) > self._remember:
            self._alone.popitem(last=False)

    def reaching(self, ref: str) -> Door | None:
        """Find the way to a card that its owner alone sees."""
        return self._alone.get(ref)

    def forget(self, ref: str) -> None:
        """Keep nothing of a card."""
        self._alone.pop(ref, None)
