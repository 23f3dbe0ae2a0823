"""The ways to begin a dialogue, as every chat face offers them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.model import Ask, Flow
from bot.engine.show import label
from bot.service import Service


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a case is begun: ``flow`` is the id of the dialogue."""

    service: Service
    flow: str

    @property
    def tracks(self) -> list[tuple[str, str]]:
        """Name the ways to begin: (track id, label), the usual one first."""
        return track_labels(self.service.flow(self.flow))

    @property
    def every(self) -> list[tuple[str, str]]:
        """Name every way to begin, also one that goes by another's name."""
        return every_track(self.service.flow(self.flow))

    def track(self, word: str) -> str | None:
        """Give the track that a word begins, "" for the usual one; None if it begins none."""
        if word in self.service.flow(self.flow).tracks:
            return word
        return "" if word == "start" else None


def every_track(flow: Flow) -> list[tuple[str, str]]:
    """Name every way to begin: (track id, label), the id where another goes by that label."""
    named = dict(track_labels(flow))
    return [(track, named.get(track, track)) for track in flow.tracks]


def track_labels(flow: Flow) -> list[tuple[str, str]]:
    """Name the ways to begin as the flow's own options do; of two with one name, the first."""
    named: dict[str, str] = {}
    for track, presets in flow.tracks.items():
        for step_id, value in presets.items():
            step = flow.step(step_id)
            name = label(step, value) if isinstance(step, Ask) else track
            if name not in named.values():
                named[track] = name
            break
    return list(named.items())
