"""The settings of a whole workspace: whom its rounds ask, and whether that may differ."""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson

from bot.ports import Safe
from bot.rounds.ports import Actor
from bot.service import Clock
from bot.sheets.model import Entered

_DRAWER = "workspaces"


@dataclass(frozen=True, slots=True)
class Workspace:
    """``chosen`` is the default audience as it was entered, ``label`` its name.

    ``widen`` says whether askers may choose another one.
    """

    chosen: Entered = field(default_factory=dict)
    label: str = ""
    widen: bool = True

    def allows(self, chosen: Entered) -> bool:
        """Say whether an audience may be asked."""
        return self.widen or not self.chosen or _filled(chosen) == _filled(self.chosen)


def _filled(chosen: Entered) -> Entered:
    """Leave out what was left empty."""
    return {key: value for key, value in chosen.items() if value}


async def read_workspace(safe: Safe, actor: Actor, clock: Clock) -> Workspace:
    """Read the settings of the workspace somebody is in; the usual ones if there are none."""
    data = await safe.kept(_DRAWER, f"{actor.platform} {actor.tenant}", clock())
    if data is None:
        return Workspace()
    record = orjson.loads(data)
    chosen = {k: tuple(v) if isinstance(v, list) else v for k, v in record["chosen"].items()}
    return Workspace(chosen, record["label"], record["widen"])


async def write_workspace(safe: Safe, actor: Actor, workspace: Workspace) -> None:
    """Keep the settings of the workspace somebody is in."""
    record = {"chosen": workspace.chosen, "label": workspace.label, "widen": workspace.widen}
    await safe.keep(_DRAWER, f"{actor.platform} {actor.tenant}", orjson.dumps(record))
