"""A person on Discord: what they do, and what they see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from tests.fakes.discord.components import NoSuchElement, What
from tests.fakes.discord.drafts import Drafts, Sending, Where
from tests.fakes.discord.model import Account, Channel, Guild, Json, Message, OpenModal
from tests.fakes.discord.world import World


@dataclass(frozen=True, slots=True)
class Reaction:
    """What came of something sent to the app.

    ``acknowledged``: the interaction was answered in time, or the message was sent to somebody;
    ``kind`` and ``data`` are those of the first response; ``took`` is in seconds.
    """

    sending: Sending
    acknowledged: bool
    kind: int = 0
    data: Json | None = None
    took: float = 0.0

    @property
    def response(self) -> tuple[int, Json]:
        """The kind and the data of the first response."""
        return self.kind, self.data or {}

    @property
    def token(self) -> str:
        """The token of the interaction."""
        return self.sending.interaction.token if self.sending.interaction else ""


class Deliver(Protocol):
    """Sends something to the app."""

    async def __call__(self, sending: Sending) -> Reaction: ...


class Person:
    """Each verb sends what Discord would send, and returns how the app took it.

    ``drafts`` makes the same without sending it, for tests of order and of repetition.
    """

    def __init__(self, world: World, account: Account, deliver: Deliver) -> None:
        self.account = account
        self.id = account.id
        self.drafts = Drafts(world, account)
        self._world = world
        self._deliver = deliver

    # ------------------------------------------------------------------ what they see

    @property
    def dm(self) -> str:
        """The channel of their direct messages with the bot; "" until somebody opened it."""
        there = self._world.dms.get(self.id)
        return there.id if there else ""

    @property
    def messages(self) -> tuple[Message, ...]:
        """All messages in the direct messages with the bot that both see, oldest first."""
        there = self._world.messages.get(self.dm, {}).values()
        return tuple(sorted(there, key=lambda one: int(one.id)))

    @property
    def from_bot(self) -> tuple[Message, ...]:
        """The bot's messages among them."""
        return tuple(one for one in self.messages if one.from_bot)

    def reads(self, where: Channel | Guild) -> tuple[Message, ...]:
        """All messages that everybody sees in a channel, if they are let in, oldest first."""
        channel = where.channel if isinstance(where, Guild) else where
        if not self.drafts.sees(channel):
            raise NoSuchElement(f"{self.account.name} is not there")
        there = self._world.messages.get(channel.id, {}).values()
        return tuple(sorted(there, key=lambda one: int(one.id)))

    @property
    def ephemerals(self) -> list[Message]:
        """What only they see, in any channel, and did not dismiss, oldest first."""
        there = self._world.ephemerals.get(self.id, {}).values()
        return [one for one in there if one.id not in self._world.dismissed]

    @property
    def modals(self) -> tuple[OpenModal, ...]:
        """The modals that are open, the newest last."""
        return tuple(self._world.modals.get(self.id, ()))

    @property
    def modal(self) -> OpenModal:
        """The newest open modal; fails if none is open."""
        assert self.modals, "no modal is open"
        return self.modals[-1]

    # ------------------------------------------------------------------ what they do

    async def writes(self, text: str, where: Where = None) -> Reaction:
        """Write to the bot (or in a channel)."""
        return await self._deliver(self.drafts.message(text, where))

    async def edits(self, message: Message, text: str) -> Reaction:
        """Edit what they wrote."""
        return await self._deliver(self.drafts.edit(message, text))

    async def deletes(self, message: Message) -> Reaction:
        """Delete what they wrote."""
        return await self._deliver(self.drafts.deletion(message))

    async def slash(
        self, path: str = "", /, *, where: Where = None, command: str = "crossroads", **options: Any
    ) -> Reaction:
        """Use a subcommand ("" for none), in the direct messages or elsewhere."""
        return await self._deliver(self.drafts.command(path, options, where, command))

    async def uses(self, name: str, message: Message) -> Reaction:
        """Use a command on a message."""
        return await self._deliver(self.drafts.message_command(name, message))

    async def completes(
        self,
        path: str,
        option: str,
        typed: str,
        /,
        *,
        where: Where = None,
        command: str = "crossroads",
        **options: Any,
    ) -> list[Json]:
        """Type into an option, and give the choices that the app offers."""
        sending = self.drafts.completion(path, option, typed, options, where, command)
        reaction = await self._deliver(sending)
        assert reaction.acknowledged, "the app offered nothing in time"
        return list((reaction.data or {}).get("choices") or [])

    async def clicks(self, message: Message, what: What, *, stale: bool = False) -> Reaction:
        """Press the button with this custom_id or these words, or that meets the rule.

        ``stale`` presses it in this very copy of the message.
        """
        return await self._deliver(self.drafts.click(message, what, stale=stale))

    async def selects(
        self, message: Message, what: What, *values: str, stale: bool = False
    ) -> Reaction:
        """Choose options, by value or by words."""
        return await self._deliver(self.drafts.selection(message, what, *values, stale=stale))

    async def submits(
        self, values: Mapping[str, Any] | None = None, modal: OpenModal | None = None
    ) -> Reaction:
        """Submit a modal (the newest), inputs named by custom_id or label.

        It closes when the app answers; else it stays, with an error shown.
        """
        modal = modal or self.modal
        if modal not in self.modals:
            raise NoSuchElement("the modal is not open any more")
        reaction = await self._deliver(self.drafts.submission(values or {}, modal))
        if not reaction.acknowledged:
            self.closes(modal)
            self._world.open(replace(modal, failed=True))
        return reaction

    def closes(self, modal: OpenModal | None = None) -> None:
        """Close a modal (the newest), of which the app is not told."""
        shut = modal or self.modal
        self._world.shut(self.id, lambda one: one is shut)

    def dismisses(self, message: Message) -> None:
        """Dismiss what only they see, of which the app is not told."""
        assert message.id in [one.id for one in self.ephemerals], "only what is there, and theirs"
        self._world.dismissed.add(message.id)

    # ------------------------------------------------------------------ what they set

    def closes_dms(self, code: int = 50007) -> None:
        """Let the bot's messages be refused from now on (also 50278, 40003)."""
        self._world.closed[self.id] = code

    def opens_dms(self) -> None:
        """Let the bot write again."""
        self._world.closed.pop(self.id, None)
