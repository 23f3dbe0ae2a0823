"""A person in a workspace: what they do, and what they see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from tests.fakes.slack.drafts import Drafts, Sending, Where
from tests.fakes.slack.elements import Value, What
from tests.fakes.slack.model import Account, Message, OpenView, Team
from tests.fakes.slack.post import Delivery
from tests.fakes.slack.world import World


class Deliver(Protocol):
    """Sends something to the app."""

    async def __call__(self, sending: Sending) -> Delivery: ...


class Person:
    """Each verb sends what Slack would send, and returns how the app took it.

    ``drafts`` makes the same without sending it, for tests of order and of repetition.
    """

    def __init__(self, world: World, team: Team, account: Account, deliver: Deliver) -> None:
        self.team = team
        self.account = account
        self.id = account.id
        self.dm = world.channel(team, account.id).id
        self.drafts = Drafts(world, team, account)
        self._deliver = deliver

    # ------------------------------------------------------------------ what they see

    @property
    def messages(self) -> list[Message]:
        """All messages in the direct messages with the app, oldest first."""
        there = self.team.messages.get(self.dm, {}).values()
        return sorted(there, key=lambda one: one.ts)

    @property
    def from_bot(self) -> list[Message]:
        """The app's messages among them."""
        return [one for one in self.messages if one.from_bot]

    @property
    def ephemerals(self) -> list[Message]:
        """What only they see, in any channel, oldest first."""
        return [one for one in self.team.ephemerals if one.ephemeral_to == self.id]

    @property
    def modals(self) -> tuple[OpenView, ...]:
        """The modals that are open, the top one last."""
        return tuple(self.team.modals.get(self.id, ()))

    @property
    def modal(self) -> OpenView:
        """The modal on top; fails if none is open."""
        assert self.modals, "no modal is open"
        return self.modals[-1]

    @property
    def home(self) -> OpenView | None:
        """Their Home, if one was published."""
        return self.team.homes.get(self.id)

    # ------------------------------------------------------------------ what they do

    async def writes(self, text: str, thread_ts: str = "", channel: str = "") -> Delivery:
        """Write to the app (in a thread, or in a channel)."""
        return await self._deliver(self.drafts.message(text, thread_ts, channel))

    async def edits(self, message: Message, text: str) -> Delivery:
        """Edit what they wrote."""
        return await self._deliver(self.drafts.edit(message, text))

    async def deletes(self, message: Message) -> Delivery:
        """Delete what they wrote."""
        return await self._deliver(self.drafts.deletion(message))

    async def clicks(
        self,
        where: Where,
        what: What,
        value: Value = None,
        *,
        filled: Mapping[str, Value] | None = None,
        stale: bool = False,
    ) -> Delivery:
        """Press what has this action id or these words on it, or meets the rule.

        ``value`` is the option (by value or words), the options, the day or the text chosen;
        ``filled`` other inputs of the same message; ``stale`` presses it in this very copy.
        """
        sending = self.drafts.click(where, what, value, filled=filled, stale=stale)
        return await self._deliver(sending)

    def fills(self, where: Where, values: Mapping[str, Value]) -> None:
        """Fill in inputs; the app learns of it with the next click or submission."""
        self.drafts.fill(where, values)

    async def submits(
        self, values: Mapping[str, Value] | None = None, modal: OpenView | None = None
    ) -> Delivery:
        """Submit a modal (the top one), inputs named by block id or action id."""
        return await self._deliver(self.drafts.submission(values or {}, modal or self.modal))

    async def closes(
        self, modal: OpenView | None = None, *, everything: bool = False
    ) -> Delivery | None:
        """Close a modal; None if the app did not ask to be told."""
        view = modal or self.modal
        stack = self.team.modals[self.id]
        stack[:] = [] if everything else [one for one in stack if one.id != view.id]
        if not view.body.get("notify_on_close"):
            return None
        return await self._deliver(self.drafts.closing(view, cleared=everything))

    async def slash(
        self, text: str = "", command: str = "/crossroads", channel: str = ""
    ) -> Delivery:
        """Type the slash command."""
        return await self._deliver(self.drafts.command(text, command, channel))

    async def shortcut(self, callback_id: str) -> Delivery:
        """Use a global shortcut."""
        return await self._deliver(self.drafts.shortcut(callback_id))

    async def message_shortcut(self, callback_id: str, message: Message) -> Delivery:
        """Use a shortcut on a message."""
        return await self._deliver(self.drafts.message_shortcut(callback_id, message))

    async def opens_home(self) -> Delivery:
        """Open the app's Home."""
        return await self._deliver(self.drafts.home())

    async def opens_messages(self) -> Delivery:
        """Open the messages tab of the app."""
        return await self._deliver(self.drafts.home("messages"))
