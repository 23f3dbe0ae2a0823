"""What Discord sends when a person does something: payloads, with nothing sent yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.fakes import shapes
from tests.fakes.discord import shown, writing
from tests.fakes.discord.components import (
    BUTTON,
    SELECT,
    USERS,
    NoSuchElement,
    What,
    chosen,
    find,
)
from tests.fakes.discord.forms import filled, submitted
from tests.fakes.discord.model import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    DM,
    MODAL,
    Account,
    Channel,
    Guild,
    Interaction,
    Json,
    Message,
    OpenModal,
)
from tests.fakes.discord.picked import resolved
from tests.fakes.discord.rights import may, sees
from tests.fakes.discord.slashes import ON_A_MESSAGE, invoked, offered
from tests.fakes.discord.world import World

Where = Channel | Guild | None
ATTACHMENT_LIMIT = 10 * 2**20
_BY_CLICK = frozenset({1, 2, 3, 4})
"""Styles of buttons that send an interaction."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Something for the app: the event as the gateway names it, and the payload.

    ``guild`` says whose shard it is for, ``intent`` who hears it; ``interaction`` is what it began.
    """

    event: str
    payload: Json
    user: str
    guild: str = ""
    intent: int = 0
    interaction: Interaction | None = None


class Drafts:
    """Makes what Discord sends for one person. What they wrote is in the channel at once."""

    def __init__(self, world: World, account: Account) -> None:
        self._world = world
        self._account = account

    # ------------------------------------------------------------------ messages

    def message(self, text: str, where: Where = None) -> Sending:
        """Write a message, by default in the direct messages with the bot."""
        there = self._place(where)
        assert 0 < len(text.strip()) <= 2000, "Discord sends no message like this"
        message = Message(self._world.snowflake(), there.id, self._account.id, text.strip())
        self._world.keep(message)
        return self._about(message, "MESSAGE_CREATE")

    def edit(self, message: Message, text: str) -> Sending:
        """Edit a message of their own."""
        now = replace(self._own(message), content=text, edited=self._world.stamp())
        return self._about(self._world.keep(now), "MESSAGE_UPDATE")

    def deletion(self, message: Message) -> Sending:
        """Delete a message of their own."""
        self._world.remove(self._own(message))
        return self._about(message, "MESSAGE_DELETE")

    def _own(self, message: Message) -> Message:
        now = self._world.current(message)
        if now is None or now.author != self._account.id:
            raise NoSuchElement("the message is gone, or somebody else's")
        return now

    def _about(self, message: Message, event: str) -> Sending:
        channel = self._world.channels[message.channel]
        payload = writing.heard(self._world, message, event)
        if event == "MESSAGE_CREATE":
            self._world.bugs += shapes.wrong("GatewayMessageCreate", payload)
        intent = writing.intent(channel)
        return Sending(event, payload, self._account.id, channel.guild, intent)

    # ------------------------------------------------------------------ commands

    def command(
        self, path: str, options: Mapping[str, Any], where: Where = None, name: str = "crossroads"
    ) -> Sending:
        """Use a subcommand of the app's command."""
        begun = self._begin(COMMAND, self._place(where))
        begun.command = name
        return self._sending(begun, self._invoked(begun, name, path, options))

    def message_command(self, name: str, message: Message) -> Sending:
        """Use a command on a message that they see."""
        channel = self._world.channels[message.channel]
        begun = self._begin(COMMAND, channel)
        begun.command = name
        ways = [int(way) for way in begun.owners]
        command = offered(self._world.commands, name, self._context(channel), ways, ON_A_MESSAGE)
        picked = shown.message(self._world, self._current(message))
        data = {
            "id": command["id"],
            "name": name,
            "type": ON_A_MESSAGE,
            "target_id": message.id,
            "resolved": {"messages": {message.id: picked}},
        }
        return self._sending(begun, data)

    def completion(
        self,
        path: str,
        option: str,
        typed: str,
        options: Mapping[str, Any],
        where: Where = None,
        name: str = "crossroads",
    ) -> Sending:
        """Type into an option that completes."""
        begun = self._begin(AUTOCOMPLETE, self._place(where))
        values = {**options, option: typed}
        return self._sending(begun, self._invoked(begun, name, path, values, option))

    def _invoked(
        self,
        begun: Interaction,
        name: str,
        path: str,
        values: Mapping[str, Any],
        focused: str = "",
    ) -> Json:
        ways = [int(way) for way in begun.owners]
        command = offered(self._world.commands, name, self._context(begun.channel), ways)
        options = invoked(command, path, values, focused)
        return {"id": command["id"], "name": name, "type": 1, "options": options}

    # ------------------------------------------------------------------ components

    def click(self, message: Message, what: What, *, stale: bool = False) -> Sending:
        """Press a button that is there (``stale``: that was there in this copy)."""
        seen = message if stale else self._current(message)
        part = self._usable(seen, what)
        if part["type"] != BUTTON or part["style"] not in _BY_CLICK:
            raise NoSuchElement(f"{what!r} is no button that sends anything")
        return self._component(seen, part, {})

    def selection(self, message: Message, what: What, *values: str, stale: bool = False) -> Sending:
        """Choose in a select, by value or by words (people by their ids)."""
        seen = message if stale else self._current(message)
        part = self._usable(seen, what)
        if part["type"] == SELECT:
            return self._component(seen, part, {"values": chosen(part, values)})
        if part["type"] != USERS:
            raise NoSuchElement(f"{what!r} is no select of options or people")
        people = {one: shown.user(self._world.user(one)) for one in values}
        picked = {"values": list(values), "resolved": {"users": people}}
        return self._component(seen, part, picked)

    def _component(self, message: Message, part: Json, more: Json) -> Sending:
        begun = self._begin(COMPONENT, self._world.channels[message.channel])
        begun.source = message.id
        data = {"custom_id": part["custom_id"], "component_type": part["type"], "id": part["id"]}
        return self._sending(begun, data | more, message)

    def _usable(self, message: Message, what: What) -> Json:
        part = find(message.components, what)
        if part.get("disabled"):
            raise NoSuchElement(f"{what!r} is disabled")
        return part

    def _current(self, message: Message) -> Message:
        now = self._world.current(message)
        if now is None or now.id in self._world.dismissed:
            raise NoSuchElement("the message is gone")
        channel = self._world.channels[now.channel]
        seen = not now.ephemeral_to or now.ephemeral_to == self._account.id
        if not seen or not self.sees(channel):
            raise NoSuchElement(f"{self._account.name} cannot see the message")
        return now

    # ------------------------------------------------------------------ modals

    def submission(self, values: Mapping[str, Any], modal: OpenModal) -> Sending:
        """Submit a modal with these values, inputs named by custom_id or label."""
        held = filled(modal, values)
        opener = self._world.interactions[modal.source]
        begun = self._begin(MODAL, opener.channel)
        begun.opener = opener
        data: Json = {"custom_id": modal.custom_id}
        data |= {"components": submitted(modal.components, held)}
        data |= resolved(self._world, opener.channel, self._account.id, modal.components, held)
        channel, source = opener.channel.id, opener.source
        message = self._world.messages.get(channel, {}).get(source)
        message = message or self._world.ephemerals.get(self._account.id, {}).get(source)
        return self._sending(begun, data, message)

    # ------------------------------------------------------------------ parts

    def _place(self, where: Where) -> Channel:
        if where is None:
            return self._world.dm(self._account.id)
        channel = where.channel if isinstance(where, Guild) else where
        if not self.sees(channel):
            raise NoSuchElement(f"{self._account.name} is not there")
        return channel

    def sees(self, channel: Channel) -> bool:
        """Say whether they are there, or may look."""
        if channel.guild:
            return sees(self._world, self._world.channels[channel.id], self._account.id)
        return self._account.id in channel.people

    def _context(self, channel: Channel) -> int:
        if channel.guild:
            return 0
        return 1 if channel.kind == DM and channel.bot else 2

    def _owners(self, channel: Channel) -> Json:
        """Say by whom the app is here: "0" by the guild or the bot's own DM, "1" by the user."""
        owners: Json = {}
        if channel.guild in self._world.joined:
            owners["0"] = channel.guild
        elif channel.bot and not channel.guild and self._world.joined:
            owners["0"] = "0"
        if self._account.installed:
            owners["1"] = self._account.id
        if not owners and channel.bot and not channel.guild:
            owners["0"] = "0"
        return owners

    def _begin(self, kind: int, channel: Channel) -> Interaction:
        owners = self._owners(channel)
        return self._world.interact(kind, self._account.id, channel, owners)

    def _sending(self, begun: Interaction, data: Json, message: Message | None = None) -> Sending:
        channel = begun.channel
        payload: Json = {
            "id": begun.id,
            "application_id": self._world.app,
            "type": begun.kind,
            "token": begun.token,
            "version": 1,
            "data": data,
            "channel": shown.channel(self._world, channel),
            "channel_id": channel.id,
            "context": self._context(channel),
            "authorizing_integration_owners": begun.owners,
            "app_permissions": shown.PERMISSIONS,
            "entitlements": [],
            "attachment_size_limit": ATTACHMENT_LIMIT,
            "locale": self._account.locale,
        }
        payload |= self._who(channel)
        if message is not None:
            payload["message"] = shown.message(self._world, message)
        self._world.bugs += shapes.wrong("GatewayInteractionCreate", payload)
        return Sending(
            "INTERACTION_CREATE", payload, self._account.id, channel.guild, interaction=begun
        )

    def _who(self, channel: Channel) -> Json:
        if not channel.guild:
            return {"user": shown.user(self._account)}
        guild = self._world.guilds[channel.guild]
        held = self._world.held.get((guild.id, self._account.id), ())
        rights = str(may(self._world, self._world.channels[channel.id], self._account.id))
        member = shown.member(self._account, held) | {"permissions": rights}
        about = {"id": guild.id, "locale": guild.locale, "features": []}
        return {
            "member": member,
            "guild": about,
            "guild_id": guild.id,
            "guild_locale": guild.locale,
        }
