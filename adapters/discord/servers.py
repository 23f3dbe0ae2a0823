"""Calls about servers: their channels, roles, members and threads."""

from __future__ import annotations

from typing import Any

from adapters.discord.calls import Calls, Json


class Servers:
    """Calls methods of the API about the servers that the bot is in."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def channel(self, channel: str) -> Any:
        """Read what is told of a channel or thread; raises ``DeliveryError``."""
        return await self._calls.call("look at a channel", "GET", "/channels/{channel_id}", channel)

    async def guild(self, guild: str) -> Any:
        """Read what is told of a server that the bot is in; raises ``DeliveryError``."""
        return await self._calls.call("look at a server", "GET", "/guilds/{guild}", guild=guild)

    async def member(self, guild: str, user: str) -> Any:
        """Read what is told of a member of a server; raises ``DeliveryError``."""
        path = "/guilds/{guild}/members/{user}"
        return await self._calls.call("look at a member", "GET", path, guild=guild, user=user)

    async def threads(self, guild: str) -> Any:
        """Read which threads are open in a server; raises ``DeliveryError``."""
        path = "/guilds/{guild}/threads/active"
        return await self._calls.call("look for a thread", "GET", path, guild=guild)

    async def begin_thread(self, channel: str, thread: Json) -> Any:
        """Make a thread in a channel; made twice there are two. Raises ``DeliveryError``."""
        path = "/channels/{channel_id}/threads"
        return await self._calls.call("make a thread", "POST", path, channel, json=thread)

    async def is_in_thread(self, thread: str, user: str) -> None:
        """See that somebody is in a thread; raises ``DeliveryError`` where they are not."""
        path = "/channels/{channel_id}/thread-members/{user}"
        await self._calls.call("look who is in a thread", "GET", path, thread, user=user)

    async def add_to_thread(self, thread: str, user: str) -> None:
        """Let somebody into a private thread; raises ``DeliveryError``."""
        path = "/channels/{channel_id}/thread-members/{user}"
        await self._calls.call("add somebody to a thread", "PUT", path, thread, user=user)

    async def archive(self, thread: str, *, archived: bool) -> None:
        """Put a thread away, or take it out again; raises ``DeliveryError``."""
        body = {"archived": archived}
        await self._calls.call(
            "put a thread away", "PATCH", "/channels/{channel_id}", thread, json=body
        )

    async def delete_thread(self, thread: str) -> None:
        """Delete a thread with all that is in it; raises ``DeliveryError``."""
        await self._calls.call("delete a thread", "DELETE", "/channels/{channel_id}", thread)
