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
    if data is None:
        return Workspace()
    record = orjson.loads(data)
    chosen = {k: tuple(v) if isinstance(v, list) else v for k, v in record["chosen"].items()}
    return Workspace(**{**record, "chosen": chosen})


async def write_workspace(safe: Safe, actor: Actor, workspace: Workspace) -> None:
    """Keep the settings of the workspace somebody is in."""
    key = f"{actor.platform} {actor.tenant}"
    await safe.keep(_DRAWER, key, orjson.dumps(asdict(workspace)))
