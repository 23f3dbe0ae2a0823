"""The token that may be used in a workspace: renewed in time, once, and asked of Slack rarely."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakValueDictionary

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from adapters.slack.calls import Calls
from adapters.slack.faults import FAILURES, Refused, failure
from adapters.slack.installations import Installed, Now, Shelf, to_bot
from bot.errors import DeliveryError

_log = logging.getLogger(__name__)

_AHEAD = timedelta(hours=2)
_WAIT_AFTER_FAILURE = timedelta(minutes=1)
_ANY_TIME = 10**6  # minutes: that it is time to renew is our clock's to say, not the SDK's


@dataclass(frozen=True, slots=True)
class Grant:
    """What the bot is in a workspace, and may act with."""

    token: str
    bot_id: str
    bot_user_id: str

    def __repr__(self) -> str:
        return f"Grant(bot_id={self.bot_id!r})"


class Grants(Protocol):
    """Gives the grant for a workspace; None where the app is not installed there.

    Raises ``DeliveryError`` where that cannot be told now, and ``StoreError``.
    """

    async def token(
        self, enterprise: str, team: str, is_enterprise_install: bool = False
    ) -> Grant | None: ...

    async def purge(
        self, enterprise: str, team: str, is_enterprise_install: bool = False
    ) -> None: ...


class SingleWorkspace:
    """The one workspace of a fixed token; asks Slack once who it is."""

    def __init__(self, calls: Calls, token: str) -> None:
        self._calls = calls
        self._token = token
        self._lock = asyncio.Lock()
        self._found: tuple[Grant, str, str] | None = None

    async def token(
        self, enterprise: str, team: str, is_enterprise_install: bool = False
    ) -> Grant | None:
        """Give the grant if the token is for this workspace; raises as ``Calls.call`` does."""
        grant, own_enterprise, own_team = await self._who()
        if own_team:
            return grant if team in ("", own_team) else None
        return grant if enterprise == own_enterprise else None

    async def purge(self, enterprise: str, team: str, is_enterprise_install: bool = False) -> None:
        """Forget who the token is: it was revoked, and a new one may come with a restart."""
        self._found = None

    async def _who(self) -> tuple[Grant, str, str]:
        async with self._lock:
            if self._found is None:
                told = await self._calls.call(self._token, "auth.test")
                grant = Grant(self._token, told.get("bot_id") or "", told.get("user_id") or "")
                team = "" if told.get("is_enterprise_install") else told.get("team_id") or ""
                self._found = grant, told.get("enterprise_id") or "", team
            return self._found


class Installations:
    """The grants of all workspaces that installed the app."""

    def __init__(
        self, shelf: Shelf, calls: Calls, client_id: str, client_secret: str, now: Now
    ) -> None:
        self._shelf = shelf
        self._now = now
        self._rotator = AsyncTokenRotator(
            client=calls.client, client_id=client_id, client_secret=client_secret
        )
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._renewals: dict[str, asyncio.Task[Installed | None]] = {}
        self._not_before: dict[str, datetime] = {}

    async def token(
        self, enterprise: str, team: str, is_enterprise_install: bool = False
    ) -> Grant | None:
        """Give the grant for a workspace. A token is renewed in time, beside what is under way.

        Only where it is over already is the renewal waited for. Raises ``DeliveryError`` where it
        cannot be renewed now.
        """
        found = await self._shelf.find(enterprise, team, is_enterprise_install)
        if found is not None and self._is_time(found):
            renewal = self._renewal(found)
            if not self._holds(found):
                found = await asyncio.shield(renewal)
        return _grant(found) if found else None

    async def purge(self, enterprise: str, team: str, is_enterprise_install: bool = False) -> None:
        """Remove a workspace's installation and tokens (or an organisation's)."""
        whose = "" if is_enterprise_install else team
        async with self._lock(f"{enterprise}:{whose}"):  # or a renewal would bring it back
            await self._shelf.remove(enterprise, whose)

    async def close(self) -> None:
        """Let renewals under way be finished: a refresh token works once."""
        if self._renewals:
            await asyncio.wait(self._renewals.values())

    # -------------------------------------------------------------- rotation

    def _is_time(self, found: Installed) -> bool:
        if not found.expires or not found.refresh_token:
            return False
        now = self._now()
        waits = self._not_before.get(found.key)
        if waits is not None and now < waits and self._holds(found):
            return False
        return now + _AHEAD >= _time(found.expires, now)

    def _holds(self, found: Installed) -> bool:
        now = self._now()
        return now < _time(found.expires, now)

    def _renewal(self, found: Installed) -> asyncio.Task[Installed | None]:
        """Renew in a task of its own: a request that is given up must not lose the new tokens."""
        task = self._renewals.get(found.key)
        if task is None:
            task = asyncio.create_task(self._renew_once(found))
            self._renewals[found.key] = task
            task.add_done_callback(lambda done: self._renewed(found.key, done))
        return task

    def _renewed(self, key: str, task: asyncio.Task[Installed | None]) -> None:
        del self._renewals[key]
        if not task.cancelled() and (error := task.exception()):
            _log.warning("A token could not be renewed: %s.", type(error).__name__)

    async def _renew_once(self, found: Installed) -> Installed | None:
        async with self._lock(f"{found.enterprise}:{found.team}"):
            newest = await self._shelf.find(found.enterprise, found.team, not found.team)
            if newest is None or not self._is_time(newest):
                return newest
            return await self._renew(newest)

    def _lock(self, whose: str) -> asyncio.Lock:
        return self._locks.setdefault(whose, asyncio.Lock())

    async def _renew(self, old: Installed) -> Installed | None:
        try:
            bot = await self._rotator.perform_bot_token_rotation(
                bot=to_bot(old), minutes_before_expiration=_ANY_TIME
            )
        except SlackTokenRotationError as error:
            return self._kept(old, error.api_error)
        except FAILURES as error:
            return self._kept(old, error)
        if bot is None:  # Slack answered with another kind of token
            return old if self._holds(old) else None
        new = replace(
            old,
            token=bot.bot_token,
            refresh_token=bot.bot_refresh_token or "",
            expires=bot.bot_token_expires_at or 0,
        )
        await self._shelf.put(new)
        self._not_before.pop(old.key, None)
        return new

    def _kept(self, old: Installed, error: Exception) -> Installed | None:
        """Go on with the old token while it holds; without one, say whether that is for good."""
        found = failure(error)
        _log.warning("A token could not be renewed: %s.", type(found).__name__.lower())
        self._not_before[old.key] = self._now() + _WAIT_AFTER_FAILURE
        if self._holds(old):
            return old
        if isinstance(found, Refused):
            return None
        raise DeliveryError("Slack did not renew a token.", _WAIT_AFTER_FAILURE) from None


def _time(seconds: int, like: datetime) -> datetime:
    return datetime.fromtimestamp(seconds, like.tzinfo)


def _grant(found: Installed) -> Grant:
    return Grant(found.token, found.bot_id, found.bot_user_id)


class Authorization(AsyncAuthorize):
    """Tells Bolt who it may act as, without a call to Slack for each request.

    A workspace that is not known is answered with None; trouble is raised, so that Slack repeats
    what it sent instead of hearing that all is well.
    """

    def __init__(self, grants: Grants) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._grants = grants

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        grant = await self._grants.token(
            enterprise_id or "", team_id or "", bool(context.is_enterprise_install)
        )
        if grant is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_id=grant.bot_id,
            bot_user_id=grant.bot_user_id,
            bot_token=grant.token,
        )
