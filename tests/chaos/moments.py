"""The moments at which the program is killed: a call that hangs, or something on its way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Ending = Literal["unheard", "committing", "soon"]
ENDINGS: tuple[Ending, ...] = ("unheard", "committing", "soon")


@dataclass(frozen=True, slots=True)
class Held:
    """Killed while this call hangs that somebody's act leads to; ``after`` it took effect."""

    act: str
    call: str
    after: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """Killed while an act is on its way: before it is read, as it is written, or some time soon."""

    act: str
    ending: Ending


Moment = Held | Cut


def held(leads_to: Mapping[str, Sequence[str]]) -> list[Held]:
    """Give each call that an act leads to, before and after its effect."""
    return [
        Held(act, call, after)
        for act, calls in leads_to.items()
        for call in calls
        for after in (False, True)
    ]


def cut(acts: Iterable[str]) -> list[Cut]:
    """Give each act with every ending."""
    return [Cut(act, ending) for ending in ENDINGS for act in acts]


def is_cut(moment: Moment) -> bool:
    """Sort what hangs first: nothing is acknowledged once the program is being killed."""
    return isinstance(moment, Cut)
