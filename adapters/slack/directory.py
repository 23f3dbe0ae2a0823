"""Who and what is there, as Slack tells it: looked up when it is needed, and not kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Collection, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from adapters.slack.calls import Calls
from adapters.slack.faults import SlackError
from adapters.slack.grants import Grant, Grants
from adapters.slack.told import (
    Channel,
    Group,
    Groups,
    GroupUsers,
    Ids,
    OneChannel,
    OneUser,
    Opened,
    Told,
    User,
    Users,
)
from bot.errors import DeliveryError, WrongUse

T = TypeVar("T", bound=Told)
Where = Mapping[str, str]
"""An address: organisation, workspace, and whether the app serves all of the organisation."""

MOST_PEOPLE = 2_000
"""People in one audience: what is more is no second opinion any more."""

_ONE_BY_ONE = 20
"""People up to whom each is asked for alone; for more the directory is read."""

_PAGE = 1_000
_MOST_PAGES = 100
_GONE = frozenset({"user_not_found", "users_not_found", "user_not_visible"})


@dataclass(slots=True)
class Lookups:
    """How many questions to Slack are under way on somebody's behalf."""

    count: int = 0


LOOKUPS: ContextVar[Lookups] = ContextVar("LOOKUPS")
"""Whose they are: who waits for what comes of it sees whether that is Slack's doing."""


class Directory:
    """Reads the directory of the workspace that an address is in.

    Everything raises ``DeliveryError``; ``WrongUse`` where the installation may not ask.
    """

    def __init__(self, calls: Calls, grants: Grants) -> None:
        self._calls = calls
        self._grants = grants

    async def grant(self, where: Where) -> Grant:
        """Give what the bot may act with there."""
        enterprise, team = where.get("enterprise", ""), where.get("team", "")
        grant = await self._grants.token(enterprise, team, bool(where.get("wide")))
        if grant is None:
            raise DeliveryError("Crossroads is not installed in this workspace any more.")
        return grant

    async def channel(self, where: Where, channel_id: str) -> Channel:
        """Look up a channel."""
        told = await self._ask(where, "conversations.info", OneChannel, channel=channel_id)
        return told.channel

    async def direct(self, where: Where, user: str) -> str:
        """Find the channel of somebody's direct messages with the bot."""
        return (await self._ask(where, "conversations.open", Opened, users=user)).channel.id

    async def is_message(self, where: Where, channel_id: str, ts: str) -> bool:
        """Say whether there is such a message; nothing of it is read."""
        try:
            await self._ask(where, "chat.getPermalink", Told, channel=channel_id, message_ts=ts)
        except SlackError as error:
            if error.code not in {"message_not_found", "channel_not_found"}:
                raise
            return False
        return True

    async def members(self, where: Where, channel_id: str) -> tuple[str, ...]:
        """List who is in a channel; raises ``WrongUse`` if there are too many."""
        found: dict[str, None] = {}
        cursor = ""
        while True:
            page = await self._ask(
                where, "conversations.members", Ids, channel=channel_id, limit=_PAGE, cursor=cursor
            )
            found |= dict.fromkeys(page.members)
            _not_too_many(found)
            if not page.cursor or page.cursor == cursor:
                return tuple(found)
            cursor = page.cursor

    async def groups(self, where: Where) -> tuple[Group, ...]:
        """List the user groups, with who is in them."""
        told = await self._ask(where, "usergroups.list", Groups, include_users=True)
        return told.usergroups

    async def in_group(self, where: Where, group_id: str) -> tuple[str, ...]:
        """List who is in a user group; raises ``WrongUse`` if there are too many."""
        told = await self._ask(where, "usergroups.users.list", GroupUsers, usergroup=group_id)
        _not_too_many(told.users)
        return tuple(dict.fromkeys(told.users))

    # -------------------------------------------------------------- people

    async def user(self, where: Where, user_id: str) -> User | None:
        """Look somebody up; None if they are not there."""
        try:
            return (await self._ask(where, "users.info", OneUser, user=user_id)).user
        except SlackError as error:
            if error.code not in _GONE:
                raise
            return None

    async def users(self, where: Where, wanted: Collection[str]) -> dict[str, User]:
        """Look several people up; who is not there is not in the answer."""
        wanted = dict.fromkeys(wanted)
        found = await self._listed(where, wanted) if len(wanted) > _ONE_BY_ONE else {}
        # Who is not in the list may be of another workspace; so many are no team's guests.
        missing = [one for one in wanted if one not in found][:_ONE_BY_ONE]
        for user in await asyncio.gather(*(self.user(where, one) for one in missing)):
            if user is not None:
                found[user.id] = user
        return found

    async def _listed(self, where: Where, wanted: Collection[str]) -> dict[str, User]:
        """Read the directory, until all who are wanted were found."""
        found: dict[str, User] = {}
        cursor = ""
        for _ in range(_MOST_PAGES):
            page = await self._ask(where, "users.list", Users, limit=_PAGE, cursor=cursor)
            found |= {one.id: one for one in page.members if one.id in wanted}
            if len(found) == len(wanted) or not page.cursor:
                break
            cursor = page.cursor
        return found

    # -------------------------------------------------------------- asking

    async def _ask(self, where: Where, method: str, kind: type[T], /, **arguments: Any) -> T:
        """Ask Slack; an answer that is none of Slack's is a failed delivery."""
        token = (await self.grant(where)).token
        if where.get("wide"):
            arguments["team_id"] = where.get("team", "")
        lookups = LOOKUPS.get(Lookups())
        lookups.count += 1
        try:
            answer = await _allowed(self._calls.call(token, method, **arguments))
        finally:
            lookups.count -= 1
        try:
            return kind.model_validate(answer)
        except ValidationError:
            raise DeliveryError(f"Slack's answer to {method} could not be read.") from None


async def _allowed(call: Awaitable[Mapping[str, Any]]) -> Mapping[str, Any]:
    try:
        return await call
    except SlackError as error:
        if error.code == "missing_scope":
            raise _old_installation() from None
        raise


def _not_too_many(people: Collection[str]) -> None:
    if len(people) > MOST_PEOPLE:
        raise WrongUse(
            f"There are more than {MOST_PEOPLE:,} people.",
            "Choose a smaller channel or group, or name people.",
        )


def _old_installation() -> WrongUse:
    return WrongUse(
        "Crossroads was installed here before it could ask a team, so Slack does not tell it yet "
        "who is there.",
        "Whoever looks after apps in this workspace can reinstall it with its new manifest.",
    )
