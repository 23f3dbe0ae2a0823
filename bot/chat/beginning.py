"""The ways to begin a dialogue, as every chat face offers them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.engine.complaints import nearest
from bot.engine.model import Ask, Flow
from bot.engine.show import label
from bot.errors import WrongUse
from bot.service import Service

START = "start"
_MOST_FLOWS = 4
_NAME_AND_TRACK = 2


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a case is begun: ``flow`` is the id of the usual dialogue.

    A way to begin is written as people say it: a track of the usual dialogue (“fast”, or nothing),
    or “start” with the word of another one and, where it is meant, a track of that.
    """

    service: Service
    flow: str

    @property
    def tracks(self) -> list[tuple[str, str]]:
        """Name the ways to begin: (way, label), the usual one first, other dialogues last."""
        others = [(f"{START} {word}", title) for word, title in self.others[:_MOST_FLOWS]]
        return [*track_labels(self.service.flow(self.flow)), *others]

    @property
    def every(self) -> list[tuple[str, str]]:
        """Name every way to begin the usual dialogue, also one that goes by another's name."""
        return every_track(self.service.flow(self.flow))

    @property
    def others(self) -> list[tuple[str, str]]:
        """Name the other dialogues: (word, title), in the order of their titles."""
        return other_dialogues(self.service.flows.values(), self.service.flow(self.flow))

    def track(self, said: str) -> str | None:
        """Give the way to begin that a whole message is, "" for the usual one; None if it is none.

        What begins with “start” and names no dialogue may be an ordinary sentence.
        """
        word, *rest = said.split() or [""]
        try:
            return self._way(word, rest)
        except WrongUse:
            return None

    def ordered(self, word: str, rest: Sequence[str]) -> str | None:
        """Give the way that a command begins, None if it begins none; raises ``WrongUse``.

        A whole sentence behind “start” is no name of a dialogue: it begins the usual one, unread.
        """
        try:
            return self._way(word, rest)
        except WrongUse:
            if len(rest) > _NAME_AND_TRACK:
                return ""
            raise

    async def again(self, owner: str, case_id: str) -> str:
        """Give the way that begins the dialogue of a person's case once more; raises ``NotFound``.

        It is the usual one where no case is named, as on cards of old, or where that of the case
        is no longer offered.
        """
        if not case_id:
            return ""
        flow = (await self.service.store.case(owner, case_id)).flow
        return f"{START} {flow}" if flow in self.service.flows else ""

    def _way(self, word: str, rest: Sequence[str]) -> str | None:
        if word in self.service.flow(self.flow).tracks and not rest:
            return word
        if word != START:
            return None
        way = " ".join((START, *rest)) if rest else ""
        self.meant(way)
        return way

    def meant(self, way: str) -> tuple[str, str]:
        """Tell a way's dialogue and track ("": the usual one); raises ``WrongUse``."""
        usual, (word, *rest) = self.service.flow(self.flow), way.casefold().split() or [""]
        if word != START or word in usual.tracks or not rest:
            return self.flow, "" if word == START and word not in usual.tracks else way
        if len(rest) == 1 and rest[0] in usual.tracks:
            return self.flow, rest[0]
        if flow := self._named(" ".join(rest)):
            return flow.id, ""
        flow = self._named(" ".join(rest[:-1])) if len(rest) > 1 else None
        if flow and rest[-1] in flow.tracks:
            return flow.id, rest[-1]
        raise self._unknown(flow, rest)

    def _named(self, said: str) -> Flow | None:
        """Find the dialogue of a word or id, else the only one whose title begins so."""
        flows = self.service.flows.values()
        exact = [flow for flow in flows if said in {flow.id, flow.word}]
        found = exact or [flow for flow in flows if flow.title.casefold().startswith(said)]
        return found[0] if len(found) == 1 else None

    def _unknown(self, flow: Flow | None, rest: Sequence[str]) -> WrongUse:
        # What was said is not repeated: it may be private.
        if flow:
            message = f"“{flow.title}” cannot be begun in that way."
            return WrongUse(message, nearest(rest[-1][:40], list(flow.tracks)))
        said = " ".join(rest)[:40]
        words = [one.word or one.id for one in self.service.flows.values()]
        known = f"There are: {', '.join(sorted(words))}."
        close = nearest(said, words)
        remedy = f"{close} {known}" if close.startswith("Did") else known
        return WrongUse("There is no dialogue of that name.", remedy)


def other_dialogues(flows: Iterable[Flow], usual: Flow) -> list[tuple[str, str]]:
    """Name the dialogues besides the usual one: (word, title), in the order of their titles."""
    found = [flow for flow in flows if flow.id != usual.id]
    return [(flow.word or flow.id, flow.title) for flow in sorted(found, key=_title)]


def _title(flow: Flow) -> str:
    return flow.title.casefold()


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
