"""Installations and one-time states of OAuth, sealed in the safe, as Bolt asks for them."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.slack.session import SILENT
from bot.ports import Safe

Now = Callable[[], datetime]

STATE_LIFE = timedelta(minutes=10)
_INSTALLATIONS = "slack installations"
_STATES = "slack states"
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Installed:
    """What is kept of an installation: no names, nothing of the one who installed but the id.

    ``team`` is "" where a whole organisation installed it. ``expires`` is in seconds since the
    epoch, 0 where the token does not expire.
    """

    app: str
    enterprise: str
    team: str
    token: str
    bot_id: str
    bot_user_id: str
    scopes: str
    refresh_token: str = ""
    expires: int = 0
    installer: str = ""
    at: float = 0.0

    @property
    def key(self) -> str:
        """Its key in the safe."""
        return _key(self.enterprise, self.team)


def _key(enterprise: str, team: str) -> str:
    return f"{enterprise or '-'}:{team or '-'}"


class Shelf(AsyncInstallationStore):
    """The installations of all workspaces, by enterprise and team; the latest ones in memory."""

    def __init__(self, safe: Safe, now: Now) -> None:
        self._safe = safe
        self._now = now
        self._known: dict[str, Installed] = {}
        self._changes = 0

    @property
    def logger(self) -> logging.Logger:
        return SILENT

    async def find(
        self, enterprise: str, team: str, is_enterprise_install: bool = False
    ) -> Installed | None:
        """Find what serves a workspace: its own installation, else its organisation's."""
        keys = [_key(enterprise, "")] if enterprise else []
        if team and not is_enterprise_install:
            keys.insert(0, _key(enterprise, team))
        for key in keys:
            if found := await self._read(key):
                return found
        return None

    async def put(self, installed: Installed) -> None:
        """Keep an installation in place of the one before."""
        self._drop(installed.key)
        await self._safe.keep(_INSTALLATIONS, installed.key, _written(installed))
        self._drop(installed.key)

    async def remove(self, enterprise: str, team: str) -> None:
        """Forget an installation and its tokens; team "" means the organisation's."""
        key = _key(enterprise, team)
        self._drop(key)
        await self._safe.discard(_INSTALLATIONS, key)
        self._drop(key)

    async def everything(self) -> list[Installed]:
        """Read all installations."""
        return [_read(raw) for raw in await self._safe.drawer(_INSTALLATIONS, self._now())]

    async def _read(self, key: str) -> Installed | None:
        if (known := self._known.get(key)) is not None:
            return known
        changes = self._changes
        raw = await self._safe.kept(_INSTALLATIONS, key, self._now())
        if raw is None:
            return None
        found = _read(raw)
        if changes == self._changes:  # else it may be out of date already
            if len(self._known) >= _MOST:
                del self._known[next(iter(self._known))]
            self._known[key] = found
        return found

    def _drop(self, key: str) -> None:
        """Forget what is remembered; before and after a change, as others read meanwhile."""
        self._changes += 1
        self._known.pop(key, None)

    # -------------------------------------------------------------- as Bolt calls it

    async def async_save(self, installation: Installation) -> None:
        await self.put(_of(installation))

    async def async_save_bot(self, bot: Bot) -> None:
        await self.put(_of(bot))

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        found = await self.find(enterprise_id or "", team_id or "", bool(is_enterprise_install))
        return to_bot(found) if found else None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        found = await self.find(enterprise_id or "", team_id or "", bool(is_enterprise_install))
        return Installation(user_id=found.installer, **_fields(found)) if found else None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        await self.remove(enterprise_id or "", team_id or "")

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forget the installation; one person's alone is not kept, so theirs is nothing."""
        if user_id is None:
            await self.remove(enterprise_id or "", team_id or "")

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        await self.remove(enterprise_id or "", team_id or "")


class States(AsyncOAuthStateStore):
    """One-time states: each is good once, for ten minutes."""

    def __init__(self, safe: Safe, now: Now) -> None:
        self._safe = safe
        self._now = now

    @property
    def logger(self) -> logging.Logger:
        return SILENT

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        now = self._now()
        await self._safe.sweep(now)
        state = secrets.token_urlsafe(32)
        await self._safe.keep(_STATES, state, b"issued", now + STATE_LIFE)
        return state

    async def async_consume(self, state: str) -> bool:
        return await self._safe.take(_STATES, state, self._now()) is not None


# ------------------------------------------------------------------ to and from


def _of(given: Installation | Bot) -> Installed:
    return Installed(
        app=given.app_id or "",
        enterprise=given.enterprise_id or "",
        team="" if given.is_enterprise_install else given.team_id or "",
        token=given.bot_token or "",
        bot_id=given.bot_id or "",
        bot_user_id=given.bot_user_id or "",
        scopes=",".join(given.bot_scopes or ()),
        refresh_token=given.bot_refresh_token or "",
        expires=given.bot_token_expires_at or 0,
        installer=getattr(given, "user_id", "") or "",
        at=given.installed_at,
    )


def to_bot(installed: Installed) -> Bot:
    """Give an installation the form in which the SDK renews its token."""
    return Bot(**_fields(installed))


def _fields(installed: Installed) -> dict[str, Any]:
    return {
        "app_id": installed.app or None,
        "enterprise_id": installed.enterprise or None,
        "team_id": installed.team or None,
        "bot_token": installed.token,
        "bot_id": installed.bot_id,
        "bot_user_id": installed.bot_user_id,
        "bot_scopes": installed.scopes,
        "bot_refresh_token": installed.refresh_token or None,
        "bot_token_expires_at": installed.expires or None,
        "is_enterprise_install": not installed.team,
        "installed_at": installed.at,
    }


def _written(installed: Installed) -> bytes:
    return orjson.dumps(installed)


def _read(raw: bytes) -> Installed:
    return Installed(**orjson.loads(raw))
