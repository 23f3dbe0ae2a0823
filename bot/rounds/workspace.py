"""The settings of a whole workspace: whom its rounds ask, and whether decisions are counted."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime

import orjson

from bot.ports import Safe
from bot.rounds.ports import Actor
from bot.service import Clock
from bot.sheets.model import Entered

_DRAWER = "workspaces"


@dataclass(frozen=True, slots=True)
class Workspace:
    """``chosen`` is the default audience as it was entered, ``label`` its name.

    ``widen`` says whether askers may choose another one. ``counted`` is since when decisions are
    counted (ISO 8601), "" where they are not.
    """

    chosen: Entered = field(default_factory=dict)
    label: str = ""
    widen: bool = True
    counted: str = ""

    def allows(self, chosen: Entered) -> bool:
        """Say whether an audience may be asked."""
        return self.widen or not self.chosen or _filled(chosen) == _filled(self.chosen)


def _filled(chosen: Entered) -> Entered:
    """Leave out what was left empty."""
    return {key: value for key, value in chosen.items() if value}


async def read_workspace(safe: Safe, actor: Actor, clock: Clock) -> Workspace:
    """Read the settings of the workspace somebody is in; the usual ones if there are none."""
    return await settings_of(safe, actor.platform, actor.tenant, clock())


async def settings_of(safe: Safe, platform: str, tenant: str, now: datetime) -> Workspace:
    """Read the settings of a workspace; the usual ones if there are none."""
    data = await safe.kept(_DRAWER, f"{platform} {tenant}", now)
    return _read(data).workspace if data else Workspace()


async def write_workspace(safe: Safe, actor: Actor, reach: str, workspace: Workspace) -> None:
    """Keep the settings of the workspace somebody is in; ``reach`` as ``Forum.reach`` says."""
    await _keep(safe, _Kept(workspace, f"{actor.platform} {actor.tenant}", reach))


async def let_lapse(safe: Safe, reach: str, now: datetime, until: datetime) -> None:
    """Have the settings of workspaces go that are reached by a tenant which left."""
    for kept in await _reached(safe, reach, now):
        await _keep(safe, kept, until)


async def keep_on(safe: Safe, reach: str, now: datetime) -> None:
    """Keep the settings all the same: the tenant is back in time."""
    for kept in await _reached(safe, reach, now):
        await _keep(safe, kept)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Settings with what they are found by: the key in the drawer, and the tenant that reaches."""

    workspace: Workspace
    key: str = ""
    reach: str = ""


async def _reached(safe: Safe, reach: str, now: datetime) -> list[_Kept]:
    kept = map(_read, await safe.drawer(_DRAWER, now))
    return [one for one in kept if one.key and one.reach == reach]


async def _keep(safe: Safe, kept: _Kept, until: datetime | None = None) -> None:
    record = {**asdict(kept.workspace), "key": kept.key, "reach": kept.reach}
    await safe.keep(_DRAWER, kept.key, orjson.dumps(record), until)


def _read(data: bytes) -> _Kept:
    record = orjson.loads(data)
    chosen = {k: tuple(v) if isinstance(v, list) else v for k, v in record.pop("chosen").items()}
    key, reach = record.pop("key", ""), record.pop("reach", "")  # an older program kept neither
    return _Kept(Workspace(chosen, **record), key, reach)
