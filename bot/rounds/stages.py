"""How far a round is, and what all folds of rounds share; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import tzinfo
from zoneinfo import ZoneInfo

from bot.errors import NotFound, WrongUse
from bot.opinion.model import Round, Stage
from bot.rounds.ports import (
    Held,
    Role,
    RoundFolded,
    Target,
    Trouble,
)

ALL: frozenset[Role] = frozenset({"owner", "audience"})


OWNER: frozenset[Role] = frozenset({"owner"})


TROUBLES: Mapping[Trouble, str] = {
    "bot": "is a bot",
    "guest": "is a guest here",
    "left": "has left",
    "unreachable": "cannot be reached",
    "asker": "is you, who asks",
}


_STANDS = {
    "draft": "This round has not been opened yet.",
    "open": "This round is open, so what its colleagues were shown stays as it is.",
    "short": "The time of this round is over; it waits for whoever asked.",
    "closed": "This round is closed.",
    "dropped": "This draft was given up.",
}


def known(held: Held) -> Round:
    """Give the round that is held; raises ``NotFound``."""
    if held.round is None:
        raise NotFound("There is no such round.", "/crossroads opinion lists yours.")
    return held.round


def at(held: Held, *stages: Stage) -> Round:
    """Give the round if it is at one of these stages; raises ``WrongUse``."""
    round_ = known(held)
    if round_.stage not in stages:
        raise WrongUse(_STANDS[round_.stage], "/crossroads opinion shows how it stands.")
    return round_


def same(held: Held, note: str = "") -> RoundFolded:
    """Leave a round as it is."""
    assert held.round is not None
    return RoundFolded(held.round, note=note)


def turned(round_: Round, **changes: object) -> Round:
    """Change a round, one turn on."""
    return replace(round_, turn=round_.turn + 1, **changes)  # type: ignore[arg-type]


def chat(round_: Round) -> Target:
    """Give the asker's own chat."""
    return Target(round_.platform, round_.chat)


def group(round_: Round) -> str:
    """Give the group that whoever answers must be in; "" for none."""
    return str(round_.terms.audience.get("group", ""))


def zone_of(round_: Round) -> tzinfo:
    """Give the time zone of a round's audience."""
    return ZoneInfo(round_.terms.zone)
