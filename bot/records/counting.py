"""Whether somebody's decisions are counted in their workspace: told first, and not against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import orjson


@dataclass(frozen=True, slots=True)
class Here:
    """A workspace on a platform in which decisions are counted, since when (ISO 8601)."""

    platform: str
    workspace: str
    since: str


def place_of(here: Here) -> str:
    """Name a workspace among those of all platforms."""
    return f"{here.platform} {here.workspace}"


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody was told of it on one platform, and what they said.

    ``since`` is that of the counting they were told of, ``at`` when the message reached them ("":
    it is on its way). ``out``: their decisions are not to be counted; neither are they in the
    workspaces ``elsewhere`` where they were before.
    """

    workspace: str
    since: str
    at: str = ""
    out: bool = False
    elsewhere: tuple[str, ...] = ()

    def is_of(self, here: Here) -> bool:
        """Say whether it is about this counting."""
        return (self.workspace, self.since) == (here.workspace, here.since)

    def counts(self, here: Here) -> bool:
        """Say whether their decisions are counted there: not before they were told."""
        return self.is_of(here) and bool(self.at) and not self.out


Notices = Mapping[str, Notice]
"""Platform → what somebody was told there."""


def notice_for(here: Here, before: Notice | None) -> Notice:
    """Make what somebody is to be told; who is against it in a workspace stays so there."""
    if before is None:
        return Notice(here.workspace, here.since)
    if before.workspace != here.workspace:
        against = {*before.elsewhere, *([before.workspace] if before.out else [])}
        out, others = here.workspace in against, tuple(sorted(against - {here.workspace}))
        return Notice(here.workspace, here.since, out=out, elsewhere=others)
    return replace(before, since=here.since, at=before.at if before.is_of(here) else "")


def notices_to_bytes(notices: Notices) -> bytes:
    """Write them down."""
    return orjson.dumps({platform: asdict(one) for platform, one in notices.items()})


def notices_from_bytes(opened: bytes) -> Notices:
    """Read that back; of nothing, none."""
    read = orjson.loads(opened) if opened else {}
    return {
        platform: Notice(**{**one, "elsewhere": tuple(one.get("elsewhere", ()))})
        for platform, one in read.items()
    }
