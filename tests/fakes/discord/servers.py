"""What a test does to servers: channels, roles, and what everybody may do."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.discord import shown
from tests.fakes.discord.model import PRIVATE, TEXT, Channel, Guild, Json
from tests.fakes.discord.person import Person
from tests.fakes.discord.rights import ATTACH, HISTORY, MAKE_PRIVATE, SEND, SEND_IN_THREADS, VIEW
from tests.fakes.discord.world import GUILDS, World

USUAL = VIEW | SEND | SEND_IN_THREADS | ATTACH | HISTORY | MAKE_PRIVATE
"""What everybody may do in a server as most are set up."""


class Servers:
    """Changes servers; of roles and channels the app is told, as Discord tells it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def everybody_may(self, guild: Guild, bits: int = USUAL) -> None:
        """Set what everybody in a server may do; before, that is all there is."""
        role = self._world.roles[guild.id][guild.id] | {"permissions": str(bits)}
        self._keep(guild, role, "GUILD_ROLE_UPDATE")

    def role(self, guild: Guild, name: str, *people: Person, bits: int = 0) -> str:
        """Add a role that these people have; gives its id."""
        role = shown.role(self._world.snowflake(), name, bits)
        self._keep(guild, role, "GUILD_ROLE_CREATE")
        for one in people:
            held = self._world.held.get((guild.id, one.id), ())
            self._world.held[guild.id, one.id] = (*held, role["id"])
        return str(role["id"])

    def _keep(self, guild: Guild, role: Json, event: str) -> None:
        self._world.roles[guild.id][role["id"]] = role
        told = {"guild_id": guild.id, "role": role}
        self._world.dispatch(event, told, guild.id, GUILDS)

    def channel(self, guild: Guild, name: str, kind: int = TEXT) -> Channel:
        """Add a channel."""
        made = Channel(self._world.snowflake(), kind, name, guild.id)
        self._world.place(made)
        told = shown.channel(self._world, made)
        self._world.dispatch("CHANNEL_CREATE", told, guild.id, GUILDS)
        return made

    def thread(self, parent: Channel, name: str, *people: Person, kind: int = PRIVATE) -> Channel:
        """Add a thread that these people made."""
        there = tuple(one.id for one in people)
        made = Channel(self._world.snowflake(), kind, name, parent.guild, there, parent=parent.id)
        return self._world.place(replace(made, maker=there[0] if there else ""))

    def allow(self, channel: Channel, who: str, *, allow: int = 0, deny: int = 0) -> None:
        """Set what a role or a member (by id) is allowed and denied in a channel."""
        now = self._world.channels[channel.id]
        kind = 0 if who in self._world.roles[channel.guild] else 1
        one = {"id": who, "type": kind, "allow": str(allow), "deny": str(deny)}
        others = (before for before in now.overwrites if before["id"] != who)
        self._world.place(replace(now, overwrites=(*others, one)))

    def leaves(self, guild: Guild, person: Person) -> None:
        """Somebody leaves a server."""
        self._world.departed.add((guild.id, person.id))

    def archives(self, thread: Channel) -> None:
        """Discord puts a thread away in which nobody wrote for long."""
        self._world.place(replace(self._world.channels[thread.id], archived=True))

    def deletes(self, channel: Channel) -> None:
        """Somebody deletes a channel or thread."""
        self._world.drop(channel.id)

    def threads(self, parent: Channel) -> list[Channel]:
        """Give the threads of a channel, as they are now."""
        return [one for one in self._world.channels.values() if one.parent == parent.id]
